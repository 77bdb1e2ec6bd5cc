// SYN cookies (RFC 4987 section 3.6): a SYN answered without state, and what the ACK that brings it back may claim.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { WireOption } from '../../host/script/datagram.js';
import { Bench, type Sent, THERE } from './bench.js';
import { MSS, Peer } from './peer.js';

const SLOT_MS = 65536;

const u32 = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);

async function cookieBench(profile = 'board'): Promise<{ bench: Bench; listener: number }> {
  const bench = await Bench.open(profile, { COOKIES: 1 });
  return { bench, listener: bench.listen() };
}

/** A SYN and its cookie; the ACK is the test's to send. */
function offered(bench: Bench, mss: number | undefined, port = 5001): Peer {
  const peer = new Peer(bench, port);
  assert.equal(peer.give('S', mss === undefined ? {} : { options: [MSS(mss)] }), 'none');
  const [answer] = peer.take();
  assert.equal(answer?.flags, 'S.');
  assert.equal(answer.record?.cause, 'cookie');
  assert.equal(answer.ack, 1);
  return peer;
}

describe('SYN cookies', () => {
  test('nothing is kept between the SYN and the ACK', async () => {
    const { bench } = await cookieBench();
    offered(bench, 1460);
    assert.deepEqual(
      bench.core.list().map(({ table }) => table),
      ['listener'],
    );
  });

  const known = [28, 256, 536, 966, 1220, 1360, 1440, 1460];
  for (const mss of [...known, ...known.map((value) => value + 1), ...known.map((value) => value - 1)].filter(
    (value) => value >= 64,
  )) {
    test(`an MSS of ${mss} becomes the largest value kept that is not above it`, async () => {
      const { bench, listener } = await cookieBench();
      const peer = offered(bench, mss);
      assert.equal(peer.give('.'), 'none');
      const kept = known.filter((value) => value <= mss).at(-1);
      assert.equal(bench.info(bench.core.call.accept(listener)).sendMss, kept);
    });
  }

  test('without an MSS option the peer gets segments of 536 octets (MUST-15)', async () => {
    const { bench, listener } = await cookieBench();
    const peer = offered(bench, undefined);
    peer.give('.');
    assert.equal(bench.info(bench.core.call.accept(listener)).sendMss, 536);
  });

  test('every bit of the cookie counts, and so does the peer sequence number', async () => {
    const { bench } = await cookieBench();
    const peer = offered(bench, 1460);
    for (let bit = 0; bit < 32; bit++) {
      const drop = bench.segment({
        sourcePort: peer.port,
        destinationPort: 80,
        flags: 16,
        seq: (peer.isn + 1) >>> 0,
        ack: ((peer.iss + 1) ^ (1 << bit)) >>> 0,
      });
      assert.equal(drop, 'bad-cookie', `bit ${bit}`);
      assert.deepEqual(
        bench.outputs().map(({ flags }) => flags),
        ['R'],
      );
    }
    assert.equal(peer.give('.', { seq: 2 }), 'bad-cookie');
    assert.equal(peer.give('.', { seq: 1 }), 'none');
  });

  test('a cookie is good for its own four numbers alone', async () => {
    const { bench } = await cookieBench();
    const peer = offered(bench, 1460);
    const others = [
      { sourcePort: 5002, destinationPort: 80 },
      { sourcePort: 5001, destinationPort: 80, source: THERE + 8 },
    ];
    const numbers = { flags: 16, seq: (peer.isn + 1) >>> 0, ack: (peer.iss + 1) >>> 0 };
    for (const other of others) assert.equal(bench.segment({ ...numbers, ...other }), 'bad-cookie');
    bench.outputs();
    assert.equal(peer.give('.'), 'none');
  });

  test('a cookie is good in its own minute and in the next, and no longer', async () => {
    for (const [wait, expected] of [
      [SLOT_MS - 5001, 'none'],
      [2 * SLOT_MS - 5001, 'none'],
      [2 * SLOT_MS - 5000, 'no-connection'],
      [10 * SLOT_MS, 'no-connection'],
    ] as const) {
      const { bench } = await cookieBench();
      const peer = offered(bench, 1460); // at 5000 ms: the slot ends at 65536
      peer.pass(wait);
      assert.equal(peer.give('.'), expected, `after ${wait} ms`);
    }
  });

  test('the key turns with the minute: what the one before has signed stays good, what the one before that has does not', async () => {
    const { bench } = await cookieBench();
    const first = offered(bench, 1460, 5001);
    bench.pass(SLOT_MS);
    const second = offered(bench, 1460, 5002);
    assert.equal(first.give('.'), 'none');
    bench.pass(SLOT_MS);
    const third = offered(bench, 1460, 5003);
    assert.equal(first.give('.', { seq: 1 }), 'none', 'it is connected by now');
    assert.equal(second.give('.'), 'none');
    bench.pass(SLOT_MS);
    offered(bench, 1460, 5004);
    bench.pass(SLOT_MS);
    offered(bench, 1460, 5004);
    assert.equal(third.give('.'), 'bad-cookie');
  });

  test('text that overtakes its cookie is dropped without a RST, a SYN-ACK with a wrong number is not', async () => {
    const { bench } = await cookieBench();
    const peer = offered(bench, 1460);
    assert.equal(peer.give('.', { seq: 500, text: 'later' }), 'bad-cookie');
    assert.deepEqual(peer.take(), []);
    assert.equal(peer.give('S.', { seq: 0, ack: 77 }), 'bad-cookie');
    assert.deepEqual(
      peer.take().map(({ flags }) => flags),
      ['R'],
    );
    assert.equal(peer.give('.'), 'none');
  });

  test('text and FIN that come with the ACK are taken with it', async () => {
    const { bench, listener } = await cookieBench();
    const peer = offered(bench, 1460);
    assert.equal(peer.give('FP.', { text: 'all at once' }), 'none');
    const handle = bench.core.call.accept(listener);
    assert.equal(bench.read(handle), 'all at once');
    assert.equal(bench.info(handle).state, 'CLOSE-WAIT');
    assert.deepEqual(
      peer.take().map(({ flags, ack }) => [flags, ack]),
      [['.', 13]],
    );
  });

  test('the connection begins with the window that the ACK tells', async () => {
    const { bench, listener } = await cookieBench();
    const peer = offered(bench, 1460);
    peer.give('.', { win: 777 });
    const info = bench.info(bench.core.call.accept(listener));
    assert.equal(info.snd.wnd, 777);
    assert.equal(info.snd.una, info.snd.nxt);
    assert.equal((info.iss + 1) >>> 0, info.snd.nxt);
    assert.equal((info.irs + 1) >>> 0, info.rcv.nxt);
  });

  test('without cookies ever sent an ACK is no cookie, and it is told apart from a bad one', async () => {
    const bench = await Bench.open();
    bench.listen();
    const peer = new Peer(bench);
    assert.equal(peer.give('.', { seq: 1 }), 'no-connection');
  });

  test('with the SYN queue full cookies begin by themselves, and with COOKIES 2 the SYN is dropped', async () => {
    for (const [cookies, expected] of [
      [0, 'none'],
      [2, 'syn-queue-full'],
    ] as const) {
      const bench = await Bench.open('board', { COOKIES: cookies });
      bench.listen();
      for (let i = 0; i < bench.core.constants.synQueue; i++) assert.equal(new Peer(bench, 100 + i).give('S'), 'none');
      const sent = bench.outputs();
      assert.ok(sent.every(({ record }) => record?.cause === 'syn-ack'));
      assert.equal(new Peer(bench, 5001).give('S'), expected);
      assert.deepEqual(
        bench.outputs().map(({ record }) => record?.cause),
        cookies === 0 ? ['cookie'] : [],
      );
    }
  });

  test('window scale and SACK survive in the timestamp that comes back', async () => {
    const bench = await Bench.open('host', { COOKIES: 1 });
    const listener = bench.listen();
    for (const shift of [0, 1, 7, 14]) {
      for (const sack of [true, false]) {
        const peer = new Peer(bench, 6000 + 2 * shift + Number(sack));
        const stamp = (echo: Uint8Array) => ({ kind: 8, value: Uint8Array.of(0, 0, 1, 0, ...echo) });
        const options = [MSS(1460), { kind: 3, value: Uint8Array.of(shift) }, stamp(new Uint8Array(4))];
        if (sack) options.push({ kind: 4, value: new Uint8Array() });
        assert.equal(peer.give('S', { options }), 'none');
        const [answer] = peer.take();
        const echo = answer?.segment.options.find(({ kind }) => kind === 8)?.value.subarray(0, 4);
        assert.ok(echo, 'timestamps are offered back');
        assert.deepEqual(
          [3, 4].map((kind) => answer?.segment.options.some((option) => option.kind === kind)),
          [true, sack],
        );
        assert.equal(peer.give('.', { options: [stamp(echo)], win: 100 }), 'none');
        const info = bench.info(bench.core.call.accept(listener));
        assert.deepEqual([info.snd.scale, info.windowScale, info.sack, info.timestamps], [shift, true, sack, true]);
        assert.equal(info.snd.wnd, 100 << shift);
        bench.core.call.abort(info.handle);
        bench.outputs();
      }
    }
  });

  test('without timestamps the connection has neither window scale nor SACK', async () => {
    const bench = await Bench.open('host', { COOKIES: 1 });
    const listener = bench.listen();
    const peer = new Peer(bench);
    const options = [MSS(1460), { kind: 3, value: Uint8Array.of(7) }, { kind: 4, value: new Uint8Array() }];
    peer.give('S', { options });
    const [answer] = peer.take();
    assert.deepEqual(
      answer?.segment.options.map(({ kind }) => kind).filter((kind) => kind > 1),
      [2],
    );
    peer.give('.', { win: 100 });
    const info = bench.info(bench.core.call.accept(listener));
    assert.deepEqual([info.windowScale, info.sack, info.timestamps, info.snd.wnd], [false, false, false, 100]);
  });

  test('a cookie is never stamped later than now, nor long before (RFC 7323 section 5.4)', async () => {
    const { bench, listener } = await cookieBench('host');
    const stamps: WireOption = { kind: 8, value: Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 0) };
    const stampOf = (sent: Sent | undefined) => {
      const value = sent?.segment.options.find(({ kind }) => kind === 8)?.value ?? assert.fail('no timestamps');
      return new DataView(value.buffer, value.byteOffset).getUint32(0);
    };
    const settled = new Peer(bench, 4000);
    settled.give('S', { options: [stamps] });
    const [first] = settled.take();
    const echo = { kind: 8, value: Uint8Array.from([0, 0, 0, 1, ...u32(stampOf(first))]) };
    assert.equal(settled.give('.', { options: [echo] }), 'none');
    assert.ok(bench.core.call.accept(listener) > 0);
    for (let ms = 0; ms < 140; ms++) {
      bench.now += 1;
      settled.give('.', { seq: 500, text: 'x', options: [echo] });
      const now = stampOf(settled.take().at(-1));
      const asking = new Peer(bench, 5000 + ms);
      asking.give('S', { options: [stamps] });
      const behind = (now - stampOf(asking.take()[0])) >>> 0;
      assert.ok(behind < 128, `${behind} ms behind`);
    }
  });
});
