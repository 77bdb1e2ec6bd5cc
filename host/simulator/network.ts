// Octets on their way: from a core's output over its line and a wire to another core's input. What it sees of every datagram
// it tells.
import { Counter } from '../../assembly/numbers.js';
import { InvariantFailure } from './failure.js';
import { Medium, type Travelling } from './medium.js';
import type { Plan } from './plan.js';
import type { Station } from './station.js';
import { corrupt, type Fate, Wire } from './wire.js';

/** Who is told of what passes. */
export interface Traffic {
  /** A datagram lies at the station's tx. */
  left(from: Station, length: number): void;
  /** An undamaged one has been handed in. */
  arrived(at: Station, octets: Buffer, length: number): void;
}

/** Somebody who wants to see every datagram and its fate: the ladder, the capture. */
export interface Spectator {
  sent(from: Station, to: Station, octets: Buffer, at: number, length: number, fate: Fate, time: number): void;
}

/** So many datagrams in one go can only be a loop. */
const GO_MOST = 10_000;

export class Network {
  readonly wires: Wire[];
  readonly #stations: readonly Station[];
  readonly #medium = new Medium();
  readonly #traffic: Traffic;
  readonly #spectator: Spectator | undefined;
  #pieces = 0;
  /** By station: the frame that it is sending has been changed. */
  readonly #isFrameDamaged: boolean[] = [];

  constructor(plan: Plan, stations: readonly Station[], traffic: Traffic, spectator: Spectator | undefined) {
    this.wires = plan.wires.map((wire, i) => new Wire(wire, plan.seed, i, plan.faults));
    this.#stations = stations;
    this.#traffic = traffic;
    this.#spectator = spectator;
  }

  /** When the next datagram arrives; Infinity: nothing is on its way. */
  get nextAt(): number {
    return this.#medium.nextAt;
  }

  /** ms; no datagram comes back to the station sooner. */
  shortestRoundTrip(station: Station): number {
    const { length } = this.#stations;
    let shortest = Infinity;
    for (let other = 0; other < length; other++) {
      if (other === station.index) continue;
      const there = this.wires[station.index * length + other]?.plan.delay ?? 0;
      const back = this.wires[other * length + station.index]?.plan.delay ?? 0;
      shortest = Math.min(shortest, there + back);
    }
    return shortest;
  }

  /** Takes what the station has to send, as long as its line has room. */
  drain(station: Station, time: number): void {
    const now = station.now(time);
    for (let count = 0; station.busyUntil <= time; count++) {
      if (count > GO_MOST) throw new InvariantFailure('no-traffic-loop', 'output never answers 0');
      station.isDrained = !(station.plan.serial
        ? this.#takeOctets(station, now, time)
        : this.#take(station, now, time));
      if (station.isDrained) return;
    }
  }

  /** Hands in whatever has arrived by now. */
  deliver(time: number): void {
    while (this.#medium.nextAt <= time) this.#arrive(this.#medium.receive(), time);
  }

  #take(station: Station, now: number, time: number): boolean {
    const { machine } = station;
    const length = machine.call.output(now);
    if (length === 0) return false;
    this.#traffic.left(station, length);
    const address = machine.octets.readUInt32BE(machine.tx + 16);
    const to = this.#stations.find((other) => other.address === address);
    if (to !== undefined) this.#carry(station, to, machine.tx, length, time);
    return true;
  }

  #takeOctets(station: Station, now: number, time: number): boolean {
    const { machine } = station;
    const before = machine.call.counter(Counter.DATAGRAMS_OUT);
    const length = machine.call.serialOutput(now);
    const to = this.#stations[1 - station.index] as Station;
    if (machine.call.counter(Counter.DATAGRAMS_OUT) !== before) {
      this.#isFrameDamaged[station.index] = false;
      const octets = machine.octets.readUInt16BE(machine.tx + 2);
      this.#traffic.left(station, octets);
      this.#spectator?.sent(station, to, machine.octets, machine.tx, octets, WHOLE, time);
    }
    if (length === 0) return false;
    this.#carry(station, to, machine.serialTx, length, time);
    return true;
  }

  /** Puts octets onto the wire between two stations. */
  #carry(from: Station, to: Station, at: number, length: number, time: number): void {
    const { octets } = from.machine;
    const { bandwidth, serial } = from.plan;
    from.busyUntil = bandwidth === 0 ? time : Math.max(from.busyUntil, time) + (length * 1000) / bandwidth;
    const wire = this.wires[from.index * this.#stations.length + to.index] as Wire;
    const fate = wire.next(time);
    // Two changes in one frame may cancel out in its checksum, which is nobody's fault.
    if (serial && fate.corruption >= 0) {
      if (this.#isFrameDamaged[from.index] === true) fate.corruption = -1;
      this.#isFrameDamaged[from.index] = true;
    }
    if (!serial) this.#spectator?.sent(from, to, octets, at, length, fate, time);
    if (fate.isLost) return;
    // A line keeps the order of its octets, and sends none of them twice.
    let arrival = from.busyUntil + (serial ? wire.plan.delay : fate.delay);
    for (let copy = serial ? 1 : fate.copies; copy > 0; copy--, arrival += fate.copyDelay) {
      const travelling = this.#medium.take();
      octets.copy(travelling.octets, 0, at, at + length);
      travelling.isIntact = fate.corruption < 0;
      travelling.length = travelling.isIntact ? length : corrupt(travelling.octets, 0, length, fate.corruption);
      travelling.to = to.index;
      this.#medium.send(travelling, arrival);
    }
  }

  #arrive(travelling: Travelling, time: number): void {
    const station = this.#stations[travelling.to] as Station;
    const awakeAt = station.nextAwake(time);
    if (awakeAt > time) return this.#medium.send(travelling, awakeAt);
    if (station.plan.serial) this.#handInOctets(station, travelling, time);
    else this.#handIn(station, travelling, time);
    this.#medium.giveBack(travelling);
    station.wakeAt = Math.min(station.wakeAt, time);
  }

  #handIn(station: Station, { octets, length, isIntact }: Travelling, time: number): void {
    const { machine } = station;
    octets.copy(machine.octets, machine.rx, 0, length);
    machine.call.input(length, station.now(time));
    if (isIntact) this.#traffic.arrived(station, octets, length);
  }

  /** In pieces of any size; where the core stops it may answer first. */
  #handInOctets(station: Station, { octets, length }: Travelling, time: number): void {
    const { machine } = station;
    let at = 0;
    for (let tries = 0; at < length; tries++) {
      if (tries > 2 * length + 16) throw new InvariantFailure('no-trap', 'serialInput takes nothing any more');
      const piece = Math.min(length - at, 1 + ((this.#pieces++ * 7919) % machine.serialChunk));
      octets.copy(machine.octets, machine.serialRx, at, at + piece);
      const taken = machine.call.serialInput(piece, station.now(time));
      at += taken;
      if (taken < piece) this.drain(station, time);
    }
  }
}

/** On a line faults befall octets and not datagrams. */
const WHOLE: Fate = { isLost: false, corruption: -1, copies: 1, delay: 0, copyDelay: 0 };
