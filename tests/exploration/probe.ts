// A core under exploration: one segment goes in, and what came of it is read back. Fast, since there are millions.

import { InfoAt, Table } from '../../assembly/numbers.js';
import { Core } from '../../host/core.js';
import { stateName } from '../../host/decode.js';
import { loadModule } from '../../host/modules.js';
import type { Snapshot } from '../../host/replay/snapshot.js';
import type { Segment, StateName } from './connection.js';

export const HERE = 0xc0a80702; // 192.168.7.2
export const THERE = 0xc0a80701; // 192.168.7.1
export const PORT = 80;
export const PEER_PORT = 5001;
/** Urgent pointer of the segments that carry one. */
const URGENT_POINTER = 5;
const HEADERS = 40;
/** More answers to one segment would be a storm. */
const ANSWERS_MOST = 8;

export interface Sent {
  flags: number;
  seq: number;
  ack: number;
  text: number;
}

/** What is known of the connection behind a segment. */
export interface Outcome {
  state: StateName;
  sent: readonly Sent[];
  una: number;
  rcvNxt: number;
  sndWnd: number;
  /** Everything of the connection's row but its timers. */
  row: string;
}

export class Probe {
  now = 100_000;
  readonly #view: DataView;
  readonly #rx: number;
  readonly #tx: number;

  private constructor(readonly core: Core) {
    this.#view = core.view;
    this.#rx = core.constants.rx;
    this.#tx = core.constants.tx;
  }

  static async open(profile: string): Promise<Probe> {
    return new Probe(await Core.load(await loadModule(profile)));
  }

  start(): void {
    this.core.call.start(HERE | 0, 0x01234567, 0x09abcdef, 0x02468ace, 0x13579bdf, this.now);
  }

  snapshot(): Snapshot {
    return this.core.snapshot(this.now);
  }

  /** Puts the core back. Its module has been checked when the snapshot was taken. */
  restore(snapshot: Snapshot): void {
    this.core.octets.set(snapshot.memory);
  }

  /** One segment arrives: why it was dropped. */
  give({ flags, seq, ack, wnd, text }: Segment): number {
    const view = this.#view;
    const at = this.#rx;
    const length = HEADERS + text;
    view.setUint32(at, (0x4500 << 16) | length);
    view.setUint32(at + 4, 0);
    view.setUint32(at + 8, 0x40060000);
    view.setUint32(at + 12, THERE);
    view.setUint32(at + 16, HERE);
    view.setUint16(at + 10, this.#checksum(at, 20, 0));
    view.setUint16(at + 20, PEER_PORT);
    view.setUint16(at + 22, PORT);
    view.setUint32(at + 24, seq);
    view.setUint32(at + 28, ack);
    view.setUint16(at + 32, 0x5000 | flags);
    view.setUint16(at + 34, wnd);
    view.setUint16(at + 36, 0);
    view.setUint16(at + 38, flags & 32 ? URGENT_POINTER : 0);
    // Text of zeros adds nothing to the sum.
    this.core.octets.fill(0, at + HEADERS, at + length);
    const pseudo = (THERE >>> 16) + (THERE & 0xffff) + (HERE >>> 16) + (HERE & 0xffff) + 6 + length - 20;
    view.setUint16(at + 36, this.#checksum(at + 20, 20, pseudo));
    return this.core.call.input(length, this.now);
  }

  /** All that is due now. */
  take(): Sent[] {
    const sent: Sent[] = [];
    const view = this.#view;
    const at = this.#tx;
    for (;;) {
      const length = this.core.call.output(this.now);
      if (length === 0 && this.core.call.deadline(this.now) !== 0) return sent;
      if (length === 0) continue;
      const header = (view.getUint8(at + 32) >>> 4) * 4;
      sent.push({
        flags: view.getUint8(at + 33) & 63,
        seq: view.getUint32(at + 24),
        ack: view.getUint32(at + 28),
        text: length - 20 - header,
      });
      if (sent.length > ANSWERS_MOST) throw new Error(`One segment draws more than ${ANSWERS_MOST}.`);
    }
  }

  /** What the core knows of the connection now, and what it has sent. `sent` has been taken. */
  outcome(sent: readonly Sent[]): Outcome {
    const { call } = this.core;
    const view = this.#view;
    for (let index = 0, at = call.list(0); at > 0; at = call.list(++index)) {
      if (view.getUint16(at + InfoAt.REMOTE_PORT, true) !== PEER_PORT) continue;
      const u32 = (offset: number): number => view.getUint32(at + offset, true);
      return {
        state: stateName(view.getUint8(at + InfoAt.STATE)) as StateName,
        sent,
        una: u32(InfoAt.SND_UNA),
        rcvNxt: u32(InfoAt.RCV_NXT),
        sndWnd: u32(InfoAt.SND_WND),
        row: this.#row(at),
      };
    }
    return { state: this.#hasListener() ? 'LISTEN' : 'CLOSED', sent, una: 0, rcvNxt: 0, sndWnd: 0, row: '' };
  }

  #hasListener(): boolean {
    const at = this.core.call.list(0);
    return at > 0 && this.#view.getUint8(at + InfoAt.TABLE) === Table.LISTENER;
  }

  /** Timers may be set anew by what changes nothing else. */
  #row(at: number): string {
    const { octets } = this.core;
    return `${hex(octets, at, at + InfoAt.RETRANSMISSION_LEFT)} ${hex(octets, at + InfoAt.TIMER_KIND, at + InfoAt.OCTETS)}`;
  }

  /** The checksum of a header whose own field is 0. */
  #checksum(at: number, length: number, start: number): number {
    let sum = start;
    for (let offset = 0; offset < length; offset += 2) sum += this.#view.getUint16(at + offset);
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
    return ~sum & 0xffff;
  }
}

function hex(octets: Uint8Array, from: number, to: number): string {
  return Buffer.from(octets.buffer, octets.byteOffset + from, to - from).toString('latin1');
}
