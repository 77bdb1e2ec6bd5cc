// The datagrams that one end has sent and the other has not yet been seen to take. An emulated link may lose, repeat,
// reorder or damage them; here an arrival is matched with what was sent by its octets alone.
import type { Fate } from './event.js';

export interface Flight<T> {
  octets: Uint8Array;
  time: number;
  about: T;
}

export class InFlight<T> {
  #sent: Flight<T>[] = [];
  /** Kept to recognise copies. */
  readonly #taken: Flight<T>[] = [];

  send(flight: Flight<T>): void {
    this.#sent.push(flight);
  }

  /** Matches an arrival: the same octets in flight, else a copy of what has arrived, else something in flight damaged. */
  arrive(octets: Uint8Array): { about: T; fate: Fate } | undefined {
    const exact = this.#take((flight) => differences(flight.octets, octets) === 0);
    if (exact !== undefined) return { about: exact.about, fate: 'taken' };
    const copy = this.#taken.find((flight) => differences(flight.octets, octets) === 0);
    if (copy !== undefined) return { about: copy.about, fate: 'copy' };
    const damaged = this.#take((flight) => differences(flight.octets, octets) <= DAMAGE_MAX);
    return damaged === undefined ? undefined : { about: damaged.about, fate: 'damaged' };
  }

  /** Takes out the datagram that the link says it has lost. */
  lose(octets: Uint8Array): T | undefined {
    const at = this.#sent.findLastIndex((flight) => differences(flight.octets, octets) === 0);
    return at < 0 ? undefined : this.#sent.splice(at, 1)[0]?.about;
  }

  /** Takes out all that was sent before a time. */
  expire(before: number): T[] {
    const old = this.#sent.filter((flight) => flight.time < before);
    if (old.length > 0) this.#sent = this.#sent.filter((flight) => flight.time >= before);
    return old.map((flight) => flight.about);
  }

  #take(fits: (flight: Flight<T>) => boolean): Flight<T> | undefined {
    const at = this.#sent.findIndex(fits);
    const flight = at < 0 ? undefined : this.#sent.splice(at, 1)[0];
    if (flight !== undefined) {
      this.#taken.push(flight);
      if (this.#taken.length > TAKEN_MAX) this.#taken.shift();
    }
    return flight;
  }
}

/** Octets that a damaged datagram may differ in and still be told: a burst on the line rarely spoils more. */
const DAMAGE_MAX = 8;
/** Copies come soon after the original; this many datagrams later, one is no longer told as such. */
const TAKEN_MAX = 256;

/** How many octets differ, counted as far as it matters. */
function differences(one: Uint8Array, other: Uint8Array): number {
  if (one.length !== other.length) return Infinity;
  let count = 0;
  for (let at = 0; at < one.length && count <= DAMAGE_MAX; at += 1) if (one[at] !== other[at]) count += 1;
  return count;
}
