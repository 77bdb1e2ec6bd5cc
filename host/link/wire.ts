import type { Cancel, Clock } from '../clock.js';
import { Random } from '../random.js';

/** What can be wrong with one direction of an emulated link. Absent: nothing. */
export interface WireOptions {
  delayMs?: number;
  /** Up to so much is added to the delay, drawn for each frame; it does not change the order. */
  jitterMs?: number;
  /** Octets a second. Without it a frame takes no time to send. */
  bandwidth?: number;
  /** Octets that may wait for the line; what finds it full is lost. Absent: the sender waits, as before a UART. */
  queueOctets?: number;
  /** Shares from 0 to 1 of the frames that are lost, let pass by up to three later ones, sent twice, hit by a flipped bit. */
  loss?: number;
  reorder?: number;
  duplicate?: number;
  corrupt?: number;
}

/** What happened to a frame. 'overflow': the queue was full; 'cut': the cable was out. */
export type Fault = 'lost' | 'reordered' | 'duplicated' | 'corrupted' | 'overflow' | 'cut';

/** How often each fault has happened. */
export type FaultCounts = Record<Fault, number>;

/** What a wire needs of those at its ends. */
export interface WireEnds {
  deliver(frame: Uint8Array): void;
  /** The line takes more again. */
  drained(): void;
  /** Told of each fault, with the frame as it was sent. */
  fault(fault: Fault, frame: Uint8Array): void;
}

interface Travelling {
  frame: Uint8Array;
  at: number;
  /** Frames that will pass it; 0: none. */
  passes: number;
}

/** So many octets wait behind the frame on the line before the sender is told to wait: the line is never idle between two. */
const LINE_BUFFER_OCTETS = 1500;

/** A reordered frame waits for so many frames at most to pass it, and no longer than this for them to come. */
const PASSES_MAX = 3;
const HOLD_MS = 30;

/** SLIP's END: framing, which corruption of a frame leaves alone. */
const END = 0xc0;

/** One direction of an emulated link. It sees frames; its faults come from a seed and are the same each time. */
export class Wire {
  readonly counts: FaultCounts = { lost: 0, reordered: 0, duplicated: 0, corrupted: 0, overflow: 0, cut: 0 };

  #options: WireOptions;
  #random: Random;
  #clock: Clock;
  #ends: WireEnds;
  #next: Fault[] = [];
  #isCut = false;
  /** When the line will have sent what it has. */
  #busyUntil = 0;
  #lastArrival = 0;
  #travelling: Travelling[] = [];
  #held: Travelling[] = [];
  #cancelArrival: Cancel | undefined;
  #cancelDrain: Cancel | undefined;

  constructor(options: WireOptions, seed: number, clock: Clock, ends: WireEnds) {
    this.#options = options;
    this.#random = new Random(seed);
    this.#clock = clock;
    this.#ends = ends;
  }

  get hasRoom(): boolean {
    return this.#options.queueOctets !== undefined || this.#waitingOctets() < LINE_BUFFER_OCTETS;
  }

  /** The next frame meets this fault, whatever the seed says. */
  afflictNext(fault: Fault): void {
    this.#next.push(fault);
  }

  /** Frames on the way are lost with those that are sent until it is plugged again. */
  set isCut(isCut: boolean) {
    this.#isCut = isCut;
    if (!isCut) return;
    for (const { frame } of [...this.#travelling.splice(0), ...this.#held.splice(0)]) this.#note('cut', frame);
  }

  send(frame: Uint8Array): void {
    const { loss = 0, reorder = 0, duplicate = 0, corrupt = 0, jitterMs = 0, queueOctets } = this.#options;
    const asked = this.#next.shift();
    // Each frame draws the same numbers whatever befalls it, so that one option does not change what another does.
    const isLost = this.#random.fraction() < loss || asked === 'lost';
    const isReordered = this.#random.fraction() < reorder || asked === 'reordered';
    const isDuplicated = this.#random.fraction() < duplicate || asked === 'duplicated';
    const isCorrupted = this.#random.fraction() < corrupt || asked === 'corrupted';
    const jitter = this.#random.fraction() * jitterMs;
    const flip = this.#random.next();
    const passes = 1 + this.#random.below(PASSES_MAX);

    if (queueOctets !== undefined && this.#waitingOctets() + frame.length > queueOctets)
      return this.#note('overflow', frame);
    this.#occupyLine(frame.length);
    if (this.#isCut) return this.#note('cut', frame);
    if (isLost) return this.#note('lost', frame);
    if (isCorrupted) this.#note('corrupted', frame);
    if (isReordered) this.#note('reordered', frame);
    const arriving = isCorrupted ? flipBit(frame, flip) : frame;
    this.#travel(arriving, jitter, isReordered ? passes : 0);
    if (!isDuplicated) return;
    this.#note('duplicated', frame);
    this.#travel(arriving, jitter, 0);
  }

  close(): void {
    this.#cancelArrival?.();
    this.#cancelDrain?.();
    this.#travelling = [];
    this.#held = [];
  }

  #note(fault: Fault, frame: Uint8Array): void {
    this.counts[fault] += 1;
    this.#ends.fault(fault, frame);
  }

  #waitingOctets(): number {
    const { bandwidth } = this.#options;
    return bandwidth === undefined ? 0 : Math.max(0, this.#busyUntil - this.#clock.now()) * (bandwidth / 1000);
  }

  #occupyLine(octets: number): void {
    const { bandwidth } = this.#options;
    const now = this.#clock.now();
    this.#busyUntil = Math.max(now, this.#busyUntil) + (bandwidth === undefined ? 0 : (octets * 1000) / bandwidth);
    if (bandwidth === undefined || this.hasRoom || this.#cancelDrain !== undefined) return;
    this.#setDrainTimer(bandwidth);
  }

  #setDrainTimer(bandwidth: number): void {
    const excess = this.#waitingOctets() - LINE_BUFFER_OCTETS;
    this.#cancelDrain = this.#clock.setTimer(Math.max(0, (excess * 1000) / bandwidth) + 0.01, () => {
      this.#cancelDrain = undefined;
      if (this.hasRoom) this.#ends.drained();
      else this.#setDrainTimer(bandwidth);
    });
  }

  #travel(frame: Uint8Array, jitterMs: number, passes: number): void {
    const at = Math.max(this.#busyUntil + (this.#options.delayMs ?? 0) + jitterMs, this.#lastArrival);
    this.#lastArrival = at;
    this.#travelling.push({ frame, at, passes });
    this.#setArrivalTimer();
  }

  #setArrivalTimer(): void {
    const first = this.#travelling[0];
    if (first === undefined || this.#cancelArrival !== undefined) return;
    this.#cancelArrival = this.#clock.setTimer(first.at - this.#clock.now(), () => {
      this.#cancelArrival = undefined;
      this.#arrive();
    });
  }

  #arrive(): void {
    for (
      let first = this.#travelling[0];
      first !== undefined && first.at <= this.#clock.now();
      first = this.#travelling[0]
    ) {
      this.#travelling.shift();
      if (first.passes > 0) this.#hold(first);
      else this.#hand(first.frame);
    }
    this.#setArrivalTimer();
  }

  #hold(travelling: Travelling): void {
    this.#held.push(travelling);
    this.#clock.setTimer(HOLD_MS, () => {
      const index = this.#held.indexOf(travelling);
      if (index < 0) return;
      this.#held.splice(index, 1);
      this.#ends.deliver(travelling.frame);
    });
  }

  /** Hands over a frame, and behind it those that have now been passed often enough. */
  #hand(frame: Uint8Array): void {
    this.#ends.deliver(frame);
    for (const held of [...this.#held]) {
      held.passes -= 1;
      if (held.passes > 0) continue;
      this.#held.splice(this.#held.indexOf(held), 1);
      this.#ends.deliver(held.frame);
    }
  }
}

/** A copy with one bit flipped, somewhere between the ENDs. */
function flipBit(frame: Uint8Array, random: number): Uint8Array {
  const copy = frame.slice();
  let start = 0;
  let end = copy.length;
  while (start < end && copy[start] === END) start++;
  while (end > start && copy[end - 1] === END) end--;
  if (start === end) return copy;
  const bit = random % ((end - start) * 8);
  const at = start + (bit >>> 3);
  copy[at] = (copy[at] ?? 0) ^ (1 << (bit & 7));
  return copy;
}
