import type { Clock } from '../clock.js';
import { Frames } from './frames.js';
import { LinkEnd } from './link-end.js';
import type { Link } from './link.js';
import { type Fault, type FaultCounts, Wire, type WireOptions } from './wire.js';

export type { Fault, FaultCounts, WireOptions } from './wire.js';

/** An emulated link: faults for both directions, and the seed they come from. */
export interface EmulatedOptions extends WireOptions {
  seed?: number;
  /** 'octets': a serial line that carries SLIP; 'datagrams': whole IPv4 datagrams. */
  kind?: Link['kind'];
}

/** Which end a frame was sent from. */
export type Side = 'a' | 'b';

/** A fault as it happens: what, from which end, and to which frame. */
export interface FaultEvent {
  fault: Fault;
  from: Side;
  /** The frame as it was sent, SLIP framing included on an octet link. */
  frame: Uint8Array;
}

/**
 * A link in memory with the faults of a real one, and its silence: who closes one end is not heard at the other. Frames are delayed, lost, reordered, sent twice or corrupted by a seed, on
 * the clock handed in, so that a run can be repeated; each fault is counted in the stats of the end that sent the frame.
 */
export class EmulatedCable {
  readonly a: Link;
  readonly b: Link;

  #wires: Record<Side, Wire>;
  #listeners: ((event: FaultEvent) => void)[] = [];
  #isCut = false;

  constructor(clock: Clock, options: EmulatedOptions = {}) {
    const { seed = 1, kind = 'octets', ...faults } = options;
    const a = new EmulatedEnd(kind, 'emulated:a');
    const b = new EmulatedEnd(kind, 'emulated:b');
    this.#wires = {
      a: this.#wire('a', a, b, faults, seed * 2, clock),
      b: this.#wire('b', b, a, faults, seed * 2 + 1, clock),
    };
    this.a = a;
    this.b = b;
  }

  /** Pulls the cable: frames on the way and frames sent from now on are lost, and nobody is told. */
  cut(): void {
    this.#setCut(true);
  }

  /** Puts the cable in again. */
  plug(): void {
    this.#setCut(false);
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  /** The next frame from one end is lost; without an end, the next from each. */
  dropNext(from?: Side): void {
    this.afflictNext('lost', from);
  }

  /** The next frame from one end, or from each, meets a fault. */
  afflictNext(fault: 'lost' | 'reordered' | 'duplicated' | 'corrupted', from?: Side): void {
    if (from !== 'b') this.#wires.a.afflictNext(fault);
    if (from !== 'a') this.#wires.b.afflictNext(fault);
  }

  /** Calls the listener with each fault as it happens; returns what stops it. */
  onFault(listener: (event: FaultEvent) => void): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  /** Faults of both directions together. */
  get counts(): FaultCounts {
    const { a, b } = this.#wires;
    const sum = { ...a.counts };
    for (const fault of Object.keys(sum) as Fault[]) sum[fault] += b.counts[fault];
    return sum;
  }

  #setCut(isCut: boolean): void {
    this.#isCut = isCut;
    this.#wires.a.isCut = isCut;
    this.#wires.b.isCut = isCut;
  }

  #wire(from: Side, end: EmulatedEnd, other: EmulatedEnd, faults: WireOptions, seed: number, clock: Clock): Wire {
    const wire = new Wire(faults, seed, clock, {
      deliver: (frame) => {
        other.deliver(frame);
      },
      drained: () => {
        end.drain();
      },
      fault: (fault, frame) => {
        end.stats[fault] = (end.stats[fault] ?? 0) + 1;
        for (const listener of this.#listeners) listener({ fault, from, frame });
      },
    });
    end.join(wire);
    return wire;
  }
}

class EmulatedEnd extends LinkEnd {
  #wire: Wire | undefined;
  #frames = new Frames();

  join(wire: Wire): void {
    this.#wire = wire;
  }

  get hasRoom(): boolean {
    return !this.isClosed && this.#wire?.hasRoom === true;
  }

  drain(): void {
    this.drained();
  }

  protected write(octets: Uint8Array): void {
    if (this.kind === 'datagrams') this.#wire?.send(octets.slice());
    else for (const frame of this.#frames.push(octets)) this.#wire?.send(frame);
  }

  protected override async shut(): Promise<void> {
    this.#wire?.close();
    return Promise.resolve();
  }
}
