/** Stops a timer that has not run yet; harmless afterwards. */
export type Cancel = () => void;

/** Time, handed in: nothing in the host asks the machine for it. */
export interface Clock {
  /** Milliseconds from any origin; never goes back. */
  now(): number;
  /** Calls back once, not before `ms` have passed; 0: soon, when what is running now has returned. */
  setTimer(ms: number, callback: () => void): Cancel;
}

/** Node cannot wait longer than this; a longer timer runs early, and whoever set it looks at the clock again. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * The machine's monotonic clock. Its timers do not keep the process alive: sockets, servers and links do that, like
 * open handles in node:net.
 */
export class RealClock implements Clock {
  now(): number {
    return performance.now();
  }

  setTimer(ms: number, callback: () => void): Cancel {
    if (ms <= 0 && typeof setImmediate === 'function') {
      const immediate = setImmediate(callback);
      return () => {
        clearImmediate(immediate);
      };
    }
    const timer = setTimeout(callback, Math.min(ms, LONGEST_MS));
    // A browser's timers are numbers and hold nothing open.
    if (typeof timer === 'object') timer.unref();
    return () => {
      clearTimeout(timer);
    };
  }
}

interface Timer {
  at: number;
  order: number;
  callback: () => void;
}

/** A clock that stands still until somebody moves it: to the next timer, or by a stretch of time. */
export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  #timers: Timer[] = [];

  constructor(now = 0) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  setTimer(ms: number, callback: () => void): Cancel {
    const timer = { at: this.#now + Math.max(0, ms), order: this.#order++, callback };
    this.#timers.push(timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }

  /** When the next timer is due; undefined when none is set. */
  get next(): number | undefined {
    return this.#earliest()?.at;
  }

  /** Jumps to the next timer and runs it; false when there is none. */
  step(): boolean {
    const timer = this.#earliest();
    if (timer === undefined) return false;
    this.#timers.splice(this.#timers.indexOf(timer), 1);
    this.#now = Math.max(this.#now, timer.at);
    timer.callback();
    return true;
  }

  /** Runs, in order, every timer of the next `ms` milliseconds, and stands there. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.next; next !== undefined && next <= end; next = this.next) this.step();
    this.#now = end;
  }

  /**
   * Jumps from timer to timer, letting streams and promises settle between them, until `until` says so or `limitMs` of
   * virtual time have passed. Answers whether `until` came true.
   */
  async run(until: () => boolean, limitMs = Infinity): Promise<boolean> {
    const end = this.#now + limitMs;
    for (;;) {
      await settle();
      if (until()) return true;
      const next = this.next;
      if (next === undefined || next > end) break;
      this.step();
    }
    if (Number.isFinite(end)) this.#now = end;
    return until();
  }

  /** The same until a promise settles: its value, or an error when virtual time stands still or runs out before. */
  async runUntil<T>(promise: Promise<T>, limitMs = Infinity): Promise<T> {
    let isSettled = false;
    const note = (): void => {
      isSettled = true;
    };
    promise.then(note, note);
    if (await this.run(() => isSettled, limitMs)) return promise;
    throw new Error(
      `Nothing more happens, or ${String(limitMs)} ms of virtual time have passed, and it is still pending.`,
    );
  }

  #earliest(): Timer | undefined {
    let earliest: Timer | undefined;
    for (const timer of this.#timers) {
      if (
        earliest === undefined ||
        timer.at < earliest.at ||
        (timer.at === earliest.at && timer.order < earliest.order)
      )
        earliest = timer;
    }
    return earliest;
  }
}

/** Streams tell their listeners in the next tick; a turn of the event loop lets them, and what they cause, be done. */
async function settle(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}
