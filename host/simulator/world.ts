// The world: stations, a medium, one clock. It only ever does what the plan and the seed say; whoever watches may look and
// must not touch. The rule of docs/abi.md is kept: hand in all that arrived, ask for output until 0, then for the deadline.
import { Counter, Event, Flag } from '../../assembly/numbers.js';
import { Conversation, type ConversationWatcher } from './conversation.js';
import { InvariantFailure } from './failure.js';
import { Flows } from './flow.js';
import type { Machine } from './machine.js';
import { Medium, type Travelling } from './medium.js';
import type { Invariant, Observer } from './observer.js';
import type { Plan } from './plan.js';
import { isIntact, Segment } from './segment.js';
import type { Side } from './side.js';
import { Station } from './station.js';
import { corrupt, type Fate, Wire } from './wire.js';

/** More would be a run that never ends. */
const STEPS_MOST = 100_000;
/** ms; no honest run takes a day. */
const TIME_MOST = 24 * 3_600_000;
const BACKLOG = 8;

/** Somebody who wants to see every datagram: the ladder, the capture. */
export interface Spectator {
  sent(from: Station, to: Station, octets: Buffer, at: number, length: number, fate: Fate, time: number): void;
}

export class World implements ConversationWatcher {
  readonly plan: Plan;
  readonly stations: Station[];
  readonly conversations: Conversation[];
  readonly wires: Wire[];
  readonly flows = new Flows();
  readonly spectator: Spectator | undefined;
  time = 0;
  steps = 0;
  datagrams = 0;

  readonly #medium = new Medium();
  readonly #observers: { name: string; observer: Observer }[];
  readonly #segment = new Segment();
  readonly #listeners: Map<number, number>[];
  /** Which observer is looking, for the name of a failure. */
  #watching = '';

  constructor(plan: Plan, machines: readonly Machine[], invariants: readonly Invariant[], spectator?: Spectator) {
    this.plan = plan;
    this.stations = plan.stations.map((station, i) => new Station(i, station, machines[i] as Machine));
    this.wires = plan.wires.map((wire, i) => new Wire(wire, plan.seed, i, plan.faults));
    this.conversations = plan.conversations.map((one, i) => new Conversation(i, one, this.stations, plan.seed, this));
    this.spectator = spectator;
    this.#listeners = this.stations.map(() => new Map<number, number>());
    this.#observers = invariants.map((invariant) => ({ name: invariant.name, observer: invariant.watch(this) }));
  }

  /** Runs until nothing is left to do. Throws what it finds wrong. */
  run(): void {
    for (const station of this.stations) this.#start(station, 0);
    for (let next = 0; next !== Infinity || this.#abandon(); next = this.#nextTime()) {
      if (next > this.time && next !== Infinity) this.time = next;
      this.steps += 1;
      if (this.steps > STEPS_MOST) this.fail('ends', `the run does not end: ${STEPS_MOST} steps`);
      if (this.time > TIME_MOST) this.fail('ends', 'the run does not end: a day has passed');
      this.#step();
    }
    for (const watching of this.#observers) {
      this.#watching = watching.name;
      watching.observer.atEnd?.();
    }
  }

  fail(invariant: string, message: string): never {
    throw new InvariantFailure(invariant, message);
  }

  /** For an observer: its own sentence does not hold. */
  violated(message: string): never {
    this.fail(this.#watching, message);
  }

  /** The station that has an address. */
  stationAt(address: number): Station | undefined {
    return this.stations.find((station) => station.address === address);
  }

  /** The conversation side of a station's connection, by the numbers that identify it. */
  sideOf(
    station: Station,
    remoteAddress: number,
    localPort: number,
    remotePort: number,
    irs: number,
  ): Side | undefined {
    for (const conversation of this.conversations) {
      for (const side of conversation.sides) {
        if (side.station !== station || side.peer.station.address !== remoteAddress) continue;
        if (side.isOpener ? remotePort !== conversation.plan.port : localPort !== conversation.plan.port) continue;
        if (side.peer.iss === irs) return side;
      }
    }
    return undefined;
  }

  #start(station: Station, life: number): void {
    station.machine.fillRings();
    station.start(this.time, life);
    const ports = this.#listeners[station.index] as Map<number, number>;
    ports.clear();
    for (const { listener, port, simultaneous } of this.plan.conversations) {
      if (listener !== station.index || simultaneous || ports.has(port)) continue;
      const handle = station.machine.call.listen(0, port, BACKLOG, 1);
      if (handle < 0) this.fail('listens', `listen(${port}) answers ${handle}`);
      ports.set(port, handle);
    }
    station.wakeAt = this.time;
  }

  #nextTime(): number {
    let next = this.#medium.nextAt;
    for (const station of this.stations) {
      const at = station.nextAwake(Math.max(this.#nextTurn(station), this.time));
      if (at < next) next = at;
    }
    return next;
  }

  /**
   * Nothing more will happen. Who waits for a peer that has aborted, and whose RST was lost, would wait for ever: it gives
   * up, as a person would. Answers whether anybody did.
   */
  #abandon(): boolean {
    let hasChanged = false;
    for (const { sides, excuseText } of this.conversations) {
      for (const side of sides) {
        if (excuseText === undefined || side.handle === 0) continue;
        side.giveUp();
        hasChanged = true;
      }
    }
    if (hasChanged) for (const station of this.stations) station.wakeAt = this.time;
    return hasChanged;
  }

  /** When a station or one of its applications has something to do. */
  #nextTurn(station: Station): number {
    let next = station.wakeAt;
    for (const { plan, sides } of this.conversations) {
      for (const side of sides) {
        if (side.station !== station) continue;
        if (side.wakeAt < next) next = side.wakeAt;
        else if (this.#waitsToOpen(side) && plan.at < next) next = plan.at;
      }
    }
    return next;
  }

  #waitsToOpen({ isDone, handle, isOpener, conversation }: Side): boolean {
    return !isDone && handle === 0 && (isOpener || conversation.plan.simultaneous);
  }

  #step(): void {
    while (this.#medium.nextAt <= this.time) this.#arrive(this.#medium.receive());
    for (const station of this.stations) {
      if (station.nextAwake(this.time) === this.time) this.#turn(station);
    }
  }

  *#sidesOf(station: Station): Iterable<Side> {
    for (const { sides } of this.conversations) for (const side of sides) if (side.station === station) yield side;
  }

  #turn(station: Station): void {
    const { call } = station.machine;
    const now = station.now(this.time);
    this.#applications(station);
    this.#drain(station, now);
    const deadline = call.deadline(now);
    station.deadline = deadline;
    station.wakeAt = deadline < 0 ? Infinity : Math.floor(this.time) + deadline;
    if (!this.#hasRoom(station)) station.wakeAt = Math.max(station.wakeAt, station.busyUntil);
    station.look();
    for (const watching of this.#observers) {
      if (watching.observer.afterTurn === undefined) continue;
      this.#watching = watching.name;
      watching.observer.afterTurn(station);
    }
  }

  #applications(station: Station): void {
    const { call } = station.machine;
    this.#openWhatIsDue(station);
    for (let handle = call.changed(); handle > 0; handle = call.changed()) {
      const events = call.events(handle);
      if (events & Event.ACCEPT && station.plan.byEvents) this.#accept(station, handle);
      for (const side of this.#sidesOf(station)) if (side.handle === handle) side.takeEvents(events);
    }
    if (!station.plan.byEvents) {
      for (const listener of (this.#listeners[station.index] as Map<number, number>).values())
        this.#accept(station, listener);
    }
    for (const side of this.#sidesOf(station)) side.pump(this.time);
  }

  #openWhatIsDue(station: Station): void {
    for (const side of this.#sidesOf(station)) {
      const { plan } = side.conversation;
      if (!this.#waitsToOpen(side) || plan.at > this.time) continue;
      const [remotePort, localPort] = side.isOpener ? [plan.port, plan.localPort] : [plan.localPort, plan.port];
      const handle = station.machine.call.open(side.peer.station.address, remotePort, localPort);
      if (handle <= 0) this.fail('opens', `open() answers ${handle}`);
      side.begin(handle, this.time);
    }
  }

  #accept(station: Station, listener: number): void {
    const { call, words } = station.machine;
    for (let handle = call.accept(listener); handle > 0; handle = call.accept(listener)) {
      const info = call.info(handle) >>> 2;
      const ports = (words[info + 3] ?? 0) >>> 0;
      const irs = (words[info + 13] ?? 0) >>> 0;
      const side = this.sideOf(station, (words[info + 2] ?? 0) >>> 0, ports & 0xffff, ports >>> 16, irs);
      if (side === undefined) this.fail('connections-apart', 'a connection was accepted that nobody opened');
      if (side.isDone || side.handle !== 0) call.abort(handle);
      else side.begin(handle, this.time);
    }
  }

  #hasRoom(station: Station): boolean {
    return station.busyUntil <= this.time;
  }

  /** Takes what the station has to send, as long as its line has room. */
  #drain(station: Station, now: number): void {
    const { machine } = station;
    for (let count = 0; this.#hasRoom(station); count++) {
      if (count > 10_000) this.fail('no-traffic-loop', 'output never answers 0');
      if (station.plan.serial) {
        const before = machine.call.counter(Counter.DATAGRAMS_OUT);
        const length = machine.call.serialOutput(now);
        if (machine.call.counter(Counter.DATAGRAMS_OUT) !== before) {
          this.#left(station, machine.octets.readUInt16BE(machine.tx + 2));
        }
        if (length === 0) return;
        this.#carry(station, this.#other(station), machine.serialTx, length);
      } else {
        const length = machine.call.output(now);
        if (length === 0) return;
        this.#left(station, length);
        const to = this.stationAt(machine.octets.readUInt32BE(machine.tx + 16));
        if (to !== undefined) this.#carry(station, to, machine.tx, length);
      }
    }
  }

  #other(station: Station): Station {
    return this.stations[1 - station.index] as Station;
  }

  /** A datagram lies at tx: the invariants see it, then the account of its flow. */
  #left(station: Station, length: number): void {
    const { octets, tx } = station.machine;
    const segment = this.#segment;
    this.datagrams += 1;
    const isTcp = segment.read(octets, tx, length);
    const flow = isTcp
      ? this.flows.of(segment.source, segment.sourcePort, segment.destination, segment.destinationPort)
      : undefined;
    if (flow !== undefined && segment.has(Flag.SYN) && (!flow.hasBegun || flow.iss !== segment.seq))
      flow.begin(segment);
    for (const watching of this.#observers) {
      if (watching.observer.onSent === undefined) continue;
      this.#watching = watching.name;
      watching.observer.onSent(station, segment, flow, tx, length);
    }
    flow?.sent(segment, this.time);
  }

  /** Puts octets onto the wire between two stations. */
  #carry(from: Station, to: Station, at: number, length: number): void {
    const { octets } = from.machine;
    const wire = this.wires[from.index * this.stations.length + to.index] as Wire;
    const { bandwidth, serial } = from.plan;
    const start = Math.max(from.busyUntil, this.time);
    from.busyUntil = bandwidth === 0 ? this.time : start + (length * 1000) / bandwidth;
    const fate = wire.next(this.time);
    if (!serial) this.spectator?.sent(from, to, octets, at, length, fate, this.time);
    if (fate.isLost) return;
    const copies = serial ? 1 : fate.copies;
    // A line keeps the order of its octets.
    let arrival = from.busyUntil + (serial ? wire.plan.delay : fate.delay);
    for (let copy = 0; copy < copies; copy++, arrival += fate.copyDelay) {
      const travelling = this.#medium.take();
      octets.copy(travelling.octets, 0, at, at + length);
      travelling.length = length;
      travelling.isIntact = fate.corruption < 0;
      if (fate.corruption >= 0) travelling.length = corrupt(travelling.octets, 0, length, fate.corruption);
      travelling.from = from.index;
      travelling.to = to.index;
      this.#medium.send(travelling, arrival);
    }
  }

  #arrive(travelling: Travelling): void {
    const station = this.stations[travelling.to] as Station;
    const awakeAt = station.nextAwake(this.time);
    if (awakeAt > this.time) return this.#medium.send(travelling, awakeAt);
    if (station.plan.serial) this.#handInOctets(station, travelling);
    else this.#handIn(station, travelling);
    this.#medium.giveBack(travelling);
    station.wakeAt = Math.min(station.wakeAt, this.time);
  }

  #handIn(station: Station, { octets, length, isIntact: isWhole }: Travelling): void {
    const { machine } = station;
    octets.copy(machine.octets, machine.rx, 0, length);
    machine.call.input(length, station.now(this.time));
    if (!isWhole) return;
    const segment = this.#segment;
    if (!segment.read(octets, 0, length)) return;
    const flow = this.flows.of(segment.source, segment.sourcePort, segment.destination, segment.destinationPort);
    flow.back.heardAt = this.time;
    for (const watching of this.#observers) {
      if (watching.observer.onArrived === undefined) continue;
      this.#watching = watching.name;
      watching.observer.onArrived(station, segment, flow);
    }
  }

  /** In pieces of any size; where the core stops it may answer first. */
  #handInOctets(station: Station, { octets, length }: Travelling): void {
    const { machine } = station;
    const now = station.now(this.time);
    let at = 0;
    for (let tries = 0; at < length; tries++) {
      if (tries > 2 * length + 16) this.fail('takes-octets', 'serialInput takes nothing any more');
      const piece = Math.min(length - at, machine.serialChunk, 1 + (((this.steps + at) * 7919) % machine.serialChunk));
      octets.copy(machine.octets, machine.serialRx, at, at + piece);
      const taken = machine.call.serialInput(piece, now);
      at += taken;
      if (taken < piece) this.#drain(station, now);
    }
  }

  // What the applications do, for those who watch.

  delivered(side: Side, at: number, length: number): void {
    for (const watching of this.#observers) {
      this.#watching = watching.name;
      watching.observer.onDelivered?.(side, at, length);
    }
  }

  written(side: Side, at: number, length: number): void {
    for (const watching of this.#observers) {
      this.#watching = watching.name;
      watching.observer.onWritten?.(side, at, length);
    }
  }

  ended(side: Side): void {
    for (const watching of this.#observers) {
      this.#watching = watching.name;
      watching.observer.onEnded?.(side);
    }
  }

  failed(side: Side): void {
    for (const watching of this.#observers) {
      this.#watching = watching.name;
      watching.observer.onFailed?.(side);
    }
  }
}

export { isIntact };
