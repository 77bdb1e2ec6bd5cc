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

class PairEnd extends LinkEnd {
  other: PairEnd | undefined;
  #clock: Clock;

  constructor(clock: Clock, kind: Link['kind'], name: string) {
    super(kind, name);
    this.#clock = clock;
  }

  get hasRoom(): boolean {
    return !this.isClosed;
  }

  /** Never within the sender's call: a driver must not be turned while it is turning the other. */
  protected write(octets: Uint8Array): void {
    const copy = octets.slice();
    this.#clock.setTimer(0, () => this.other?.deliver(copy));
  }

  protected override async shut(): Promise<void> {
    this.#clock.setTimer(0, () => this.other?.gone(new Error('The other end of the cable in memory was closed.')));
    return Promise.resolve();
  }
}
