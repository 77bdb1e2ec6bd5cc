// A board that is busy elsewhere asks for output late: several segments have arrived by then, and timers have run out in
// between. Nothing that was owed before is forgotten for what came behind it.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Option } from '../../assembly/numbers.js';
import { Bench } from './bench.js';
import { established, MSS, Peer } from './peer.js';

const DELAYED_ACK_MS = 100;
const FAR = 2001;

/** What a connection comes to owe, and whether what it sent for these causes has paid it. */
const DEBTS: Record<string, { incur: (peer: Peer) => void; isPaid: (causes: string[]) => boolean }> = {
  'a lost segment': {
    incur: (peer) => {
      for (let i = 0; i < 3; i++) peer.give('.', { ack: 1 });
    },
    isPaid: (causes) => causes.includes('fast-retransmission'),
  },
  'two duplicate ACKs': {
    incur: (peer) => {
      for (const seq of [FAR, FAR + 2]) peer.give('.', { seq, ack: 1, text: 'x' });
    },
    isPaid: (causes) => causes.length >= 2 && causes.includes('duplicate-ack'),
  },
};

/** What comes behind it, before anybody asks for output. */
const LATER: Record<string, (peer: Peer) => void> = {
  'a delayed ACK runs out': (peer) => {
    peer.give('.', { ack: 1, text: 'y' });
    peer.bench.now += DELAYED_ACK_MS;
  },
  'two full segments arrive': (peer) => {
    for (let i = 0; i < 2; i++) peer.give('.', { ack: 1, text: 'y'.repeat(500) });
  },
  'old text arrives, and some that is new': (peer) => {
    peer.give('.', { ack: 1, text: 'y' });
    peer.give('.', { seq: 1, ack: 1, text: 'yy' });
  },
  'text arrives behind a hole': (peer) => void peer.give('.', { seq: FAR + 10, ack: 1, text: 'y' }),
  'text arrives behind a hole, and then what was missing': (peer) => {
    peer.give('.', { seq: 2, ack: 1, text: 'y' });
    peer.give('.', { seq: 1, ack: 1, text: 'y' });
  },
  'a FIN arrives': (peer) => void peer.give('F.', { ack: 1 }),
  'a segment left of the window arrives': (peer) => void peer.give('.', { seq: 0, ack: 1 }),
  'a SYN arrives': (peer) => void peer.give('S', { seq: 700, ack: 1 }),
  'an ACK of what was never sent arrives': (peer) => void peer.give('.', { ack: 9001 }),
  'the user reads': (peer) => {
    peer.give('.', { ack: 1, text: 'y'.repeat(500) });
    peer.bench.read(peer.handle);
  },
  'the user writes': (peer) => void peer.bench.write(peer.handle, 'z'),
  'the user sends no more': (peer) => void peer.bench.core.call.shutdown(peer.handle),
};

const causesOf = (peer: Peer) => peer.take().map(({ record }) => record?.cause ?? '');

describe('output comes late', () => {
  for (const [later, happen] of Object.entries(LATER)) {
    for (const [debt, { incur, isPaid }] of Object.entries(DEBTS)) {
      test(`${debt} is paid for, although ${later}`, async () => {
        const bench = await Bench.open('board', { SACK: 0, TAIL_PROBE: 0, DELAYED_ACK: DELAYED_ACK_MS });
        const peer = new Peer(bench).establish(bench.listen(), { options: [MSS(500)] });
        bench.write(peer.handle, 'x'.repeat(2000));
        assert.equal(peer.take().length, 4);
        incur(peer);
        happen(peer);
        const causes = causesOf(peer);
        assert.ok(isPaid(causes), `sent ${causes.join()}`);
      });
    }
  }

  test('a keepalive that runs out is one segment more than the duplicate ACKs that are owed', async () => {
    const bench = await Bench.open();
    const peer = await established(bench);
    bench.core.call.option(peer.handle, Option.KEEPALIVE_IDLE, 1000);
    bench.core.call.option(peer.handle, Option.KEEPALIVE, 1);
    for (const seq of [101, 103, 105]) peer.give('.', { seq, text: 'x' });
    bench.now += 1000;
    assert.deepEqual(causesOf(peer), ['keepalive', 'duplicate-ack', 'duplicate-ack']);
  });
});
