// From what each end's core records to the one stream of events. Both ends of an emulated cable can be asked, so every
// state, cause and loss is known; with a board on a real line the laptop alone can be asked, and the peer's state is
// inferred. Events leave in the order of the laptop's end of the cable, each as soon as it is known what became of it.
import { Protocol } from '../../assembly/numbers.js';
import type { CoreRecord } from '../decode.js';
import { Conversations } from './conversations.js';
import { decode } from './decode.js';
import { type DatagramEvent, type End, type StateChange, type StateEvent, type TraceEvent } from './event.js';
import { InFlight } from './in-flight.js';
import { PeerState } from './infer.js';

/** What the tracer reads of a record. */
export type TraceRecord = Omit<CoreRecord, 'number' | 'now' | 'handle' | 'length'>;

/** What a tracer has to know of the cable, and whom it tells. */
export interface TracerOptions {
  /** Takes each event, once it is known what became of it. */
  onEvent: (event: TraceEvent) => void;
  /** Whether the board's core is in this process too, so that its records come as well. */
  canAskBoard: boolean;
  /** Seconds that a datagram may be on its way at most; one that has not arrived well behind that is lost. */
  transit?: number;
}

/** Makes the one stream of events out of what each end's core records. */
export class Tracer {
  readonly #options: Required<TracerOptions>;
  readonly #conversations = new Conversations();
  readonly #peers = new Map<number, PeerState>();
  readonly #queue: Pending[] = [];
  readonly #fromLaptop = new InFlight<Pending<DatagramEvent>>();
  readonly #fromBoard = new InFlight<Sent>();
  /** A change of state by a call or a timer waits here for the segment that it makes the end send: by end and connection. */
  readonly #held = new Map<string, Pending<StateEvent>>();
  #frames = 0;

  constructor(options: TracerOptions) {
    this.#options = { transit: 0, ...options };
  }

  /** Takes one record of one end's core, with the datagram it tells of, which is kept. */
  record(end: End, record: TraceRecord, octets: Uint8Array | undefined, time: number): void {
    this.tick(time);
    if (octets === undefined) this.#changed(end, record, time);
    else if (record.kind === 'output') this.#sent(end, record, octets, time);
    else this.#arrived(end, record, octets, time);
    this.#emit();
  }

  /** The link tells that it has lost what an end sent. */
  lost(from: End, octets: Uint8Array): void {
    if (from === 'laptop') {
      const pending = this.#fromLaptop.lose(octets);
      if (pending !== undefined) settle(pending, 'lost');
    } else {
      const sent = this.#fromBoard.lose(octets);
      if (sent !== undefined) settle(this.#wire('board', sent.octets, sent.time, sent), 'lost');
    }
    this.#emit();
  }

  /** The link tells that it has changed octets of what an end sent. */
  damaged(from: End, octets: Uint8Array): void {
    (from === 'laptop' ? this.#fromLaptop : this.#fromBoard).damage(octets);
  }

  /** Time passes: whatever has waited too long for its other half goes as it is. */
  tick(time: number): void {
    for (const [key, { event }] of this.#held) if (time - event.time > HOLD_SECONDS) this.#release(key);
    const { transit } = this.#options;
    this.#expire(time - transit - PATIENCE_SECONDS, time - transit - DAMAGED_SECONDS, 'lost');
    this.#emit();
  }

  /** The end of the trace: what is still on its way is told as such. */
  flush(): void {
    for (const key of [...this.#held.keys()]) this.#release(key);
    this.#expire(Infinity, Infinity, 'unknown');
    this.#emit();
  }

  #sent(end: End, record: TraceRecord, octets: Uint8Array, time: number): void {
    const sent: Sent = {
      octets,
      time,
      cause: reasonOf(record.cause),
      repeat: record.repeat,
      change: this.#mergeHeld(end, record, changeOf(record)),
    };
    if (end === 'board') {
      this.#fromBoard.send({ octets, time, about: sent });
      return;
    }
    const pending = this.#wire('laptop', octets, time, sent);
    if (this.#options.canAskBoard) this.#fromLaptop.send({ octets, time, about: pending });
    else this.#infer(pending);
  }

  #arrived(end: End, record: TraceRecord, octets: Uint8Array, time: number): void {
    this.#release(keyOf(end, record));
    if (end === 'board') this.#arrivedAtBoard(record, octets, time);
    else this.#arrivedAtLaptop(record, octets, time);
  }

  #arrivedAtBoard(record: TraceRecord, octets: Uint8Array, time: number): void {
    const found = this.#fromLaptop.arrive(octets);
    if (found === undefined) return;
    const { event } = found.about;
    const states = statesOf('board', changeOf(record));
    const drop = reasonOf(record.drop);
    if (found.fate === 'copy') {
      const copy = { type: 'copy', time, number: event.number, connection: event.connection, drop, states } as const;
      this.#queue.push({ event: copy, isSettled: true });
      return;
    }
    Object.assign(event.states, states);
    event.drop = drop;
    settle(found.about, found.fate);
  }

  #arrivedAtLaptop(record: TraceRecord, octets: Uint8Array, time: number): void {
    const found = this.#fromBoard.arrive(octets);
    const pending = this.#wire('board', octets, time, found?.about);
    Object.assign(pending.event.states, statesOf('laptop', changeOf(record)));
    pending.event.drop = reasonOf(record.drop);
    if (this.#options.canAskBoard) settle(pending, found?.fate ?? 'damaged');
    else this.#infer(pending);
  }

  /** One datagram as it passes the laptop's end of the cable, or as it was sent when it never gets there. */
  #wire(from: End, octets: Uint8Array, time: number, sent?: Sent): Pending<DatagramEvent> {
    const datagram = decode(octets);
    const { connection = 0, ...relative } = datagram.tcp ? this.#conversations.place(datagram, datagram.tcp) : {};
    const event: DatagramEvent = {
      type: 'datagram',
      number: (this.#frames += 1),
      time,
      from,
      octets,
      datagram,
      connection,
      cause: sent?.cause ?? '',
      repeat: sent?.repeat ?? 0,
      drop: '',
      fate: 'unknown',
      states: statesOf(from, sent?.change),
    };
    if ('seq' in relative) event.relative = relative;
    const pending = { event, isSettled: false };
    this.#queue.push(pending);
    return pending;
  }

  /** Settles an event of a line whose other end cannot be asked. */
  #infer(pending: Pending<DatagramEvent>): void {
    const { event } = pending;
    const { tcp } = event.datagram;
    if (tcp !== undefined && event.drop === '') {
      let peer = this.#peers.get(event.connection);
      if (peer === undefined) this.#peers.set(event.connection, (peer = new PeerState()));
      event.states.board = peer.follow(tcp, event.from === 'board');
    }
    settle(pending, event.from === 'board' ? 'taken' : 'unknown');
  }

  #changed(end: End, record: TraceRecord, time: number): void {
    const key = keyOf(end, record);
    this.#release(key);
    const change = changeOf(record);
    if (change === undefined || record.before === record.after) return;
    const { local, remote } = endsOf(record);
    const event: StateEvent = {
      type: 'state',
      time,
      end,
      connection: record.remotePort === 0 ? 0 : this.#conversations.numberOf(local, remote),
      reason: record.kind === 'call' ? 'call' : 'timeout',
      local,
      remote,
      states: statesOf(end, change),
    };
    const pending = { event, isSettled: false };
    this.#held.set(key, pending);
    this.#queue.push(pending);
  }

  /** A segment that leaves in the moment of the change before it tells of both. */
  #mergeHeld(end: End, record: TraceRecord, change: StateChange | undefined): StateChange | undefined {
    const key = keyOf(end, record);
    const held = this.#held.get(key);
    if (held === undefined || change === undefined) {
      this.#release(key);
      return change;
    }
    this.#held.delete(key);
    this.#queue.splice(this.#queue.indexOf(held), 1);
    return { ...change, before: held.event.states[end]?.before ?? change.before };
  }

  #release(key: string): void {
    const held = this.#held.get(key);
    if (held !== undefined) held.isSettled = true;
    this.#held.delete(key);
  }

  #expire(before: number, damagedBefore: number, fate: 'lost' | 'unknown'): void {
    for (const { about, isDamaged } of this.#fromLaptop.expire(before, damagedBefore))
      settle(about, isDamaged ? 'damaged' : fate);
    for (const { about, isDamaged } of this.#fromBoard.expire(before, damagedBefore)) {
      settle(this.#wire('board', about.octets, about.time, about), isDamaged ? 'damaged' : fate);
    }
  }

  /** Only from the head: an event never overtakes one that passed the laptop before it. */
  #emit(): void {
    while (this.#queue[0]?.isSettled === true) {
      const pending = this.#queue.shift();
      if (pending !== undefined) this.#options.onEvent(pending.event);
    }
  }
}

interface Pending<E extends TraceEvent = TraceEvent> {
  event: E;
  isSettled: boolean;
}

/** What the sender told of a datagram that is on its way. */
interface Sent {
  octets: Uint8Array;
  time: number;
  cause: string;
  repeat: number;
  change: StateChange | undefined;
}

/** An emulated link tells what it loses; this is for one that does not, and may be slow. */
const PATIENCE_SECONDS = 3;
/** What was damaged may not arrive as a datagram at all: it must not hold up the others for long. */
const DAMAGED_SECONDS = 0.2;
/** A call and the segment that it causes are this close on any clock. */
const HOLD_SECONDS = 0.02;

function settle(pending: Pending<DatagramEvent>, fate: DatagramEvent['fate']): void {
  pending.event.fate = fate;
  pending.isSettled = true;
}

/** The states a record tells of; none when it is not about a connection. */
function changeOf(record: TraceRecord): StateChange | undefined {
  if (record.protocol !== Protocol.TCP) return undefined;
  const { before, after } = record;
  const isAbout = record.table !== 'none' || before !== after || record.drop === 'no-connection';
  return isAbout ? { before, after, inferred: false } : undefined;
}

function reasonOf(name: string): string {
  return name === 'none' ? '' : name;
}

function statesOf(end: End, change: StateChange | undefined): DatagramEvent['states'] {
  return change === undefined ? {} : { [end]: change };
}

function endsOf(record: TraceRecord): { local: string; remote: string } {
  return {
    local: `${record.localAddress}:${String(record.localPort)}`,
    remote: `${record.remoteAddress}:${String(record.remotePort)}`,
  };
}

function keyOf(end: End, record: TraceRecord): string {
  const { local, remote } = endsOf(record);
  return `${end} ${local} ${remote}`;
}
