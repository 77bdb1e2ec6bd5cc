// RFC 5681: how much may be under way, octet by octet, as info() tells it.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Bench } from './bench.js';
import { MSS, Peer } from './peer.js';

/** A connection on the host's profile, whose ring holds more than a congestion window. */
async function sender(mss: number, given: { win?: number } = {}): Promise<Peer> {
  const bench = await Bench.open('host', { TAIL_PROBE: 0, RTO_MIN: 200 });
  const peer = new Peer(bench).establish(bench.listen(), { options: [MSS(mss)], ...given });
  return peer;
}

describe('5681, 3.1: slow start and congestion avoidance', () => {
  for (const [mss, segments] of [
    [536, 4],
    [1095, 4],
    [1096, 3],
    [1460, 3],
  ] as const) {
    test(`the initial window for an MSS of ${mss} is ${segments} segments`, async () => {
      const peer = await sender(mss);
      const { bench, handle } = peer;
      assert.equal(bench.info(handle).cwnd, segments * mss);
      bench.write(handle, 'x'.repeat(10 * mss));
      assert.equal(peer.take().length, segments);
    });
  }

  test('in slow start each ACK adds what it acknowledges, two segments at most', async () => {
    const peer = await sender(1000);
    const { bench, handle } = peer;
    bench.write(handle, 'x'.repeat(40_000));
    peer.take();
    const acks: [number, number][] = [
      [1, 1],
      [1001, 1000],
      [3001, 2000],
      [4001, 1000],
      [4501, 500],
    ];
    let acked = 1;
    for (const [ack, adds] of acks) {
      const { cwnd } = bench.info(handle);
      if (ack !== acked) peer.give('.', { ack });
      if (ack !== acked) assert.equal(bench.info(handle).cwnd, cwnd + Math.min(adds, 2000), `ACK ${ack}`);
      acked = ack;
      peer.take();
    }
    const { cwnd, inFlight } = bench.info(handle);
    assert.ok(inFlight <= cwnd && inFlight > cwnd - 1000, `${inFlight} under way of ${cwnd}`);
    const all = bench.info(handle).inFlight;
    peer.give('.', { ack: 4501 + all });
    assert.equal(bench.info(handle).cwnd, cwnd + 2000, 'an ACK for much more adds two segments');
  });

  test('above ssthresh the window grows by one segment for each window acknowledged', async () => {
    const peer = await sender(1000);
    const { bench, handle } = peer;
    bench.write(handle, 'x'.repeat(100_000));
    peer.take();
    peer.pass(1000); // a time-out: ssthresh is two segments, the least
    assert.equal(bench.info(handle).ssthresh, 2000);
    assert.equal(bench.info(handle).cwnd, 1000);
    for (let rounds = 0; bench.info(handle).cwnd < 2000; rounds++) {
      assert.ok(rounds < 10);
      peer.give('.');
      peer.take();
    }
    const windows: number[] = [];
    for (let i = 0; i < 60; i++) {
      const { cwnd, snd } = bench.info(handle);
      windows.push(cwnd);
      peer.give('.', { ack: (snd.una + 1000 - peer.iss) >>> 0 });
      const grown = bench.info(handle).cwnd - cwnd;
      assert.ok(grown === 0 || grown === 1000, `grown by ${grown}`);
      peer.take();
    }
    // From w segments to w + 1 takes w ACKs of one segment each: 2 + 3 + 4 ... of them.
    const steps = windows.filter((cwnd, i) => i > 0 && cwnd !== windows[i - 1]).length;
    assert.ok(steps >= 8 && steps <= 11, `${steps} steps in 60 ACKs`);
  });

  test('eq. (4): a loss halves what is under way, and two segments are the least', async () => {
    for (const [segments, threshold] of [
      [3, 2000],
      [4, 2000],
      [5, 2500],
      [8, 4000],
    ] as const) {
      const peer = await sender(1000);
      const { bench, handle } = peer;
      let sent = 1;
      for (let round = 0; bench.info(handle).cwnd < segments * 1000; round++) {
        bench.write(handle, 'x'.repeat(3000));
        sent += 3000;
        peer.pass(50);
        peer.give('.', { ack: sent });
        peer.take();
      }
      bench.write(handle, 'x'.repeat(segments * 1000));
      assert.equal(peer.take().length, segments);
      assert.ok(peer.pass(1000).length > 0);
      assert.equal(bench.info(handle).ssthresh, threshold, `${segments} segments under way`);
    }
  });

  test('4.1: behind a pause longer than the RTO the window begins anew', async () => {
    const peer = await sender(1000);
    const { bench, handle } = peer;
    let ack = 1;
    for (let round = 0; round < 6; round++) {
      bench.write(handle, 'x'.repeat(6000));
      ack += 6000;
      for (let sent = peer.take(); sent.length > 0; sent = peer.take()) peer.give('.');
    }
    const { cwnd, rto } = bench.info(handle);
    assert.ok(cwnd > 8000);
    assert.equal(peer.expected, ack);
    peer.pass(rto);
    bench.write(handle, 'x'.repeat(20_000));
    assert.equal(bench.info(handle).cwnd, cwnd, 'a pause of one RTO changes nothing');
    assert.ok(peer.take().length > 4);
    for (let more = true; more;) {
      peer.give('.');
      more = peer.take().length > 0;
    }
    peer.pass(rto + 1);
    bench.write(handle, 'x'.repeat(20_000));
    assert.equal(peer.take().length, 4);
    assert.equal(bench.info(handle).cwnd, 4000);
  });

  test('the window is bounded by twice the send ring', async () => {
    const peer = await sender(1000);
    const { bench, handle } = peer;
    const { sendRing } = bench.core.constants;
    for (let round = 0; round < 400; round++) {
      bench.write(handle, 'x'.repeat(Math.min(1000, bench.core.call.sendRoom(handle))));
      peer.take();
      peer.give('.');
    }
    assert.equal(bench.info(handle).cwnd, 2 * sendRing);
  });

  test('8985, 7.4: a tail probe that was needed halves the window, also when its ACK comes in pieces', async () => {
    for (const pieces of [[], [1001]]) {
      const bench = await Bench.open('host', { RTO_MIN: 1000 });
      const peer = new Peer(bench);
      const listener = bench.listen();
      peer.give('S', { options: [MSS(1000)] });
      peer.take();
      bench.now += 50;
      peer.give('.');
      peer.handle = bench.core.call.accept(listener);
      bench.write(peer.handle, 'x'.repeat(3000));
      assert.equal(peer.take().length, 3);
      assert.deepEqual(
        peer.pass(400).map(({ seq, record }) => [seq, record?.cause]),
        [[2001, 'tail-probe']],
      );
      for (const ack of pieces) peer.give('.', { ack });
      const { ssthresh } = bench.info(peer.handle);
      assert.ok(ssthresh > 1e6, 'no loss is known yet');
      peer.give('.', { ack: 3001 });
      assert.equal(bench.info(peer.handle).ssthresh, 2000);
    }
  });
});
