import type { Cancel, Clock } from '../clock.js';

/** What a table of flows holds: something that can be ended, and how long it may be idle. */
export interface Flow {
  readonly idleMs: number;
  /** Gives back what it holds. Called once. */
  end(): void;
}

/** UDP has no end of its own: flows by name, of which the one that has been idle for longest makes room, and none stays for ever. */
export class Flows<F extends Flow> {
  readonly #clock: Clock;
  readonly #most: number;
  /** In the order of their last use. */
  readonly #flows = new Map<string, { flow: F; usedAt: number; cancel: Cancel }>();
  /** Flows that made room for others. */
  evicted = 0;

  constructor(clock: Clock, most: number) {
    this.#clock = clock;
    this.#most = most;
  }

  get size(): number {
    return this.#flows.size;
  }

  /** The flow of this name, made if it is not there, and used now. */
  use(name: string, make: () => F): F {
    const found = this.#flows.get(name);
    if (found !== undefined) {
      found.usedAt = this.#clock.now();
      this.#flows.delete(name);
      this.#flows.set(name, found);
      return found.flow;
    }
    const [oldest] = this.#flows.keys();
    if (this.#flows.size >= this.#most && oldest !== undefined) {
      this.evicted += 1;
      this.end(oldest);
    }
    const flow = make();
    const entry = { flow, usedAt: this.#clock.now(), cancel: (): void => undefined };
    this.#flows.set(name, entry);
    this.#watch(name, entry, flow.idleMs);
    return flow;
  }

  /** Something passed in the other direction. */
  touch(name: string): void {
    const entry = this.#flows.get(name);
    if (entry !== undefined) entry.usedAt = this.#clock.now();
  }

  end(name: string): void {
    const entry = this.#flows.get(name);
    if (entry === undefined) return;
    this.#flows.delete(name);
    entry.cancel();
    entry.flow.end();
  }

  endAll(): void {
    for (const name of [...this.#flows.keys()]) this.end(name);
  }

  /** One timer for each flow, set again when it runs out and the flow was used meanwhile. */
  #watch(name: string, entry: { flow: F; usedAt: number; cancel: Cancel }, ms: number): void {
    entry.cancel = this.#clock.setTimer(ms, () => {
      const left = entry.flow.idleMs - (this.#clock.now() - entry.usedAt);
      if (left <= 0) this.end(name);
      else this.#watch(name, entry, left);
    });
  }
}

/** Closes a UDP socket; its stack may have closed it already. */
export function shut(socket: { close(): unknown }): void {
  try {
    socket.close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SOCKET_DGRAM_NOT_RUNNING') throw error;
  }
}
