// The other end of one connection, played by hand: its sequence numbers count from its SYN, and so do those it hears.

import assert from 'node:assert/strict';
import type { WireOption } from '../../host/script/datagram.js';
import { type Bench, flags, type Sent, THERE } from './bench.js';

export interface Given {
  seq?: number;
  ack?: number;
  win?: number;
  urg?: number;
  text?: string;
  options?: WireOption[];
}

export const MSS = (octets: number): WireOption => ({ kind: 2, value: Uint8Array.of(octets >> 8, octets & 255) });

export class Peer {
  readonly isn: number;
  /** The core's initial sequence number, once its SYN has been seen. */
  iss = 0;
  /** Relative: what this end sends next, and what it expects. */
  next = 0;
  expected = 0;
  handle = 0;

  constructor(
    readonly bench: Bench,
    readonly port = 5001,
    readonly corePort = 80,
    readonly address = THERE,
  ) {
    this.isn = 0xfffff000 + port; // the sequence space wraps within every longer test
  }

  /** A segment arrives at the core: why it was dropped, or 'none'. */
  give(letters: string, given: Given = {}): string {
    const bits = flags(letters);
    const text = Buffer.from(given.text ?? '', 'latin1');
    const seq = given.seq ?? this.next;
    const drop = this.bench.segment({
      source: this.address,
      sourcePort: this.port,
      destinationPort: this.corePort,
      flags: bits,
      seq: (this.isn + seq) >>> 0,
      ack: (this.iss + (given.ack ?? this.expected)) >>> 0,
      win: given.win ?? 65535,
      urg: given.urg ?? 0,
      text,
      options: given.options ?? [],
    });
    const end = seq + text.length + (/[SF]/.test(letters) ? 1 : 0);
    if (!letters.includes('R') && end > this.next && seq <= this.next) this.next = end;
    return drop;
  }

  /** What the core has sent to this end by now; it is taken as heard, not yet as acknowledged. */
  take(): Sent[] {
    return this.hear(this.bench.outputs());
  }

  /** Time passes: what the core sent to this end in it. */
  pass(ms: number): Sent[] {
    return this.hear(this.bench.pass(ms));
  }

  hear(sent: readonly Sent[]): Sent[] {
    return sent
      .filter(({ segment }) => segment.destinationPort === this.port && segment.destination === this.address)
      .map((one) => {
        if (one.flags.includes('S')) this.iss = one.segment.seq;
        const seq = (one.segment.seq - this.iss) >>> 0;
        const end = seq + one.text.length + (/[SF]/.test(one.flags) ? 1 : 0);
        if (seq <= this.expected && end > this.expected) this.expected = end;
        return { ...one, seq, ack: one.flags.includes('.') ? (one.segment.ack - this.isn) >>> 0 : 0 };
      });
  }

  /** The handshake with a listener: SYN, SYN-ACK, ACK. */
  connect(given: Given = {}): this {
    assert.equal(this.give('S', { options: [MSS(1460)], ...given }), 'none');
    const [answer] = this.take();
    assert.equal(answer?.flags, 'S.');
    assert.equal(this.give('.', given.win === undefined ? {} : { win: given.win }), 'none');
    assert.deepEqual(this.take(), []);
    return this;
  }

  /** The handshake, and the listener's next connection is this one. */
  establish(listener: number, given: Given = {}): this {
    this.connect(given);
    this.handle = this.bench.core.call.accept(listener);
    assert.ok(this.handle > 0, `accept answers ${this.handle}`);
    this.bench.core.call.events(this.handle);
    return this;
  }

  /** The core opens: SYN, SYN-ACK, ACK. */
  answer(handle: number, given: Given = {}): this {
    this.handle = handle;
    const [syn] = this.take();
    assert.equal(syn?.flags, 'S');
    assert.equal(this.give('S.', { options: [MSS(1460)], ...given }), 'none');
    assert.deepEqual(
      this.take().map((sent) => sent.flags),
      ['.'],
    );
    return this;
  }
}

/** A bench with one connection from a listener on port 80. */
export async function established(bench: Bench, given: Given = {}): Promise<Peer> {
  return new Peer(bench).establish(bench.listen(), given);
}
