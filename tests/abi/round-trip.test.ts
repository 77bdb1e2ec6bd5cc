// RFC 6298: SRTT, RTTVAR and RTO, against the RFC's arithmetic done here in fractions.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { WireOption } from '../../host/script/datagram.js';
import { Bench, THERE } from './bench.js';
import { MSS, Peer } from './peer.js';

/** RFC 6298 section 2, with G of 1 ms. */
class Estimate {
  srtt = 0;
  rttvar = 0;
  #isFirst = true;

  take(ms: number): this {
    if (this.#isFirst) {
      this.srtt = ms;
      this.rttvar = ms / 2;
      this.#isFirst = false;
    } else {
      this.rttvar = 0.75 * this.rttvar + 0.25 * Math.abs(this.srtt - ms);
      this.srtt = 0.875 * this.srtt + 0.125 * ms;
    }
    return this;
  }

  rto(least: number): number {
    return Math.min(60_000, Math.max(least, this.srtt + Math.max(1, 4 * this.rttvar)));
  }
}

/** A connection whose handshake took `ms`. */
async function measured(ms: number, settings: Parameters<typeof Bench.open>[1] = {}): Promise<Peer> {
  const bench = await Bench.open('board', { RTO_MIN: 1, TAIL_PROBE: 0, DELAYED_ACK: 0, ...settings });
  const listener = bench.listen();
  const peer = new Peer(bench);
  peer.give('S', { options: [MSS(1460)] });
  peer.take();
  peer.pass(ms);
  peer.give('.');
  peer.handle = bench.core.call.accept(listener);
  return peer;
}

const TIMESTAMPS = 8;

function stamps(value: number, echo: number): WireOption {
  const octets = new DataView(new ArrayBuffer(8));
  octets.setUint32(0, value >>> 0);
  octets.setUint32(4, echo >>> 0);
  return { kind: TIMESTAMPS, value: new Uint8Array(octets.buffer) };
}

function near(actual: number, expected: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= 2, `${what}: ${actual}, not about ${expected}`);
}

describe('6298, 2: the retransmission time-out', () => {
  for (const ms of [0, 1, 7, 100, 500, 999]) {
    test(`2.2: the first sample, ${ms} ms, is SRTT, half of it RTTVAR`, async () => {
      const { bench, handle } = await measured(ms);
      const info = bench.info(handle);
      assert.equal(info.srtt, ms);
      near(info.rttvar, ms / 2, 'RTTVAR');
      near(info.rto, new Estimate().take(ms).rto(1), 'RTO');
    });
  }

  test('2.2: the SYN of an active open gives the first sample, one that was repeated gives none', async () => {
    for (const isRepeated of [false, true]) {
      const bench = await Bench.open('board', { RTO_MIN: 1 });
      const peer = new Peer(bench, 80, 5001);
      peer.handle = bench.core.call.open(THERE, 80, 5001);
      assert.equal(peer.take().length, 1);
      assert.equal(peer.pass(isRepeated ? 1000 : 0).length, isRepeated ? 1 : 0);
      peer.pass(70);
      peer.give('S.', { options: [MSS(1460)] });
      const { srtt, rttvar, rto } = bench.info(peer.handle);
      assert.deepEqual([srtt, rttvar, rto], isRepeated ? [0, 0, 3000] : [70, 35, 210]);
    }
  });

  test('2.3: further samples move both as the RFC says', async () => {
    const peer = await measured(100);
    const { bench, handle } = peer;
    const estimate = new Estimate().take(100);
    for (const wanted of [100, 120, 80, 300, 20, 20, 20, 1000, 40, 40, 40, 40, 40, 40, 40, 40]) {
      const ms = Math.min(wanted, bench.info(handle).rto - 1); // an answer in time
      bench.write(handle, 'x');
      assert.equal(peer.take().length, 1);
      assert.deepEqual(peer.pass(ms), []);
      peer.give('.');
      estimate.take(ms);
      const info = bench.info(handle);
      near(info.srtt, estimate.srtt, 'SRTT');
      near(info.rttvar, estimate.rttvar, 'RTTVAR');
      assert.ok(Math.abs(info.rto - estimate.rto(1)) <= 8, `RTO ${info.rto}, not about ${estimate.rto(1)}`);
    }
  });

  test('2.4: the RTO is never below the least', async () => {
    const { bench, handle } = await measured(1, { RTO_MIN: 345 });
    assert.equal(bench.info(handle).rto, 345);
  });

  test('2.5: nor above a minute', async () => {
    const { bench, handle } = await measured(900, { RTO_MIN: 60_000 });
    assert.equal(bench.info(handle).rto, 60_000);
  });

  for (const [ahead, srtt] of [
    [-60_001, 60_000],
    [-60_000, 60_000],
    [-59_999, 59_999],
    [-1, 1],
    [1, 60_000],
  ] as const) {
    test(`an echo ${Math.abs(ahead)} ms ${ahead > 0 ? 'ahead of' : 'behind'} our clock is a sample of ${srtt} ms: a minute at most, whatever is claimed`, async () => {
      const bench = await Bench.open('host');
      const listener = bench.listen();
      const peer = new Peer(bench);
      peer.give('S', { options: [MSS(1460), stamps(1, 0)] });
      const [answer] = peer.take();
      const stamped = answer?.segment.options.find(({ kind }) => kind === TIMESTAMPS)?.value ?? new Uint8Array(8);
      const ours = new DataView(stamped.buffer, stamped.byteOffset).getUint32(0);
      bench.now += 5;
      peer.give('.', { options: [stamps(1, ours)] });
      peer.handle = bench.core.call.accept(listener);
      const before = bench.info(peer.handle);
      bench.write(peer.handle, 'x');
      peer.take();
      peer.give('.', { options: [stamps(1, ours + 5 + ahead)] });
      const error = Math.abs(srtt - before.srtt);
      near(bench.info(peer.handle).srtt, before.srtt + (srtt - before.srtt) / 8, 'SRTT');
      near(bench.info(peer.handle).rttvar, 0.75 * before.rttvar + 0.25 * error, 'RTTVAR');
    });
  }

  test('3 (Karn): a segment that was sent twice gives no sample', async () => {
    const peer = await measured(100);
    const { bench, handle } = peer;
    const before = bench.info(handle);
    bench.write(handle, 'x');
    peer.take();
    assert.equal(peer.pass(before.rto + 50).length, 1);
    peer.give('.');
    const info = bench.info(handle);
    assert.deepEqual([info.srtt, info.rttvar], [before.srtt, before.rttvar]);
    assert.equal(info.rto, 2 * before.rto, '5.5: backed off until the next sample');
    bench.write(handle, 'y');
    peer.take();
    peer.pass(100);
    peer.give('.');
    assert.ok(bench.info(handle).rto < 2 * before.rto);
  });

  test('5.1 to 5.3: the timer starts with the text, starts again with progress, and stops when all is acknowledged', async () => {
    const peer = await measured(100, { TAIL_PROBE: 0 });
    const { bench, handle } = peer;
    assert.equal(bench.info(handle).timers.retransmission, undefined);
    bench.write(handle, 'x'.repeat(2920));
    assert.equal(peer.take().length, 2);
    const { rto } = bench.info(handle);
    assert.equal(bench.info(handle).timers.retransmission, rto);
    assert.equal(bench.info(handle).timers.kind, 'retransmission');
    peer.pass(60);
    assert.equal(bench.info(handle).timers.retransmission, rto - 60);
    peer.give('.', { ack: 1 + 1460 });
    assert.equal(bench.info(handle).timers.retransmission, bench.info(handle).rto);
    peer.give('.', { ack: 1 + 2920 });
    assert.equal(bench.info(handle).timers.retransmission, undefined);
    assert.deepEqual(peer.pass(60_000), []);
    assert.equal(bench.core.call.deadline(bench.now), -1, 'nothing is left to wait for');
  });

  test('5.5: each time-out doubles the wait, up to a minute', async () => {
    const peer = await measured(100, { R2: 1_000_000 });
    const { bench, handle } = peer;
    const { rto } = bench.info(handle);
    bench.write(handle, 'x');
    peer.take();
    let last = 0;
    const waits = peer.pass(400_000).map(({ after }) => {
      const wait = after - last;
      last = after;
      return wait;
    });
    const expected = Array.from({ length: waits.length }, (_, i) => Math.min(60_000, rto * 2 ** i));
    assert.ok(waits.length > 8);
    assert.deepEqual(waits, expected);
    assert.equal(bench.info(handle).backoff, waits.length);
    assert.equal(bench.info(handle).retransmissions, waits.length);
  });

  test('5.7: behind a SYN that was repeated data begins with three seconds and one segment', async () => {
    const bench = await Bench.open('board', { TAIL_PROBE: 0 });
    const listener = bench.listen();
    const peer = new Peer(bench);
    peer.give('S', { options: [MSS(1460)] });
    peer.take();
    assert.equal(peer.pass(1000).length, 1);
    peer.give('.');
    const handle = bench.core.call.accept(listener);
    assert.equal(bench.info(handle).rto, 3000);
    assert.equal(bench.info(handle).cwnd, 1460);
  });
});

describe('SYN and SYN-ACK', () => {
  test('a SYN-ACK is repeated after 1, 3, 7, 15 ... s and forgotten after a minute', async () => {
    const bench = await Bench.open();
    bench.listen();
    const peer = new Peer(bench);
    peer.give('S');
    assert.equal(peer.take().length, 1);
    const entry = () => bench.core.list().find(({ table }) => table === 'syn-queue');
    assert.equal(entry()?.timers.retransmission, 1000);
    assert.equal(entry()?.timers.life, 60_000);
    const again = peer.pass(120_000);
    assert.deepEqual(
      again.map(({ after, flags, seq }) => [after, flags, seq]),
      [1000, 3000, 7000, 15_000, 31_000].map((after) => [after, 'S.', 0]),
    );
    assert.deepEqual(
      again.map(({ record }) => [record?.cause, record?.repeat]),
      [1, 2, 3, 4, 5].map((repeat) => ['retransmission', repeat]),
    );
    assert.equal(entry(), undefined);
  });

  test('half-open connections get half the time when the queue is nearly full', async () => {
    const bench = await Bench.open();
    bench.listen();
    const { synQueue } = bench.core.constants;
    for (let i = 0; i < synQueue; i++) new Peer(bench, 100 + i).give('S');
    const lives = bench.core
      .list()
      .filter(({ table }) => table === 'syn-queue')
      .map(({ timers }) => timers.life);
    const crowded = Math.floor((synQueue * 3) / 4);
    assert.deepEqual(
      lives,
      Array.from({ length: synQueue }, (_, i) => (i < crowded ? 60_000 : 30_000)),
    );
  });

  test('a SYN that nobody answers is repeated and given up behind three minutes (MUST-23)', async () => {
    const bench = await Bench.open();
    const handle = bench.core.call.open(0xc0a80701, 5001, 1234);
    const peer = new Peer(bench, 5001, 1234);
    assert.equal(peer.take()[0]?.record?.cause, 'open');
    const again = peer.pass(600_000);
    assert.deepEqual(
      again.map(({ after }) => after),
      [1000, 3000, 7000, 15_000, 31_000, 63_000, 123_000],
    );
    assert.equal(bench.info(handle).state, 'CLOSED');
    assert.equal(bench.core.call.error(handle), -9);
  });
});
