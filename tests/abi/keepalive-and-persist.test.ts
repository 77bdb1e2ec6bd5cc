// Keepalive and the persist timer share a count of probes, and must not spoil it for one another.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Option } from '../../assembly/numbers.js';
import { Bench } from './bench.js';
import { MSS, Peer } from './peer.js';

const RTO = 200;

describe('9293 section 3.8.6.1', () => {
  test('the interval of window probes doubles although keepalive looks in between (SHLD-30)', async () => {
    const bench = await Bench.open('board', { TAIL_PROBE: 0, TIMESTAMPS: 0, RTO_MIN: RTO });
    const peer = new Peer(bench).establish(bench.listen(), { options: [MSS(500)] });
    bench.core.call.option(peer.handle, Option.KEEPALIVE_IDLE, 3 * RTO);
    bench.core.call.option(peer.handle, Option.KEEPALIVE, 1);
    peer.give('.', { ack: 1, win: 0 });
    bench.write(peer.handle, 'x'.repeat(100));
    const began = bench.now;
    const probes: number[] = [];
    while (probes.length < 5 && bench.now < began + 60_000) {
      bench.now += 1;
      for (const { text, record } of peer.take()) {
        assert.equal(record?.cause, 'window-probe', `${text.length} octets`);
        probes.push(bench.now - began);
        peer.give('.', { ack: 1, win: 0 });
      }
    }
    const gaps = probes.slice(1).map((at, i) => at - (probes[i] ?? 0));
    assert.deepEqual(gaps, [2 * RTO, 4 * RTO, 8 * RTO, 16 * RTO]);
  });
});
