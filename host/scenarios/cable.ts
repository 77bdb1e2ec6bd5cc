// The wire between the two ends. It delays everything alike, keeps the order, and does whatever else the script or a hand
// asks of it: lose, duplicate, delay or corrupt the next segment that fits, or be pulled altogether.
import type { End } from '../trace/event.js';
import type { Passage, WireFault } from './passage.js';

/** What befalls the first datagram that fits. */
export interface Misfortune {
  fault: Exclude<WireFault, 'cut'>;
  /** Absent: from either end. */
  from?: End;
  /** Absent: any. */
  matches?: (passage: Passage) => boolean;
  /** For 'delayed': ms more than the others. */
  delayMs?: number;
}

/** One copy on its way. */
export interface Travelling {
  passage: Passage;
  octets: Uint8Array;
  at: number;
  order: number;
}

/** Two datagrams of one direction arrive so far apart at least, ms: a line sends one after the other. */
const SPACING_MS = 2;
/** A segment that is delayed by hand is so much later that those behind it overtake it. */
const DELAY_MS = 130;

export class Cable {
  isCut = false;

  readonly #delayMs: number;
  #waiting: Misfortune[] = [];
  #travelling: Travelling[] = [];
  #last: Record<End, number> = { laptop: 0, board: 0 };
  #order = 0;

  constructor(delayMs: number) {
    this.#delayMs = delayMs;
  }

  /** The next datagram that fits meets this. */
  afflict(misfortune: Misfortune): void {
    this.#waiting.push(misfortune);
  }

  /** What is still to befall somebody. */
  get waiting(): readonly Misfortune[] {
    return this.#waiting;
  }

  get travelling(): readonly Travelling[] {
    return this.#travelling;
  }

  /** When the next copy arrives; Infinity: none is on its way. */
  get nextAt(): number {
    return this.#travelling[0]?.at ?? Infinity;
  }

  send(passage: Passage, now: number): void {
    const at = Math.max(now + this.#delayMs, this.#last[passage.from] + SPACING_MS);
    this.#last[passage.from] = at;
    passage.due = at;
    const misfortune = this.#draw(passage);
    passage.fault = this.isCut ? 'cut' : misfortune?.fault;
    switch (passage.fault) {
      case 'cut':
      case 'lost':
        passage.isLost = true;
        return;
      case 'corrupted':
        return this.#travel(passage, flipLastBit(passage.octets), at);
      case 'delayed':
        passage.due = at + (misfortune?.delayMs ?? DELAY_MS);
        return this.#travel(passage, passage.octets, passage.due);
      case 'duplicated':
        this.#travel(passage, passage.octets, at);
        return this.#travel(passage, passage.octets, at + 2 * SPACING_MS);
      case undefined:
        return this.#travel(passage, passage.octets, at);
    }
  }

  /** The copies that arrive now at the end to which the first of them goes. */
  receive(now: number): Travelling[] {
    const from = this.#travelling[0]?.passage.from;
    const arriving = this.#travelling.filter(({ at, passage }) => at <= now && passage.from === from);
    this.#travelling = this.#travelling.filter((travelling) => !arriving.includes(travelling));
    return arriving;
  }

  /** Pulls the cable: what is on its way is lost too. */
  cut(): void {
    this.isCut = true;
    for (const { passage } of this.#travelling.splice(0)) {
      if (passage.arrivals.length > 0) continue;
      passage.fault = 'cut';
      passage.isLost = true;
    }
  }

  plug(): void {
    this.isCut = false;
  }

  #draw(passage: Passage): Misfortune | undefined {
    // All of them are asked, since some count what passes them.
    const fitting = this.#waiting.filter(
      ({ from, matches }) => (from ?? passage.from) === passage.from && (matches?.(passage) ?? true),
    );
    const [first] = fitting;
    this.#waiting = this.#waiting.filter((misfortune) => misfortune !== first);
    return first;
  }

  #travel(passage: Passage, octets: Uint8Array, at: number): void {
    this.#travelling.push({ passage, octets, at, order: this.#order++ });
    this.#travelling.sort((one, other) => one.at - other.at || one.order - other.order);
  }
}

/** The last bit of a datagram: its text, or the urgent pointer of a segment without any. */
function flipLastBit(octets: Uint8Array): Uint8Array {
  const copy = octets.slice();
  const last = copy.length - 1;
  copy[last] = (copy[last] ?? 0) ^ 1;
  return copy;
}
