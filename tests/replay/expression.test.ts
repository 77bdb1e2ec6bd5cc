import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CoreInfo } from '../../host/core.js';
import { parseCondition } from '../../host/replay/expression.js';
import { Facts } from '../../host/replay/facts.js';
import { UsageError } from '../../host/usage-error.js';

const row = (state: string, una: number, cwnd: number): CoreInfo =>
  ({ state, iss: 0xfffffff0, irs: 7, snd: { una: (0xfffffff0 + una) >>> 0 }, rcv: { nxt: 8 }, cwnd }) as CoreInfo;

const event = { step: 120, time: 1.5, end: 'board', call: 'output', result: 60, cause: 'retransmission', drop: 'none' };
const facts = new Facts(event, { laptop: row('FIN-WAIT-2', 100, 2920), board: row('CLOSE-WAIT', 5000, 1460) });
const before = new Facts(
  { ...event, step: 119, cause: 'written' },
  { laptop: row('FIN-WAIT-1', 100, 2920), board: row('CLOSE-WAIT', 4000, 1460) },
);

const HOLD = [
  'state == CLOSE-WAIT',
  'state == close-wait',
  'board.state == CLOSE-WAIT',
  'laptop.state == FIN-WAIT-2',
  'step == 120',
  'step >= 120 and time < 2',
  'snd.una == 5000',
  'laptop.snd.una < board.snd.una',
  'rcv.nxt == 1',
  'snd.una',
  'board.snd.una',
  'laptop.state',
  'cause',
  'not cwnd < 1460',
  '!(cwnd < 1460) && (state == LISTEN || cause == retransmission)',
  'state == LISTEN or state == CLOSE-WAIT and step == 120',
  'board.cause == retransmission',
  '1460 == cwnd',
  'state != FIN-WAIT-2',
];

const FAIL = [
  'state == FIN-WAIT-2',
  'laptop.snd.una',
  'cwnd',
  'board.state',
  'cwnd > 1460',
  'cwnd < 1460',
  'step <= 119',
  'not step == 120',
  'laptop.cause == retransmission',
  '(state == CLOSE-WAIT or step == 1) and step == 1',
  'kind == input',
  'state < 5',
];

for (const text of HOLD) test(`${text} holds`, () => assert.equal(parseCondition(text)(facts, before), true));
for (const text of FAIL) test(`${text} does not hold`, () => assert.equal(parseCondition(text)(facts, before), false));

test('what a connection that is not there has, equals nothing', () => {
  const alone = new Facts(event, {});
  for (const text of ['cwnd == 0', 'cwnd < 1', 'state == CLOSED', 'snd.una'])
    assert.equal(parseCondition(text)(alone, alone), false, text);
  assert.equal(parseCondition('step == 120')(alone, alone), true);
});

const REFUSED: [string, RegExp][] = [
  ['', /cannot be read; write it like/],
  ['state = 4', /cannot be read; write it like/],
  ['state ==', /a field, a number or a word is missing/],
  ['stat == 4', /neither side is a field; the fields are step, time/],
  ['5', /a number or a word alone says nothing/],
  ['snd.unna == 4', /there is no field 'snd.unna'/],
  ['(step == 1', /a '\)' is missing/],
  ['step == 1 step == 2', /'step' stands where 'and' or 'or' was expected/],
];

for (const [text, why] of REFUSED) {
  test(`'${text}' is refused`, () => {
    assert.throws(
      () => parseCondition(text),
      (error: unknown) => error instanceof UsageError && why.test(error.message),
    );
  });
}
