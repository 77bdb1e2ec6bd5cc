// What the simulated applications send: octets that say by their values which stream they belong to and where in it they
// stand. Text that lands in the wrong place, or in the wrong connection, cannot pass for the right one.
import { mix } from './mix.js';

/** A prime, so that the content's period never falls together with a ring's. */
const PERIOD = 65521;
/** The longest stretch that is written or compared at once: the largest ring. */
const STRETCH = 1 << 17;

const TABLE = table();

function table(): Buffer {
  const octets = Buffer.alloc(PERIOD + STRETCH);
  for (let i = 0; i < octets.length; i++) octets[i] = mix(i % PERIOD, 0x5eed, 1);
  return octets;
}

/** One direction of one connection. */
export class Stream {
  readonly #offset: number;

  constructor(seed: number, number: number) {
    this.#offset = mix(seed, number, 2) % PERIOD;
  }

  /** Writes `length` octets of the stream, from octet `from` on, to `at`. */
  write(octets: Buffer, at: number, from: number, length: number): void {
    const start = (this.#offset + from) % PERIOD;
    TABLE.copy(octets, at, start, start + length);
  }

  /** Whether the `length` octets at `at` are the stream's, from octet `from` on. */
  matches(octets: Buffer, at: number, from: number, length: number): boolean {
    const start = (this.#offset + from) % PERIOD;
    return octets.compare(TABLE, start, start + length, at, at + length) === 0;
  }

  /** The first of `length` octets at `at` that is not the stream's; -1: all are. */
  firstDifference(octets: Buffer, at: number, from: number, length: number): number {
    const start = (this.#offset + from) % PERIOD;
    for (let i = 0; i < length; i++) if (octets[at + i] !== TABLE[start + i]) return i;
    return -1;
  }

  /** Where in the stream these octets would stand, for the message of a failure; -1: nowhere. */
  find(octets: Buffer, at: number, length: number): number {
    const found = TABLE.indexOf(octets.subarray(at, at + length));
    return found < 0 ? -1 : (((found - this.#offset) % PERIOD) + PERIOD) % PERIOD;
  }
}
