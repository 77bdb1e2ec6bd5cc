// Loss recovery, number by number: NewReno's window (RFC 6582), and what is under way and what goes next with SACK
// (RFC 6675), beside an oracle that counts segment by segment.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { WireOption } from '../../host/script/datagram.js';
import { Bench } from './bench.js';
import { numbers } from './numbers.js';
import { MSS, Peer } from './peer.js';

const OCTETS = 1000;
const SACK_PERMITTED: WireOption = { kind: 4, value: new Uint8Array() };

/** A connection with `segments` of 1000 octets under way, all of them still unanswered. */
async function sender(segments: number, options: WireOption[] = [], settings = {}): Promise<Peer> {
  const bench = await Bench.open('host', { TAIL_PROBE: 0, RTO_MIN: 60_000, ...settings });
  const peer = new Peer(bench).establish(bench.listen(), { options: [MSS(OCTETS), ...options] });
  let sent = 1;
  while (bench.info(peer.handle).cwnd < segments * OCTETS) {
    const more = Math.min(2 * OCTETS, segments * OCTETS - bench.info(peer.handle).cwnd);
    bench.write(peer.handle, 'x'.repeat(more));
    peer.take();
    sent += more;
    peer.give('.', { ack: sent });
  }
  bench.write(peer.handle, 'x'.repeat(segments * OCTETS));
  assert.equal(peer.take().length, segments);
  return peer;
}

/** Relative: the oldest octet that is not acknowledged. */
const una = (peer: Peer) => (peer.bench.info(peer.handle).snd.una - peer.iss) >>> 0;

describe('6582: without SACK', () => {
  test('3.2, 2: the third duplicate halves the window and adds three segments, each further one a segment', async () => {
    const peer = await sender(9);
    const { bench, handle } = peer;
    const ack = una(peer);
    const windows = [];
    for (let i = 0; i < 5; i++) {
      peer.give('.', { ack });
      const { cwnd, ssthresh } = bench.info(handle);
      windows.push([cwnd, ssthresh > 1e6 ? Infinity : ssthresh]);
    }
    const before = [9000, Infinity];
    assert.deepEqual(windows, [before, before, [7500, 4500], [8500, 4500], [9500, 4500]]);
  });

  for (const [acked, window] of [
    [400, 7500 - 400],
    [999, 7500 - 999],
    [1000, 7500],
    [1600, 7500 - 1600 + 1000],
    [7000, 7500 - 7000 + 1000],
    [8900, 1000],
  ] as const) {
    test(`3.2, 3: a partial ACK of ${acked} octets leaves a window of ${window}, and the next hole goes at once`, async () => {
      const peer = await sender(9);
      const { bench, handle } = peer;
      const ack = una(peer);
      for (let i = 0; i < 3; i++) peer.give('.', { ack });
      assert.deepEqual(
        peer.take().map(({ seq }) => seq),
        [ack],
      );
      peer.give('.', { ack: ack + acked });
      assert.equal(bench.info(handle).cwnd, window);
      const [hole] = peer.take();
      assert.deepEqual(
        [hole?.seq, hole?.text.length, hole?.record?.cause],
        [ack + acked, Math.min(OCTETS, 9000 - acked), 'fast-retransmission'],
      );
    });
  }

  for (const [unsent, window] of [
    [0, 2000],
    [1, 2000],
    [2, 3000],
    [3, 4000],
    [4, 4500],
  ] as const) {
    test(`3.2, 3: a full ACK with ${unsent} segments under way leaves a window of ${window}`, async () => {
      const peer = await sender(9);
      const { bench, handle } = peer;
      const ack = una(peer);
      for (let i = 0; i < 3; i++) peer.give('.', { ack });
      for (let i = 0; i < 6; i++) peer.give('.', { ack });
      bench.write(handle, 'y'.repeat(unsent * OCTETS));
      assert.equal(peer.take().length, 1 + unsent);
      peer.give('.', { ack: ack + 9000 });
      assert.equal(bench.info(handle).cwnd, window);
      assert.equal(bench.info(handle).inFlight, unsent * OCTETS);
    });
  }
});

/** RFC 6675 sections 4 and 5 by the segment: the sender's scoreboard as the RFC words it. */
class Oracle {
  readonly sacked = new Set<number>();
  highRxt = 0;

  constructor(
    public una: number,
    public nxt: number,
    readonly end: number,
  ) {}

  /** Discontiguous stretches SACKed above, or octets SACKed above. */
  isLost(segment: number): boolean {
    const above = [...this.sacked].filter((other) => other > segment);
    const stretches = above.filter((other) => !this.sacked.has(other - 1)).length;
    return stretches >= 3 || above.length > 2;
  }

  get pipe(): number {
    let segments = 0;
    for (const segment of this.holes(this.nxt)) {
      if (!this.isLost(segment)) segments += 1;
      if (segment < this.highRxt) segments += 1;
    }
    return segments;
  }

  /** NextSeg(): the number of the segment, or undefined. */
  next(): number | undefined {
    const holes = this.holes(Math.max(-1, ...this.sacked)).filter((segment) => segment >= this.highRxt);
    const lost = holes.find((segment) => this.isLost(segment));
    if (lost !== undefined) return lost;
    return this.nxt < this.end ? this.nxt : holes[0];
  }

  holes(below: number): number[] {
    const all = Array.from({ length: Math.max(0, below - this.una) }, (_, i) => this.una + i);
    return all.filter((segment) => !this.sacked.has(segment));
  }

  sent(segment: number): void {
    if (segment === this.nxt) this.nxt += 1;
    else this.highRxt = segment + 1;
  }
}

describe('6675: with SACK', () => {
  for (let seed = 1; seed <= 60; seed++) {
    test(`SetPipe() and NextSeg() hold for what arrives and what leaves, seed ${seed}`, async () => {
      const random = numbers(seed);
      const peer = await sender(20, [SACK_PERMITTED]);
      const { bench, handle } = peer;
      const first = una(peer);
      const fresh = seed % 3 === 0 ? 0 : 12;
      bench.write(handle, 'n'.repeat(fresh * OCTETS));
      const oracle = new Oracle(0, 20, 20 + fresh);
      const at = (segment: number) => first + segment * OCTETS;
      for (const segment of [3, 4, 6]) oracle.sacked.add(segment);
      peer.give('.', { ack: at(0), options: [blocks(peer, at, oracle.sacked)] });
      const { cwnd } = bench.info(handle);
      assert.equal(cwnd, 10 * OCTETS, 'three SACKed segments begin the recovery');
      for (let round = 0; round < 12; round++) {
        leave(peer, oracle, at, cwnd / OCTETS, round === 0);
        assert.equal(bench.info(handle).inFlight, oracle.pipe * OCTETS, `round ${round}: pipe`);
        const candidates = oracle.holes(oracle.nxt).filter((segment) => segment > 0);
        const arrived = candidates[random.next().value % candidates.length];
        if (arrived !== undefined && stretches(oracle.sacked, arrived) <= 4) oracle.sacked.add(arrived);
        peer.give('.', { ack: at(0), options: [blocks(peer, at, oracle.sacked)] });
      }
    });
  }

  test('text behind the option is no block, however much it looks like one', async () => {
    const peer = await sender(9, [SACK_PERMITTED]);
    const { bench, handle } = peer;
    const ack = una(peer);
    const at = (segment: number) => ack + segment * OCTETS;
    const nop: WireOption = { kind: 1, value: new Uint8Array() };
    const [told, feigned] = [new Set([2]), new Set([4])].map((sacked) => blocks(peer, at, sacked)) as [
      WireOption,
      WireOption,
    ];
    const text = Buffer.from(feigned.value).toString('latin1');
    assert.equal(peer.give('.', { ack, text, options: [nop, nop, told] }), 'none');
    assert.equal(bench.info(handle).sacked, OCTETS);
    assert.equal(bench.read(handle), text);
  });
});

/** All that may leave now leaves, in the oracle's order; entering recovery repeats the first segment whatever the pipe. */
function leave(peer: Peer, oracle: Oracle, at: (segment: number) => number, window: number, isFirst: boolean): void {
  const expected: number[] = [];
  if (isFirst) {
    expected.push(0);
    oracle.sent(0);
  }
  for (let next = oracle.next(); next !== undefined && oracle.pipe + 1 <= window; next = oracle.next()) {
    expected.push(next);
    oracle.sent(next);
  }
  const sent = peer.take();
  assert.deepEqual(
    sent.map(({ seq }) => seq),
    expected.map(at),
  );
}

/** Up to four stretches, as an option. */
function blocks(peer: Peer, at: (segment: number) => number, sacked: ReadonlySet<number>): WireOption {
  const value = new DataView(new ArrayBuffer(32));
  let octets = 0;
  for (const left of [...sacked].sort((a, b) => a - b).filter((segment) => !sacked.has(segment - 1))) {
    let right = left;
    while (sacked.has(right)) right += 1;
    value.setUint32(octets, (peer.iss + at(left)) >>> 0);
    value.setUint32(octets + 4, (peer.iss + at(right)) >>> 0);
    octets += 8;
  }
  return { kind: 5, value: new Uint8Array(value.buffer, 0, octets) };
}

/** How many stretches there would be with one more segment. */
function stretches(sacked: ReadonlySet<number>, more: number): number {
  const all = new Set([...sacked, more]);
  return [...all].filter((segment) => !all.has(segment - 1)).length;
}
