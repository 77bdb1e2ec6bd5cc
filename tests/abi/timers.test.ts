// When each timer runs out, to the millisecond, as info() tells it: the tail loss probe of RFC 8985, the persist timer of
// RFC 9293 section 3.8.6.1, and the longest time that any of them is set for.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Option } from '../../assembly/numbers.js';
import { Bench } from './bench.js';
import { established, MSS, Peer } from './peer.js';

const OCTETS = 1000;
const ACK_DELAY = 200;

/** A connection whose handshake took `ms`. */
async function measured(ms: number, settings = {}): Promise<Peer> {
  const bench = await Bench.open('host', { RTO_MIN: 1000, ...settings });
  const peer = new Peer(bench);
  const listener = bench.listen();
  peer.give('S', { options: [MSS(OCTETS)] });
  peer.take();
  bench.now += ms;
  peer.give('.');
  peer.handle = bench.core.call.accept(listener);
  return peer;
}

const timer = ({ bench, handle }: Peer) => {
  const { kind, retransmission } = bench.info(handle).timers;
  return [kind, retransmission];
};

describe('8985, 7.2: the tail loss probe', () => {
  for (const ms of [0, 1, 5, 6, 40, 300]) {
    const twice = Math.max(2 * ms, 10);

    test(`with a round trip of ${ms} ms it comes after ${twice} ms, and ${ACK_DELAY} more for a lone segment`, async () => {
      const peer = await measured(ms);
      peer.bench.write(peer.handle, 'x'.repeat(OCTETS));
      assert.equal(peer.take().length, 1);
      assert.deepEqual(timer(peer), ['tail-probe', twice + ACK_DELAY]);
      peer.bench.write(peer.handle, 'x');
      assert.equal(peer.take().length, 1);
      assert.deepEqual(timer(peer), ['tail-probe', twice]);
    });
  }

  test('each new segment puts it off, and what is acknowledged begins it anew', async () => {
    const peer = await measured(50);
    const { bench, handle } = peer;
    bench.write(handle, 'x'.repeat(2 * OCTETS));
    peer.take();
    assert.deepEqual(peer.pass(60), []);
    assert.deepEqual(timer(peer), ['tail-probe', 40]);
    bench.write(handle, 'x'.repeat(OCTETS));
    peer.take();
    assert.deepEqual(timer(peer), ['tail-probe', 100]);
    peer.give('.', { ack: 1 + OCTETS });
    const { srtt } = bench.info(handle);
    assert.deepEqual(timer(peer), ['tail-probe', 2 * srtt]);
  });

  test('never later than the retransmission that it is to spare', async () => {
    const peer = await measured(50, { RTO_MIN: 250 });
    const { bench, handle } = peer;
    bench.write(handle, 'x'.repeat(OCTETS));
    peer.take();
    assert.deepEqual(timer(peer), ['retransmission', 250]);
    const other = await measured(50, { RTO_MIN: 301 });
    other.bench.write(other.handle, 'x'.repeat(OCTETS));
    other.take();
    assert.deepEqual(timer(other), ['tail-probe', 300]);
  });

  test('behind it the retransmission timer has its whole time, and no second probe repeats', async () => {
    const peer = await measured(50);
    const { bench, handle } = peer;
    bench.write(handle, 'x'.repeat(2 * OCTETS));
    peer.take();
    const [probe, ...more] = peer.pass(100);
    assert.deepEqual([probe?.record?.cause, probe?.seq], ['tail-probe', 1 + OCTETS]);
    assert.deepEqual(more, []);
    assert.deepEqual(timer(peer), ['retransmission', 1000]);
    assert.deepEqual(
      peer.pass(1000).map(({ record, seq, after }) => [record?.cause, seq, after]),
      [['retransmission', 1, 1000]],
    );
  });

  test('none for a SYN, nor where it is switched off', async () => {
    const bench = await Bench.open('host');
    const opening = new Peer(bench, 80, 5001);
    opening.handle = bench.core.call.open(opening.address, 80, 5001);
    opening.take();
    assert.deepEqual(timer(opening), ['retransmission', 1000]);
    const peer = await measured(50, { TAIL_PROBE: 0 });
    peer.bench.write(peer.handle, 'x'.repeat(OCTETS));
    peer.take();
    assert.deepEqual(timer(peer), ['retransmission', 1000]);
  });
});

describe('3.8.6.1: the persist timer', () => {
  test('doubles up to a minute and never ends while the peer answers (SHLD-29, SHLD-30, MUST-37)', async () => {
    const bench = await Bench.open('board');
    const peer = await established(bench, { win: 0 });
    const { handle } = peer;
    bench.write(handle, 'text');
    assert.deepEqual(peer.take(), []);
    const waits: unknown[] = [];
    for (let probe = 0; probe < 20; probe++) {
      waits.push(bench.info(handle).timers.retransmission);
      assert.equal(timer(peer)[0], 'persist');
      const [sent, ...more] = peer.pass(waits.at(-1) as number);
      assert.deepEqual([sent?.seq, sent?.text, more.length], [1, 't', 0]);
      peer.give('.', { ack: 1, win: 0 });
      assert.deepEqual(peer.take(), []);
    }
    const { rto } = bench.info(handle);
    const expected = Array.from({ length: 20 }, (_, probe) => Math.min(rto * 2 ** probe, 60_000));
    assert.deepEqual(waits, expected);
    peer.give('.', { ack: 1, win: 100 });
    assert.deepEqual(
      peer.take().map(({ text }) => text),
      ['text'],
    );
  });
});

describe('the timers of the whole stack', () => {
  test('no wait is longer than half of half the circle of milliseconds', async () => {
    const peer = await established(await Bench.open());
    const { bench, handle } = peer;
    bench.core.call.option(handle, Option.KEEPALIVE, 1);
    for (const [asked, left] of [
      [0x3ffffffe, 0x3ffffffe],
      [0x3fffffff, 0x3fffffff],
      [0x7fffffff, 0x3fffffff],
    ] as const) {
      bench.core.call.option(handle, Option.KEEPALIVE_IDLE, asked);
      assert.equal(bench.info(handle).timers.keepalive, left);
    }
  });

  test('at most so many duplicate ACKs are owed to one peer as it may have sent while nobody asked for output', async () => {
    const peer = await established(await Bench.open());
    for (let i = 0; i < 40; i++) peer.give('.', { seq: 101 + (i % 4), text: 'x' });
    assert.equal(peer.take().length, 32);
  });
});
