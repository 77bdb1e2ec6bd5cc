import type { Core } from '../core.js';
import { decodeDatagram, type Decoded } from './datagram.js';

/** What the runner needs of a core: the ABI, and the two readings of its tables. A fake one can have as much. */
export type ScriptCore = Pick<Core, 'call' | 'constants' | 'octets' | 'info' | 'list'>;

/** A datagram that the stack under test has sent. */
export interface Emitted {
  /** Microseconds since the script began. */
  at: number;
  decoded: Decoded;
}

/** How often output may have nothing although deadline() said now. */
const IDLE_DEADLINES_MAX = 100;
/** Datagrams that may leave at one moment: far beyond any window of a script. */
const BURST_MAX = 4096;
const MICROSECONDS = 1000;

/** The stack said or did what the ABI rules out. */
export class BrokenContract extends Error {
  override readonly name = 'BrokenContract';
}

/** The core and its clock: virtual time, which moves only when the script moves it. */
export class Stack {
  readonly emitted: Emitted[] = [];
  /** Microseconds since the script began. */
  now = 0;
  #wake = Infinity;
  #idle = 0;

  constructor(
    readonly core: ScriptCore,
    /** What the core's clock shows when the script begins, ms. */
    private readonly origin: number,
    /** Called with each datagram at the moment it leaves. */
    private readonly onEmitted: (emitted: Emitted) => void,
  ) {}

  /** The core's clock. */
  get milliseconds(): number {
    return (this.origin + Math.floor(this.now / MICROSECONDS)) >>> 0;
  }

  /** When the core next wants its turn; Infinity: not by itself. */
  get wake(): number {
    return this.#wake;
  }

  /** Whether the link carries a datagram of this length: a longer one would never reach the core. */
  carries(datagram: Uint8Array): boolean {
    return datagram.length <= this.core.constants.mtu;
  }

  /** Hands one datagram in. Output is not asked for here: see settle(). */
  handIn(datagram: Uint8Array): void {
    const { rx } = this.core.constants;
    this.core.octets.set(datagram, rx);
    this.core.call.input(datagram.length, this.milliseconds);
  }

  /** Takes everything the core has to send at this moment, then asks when to come back. */
  settle(): void {
    const sent = this.#drain();
    const left = this.core.call.deadline(this.milliseconds);
    if (left < 0) this.#wake = Infinity;
    else this.#wake = (Math.floor(this.now / MICROSECONDS) + Math.max(left, 1)) * MICROSECONDS;
    this.#idle = left === 0 && sent === 0 ? this.#idle + 1 : 0;
    if (this.#idle > IDLE_DEADLINES_MAX)
      throw new BrokenContract('deadline() answers 0 and output() has nothing to send');
  }

  #drain(): number {
    const { tx } = this.core.constants;
    for (let count = 0; count < BURST_MAX; count += 1) {
      const length = this.core.call.output(this.milliseconds);
      if (length === 0) return count;
      const emitted = { at: this.now, decoded: decodeDatagram(this.core.octets.slice(tx, tx + length)) };
      this.emitted.push(emitted);
      this.onEmitted(emitted);
    }
    throw new BrokenContract(`more than ${BURST_MAX} datagrams at one moment`);
  }
}
