// resume(): a snapshot goes on in a world that went on without it.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Config, Fault } from '../../assembly/numbers.js';
import type { Core } from '../../host/core.js';
import { SnapshotError } from '../../host/replay/snapshot.js';
import { pattern } from '../host/stacks.js';
import { Pair, PORT, RIGHT } from './pair.js';

const SECRETS = [
  [11, 12, 13, 14],
  [21, 22, 23, 24],
] as const;
const LATER_MS = 120_000;
/**
 * Either end answers ten unacceptable segments without text in five seconds (RFC 5961 section 10), and every one with
 * text: those of the first exchange, and then as many as the retransmissions of either end, which back off until R2.
 */
const BURST = 2 * 10 + 10;
const WHILE_IT_LASTS = 150;

/** What a core does next for which it needs its secret: a sequence number and a port. */
function opening(core: Core, now: number): { iss: number; port: number } {
  const row = core.info(core.call.open(RIGHT, 9999, 0)) ?? assert.fail('no connection');
  core.call.output(now);
  return { iss: row.iss, port: row.localPort };
}

for (const profile of ['micro', 'board', 'host']) {
  describe(profile, () => {
    test('two worlds that resume one snapshot make other sequence numbers and ports', async () => {
      const pair = await Pair.open(profile);
      const snapshot = pair.left.snapshot(pair.now);
      const now = (pair.now + 5000) >>> 0;
      const openings = SECRETS.map((secret) => {
        pair.left.resume(snapshot, { now, secret });
        return opening(pair.left, now);
      });
      pair.left.restore(snapshot);
      openings.push(opening(pair.left, now));
      assert.equal(new Set(openings.map(({ iss }) => iss)).size, 3, JSON.stringify(openings));
      assert.equal(new Set(openings.map(({ port }) => port)).size, 3, JSON.stringify(openings));
    });

    test('a connection whose peer waited goes on, and its text arrives', async () => {
      const pair = await Pair.open(profile);
      const { opener, accepted } = pair.connect();
      pair.write(pair.left, opener, pattern(300));
      const left = pair.left.snapshot(pair.now);
      pair.now = (pair.now + 2000) >>> 0;
      pair.left.resume(left, { now: pair.now, secret: SECRETS[0] });
      const text = pair.transfer(pattern(4000), [pair.left, opener], [pair.right, accepted]);
      assert.deepEqual(text, Buffer.concat([pattern(300), pattern(4000)]));
    });

    test('a cookie that was sent before is refused', async () => {
      const pair = await Pair.open(profile);
      pair.right.call.configure(Config.COOKIES, 1);
      const listener = pair.right.call.listen(0, PORT, 4, 0, 0, 0);
      const opener = pair.left.call.open(RIGHT, PORT, 0);
      pair.isCut = true;
      pair.turn();
      const syn = Buffer.from(pair.sent.at(-1)?.split(' ')[2] ?? '', 'hex');
      pair.right.octets.set(syn, pair.right.constants.rx);
      pair.right.call.input(syn.length, pair.now);
      const length = pair.right.call.output(pair.now);
      const cookie = pair.right.octets.slice(pair.right.constants.tx, pair.right.constants.tx + length);
      pair.right.resume(pair.right.snapshot(pair.now), { now: pair.now, secret: SECRETS[0] });
      pair.isCut = false;
      pair.left.octets.set(cookie, pair.left.constants.rx);
      pair.left.call.input(length, pair.now);
      pair.turn();
      assert.equal(pair.right.call.accept(listener), Fault.AGAIN);
      assert.ok([Fault.REFUSED, Fault.RESET].includes(pair.left.call.error(opener)));
    });

    test('a connection that its peer has closed since ends by RST', async () => {
      const pair = await Pair.open(profile);
      const { opener, accepted } = pair.connect();
      pair.write(pair.left, opener, pattern(200));
      const left = pair.left.snapshot(pair.now);
      pair.turn();
      pair.right.call.abort(accepted);
      pair.pass(LATER_MS);
      pair.sent = [];
      pair.left.resume(left, { now: pair.now, secret: SECRETS[0] });
      pair.pass(10_000);
      assert.equal(pair.left.call.error(opener), Fault.RESET);
      assert.ok(pair.sent.length <= 4, `${pair.sent.length} datagrams`);
    });

    for (const [what, act] of [
      ['sent', (pair: Pair, from: Ends, to: Ends) => pair.transfer(pattern(5000), from, to)],
      ['received', (pair: Pair, from: Ends, to: Ends) => pair.transfer(pattern(5000), to, from)],
      [
        'sent and received',
        (pair: Pair, from: Ends, to: Ends) => {
          pair.transfer(pattern(3000), to, from);
          pair.transfer(pattern(3000), from, to);
        },
      ],
    ] as const) {
      for (const has of ['nothing more to say', 'text to send', 'a FIN to send']) {
        test(`${what} since, with ${has}: no ACK storm, and the connection ends`, async () => {
          const pair = await Pair.open(profile);
          const { opener, accepted, listener } = pair.connect();
          const before = pair.left.snapshot(pair.now);
          act(pair, [pair.left, opener], [pair.right, accepted]);
          pair.pass(5000);
          pair.sent = [];
          pair.left.resume(before, { now: pair.now, secret: SECRETS[0] });
          if (has === 'text to send') pair.write(pair.left, opener, pattern(10));
          if (has === 'a FIN to send') pair.left.call.shutdown(opener);
          pair.write(pair.right, accepted, pattern(10)); // the peer speaks too
          pair.pass(1000);
          assert.ok(pair.sent.length <= BURST, `${pair.sent.length} datagrams in the first second`);
          pair.pass(200_000);
          assert.ok(pair.sent.length <= WHILE_IT_LASTS, `${pair.sent.length} datagrams`);
          const until = pair.sent.length;
          pair.pass(200_000);
          assert.equal(pair.sent.length, until, 'then all is silent');
          // Who has had nothing to say learns it when it speaks (RFC 9293 section 3.5.1).
          for (const [core, handle] of [
            [pair.left, opener],
            [pair.right, accepted],
          ] as const)
            if (core.info(handle)?.state !== 'CLOSED') pair.write(core, handle, pattern(10));
          pair.pass(1000);
          const ends = [pair.left.info(opener)?.state, pair.right.info(accepted)?.state];
          assert.deepEqual(ends, ['CLOSED', 'CLOSED'], pair.sent.join('\n'));
          pair.left.call.close(opener);
          pair.right.call.close(accepted);
          pair.connect(0, listener);
        });
      }
    }

    test('what lay in TIME-WAIT when the snapshot was taken has waited enough', async () => {
      const pair = await Pair.open(profile);
      const { opener, accepted } = pair.connect(5000);
      pair.left.call.close(opener);
      pair.turn();
      pair.right.call.close(accepted);
      pair.turn();
      assert.deepEqual(
        pair.left.list().map(({ state }) => state),
        ['TIME-WAIT'],
      );
      pair.left.resume(pair.left.snapshot(pair.now), { now: (pair.now + LATER_MS) >>> 0, secret: SECRETS[0] });
      pair.now = (pair.now + LATER_MS) >>> 0;
      pair.pass(10);
      assert.deepEqual(pair.left.list(), []);
    });
  });
}

type Ends = [Core, number];

test('time does not go back', async () => {
  const pair = await Pair.open('board');
  const snapshot = pair.left.snapshot(pair.now);
  for (const now of [pair.now - 1, pair.now + 2 ** 31])
    assert.throws(() => pair.left.resume(snapshot, { now: now >>> 0, secret: SECRETS[0] }), SnapshotError);
});
