// Where everything stands on the ladder. Time runs downwards, about a pixel a millisecond while something is on the wire, so
// that arrows slant and may cross; waits are shortened and marked; and labels are kept apart.
import type { Arrival, Passage, Transition } from '../scenarios/passage.js';
import type { Deed } from '../scenarios/world.js';
import { otherEnd, type End } from '../trace/event.js';

/** What a ladder is drawn from: a scenario's world, or a real line. */
export interface LadderSource {
  readonly now: number;
  readonly passages: readonly Passage[];
  readonly transitions: readonly Transition[];
  readonly deeds: readonly Deed[];
}

export type Placed =
  | { kind: 'departure'; passage: Passage; y: number }
  | { kind: 'arrival'; passage: Passage; arrival: Arrival; y: number; isCopy: boolean }
  | { kind: 'state'; transition: Transition; y: number }
  | { kind: 'deed'; deed: Deed; y: number; lines: string[] }
  | { kind: 'wait'; ms: number; y: number };

type Event =
  | { kind: 'departure'; time: number; passage: Passage }
  | { kind: 'arrival'; time: number; passage: Passage; arrival: Arrival; isCopy: boolean }
  | { kind: 'state'; time: number; transition: Transition }
  | { kind: 'deed'; time: number; deed: Deed };

/** In one moment: what arrives, what follows from it, what somebody does, what follows from that, and what leaves. */
function rankOf(event: Event): number {
  switch (event.kind) {
    case 'arrival':
      return 0;
    case 'state':
      return event.transition.by === 'call' ? 3 : event.transition.by === 'departure' ? 5 : 1;
    case 'deed':
      return 2;
    case 'departure':
      return 4;
  }
}

const TOP = 64;
/** Pixels for a millisecond on the wire, and at most for one stretch of it. */
const PIXELS_A_MS = 1;
const STRETCH_MAX = 72;
const DEPARTURES_APART = 25;
const ARRIVALS_APART = 12;
const STATES_APART = 19;
export const NOTE_LINE = 18;
/** A wait of this many ms or more is marked. */
const WAIT_MS = 900;

export class Places {
  /** The lowest place in use. */
  bottom = TOP;
  #time = 0;
  #y = TOP;
  #lastDeparture = -Infinity;
  #lastArrival: Record<End, number> = { laptop: -Infinity, board: -Infinity };
  #lastState: Record<End, number> = { laptop: TOP - STATES_APART + 2, board: TOP - STATES_APART + 2 };
  readonly #seen = { passages: 0, transitions: 0, deeds: 0 };
  readonly #underway = new Map<Passage, number>();
  /** Placed as sent, and not yet as arrived. */
  readonly #flying = new Set<Passage>();
  readonly #wrap: (text: Deed) => string[];

  constructor(wrap: (deed: Deed) => string[]) {
    this.#wrap = wrap;
  }

  /** Places whatever is new. */
  take(source: LadderSource): Placed[] {
    const placed: Placed[] = [];
    for (const event of this.#news(source)) {
      const wait = this.#pass(event.time);
      if (wait !== undefined) placed.push(wait);
      placed.push(this.#place(event));
    }
    this.bottom = Math.max(this.bottom, this.#y);
    return placed;
  }

  /** Where an arrow that is still on its way will end, as far as is known. */
  expected(passage: Passage, y: number): number {
    return y + Math.min((passage.due - passage.time) * PIXELS_A_MS, STRETCH_MAX);
  }

  #news({ passages, transitions, deeds, now }: LadderSource): Event[] {
    const events: Event[] = [];
    for (const passage of passages.slice(this.#seen.passages)) {
      events.push({ kind: 'departure', time: passage.time, passage });
      this.#underway.set(passage, 0);
    }
    for (const transition of transitions.slice(this.#seen.transitions))
      events.push({ kind: 'state', time: transition.time, transition });
    for (const deed of deeds.slice(this.#seen.deeds)) events.push({ kind: 'deed', time: deed.time, deed });
    Object.assign(this.#seen, { passages: passages.length, transitions: transitions.length, deeds: deeds.length });
    for (const [passage, seen] of this.#underway) {
      for (const [at, arrival] of passage.arrivals.entries())
        if (at >= seen) events.push({ kind: 'arrival', time: arrival.time, passage, arrival, isCopy: at > 0 });
      this.#underway.set(passage, passage.arrivals.length);
      // A copy may follow the first, for a while.
      if (now > passage.due + 1000) this.#underway.delete(passage);
    }
    return events.sort((one, other) => one.time - other.time || rankOf(one) - rankOf(other));
  }

  /** Time passes: quickly when nothing is on the wire. */
  #pass(time: number): Placed | undefined {
    const ms = time - this.#time;
    if (ms <= 0) return undefined;
    for (const passage of this.#flying)
      if (passage.isLost || endOf(passage) <= this.#time) this.#flying.delete(passage);
    const isBusy = this.#flying.size > 0;
    this.#time = time;
    if (isBusy) {
      this.#y += Math.min(ms * PIXELS_A_MS, STRETCH_MAX);
      return undefined;
    }
    if (ms < WAIT_MS) {
      this.#y += 16;
      return undefined;
    }
    const y = Math.max(this.#y, this.#lastDeparture) + 22;
    this.#y = y + 26;
    return { kind: 'wait', ms, y };
  }

  #place(event: Event): Placed {
    switch (event.kind) {
      case 'departure': {
        const y = Math.max(this.#y, this.#lastDeparture + DEPARTURES_APART);
        this.#lastDeparture = this.#y = y;
        this.#flying.add(event.passage);
        if (event.passage.isLost) this.#y = y + 8;
        return { ...event, y };
      }
      case 'arrival': {
        const end = otherEnd(event.passage.from);
        const y = Math.max(this.#y, this.#lastArrival[end] + ARRIVALS_APART);
        this.#lastArrival[end] = this.#y = y;
        return { ...event, y };
      }
      case 'state': {
        const { end } = event.transition;
        const y = Math.max(this.#y, this.#lastState[end] + STATES_APART);
        this.#lastState[end] = y;
        return { ...event, y };
      }
      case 'deed': {
        const lines = this.#wrap(event.deed);
        const y = Math.max(this.#y, this.#lastDeparture + 6) + 20;
        this.#y = y + lines.length * NOTE_LINE + 12;
        return { ...event, y, lines };
      }
    }
  }
}

function endOf({ arrivals, due }: Passage): number {
  return arrivals[0]?.time ?? due;
}
