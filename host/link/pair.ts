import type { Clock } from '../clock.js';
import { LinkEnd } from './link-end.js';
import type { Link } from './link.js';

/** A cable in memory: two links, what one sends the other receives, in order, whole and at once. */
export function pair(clock: Clock, kind: Link['kind'] = 'octets'): [Link, Link] {
  const a: PairEnd = new PairEnd(clock, kind, 'pair:a');
  const b: PairEnd = new PairEnd(clock, kind, 'pair:b');
  a.other = b;
  b.other = a;
  return [a, b];
}

interface Piece {
  array: Uint8Array;
  length: number;
}

class PairEnd extends LinkEnd {
  other: PairEnd | undefined;
  #clock: Clock;
  /** On its way to the other end. */
  #sent: Piece[] = [];
  /** Arrays that have been there, to be used again. */
  #free: Uint8Array[] = [];

  constructor(clock: Clock, kind: Link['kind'], name: string) {
    super(kind, name);
    this.#clock = clock;
  }

  get hasRoom(): boolean {
    return !this.isClosed;
  }

  /** Never within the sender's call: a driver must not be turned while it is turning the other. */
  protected write(octets: Uint8Array): void {
    const array = this.#arrayOf(octets.length);
    array.set(octets);
    if (this.#sent.push({ array, length: octets.length }) === 1) this.#clock.setTimer(0, () => this.#carry());
  }

  #arrayOf(length: number): Uint8Array {
    const kept = length <= PIECE_OCTETS ? this.#free.pop() : undefined;
    return kept ?? new Uint8Array(Math.max(length, PIECE_OCTETS));
  }

  /** All that was sent until now arrives together. */
  #carry(): void {
    const sent = this.#sent;
    const last = sent.length - 1;
    this.#sent = [];
    sent.forEach(({ array, length }, i) => this.other?.deliver(array.subarray(0, length), i < last));
    for (const { array } of sent) if (this.#free.length < PIECES_KEPT) this.#free.push(array);
  }

  protected override async shut(): Promise<void> {
    this.#clock.setTimer(0, () => this.other?.gone(new Error('The other end of the cable in memory was closed.')));
    return Promise.resolve();
  }
}

/** A datagram of the usual MTU fits; arrays for so many, some windows full of them, are kept. */
const PIECE_OCTETS = 2048;
const PIECES_KEPT = 256;
