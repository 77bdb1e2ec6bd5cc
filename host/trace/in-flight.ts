// The datagrams that one end has sent and the other has not yet been seen to take. An emulated link tells what it loses
// and damages; everything else is matched by its octets alone, so that order and copies do not matter.
import type { Fate } from './event.js';

export interface Flight<T> {
  octets: Uint8Array;
  /** When it was sent. */
  time: number;
  about: T;
}

interface Sent<T> extends Flight<T> {
  isDamaged?: boolean;
}

export class InFlight<T> {
  #sent: Sent<T>[] = [];
  /** As they arrived, kept to recognise copies. */
  readonly #taken: Flight<T>[] = [];

  send(flight: Flight<T>): void {
    this.#sent.push(flight);
  }

  /** Matches an arrival: with what was sent as it is, else with what has arrived before, else with what was damaged. */
  arrive(octets: Uint8Array): { about: T; fate: Fate } | undefined {
    const exact = this.#take((flight) => isEqual(flight.octets, octets), octets);
    if (exact !== undefined) return { about: exact, fate: 'taken' };
    const copy = this.#taken.find((flight) => isEqual(flight.octets, octets));
    if (copy !== undefined) return { about: copy.about, fate: 'copy' };
    const damaged = this.#take((flight) => flight.isDamaged === true && isNear(flight.octets, octets), octets);
    return damaged === undefined ? undefined : { about: damaged, fate: 'damaged' };
  }

  /** The link has lost what was sent last with these octets: takes it out. */
  lose(octets: Uint8Array): T | undefined {
    const flight = this.#lastSent(octets);
    if (flight !== undefined) this.#sent.splice(this.#sent.indexOf(flight), 1);
    return flight?.about;
  }

  /** The link has damaged it: it will arrive with other octets, or not be a datagram at all. */
  damage(octets: Uint8Array): void {
    const flight = this.#lastSent(octets);
    if (flight !== undefined) flight.isDamaged = true;
  }

  /** Takes out all that was sent before a time; before another, if it was damaged. */
  expire(before: number, damagedBefore: number): { about: T; isDamaged: boolean }[] {
    const isOld = (flight: Sent<T>): boolean => flight.time < (flight.isDamaged === true ? damagedBefore : before);
    if (!this.#sent.some(isOld)) return [];
    const old = this.#sent.filter(isOld);
    this.#sent = this.#sent.filter((flight) => !isOld(flight));
    return old.map(({ about, isDamaged = false }) => ({ about, isDamaged }));
  }

  #lastSent(octets: Uint8Array): Sent<T> | undefined {
    return this.#sent.findLast((flight) => isEqual(flight.octets, octets));
  }

  #take(fits: (flight: Sent<T>) => boolean, arrived: Uint8Array): T | undefined {
    const at = this.#sent.findIndex(fits);
    const flight = at < 0 ? undefined : this.#sent.splice(at, 1)[0];
    if (flight === undefined) return undefined;
    this.#taken.push({ ...flight, octets: arrived });
    if (this.#taken.length > TAKEN_MAX) this.#taken.shift();
    return flight.about;
  }
}

/** Copies come soon after the original; this many datagrams later, one is no longer told as such. */
const TAKEN_MAX = 256;
/** A flipped bit can make or break an escape of SLIP, which changes the length by one octet each. */
const LENGTH_DAMAGE_MAX = 2;

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((octet, at) => octet === other[at]);
}

function isNear(one: Uint8Array, other: Uint8Array): boolean {
  return Math.abs(one.length - other.length) <= LENGTH_DAMAGE_MAX;
}
