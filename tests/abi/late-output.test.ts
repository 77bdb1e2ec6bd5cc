// A board that is busy elsewhere asks for output late: several segments have arrived by then, and a timer has run out in
// between. Nothing that was owed before it ran out is forgotten.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Option } from '../../assembly/numbers.js';
import { Bench } from './bench.js';
import { established, MSS, Peer } from './peer.js';

const DELAYED_ACK_MS = 100;

/** What a connection comes to owe, and the causes for which it then sends. */
const DEBTS: Record<string, { incur: (peer: Peer) => void; causes: string[] }> = {
  'a lost segment': {
    incur: (peer) => {
      for (let i = 0; i < 3; i++) peer.give('.', { ack: 1 });
    },
    causes: ['fast-retransmission'],
  },
  'a challenge ACK': {
    incur: (peer) => void peer.give('S'),
    causes: ['challenge-ack'],
  },
  'two duplicate ACKs': {
    incur: (peer) => {
      for (const seq of [101, 103]) peer.give('.', { seq, ack: 1, text: 'x' });
    },
    causes: ['duplicate-ack', 'duplicate-ack'],
  },
};

const causesOf = (peer: Peer) => peer.take().map(({ record }) => record?.cause);

describe('output comes late', () => {
  for (const [debt, { incur, causes }] of Object.entries(DEBTS)) {
    test(`a delayed ACK that runs out takes ${debt} not with it`, async () => {
      const bench = await Bench.open('board', { SACK: 0, TAIL_PROBE: 0, DELAYED_ACK: DELAYED_ACK_MS });
      const peer = new Peer(bench).establish(bench.listen(), { options: [MSS(500)] });
      bench.write(peer.handle, 'x'.repeat(2000));
      assert.equal(peer.take().length, 4);
      peer.give('.', { ack: 1, text: 'y' });
      incur(peer);
      bench.now += DELAYED_ACK_MS;
      const sent = causesOf(peer);
      assert.deepEqual(
        sent.filter((cause) => cause !== undefined && causes.includes(cause)),
        causes,
        `sent ${sent.join()}`,
      );
    });
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
