// A share of the exploration, and that it has teeth. The whole is `npm run exploration` (docs/exploration.md).

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CELLS, cellOf } from './cells.js';
import { plus } from './circle.js';
import { describe, explore, type Explored } from './explore.js';
import { judge } from './oracle.js';
import { Probe } from './probe.js';
import { RULES } from './rules.js';
import { stages } from './stages.js';
import { rulesOf } from './table.js';

/** Coprime with the number of classes of each kind, so that every class meets every other in the long run. */
const EVERY = 41;
const STATES = 11;

const shown = ({ unexplained }: Explored): string => unexplained.slice(0, 3).map(describe).join('\n');

for (const profile of ['micro', 'board']) {
  test(`${profile}: every answer is one that RFC 9293 section 3.10.7 and RFC 5961 allow, in every state`, async (t) => {
    const probe = await Probe.open(profile);
    const all = stages(probe);
    assert.equal(new Set(all.map(({ connection }) => connection.state)).size, STATES, 'every state is reached');
    const explored = all.map((stage, index) => explore(probe, stage, EVERY, index));
    for (const one of explored) assert.equal(one.unexplained.length, 0, shown(one));
    const tried = explored.reduce((sum, one) => sum + one.tried, 0);
    t.diagnostic(
      `${all.length} stages, ${tried} cells, ${rulesOf(explored).size} of ${Object.keys(RULES).length} rules cited`,
    );
    assert.deepEqual(
      Object.keys(RULES).filter((rule) => !rulesOf(explored).has(rule as keyof typeof RULES)),
      [],
      'every rule explains something',
    );
  });
}

test('a core that is one octet beside what the oracle believes is found out in every synchronised state', async () => {
  const probe = await Probe.open('board');
  for (const stage of stages(probe)) {
    const { state, rcv, snd } = stage.connection;
    if (state === 'CLOSED' || state === 'LISTEN') continue;
    for (const beside of [
      { ...stage.connection, rcv: { ...rcv, nxt: plus(rcv.nxt, 1) } },
      { ...stage.connection, snd: { ...snd, nxt: plus(snd.nxt, 1) } },
    ]) {
      if (state === 'SYN-SENT' && beside.rcv !== rcv) continue;
      const { unexplained } = explore(probe, { ...stage, connection: beside }, 97);
      assert.ok(unexplained.length > 5, `${stage.name}: ${unexplained.length}`);
    }
  }
});

test('where the RFC leaves one thing to do, the oracle allows one', async () => {
  const probe = await Probe.open('board');
  const one = new Set(['CLOSED', 'LISTEN', 'SYN-SENT']);
  for (const { name, connection } of stages(probe)) {
    let choices = 0;
    for (let number = 0; number < CELLS; number += 7)
      choices += judge(connection, cellOf(number, connection).segment).length;
    const cells = Math.ceil(CELLS / 7);
    const most = one.has(connection.state) ? cells : 1.4 * cells;
    assert.ok(choices >= cells && choices <= most, `${name}: ${choices} outcomes are allowed for ${cells} cells`);
  }
});
