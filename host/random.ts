/** A repeatable source of numbers: the same seed gives the same numbers on every machine. Not for secrets. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** The next 32 bits: a counter stepped by the golden ratio and mixed until each bit depends on all. */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let z = this.#state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  }

  /** From 0 up to, not including, 1. */
  fraction(): number {
    return this.next() / 2 ** 32;
  }

  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }
}

/** Four 32-bit numbers that key ISNs, ports and cookies. */
export type Secret = readonly [number, number, number, number];

/** The machine's entropy; or, with a seed, the same secret each time, for runs that must repeat. */
export function secretFrom(seed?: number): Secret {
  if (seed !== undefined) {
    const random = new Random(seed);
    return [random.next(), random.next(), random.next(), random.next()];
  }
  const numbers = crypto.getRandomValues(new Uint32Array(4));
  return [numbers[0] ?? 0, numbers[1] ?? 0, numbers[2] ?? 0, numbers[3] ?? 0];
}
