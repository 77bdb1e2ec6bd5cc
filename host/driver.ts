import type { Clock, Cancel } from './clock.js';
import type { Core, RecordListener } from './core.js';
import type { Link } from './link/link.js';

/** What runs beside the core in the driver's turn. */
export interface DriverUser {
  /** Octets were handed in or time has passed: ask changed() and events(), and tell the applications. True if there were any. */
  dispatch(): boolean;
  /** The link has closed or the core has trapped. The driver has stopped; nothing will happen any more. */
  stopped(error: Error | undefined): void;
}

/** Pieces of input that may wait while an answer that must leave first finds no room on the link. */
const PIECES_HELD = 1024;

/**
 * The run loop: link <-> core <-> one timer at the deadline. It keeps the ABI's rule: hand in all that arrived, then ask for
 * output until there is none, then for the deadline.
 */
export class Driver {
  readonly core: Core;
  readonly link: Link;
  readonly clock: Clock;

  #user: DriverUser | undefined;
  #arrived: Uint8Array[] = [];
  /** An answer must leave before more is handed in. */
  #mustDrain = false;
  #isTurning = false;
  #wantsTurn = false;
  #isKicked = false;
  #isStopped = false;
  #cancelTimer: Cancel | undefined;
  /** When the timer runs; Infinity: none is set. */
  #timerAt = Infinity;
  /** What the core's clock reads when the clock handed in reads 0. */
  #origin = 0;
  /** When the application asked to have its turn again; undefined: after the next event. */
  #applicationAt: number | undefined;

  /** `core` has been started by the caller, at `coreNow(clock)`. */
  constructor(core: Core, link: Link, clock: Clock, user?: DriverUser) {
    this.core = core;
    this.link = link;
    this.clock = clock;
    this.#user = user;
  }

  /** Attaches to the link and takes the first turn. */
  start(): void {
    this.core.onTrap = (trap) => {
      // Those in whose call it happened are to return first.
      queueMicrotask(() => {
        this.#fail(trap);
      });
    };
    this.link.attach({
      receive: (octets, isMore = false) => {
        this.#receive(octets, isMore);
      },
      drain: () => {
        this.#turn();
      },
      closed: (error) => {
        this.#stop(error);
      },
    });
    this.kick();
  }

  /** See Core.onRecord. */
  onRecord(listener: RecordListener): () => void {
    return this.core.onRecord(listener);
  }

  /** A user call was made: a turn will follow when the code that is running now has returned, one for many calls. */
  kick(): void {
    if (this.#isKicked || this.#isStopped) return;
    this.#isKicked = true;
    queueMicrotask(() => {
      this.#isKicked = false;
      this.#turn();
    });
  }

  /** Stops the timer and closes the link. */
  async close(): Promise<void> {
    this.#stop(undefined);
    await this.link.close();
  }

  #receive(octets: Uint8Array, isMore: boolean): void {
    if (this.#isStopped) return;
    // Lost, as in a UART that nobody reads: TCP repeats it when there is room.
    if (this.#arrived.length < PIECES_HELD) {
      // During a turn (a link that answers at once) the octets must wait, and then they must be ours.
      this.#arrived.push(this.#isTurning ? octets.slice() : octets);
    }
    if (!isMore) this.#turn();
  }

  /** One turn; a turn asked for within a turn follows it. */
  #turn(): void {
    if (this.#isStopped) return;
    if (this.#isTurning) {
      this.#wantsTurn = true;
      return;
    }
    this.#isTurning = true;
    try {
      do {
        this.#wantsTurn = false;
        this.#takeTurn();
      } while (this.#wantsTurn && this.#isRunning());
    } catch (error) {
      // A trap has been told to onTrap.
      if (error !== this.core.trap) throw error;
    } finally {
      this.#isTurning = false;
    }
  }

  #takeTurn(): void {
    try {
      this.#handIn();
      this.#runApplication();
      this.#dispatch();
      // Output looks at the clock: a timer may end a connection, which its owner must hear of now.
      do this.#drainOutput();
      while (this.#dispatch() && this.#isRunning());
    } finally {
      if (this.#isRunning()) this.#setTimer();
    }
  }

  /** Tells applications the news; false when there was none. */
  #dispatch(): boolean {
    try {
      return this.#user?.dispatch() ?? false;
    } catch (error) {
      // An application's exception must not cost the others their output.
      if (this.#isRunning()) this.#drainOutput();
      throw error;
    }
  }

  #isRunning(): boolean {
    return !this.#isStopped && this.core.trap === undefined;
  }

  /** All that has arrived, unless an answer that must leave first finds the link full: `drain` brings the next turn. */
  #handIn(): void {
    if (this.#mustDrain && !this.#drainOutput()) return;
    this.#mustDrain = false;
    const now = this.now();
    for (let octets = this.#arrived.shift(); octets !== undefined; octets = this.#arrived.shift()) {
      if (this.link.kind === 'datagrams') this.#handInDatagram(octets, now);
      else if (!this.#handInStream(octets)) return;
    }
  }

  #handInDatagram(octets: Uint8Array, now: number): void {
    const { mtu, rx } = this.core.constants;
    // Longer than the core can take means longer than the MTU it announced: lost, as on any link.
    if (octets.length > mtu) return;
    this.core.octets.set(octets, rx);
    this.core.call.input(octets.length, now);
  }

  #handInStream(octets: Uint8Array): boolean {
    const { serialChunk, serialRx } = this.core.constants;
    let at = 0;
    while (at < octets.length) {
      const length = Math.min(serialChunk, octets.length - at);
      this.core.octets.set(octets.subarray(at, at + length), serialRx);
      const taken = this.core.call.serialInput(length, this.now());
      at += taken;
      if (taken === length) continue;
      // It stopped behind a datagram whose answer must leave before the next is looked at.
      const isDrained = this.#drainOutput();
      if (isDrained && taken > 0) continue;
      if (isDrained) throw new Error('The core takes no octets although nothing waits to be sent.');
      this.#arrived = [octets.subarray(at), ...this.#arrived].map((piece) => piece.slice());
      this.#mustDrain = true;
      return false;
    }
    return true;
  }

  #runApplication(): void {
    if (this.core.call.application === undefined) return;
    const wait = this.core.call.application(this.now());
    this.#applicationAt = wait < 0 ? undefined : this.clock.now() + wait;
  }

  /** Sends what is due; false when the link was full before it was done. */
  #drainOutput(): boolean {
    const { link, core } = this;
    if (!this.#isRunning()) return true;
    const isDatagrams = link.kind === 'datagrams';
    const at = isDatagrams ? core.constants.tx : core.constants.serialTx;
    const now = this.now();
    while (link.hasRoom) {
      const length = isDatagrams ? core.call.output(now) : core.call.serialOutput(now);
      if (length === 0) return true;
      link.send(core.octets.subarray(at, at + length));
    }
    return false;
  }

  /**
   * One timer at the deadline. One that is set already and runs no later is left alone: deadlines move later with each
   * segment, and a turn too many costs less than a timer for each.
   */
  #setTimer(): void {
    const wait = this.#wait();
    const at = wait === undefined ? Infinity : this.clock.now() + wait;
    if (this.#timerAt <= at) return;
    this.#clearTimer();
    this.#timerAt = at;
    this.#cancelTimer = this.clock.setTimer(at - this.clock.now(), () => {
      this.#timerAt = Infinity;
      this.#turn();
    });
  }

  #clearTimer(): void {
    this.#cancelTimer?.();
    this.#timerAt = Infinity;
  }

  /** ms until the next turn; undefined: only after another event. */
  #wait(): number | undefined {
    const core = this.core.call.deadline(this.now());
    const application =
      this.#applicationAt === undefined ? undefined : Math.max(0, this.#applicationAt - this.clock.now());
    // Output is due but the link is full: `drain` brings the turn, a timer would only spin.
    if (core < 0 || (core === 0 && !this.link.hasRoom)) return application;
    return application === undefined ? core : Math.min(core, application);
  }

  /** The core's clock. */
  now(): number {
    return (coreNow(this.clock) + this.#origin) >>> 0;
  }

  /** The core's memory was put back: its clock reads `now` at this moment, and nothing waits to be handed in. */
  begin(now: number): void {
    this.#origin = (now - coreNow(this.clock)) >>> 0;
    this.#arrived = [];
    this.#mustDrain = false;
    this.#applicationAt = undefined;
    this.#clearTimer();
    this.kick();
  }

  #fail(error: Error): void {
    this.#stop(error);
    void this.link.close();
  }

  #stop(error: Error | undefined): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#clearTimer();
    this.#user?.stopped(error);
  }
}

/** The clock as the ABI has it: whole milliseconds, wrapping at 2^32. */
export function coreNow(clock: Clock): number {
  return Math.floor(clock.now()) >>> 0;
}
