// The world: stations, their applications, the network between them, one clock. It only ever does what the plan and the seed
// say; whoever watches may look and must not touch. The rule of docs/abi.md is kept: hand in all that arrived, ask for
// output until 0, then for the deadline.
import { Counter, Event, Fault, Flag, InfoAt, Table } from '../../assembly/numbers.js';
import { Conversation, type ConversationWatcher } from './conversation.js';
import { InvariantFailure } from './failure.js';
import { type Flow, Flows } from './flow.js';
import type { Machine } from './machine.js';
import { Network, type Spectator, type Traffic } from './network.js';
import type { Invariant, Observer } from './observer.js';
import { FOREVER, type Plan } from './plan.js';
import { Segment } from './segment.js';
import type { Side } from './side.js';
import { Station } from './station.js';

/** More would be a run that never ends: a reader who takes single octets needs a step or two for each. */
const STEPS_MOST = 1_000_000;
/** ms; no honest run takes a day. */
const TIME_MOST = 24 * 3_600_000;
const BACKLOG = 8;

export class World implements ConversationWatcher, Traffic {
  readonly plan: Plan;
  readonly stations: Station[];
  readonly conversations: Conversation[];
  readonly network: Network;
  readonly flows = new Flows();
  time = 0;
  steps = 0;
  datagrams = 0;

  readonly #observers: { name: string; observer: Observer }[];
  readonly #segment = new Segment();
  /** By station. */
  readonly #sides: Side[][];
  readonly #listeners: Map<number, number>[];
  /** When the network goes and never comes back. */
  readonly #deadAt: number;
  /** Which observer is looking, for the name of a failure. */
  #watching = '';

  constructor(plan: Plan, machines: readonly Machine[], invariants: readonly Invariant[], spectator?: Spectator) {
    this.plan = plan;
    this.stations = plan.stations.map((station, i) => new Station(i, station, machines[i] as Machine));
    this.conversations = plan.conversations.map((one, i) => new Conversation(i, one, this.stations, plan.seed, this));
    const sides = this.conversations.flatMap((conversation) => conversation.sides);
    this.#sides = this.stations.map((station) => sides.filter((side) => side.station === station));
    this.network = new Network(plan, this.stations, this, spectator);
    this.#deadAt = Math.min(
      ...plan.wires.flatMap(({ cuts }) => cuts.filter(([, to]) => to >= FOREVER).map(([from]) => from)),
    );
    this.#listeners = this.stations.map(() => new Map<number, number>());
    this.#observers = invariants.map((invariant) => ({ name: invariant.name, observer: invariant.watch(this) }));
  }

  /** Runs until nothing is left to do. Throws what it finds wrong. */
  run(): void {
    for (const station of this.stations) this.#start(station);
    for (let next = 0; next !== Infinity || this.#abandon(); next = this.#nextTime()) {
      if (next > this.time && next !== Infinity) this.time = next;
      this.steps += 1;
      if (this.steps > STEPS_MOST) this.fail('ends', `the run does not end: ${STEPS_MOST} steps`);
      if (this.time > TIME_MOST) this.fail('ends', 'the run does not end: a day has passed');
      if (this.time >= this.#deadAt)
        for (const conversation of this.conversations) conversation.excuse('the line is dead');
      this.network.deliver(this.time);
      for (const station of this.stations) if (this.#isDue(station)) this.#turn(station);
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

  /** The application at a station's end of a connection, by the numbers that identify it. */
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

  /** The application whose stream begins with this sequence number. */
  sideByIss(station: Station, iss: number): Side | undefined {
    for (const { sides } of this.conversations) {
      for (const side of sides) if (side.station === station && side.hasBegun && side.iss === iss) return side;
    }
    return undefined;
  }

  #start(station: Station): void {
    station.machine.fillRings();
    station.start(this.time);
    this.#listen(station);
  }

  #listen(station: Station): void {
    const ports = this.#listeners[station.index] as Map<number, number>;
    ports.clear();
    for (const { listener, port, simultaneous } of this.plan.conversations) {
      if (listener !== station.index || simultaneous || ports.has(port)) continue;
      const handle = station.machine.call.listen(0, port, BACKLOG, 1);
      if (handle < 0) this.fail('opens', `listen(${port}) answers ${handle}`);
      ports.set(port, handle);
    }
    station.wakeAt = this.time;
  }

  /** It has lost its memory: its applications with it, and the accounts of what it had promised. */
  #restart(station: Station): void {
    for (const side of this.sidesOf(station)) {
      const isUnderWay = side.conversation.sides.some(({ hasBegun }) => hasBegun) && !(side.isDone && side.peer.isDone);
      if (isUnderWay) side.conversation.excuse('one side lost its memory');
      if (side.hasBegun && !side.isDone) side.vanish();
      side.formerHandle = 0;
    }
    this.flows.forget(station.address);
    station.flows = [];
    this.#start(station);
    for (const watching of this.#observers) watching.observer.onRestart?.(station);
  }

  /** Who waits to be accepted is reset, who is half open forgotten; those who come later find the port open again. */
  #relisten(station: Station): void {
    const listeners = this.#listeners[station.index] as Map<number, number>;
    for (const listener of listeners.values()) station.machine.call.close(listener);
    for (const side of this.sidesOf(station)) {
      if (!side.isOpener && !side.hasBegun && side.peer.hasBegun) side.conversation.excuse('the listener was closed');
    }
    this.#listen(station);
  }

  #nextTime(): number {
    let next = this.network.nextAt;
    for (const station of this.stations) {
      const at = station.nextAwake(Math.max(this.#nextTurn(station), this.time));
      if (at < next) next = at;
    }
    return next;
  }

  /**
   * Nothing more will happen. Who waits for a peer that has aborted, and whose RST was lost, would wait for ever; so would
   * a client with nothing to say whose answer to a cookie was lost. They give up, as a person would. Answers whether any did.
   */
  #abandon(): boolean {
    let hasChanged = false;
    for (const conversation of this.conversations) {
      const { sides, excuseText } = conversation;
      for (const side of sides) {
        const isForgotten = this.#isForgotten(side);
        if (isForgotten) conversation.excuse('one side was forgotten');
        if (side.handle === 0 || (excuseText === undefined && !isForgotten)) continue;
        if (side.isKeptAlive)
          this.fail('streams-end-equal', 'keepalive is on, and nobody notices that the peer is gone');
        conversation.excuse('the other side was forgotten');
        side.giveUp();
        hasChanged = true;
      }
    }
    if (hasChanged) for (const station of this.stations) station.wakeAt = this.time;
    return hasChanged;
  }

  /**
   * A cookie keeps no state: when the last ACK of its handshake is lost nobody repeats anything, and when text was lost with it
   * a later ACK draws a RST, of which a side that has let go is not told.
   */
  #isForgotten({ isOpener, isDone, peer, sent, flow }: Side): boolean {
    const hasSentCookies = peer.station.machine.call.counter(Counter.COOKIES_SENT) > 0;
    const isUntold = isDone && flow?.isReset === true;
    return isOpener && (sent === 0 || isUntold) && !peer.hasBegun && hasSentCookies;
  }

  /** When a station or one of its applications has something to do. */
  #nextTurn(station: Station): number {
    let next = Math.min(station.wakeAt, station.nextAgenda);
    for (const side of this.sidesOf(station)) {
      const { at } = side.conversation.plan;
      if (side.wakeAt < next) next = side.wakeAt;
      else if (at < next && this.#waitsToOpen(side)) next = at;
    }
    return next;
  }

  #waitsToOpen({ isDone, handle, isOpener, conversation }: Side): boolean {
    return !isDone && handle === 0 && (isOpener || conversation.plan.simultaneous);
  }

  #isDue(station: Station): boolean {
    return this.#nextTurn(station) <= this.time && station.nextAwake(this.time) === this.time;
  }

  /** The applications of a station. */
  sidesOf(station: Station): readonly Side[] {
    return this.#sides[station.index] ?? [];
  }

  #turn(station: Station): void {
    const { call } = station.machine;
    if (station.takeDue('restarts', this.time)) this.#restart(station);
    if (station.takeDue('relistens', this.time)) this.#relisten(station);
    let handle = call.changed();
    do {
      this.#applications(station, handle);
      this.network.drain(station, this.time);
      // A timer may have changed what an application sees.
      handle = call.changed();
    } while (handle > 0);
    station.deadline = call.deadline(station.now(this.time));
    station.wakeAt = station.deadline < 0 ? Infinity : Math.floor(this.time) + station.deadline;
    // What a busy line keeps waiting goes when it is free.
    if (station.busyUntil > this.time) station.wakeAt = Math.max(station.wakeAt, station.busyUntil);
    this.#look(station);
    for (const watching of this.#observers) {
      if (watching.observer.afterTurn === undefined) continue;
      this.#watching = watching.name;
      watching.observer.afterTurn(station);
    }
  }

  #look(station: Station): void {
    const before = station.flows;
    station.flows = [];
    station.look();
    for (let i = 0; i < station.count; i++) {
      const row = station.rows[i];
      if (row === undefined) continue;
      row.flow = row.table === Table.LISTENER ? undefined : this.flows.ofRow(row);
      if (row.flow !== undefined) station.flows.push(row.flow);
    }
    // A connection that is gone may come back without a SYN, from an old cookie: it has promised nothing yet.
    for (const flow of before) if (!station.flows.includes(flow)) flow.hasAcknowledged = false;
  }

  /** `first`: a handle that has events, the others are asked for; 0: none. */
  #applications(station: Station, first: number): void {
    const { call } = station.machine;
    this.#openWhatIsDue(station);
    for (let handle = first; handle > 0; handle = call.changed()) {
      const events = call.events(handle);
      if (events & Event.ACCEPT && station.plan.byEvents) this.#accept(station, handle);
      for (const side of this.sidesOf(station)) if (side.handle === handle) side.takeEvents(events);
    }
    if (!station.plan.byEvents) {
      const listeners = this.#listeners[station.index] as Map<number, number>;
      for (const listener of listeners.values()) this.#accept(station, listener);
    }
    for (const side of this.sidesOf(station)) side.pump(this.time);
  }

  #openWhatIsDue(station: Station): void {
    for (const side of this.sidesOf(station)) {
      const { plan } = side.conversation;
      if (!this.#waitsToOpen(side) || plan.at > this.time) continue;
      const [remotePort, localPort] = side.isOpener ? [plan.port, plan.localPort] : [plan.localPort, plan.port];
      const handle = station.machine.call.open(side.peer.station.address, remotePort, localPort);
      if (handle === Fault.IN_USE && this.#isTaken(side)) {
        side.conversation.excuse('its four numbers are still taken');
        side.vanish();
        continue;
      }
      if (handle <= 0) this.fail('opens', `open() answers ${handle}`);
      side.begin(handle, this.time);
    }
  }

  /** Whether another conversation with the same four numbers has begun before, as one does that follows a restart. */
  #isTaken({ conversation }: Side): boolean {
    const { opener, listener, port, localPort } = conversation.plan;
    return this.conversations.some(
      ({ plan, sides }) =>
        plan !== conversation.plan &&
        sides[0].hasBegun &&
        plan.opener === opener &&
        plan.listener === listener &&
        plan.port === port &&
        plan.localPort === localPort,
    );
  }

  #accept(station: Station, listener: number): void {
    const { call, words } = station.machine;
    for (let handle = call.accept(listener); handle > 0; handle = call.accept(listener)) {
      const info = call.info(handle);
      const word = (offset: number): number => (words[(info + offset) >>> 2] ?? 0) >>> 0;
      const ports = word(InfoAt.LOCAL_PORT);
      const remote = word(InfoAt.REMOTE_ADDRESS);
      const side = this.sideOf(station, remote, ports & 0xffff, ports >>> 16, word(InfoAt.IRS));
      if (side === undefined) this.fail('connections-apart', 'a connection was accepted that nobody opened');
      if (side.isDone || side.handle !== 0) call.abort(handle);
      else side.begin(handle, this.time);
    }
  }

  // What the network sees: the invariants judge it, then it goes into the account of its flow.

  left(from: Station, length: number): void {
    const { octets, tx } = from.machine;
    const segment = this.#segment;
    this.datagrams += 1;
    const flow = segment.read(octets, tx, length) ? this.#flowOfSegment(segment) : undefined;
    if (flow !== undefined && segment.has(Flag.SYN) && (!flow.hasBegun || flow.iss !== segment.seq))
      flow.begin(segment);
    for (const watching of this.#observers) {
      if (watching.observer.onSent === undefined) continue;
      this.#watching = watching.name;
      watching.observer.onSent(from, segment, flow, tx, length);
    }
    flow?.sent(segment, this.time);
  }

  arrived(at: Station, octets: Buffer, length: number): void {
    const segment = this.#segment;
    if (!segment.read(octets, 0, length)) return;
    const flow = this.#flowOfSegment(segment);
    flow.back.heardAt = this.time;
    for (const watching of this.#observers) {
      if (watching.observer.onArrived === undefined) continue;
      this.#watching = watching.name;
      watching.observer.onArrived(at, segment, flow);
    }
  }

  #flowOfSegment({ source, sourcePort, destination, destinationPort }: Segment): Flow {
    return this.flows.of(source, sourcePort, destination, destinationPort);
  }

  // What the applications do.

  flowOf(from: Station, fromPort: number, to: Station, toPort: number): Flow {
    return this.flows.of(from.address, fromPort, to.address, toPort);
  }

  letGo(side: Side, how: 'close' | 'abort', state: number, unread: number): void {
    for (const watching of this.#observers) {
      this.#watching = watching.name;
      watching.observer.onLetGo?.(side, how, state, unread);
    }
  }

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
