// One direction between two stations: an unreliable medium. What befalls the n-th datagram is drawn by its number alone.
import { mix } from './mix.js';
import type { FaultKind, WireFault, WirePlan } from './plan.js';

/** One in so many for shares given as fractions of 1. */
const WHOLE = 2 ** 32;

export class Wire {
  readonly plan: WirePlan;
  /** What really happened, for the report and the shrinker. */
  readonly happened: WireFault[] = [];
  sent = 0;

  readonly #seed: number;
  readonly #number: number;
  /** Given one by one, by datagram; undefined: drawn. */
  readonly #given: Map<number, WireFault[]> | undefined;

  constructor(plan: WirePlan, seed: number, number: number, given: WireFault[] | undefined) {
    this.plan = plan;
    this.#seed = seed;
    this.#number = number;
    if (given === undefined) return;
    this.#given = new Map();
    for (const fault of given) {
      if (fault.wire !== number) continue;
      const others = this.#given.get(fault.n) ?? [];
      this.#given.set(fault.n, [...others, fault]);
    }
  }

  /** What befalls the datagram that is sent now. */
  next(time: number): Fate {
    const n = this.sent++;
    FATE.isLost = false;
    FATE.corruption = -1;
    FATE.copies = 1;
    FATE.delay = this.plan.delay + this.#delay(n);
    FATE.copyDelay = this.plan.delay + (this.#draw(n, 9) % 64);
    if (this.#given === undefined) this.#drawFaults(n, time);
    else for (const { kind, value } of this.#given.get(n) ?? []) this.#befall(n, kind, value);
    return FATE;
  }

  #drawFaults(n: number, time: number): void {
    const { loss, duplicate, corrupt, reorder, hold, cuts, bursts } = this.plan;
    if (isWithin(cuts, time) || this.#happens(n, 1, loss) || (isWithin(bursts, time) && this.#happens(n, 2, 0.5))) {
      return this.#befall(n, 'lost', 0);
    }
    if (this.#happens(n, 3, duplicate)) this.#befall(n, 'duplicated', 0);
    if (this.#happens(n, 4, corrupt)) this.#befall(n, 'corrupted', this.#draw(n, 5));
    if (this.#happens(n, 6, reorder)) this.#befall(n, 'held', 1 + (this.#draw(n, 7) % hold));
  }

  #befall(n: number, kind: FaultKind, value: number): void {
    this.happened.push({ wire: this.#number, n, kind, value });
    switch (kind) {
      case 'lost':
        FATE.isLost = true;
        break;
      case 'duplicated':
        FATE.copies = 2;
        break;
      case 'corrupted':
        FATE.corruption = value;
        break;
      case 'held':
        FATE.delay += value;
        break;
    }
  }

  #delay(n: number): number {
    return this.plan.jitter === 0 ? 0 : this.#draw(n, 8) % (this.plan.jitter + 1);
  }

  #happens(n: number, purpose: number, share: number): boolean {
    return share > 0 && this.#draw(n, purpose) < share * WHOLE;
  }

  #draw(n: number, purpose: number): number {
    return mix(this.#seed ^ (this.#number << 8), n, purpose);
  }
}

/** What befalls a datagram. */
export interface Fate {
  isLost: boolean;
  /** A number that says how it is changed; -1: not at all. */
  corruption: number;
  copies: number;
  /** ms until the first copy arrives, and the second. */
  delay: number;
  copyDelay: number;
}

/** The one that next() answers, filled anew each time. */
const FATE: Fate = { isLost: false, corruption: -1, copies: 1, delay: 0, copyDelay: 0 };

export function isWithin(spans: readonly [number, number][], time: number): boolean {
  for (const [from, to] of spans) if (time >= from && time < to) return true;
  return false;
}

/**
 * Changes a datagram so that an Internet checksum is sure to notice: up to fifteen neighbouring bits, or its end cut off.
 * Answers its new length. (Sixteen bits can turn 0 into -0, and swapped words add up to the same sum.)
 */
export function corrupt(octets: Buffer, at: number, length: number, how: number): number {
  if (how % 8 === 0) return 1 + ((how >>> 3) % (length - 1));
  const width = how % 8 === 1 ? 2 + ((how >>> 3) % 14) : 1;
  const first = (how >>> 8) % (length * 8 - width);
  // The pattern begins and ends with a changed bit; what lies between is drawn.
  const inner = (how >>> 5) | 1 | (1 << (width - 1));
  for (let i = 0; i < width; i++) {
    if (((inner >>> i) & 1) === 0) continue;
    const bit = first + i;
    octets[at + (bit >>> 3)] = (octets[at + (bit >>> 3)] ?? 0) ^ (0x80 >>> (bit & 7));
  }
  return length;
}
