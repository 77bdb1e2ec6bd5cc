import { instantiate } from '@assemblyscript/loader';
import { Config, RecordAt } from '../assembly/numbers.js';
import {
  type CoreCounters,
  type CoreInfo,
  type CoreRecord,
  decodeCounters,
  decodeInfo,
  decodeRecord,
} from './decode.js';
import { compileModule, originOf } from './module-octets.js';
import type { Secret } from './random.js';
import { Snapshot, SnapshotError, type SnapshotModule } from './replay/snapshot.js';

export type { CoreCounters, CoreInfo, CoreRecord } from './decode.js';

/** Every call of the ABI (docs/abi.md). Numbers are 32-bit; results are signed. */
export interface CoreCalls {
  /** Forgets everything; the secret keys initial sequence numbers, ports and cookies. */
  start(localAddress: number, secret0: number, secret1: number, secret2: number, secret3: number, now: number): void;
  /** Another secret for a stack that goes on, once its memory was brought back from a copy. */
  rekey(secret0: number, secret1: number, secret2: number, secret3: number): void;
  /** Sets a `Config`: 0, or a fault. */
  configure(name: number, value: number): number;
  /** One datagram of `length` octets lies at `rx`: 0, or why it was dropped. */
  input(length: number, now: number): number;
  /** Octets of the next datagram, now at `tx`; 0: there is nothing to send. */
  output(now: number): number;
  /** Octets of a line lie at `serialRx`: how many were taken. */
  serialInput(length: number, now: number): number;
  /** Octets for a line, now at `serialTx`; 0: there is nothing to send. */
  serialOutput(now: number): number;
  /** Milliseconds until output must be asked again; -1: only behind another call. */
  deadline(now: number): number;
  /** A listener's handle, or a fault; address or port 0: any. */
  listen(
    address: number,
    port: number,
    backlog: number,
    flags: number,
    remoteAddress?: number,
    remotePort?: number,
  ): number;
  /** The handle of a connection that was established, or AGAIN. */
  accept(listener: number): number;
  /** A connection's handle, in SYN-SENT; localPort 0: a random one. */
  open(address: number, port: number, localPort: number): number;
  /** The address of a record about the next SYN that waits for a decision; 0: none. */
  request(listener: number): number;
  /** Lets a SYN that waits be answered. */
  admit(ticket: number): number;
  /** Refuses one: reason 0 by RST, n by ICMP with code n - 1. */
  refuse(ticket: number, reason: number): number;
  /** Octets that fit at `sendAt` without a wrap, or a fault. */
  sendRoom(handle: number): number;
  /** Where text to be sent is written. */
  sendAt(handle: number): number;
  /** Commits what was written there. */
  send(handle: number, length: number, flags: number): number;
  /** Octets that can be read at `receiveAt` without a wrap; 0: the end of the stream. */
  receiveReady(handle: number): number;
  /** Where text that has arrived is read. */
  receiveAt(handle: number): number;
  /** Consumes what was read there. */
  receive(handle: number, length: number): number;
  /** No more to send: FIN behind what is queued. */
  shutdown(handle: number): number;
  /** Lets the handle go; what is queued is still delivered. */
  close(handle: number): number;
  /** RST, and lets the handle go. */
  abort(handle: number): number;
  /** The state of a connection. */
  status(handle: number): number;
  /** A handle that has events; 0: none. */
  changed(): number;
  /** The events of a handle since the last ask, as bits. */
  events(handle: number): number;
  /** The fault that ended a connection, or its last soft one; 0: none. */
  error(handle: number): number;
  /** Sets an `Option` of a connection: 0, or a fault. */
  option(handle: number, name: number, value: number): number;
  /** The address of a record about a handle, or a fault. */
  info(handle: number): number;
  /** The same for the index-th entry of all tables; 0: behind the last. */
  list(index: number): number;
  /** One of the counters. */
  counter(name: number): number;
  /** A UDP endpoint's handle, or a fault; port 0: a random one. */
  udpOpen(address: number, port: number): number;
  /** Sends the payload that lies in the exchange buffer. */
  udpSend(handle: number, address: number, port: number, length: number): number;
  /** Octets of the next payload, now in the exchange buffer, or AGAIN. */
  udpReceive(handle: number): number;
  /** Closes an endpoint. */
  udpClose(handle: number): number;
  /** Queues an ICMP echo request. */
  ping(address: number, identifier: number, sequence: number, length: number): number;
  /** Identifier and sequence number of an answer to one; -1: none. */
  pong(): number;
  /** In a module with an app: its turn. */
  application?(now: number): number;
}

/** The immutable exported globals of the ABI: addresses and sizes in octets. */
export interface CoreConstants {
  readonly abi: number;
  readonly rx: number;
  readonly tx: number;
  readonly mtu: number;
  readonly serialRx: number;
  readonly serialTx: number;
  readonly serialChunk: number;
  readonly connections: number;
  readonly listeners: number;
  readonly udpEndpoints: number;
  readonly synQueue: number;
  readonly timeWaits: number;
  readonly sendRing: number;
  readonly receiveRing: number;
  readonly record: number;
  readonly datagram: number;
  readonly heapBase: number;
}

/** A record, and the datagram it speaks of when it is an input or an output: a copy, the listener's to keep. */
export type RecordListener = (record: CoreRecord, datagram: Uint8Array | undefined) => void;

/** Sees every call of the core, for a recorder: it may read the memory and must not act. */
export interface CallWatcher {
  /** What is handed in lies in the memory. */
  before(name: string, numbers: readonly number[]): void;
  /** What is handed out lies in the memory. */
  after(result: number): void;
  /** The core has trapped in place of an answer. */
  trapped(): void;
}

/** The version of docs/abi.md that this host speaks. */
export const ABI = 1;

/** The core met a broken invariant. Its instance is of no use any more; nothing can be asked of it. */
export class CoreTrap extends Error {
  override readonly name = 'CoreTrap';
  readonly code = 'ERR_SLIPWAY_TRAP';
}

type Call = (...numbers: number[]) => number;

/**
 * One instance of the module: its calls, its memory, and its records in plain words. It has no clock and no link; the
 * driver hands both in.
 */
export class Core {
  readonly call: CoreCalls;
  readonly constants: CoreConstants;
  /** The whole linear memory. It never grows, so that the view stays good for the instance's life. */
  readonly octets: Uint8Array;
  readonly view: DataView;

  /** How many numbers each call takes, by its name. */
  readonly arities: ReadonlyMap<string, number>;

  /** Told once, when the core traps: within a call of the driver's or of a user's. */
  onTrap: ((trap: CoreTrap) => void) | undefined;

  #trap: CoreTrap | undefined;
  #listeners: RecordListener[] = [];
  #recordsSeen = 0;
  #module: WebAssembly.Module;
  #watcher: CallWatcher | undefined;

  private constructor(exports: Record<string, unknown>, module: WebAssembly.Module) {
    this.#module = module;
    this.arities = aritiesOf(exports);
    const { memory } = exports;
    if (!(memory instanceof WebAssembly.Memory)) throw new Error('The module is no core: it exports no memory.');
    this.octets = new Uint8Array(memory.buffer);
    this.view = new DataView(memory.buffer);
    this.constants = readConstants(exports);
    this.call = this.#guardAll(exports);
  }

  /** Instantiates a module: its octets, a compiled module, or a response that will bring it. */
  static async load(source: WebAssembly.Module | BufferSource | Response): Promise<Core> {
    const module = await compileModule(source);
    const { exports } = await instantiate(module);
    return new Core(exports, module);
  }

  /** Set once the core has trapped. */
  get trap(): CoreTrap | undefined {
    return this.#trap;
  }

  get hasApplication(): boolean {
    return this.call.application !== undefined;
  }

  /** The last record, undefined in a build without records or before the first. */
  record(): CoreRecord | undefined {
    const at = this.constants.record;
    return at === 0 || this.view.getUint32(at + RecordAt.NUMBER, true) === 0 ? undefined : decodeRecord(this.view, at);
  }

  /** What is known about a handle; undefined when it is stale. */
  info(handle: number): CoreInfo | undefined {
    const at = this.call.info(handle);
    return at <= 0 ? undefined : decodeInfo(this.view, at);
  }

  /** The next SYN that waits at a listener that defers, its ticket in place of a handle; undefined: none. */
  request(listener: number): CoreInfo | undefined {
    const at = this.call.request(listener);
    return at <= 0 ? undefined : decodeInfo(this.view, at);
  }

  /** Every listener, connection, half-open and TIME-WAIT entry. */
  list(): CoreInfo[] {
    const rows: CoreInfo[] = [];
    for (let index = 0, at = this.call.list(0); at > 0; at = this.call.list(++index))
      rows.push(decodeInfo(this.view, at));
    return rows;
  }

  /** All counters, by name. */
  counters(): CoreCounters {
    return decodeCounters((name) => this.call.counter(name));
  }

  /**
   * Calls the listener with each record from now on, within the call that made it: it may look (info, list, counters) but
   * must not act. While somebody listens the core stops behind each datagram (Config.STEP), so that none is missed.
   * Returns what stops it.
   */
  onRecord(listener: RecordListener): () => void {
    if (this.#listeners.length === 0) {
      this.#recordsSeen = this.#recordNumber();
      this.call.configure(Config.STEP, 1);
    }
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
      if (this.#listeners.length === 0 && this.#trap === undefined) this.call.configure(Config.STEP, 0);
    };
  }

  /** The module that this is an instance of. */
  get module(): WebAssembly.Module {
    return this.#module;
  }

  /** A copy of the whole memory, which is all that the core knows. `now` is what its clock reads, for resume(). */
  snapshot(now = 0): Snapshot {
    if (this.#trap !== undefined) throw this.#trap;
    return new Snapshot(this.#identity(), now >>> 0, this.octets.slice());
  }

  /** Throws unless the snapshot is of this very module. */
  checkSnapshot(snapshot: Snapshot): void {
    snapshot.checkFor(this.#identity());
  }

  /**
   * Puts the memory back exactly: what follows gives the same octets as it did before. Refuses a snapshot of another module.
   * Handles that were given out since are stale, and may be given out again.
   */
  restore(snapshot: Snapshot): void {
    if (this.#trap !== undefined) throw this.#trap;
    if (this.#watcher !== undefined) throw new Error('The core is being recorded: end that before you restore it.');
    this.checkSnapshot(snapshot);
    this.octets.set(snapshot.memory);
    this.#started();
  }

  /** Another instance with the same memory: from here on the two go their own ways. */
  async fork(): Promise<Core> {
    const snapshot = this.snapshot();
    const twin = await Core.load(this.#module);
    twin.restore(snapshot);
    return twin;
  }

  /**
   * Restores into a world that went on: the clock jumps from the snapshot's to `now`, and a new secret sees to it that no
   * sequence number, port or cookie is made twice. Peers end what has gone stale meanwhile.
   */
  resume(snapshot: Snapshot, { now, secret }: { now: number; secret: Secret }): void {
    // Beyond half of the circle the past would be the future.
    if ((now - snapshot.now) >>> 0 >= 2 ** 31) {
      throw new SnapshotError(
        `The snapshot was taken at ${snapshot.now} ms and cannot go on at ${now} ms: give a time up to 24 days behind it.`,
      );
    }
    this.restore(snapshot);
    this.call.rekey(...secret);
    // Any call that is told the time sets the core's clock.
    this.call.deadline(now);
  }

  /** Shows each call of the core to the watcher, within the call; one watcher at a time. Returns what stops it. */
  watchCalls(watcher: CallWatcher): () => void {
    if (this.#watcher !== undefined) throw new Error('The calls of this core are watched already: stop that first.');
    this.#watcher = watcher;
    return () => {
      this.#watcher = undefined;
    };
  }

  #identity(): SnapshotModule {
    const { abi, heapBase, connections, sendRing, receiveRing, mtu } = this.constants;
    const { sha256 } = originOf(this.#module);
    return { abi, sha256, octets: this.octets.length, heapBase, connections, sendRing, receiveRing, mtu };
  }

  #recordNumber(): number {
    const at = this.constants.record;
    return at === 0 ? 0 : this.view.getUint32(at + RecordAt.NUMBER, true);
  }

  /** start() forgets the configuration and counts records anew: listeners outlive it. */
  #started(): void {
    this.#recordsSeen = this.#recordNumber();
    if (this.#listeners.length > 0) this.call.configure(Config.STEP, 1);
  }

  #tellListeners(): void {
    const number = this.#recordNumber();
    if (number === this.#recordsSeen) return;
    this.#recordsSeen = number;
    const { record: at, rx, tx } = this.constants;
    const record = decodeRecord(this.view, at);
    let datagram: Uint8Array | undefined;
    if (record.kind === 'input') datagram = this.octets.slice(rx, rx + record.length);
    if (record.kind === 'output') datagram = this.octets.slice(tx, tx + record.length);
    for (const listener of this.#listeners) listener(record, datagram);
  }

  /** Every call goes through here: a trap ends the instance, and listeners see each record before the next overwrites it. */
  #guard(name: string, call: Call): Call {
    const arity = this.arities.get(name) ?? 0;
    return (a, b, c, d, e, f) => {
      if (this.#trap !== undefined) throw this.#trap;
      let result: number;
      const watcher = this.#watcher;
      watcher?.before(name, [a, b, c, d, e, f].slice(0, arity));
      try {
        result = call(a, b, c, d, e, f);
      } catch (cause) {
        watcher?.trapped();
        this.#trap = new CoreTrap('The core trapped: an invariant is broken and its instance has been discarded.', {
          cause,
        });
        this.onTrap?.(this.#trap);
        throw this.#trap;
      }
      // start() and rekey() answer nothing.
      watcher?.after(result ?? 0);
      if (this.#listeners.length > 0) this.#tellListeners();
      return result;
    };
  }

  #guardAll(exports: Record<string, unknown>): CoreCalls {
    const calls: Record<string, Call> = {};
    for (const [name, value] of Object.entries(exports)) {
      if (typeof value !== 'function' || name.startsWith('__')) continue;
      calls[name] = this.#guard(name, exportItself(value));
    }
    const start = calls['start'];
    if (start !== undefined) {
      calls['start'] = (...numbers) => {
        const result = start(...numbers);
        this.#started();
        return result;
      };
    }
    return calls as unknown as CoreCalls;
  }
}

/** The loader wraps each export to set an argument count that the core does not use; `original` is the export itself. */
function exportItself(value: unknown): Call {
  return (value as { original?: Call }).original ?? (value as Call);
}

function aritiesOf(exports: Record<string, unknown>): ReadonlyMap<string, number> {
  const calls = Object.entries(exports).filter(
    ([name, value]) => typeof value === 'function' && !name.startsWith('__'),
  );
  return new Map(calls.map(([name, value]) => [name, exportItself(value).length]));
}

function readConstants(exports: Record<string, unknown>): CoreConstants {
  const read = (name: string): number => {
    const value = exports[name];
    if (value instanceof WebAssembly.Global) return (value as WebAssembly.Global<'i32'>).value;
    if (typeof value === 'number') return value;
    throw new Error(`The module exports no constant '${name}': build it from this version's sources.`);
  };
  if (read('abi') !== ABI) {
    throw new Error(
      `The module speaks ABI ${String(read('abi'))} and this host ABI ${String(ABI)}: build both from one version.`,
    );
  }
  return {
    abi: read('abi'),
    rx: read('rx'),
    tx: read('tx'),
    mtu: read('mtu'),
    serialRx: read('serialRx'),
    serialTx: read('serialTx'),
    serialChunk: read('serialChunk'),
    connections: read('connections'),
    listeners: read('listeners'),
    udpEndpoints: read('udpEndpoints'),
    synQueue: read('synQueue'),
    timeWaits: read('timeWaits'),
    sendRing: read('sendRing'),
    receiveRing: read('receiveRing'),
    record: read('record'),
    datagram: read('datagram'),
    heapBase: read('__heap_base'),
  };
}
