// A slot that is given away again knows nothing of the connection that had it before: neither its options nor its troubles.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Option } from '../../assembly/numbers.js';
import type { WireOption } from '../../host/script/datagram.js';
import { Bench, THERE } from './bench.js';
import { MSS, Peer } from './peer.js';

const SACK_PERMITTED: WireOption = { kind: 4, value: new Uint8Array() };
const SCALE: WireOption = { kind: 3, value: Uint8Array.of(7) };
const STAMPS: WireOption = { kind: 8, value: Uint8Array.of(0, 0, 1, 0, 0, 0, 0, 0) };

/** A connection that is given every option and every trouble, and aborted in the midst of it. */
function live(bench: Bench, listener: number): void {
  const peer = new Peer(bench, 4001).establish(listener, { options: [MSS(700), SACK_PERMITTED, SCALE] });
  const { call } = bench.core;
  for (const [name, value] of [
    [Option.NODELAY, 1],
    [Option.USER_TIMEOUT, 5000],
    [Option.TOS, 0x28],
    [Option.TTL, 9],
    [Option.MAXSEG, 300],
    [Option.KEEPALIVE_IDLE, 1000],
    [Option.KEEPALIVE_INTERVAL, 500],
    [Option.KEEPALIVE_COUNT, 2],
    [Option.KEEPALIVE, 1],
    [Option.SOFT_ERRORS, 0],
  ] as const) {
    assert.equal(call.option(peer.handle, name, value), 0);
  }
  peer.give('.', { seq: 500, text: 'beyond a hole' });
  bench.write(peer.handle, 'x'.repeat(3000));
  peer.take();
  for (let i = 0; i < 5; i++) peer.give('.', { ack: 1 });
  peer.pass(3000);
  call.abort(peer.handle);
  bench.outputs();
}

/** What a new connection is, and what it does with text, a loss, a hole and silence. */
function observed(bench: Bench, peer: Peer): unknown[] {
  const { handle: _, ...row } = bench.info(peer.handle);
  bench.write(peer.handle, 'y'.repeat(3000));
  peer.give('.', { seq: peer.next + 1000, ack: 1, text: 'z' });
  const sent = [...peer.take(), ...peer.pass(20_000)];
  return [
    row.sendMss,
    row.cwnd,
    row.ssthresh,
    row.srtt,
    row.rttvar,
    row.rto,
    row.sack,
    row.timestamps,
    row.windowScale,
    row.snd.scale,
    row.rcv.scale,
    row.backoff,
    row.retransmissions,
    row.sacked,
    row.fault,
    row.timers,
    row.urgent,
    bench.core.call.error(peer.handle),
    sent.map((one) => [one.flags, one.seq, one.ack, one.win, one.text.length, one.after, one.record?.cause]),
    sent.map(({ segment }) => [segment.tos, segment.ttl, segment.options.map(({ kind }) => kind)]),
  ];
}

const OPENS: Record<string, (bench: Bench, listener: number) => Peer> = {
  'a passive open': (bench, listener) => new Peer(bench, 4002).establish(listener),
  'an active open': (bench) => {
    const peer = new Peer(bench, 80, 5001);
    return peer.answer(bench.core.call.open(THERE, 80, 5001));
  },
};

describe('a slot that another connection has had', () => {
  for (const [how, open] of Object.entries(OPENS)) {
    test(`${how} in it is like one in a slot that nobody has had`, async () => {
      const results = [];
      for (const isUsed of [false, true]) {
        const bench = await Bench.open('board');
        const listener = bench.listen();
        if (isUsed) live(bench, listener);
        bench.now = 100_000;
        results.push(observed(bench, open(bench, listener)));
      }
      assert.deepEqual(results[1], results[0]);
    });
  }

  test('a half-open entry takes nothing from the one that came before it', async () => {
    const bench = await Bench.open('host');
    bench.listen();
    const rich = new Peer(bench, 4001);
    rich.give('S', { options: [MSS(700), SACK_PERMITTED, SCALE, STAMPS] });
    const kinds = (peer: Peer) => peer.take().flatMap(({ segment }) => segment.options.map(({ kind }) => kind));
    assert.ok(kinds(rich).includes(8));
    const plain = new Peer(bench, 4002);
    plain.give('S', { options: [MSS(1460)] });
    assert.deepEqual(
      kinds(plain).filter((kind) => kind > 2),
      [],
    );
    rich.give('R', { seq: 1 });
    const next = new Peer(bench, 4003);
    next.give('S', { options: [MSS(1460)] });
    assert.deepEqual(
      kinds(next).filter((kind) => kind > 2),
      [],
    );
  });
});
