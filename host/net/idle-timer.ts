import type { Cancel, Clock } from '../clock.js';

/**
 * Calls back once nothing has happened for a while. Activity only notes the time; the timer looks at the note when it runs,
 * so that a busy socket sets no timers.
 */
export class IdleTimer {
  #clock: Clock;
  #onIdle: () => void;
  #ms = 0;
  #lastActive = 0;
  #cancel: Cancel | undefined;

  constructor(clock: Clock, onIdle: () => void) {
    this.#clock = clock;
    this.#onIdle = onIdle;
  }

  /** 0 stops it. */
  set(ms: number): void {
    this.stop();
    this.#ms = ms;
    if (ms <= 0) return;
    this.#lastActive = this.#clock.now();
    this.#arm(ms);
  }

  /** Something has happened. After it has called back, activity starts it again. */
  active(): void {
    if (this.#ms <= 0) return;
    this.#lastActive = this.#clock.now();
    if (this.#cancel === undefined) this.#arm(this.#ms);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#ms = 0;
  }

  #arm(ms: number): void {
    const due = this.#clock.now() + ms;
    this.#cancel = this.#clock.setTimer(ms, () => {
      this.#cancel = undefined;
      // As if it had run on time: what has arrived while the machine was busy elsewhere is yet to be told.
      const left = this.#lastActive + this.#ms - due;
      if (left > 0) this.#arm(left);
      else this.#onIdle();
    });
  }
}
