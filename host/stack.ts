import { EventEmitter } from 'node:events';
import { Fault } from '../assembly/numbers.js';
import { parseAddress } from './address.js';
import type { Core, CoreCounters, CoreInfo } from './core.js';
import type { Driver } from './driver.js';
import { faultError } from './fault.js';
import type { EmulatedCable } from './link/emulated.js';
import type { Link } from './link/link.js';
import type { ConnectArguments } from './net/arguments.js';
import { DatagramSocket, type RemoteInfo } from './net/datagram-socket.js';
import { Network } from './net/network.js';
import { Server, type ServerArguments } from './net/server.js';
import { Socket, type SocketOptions } from './net/socket.js';
import { Pinger } from './ping.js';
import { type Secret, secretFrom } from './random.js';
import type { Snapshot } from './replay/snapshot.js';
import { Station, type StationParts } from './station.js';

/** What a stack is made of. */
export interface StackParts extends StationParts {
  /** The address at the other end of the link: where a connection goes when no host is named. */
  peer: string;
}

/** A longer absence counts as this many ms: beyond half of its circle the core's clock would go back. */
const LONGEST_ABSENCE_MS = 2 ** 30;

/** How long close() waits for FINs and queued text to be acknowledged, unless told otherwise. */
const GRACE_MS = 3000;

/**
 * The laptop's end of a link: sockets and servers over a core of its own. Emits 'close', with the error if the link was
 * pulled or the core trapped, once nothing works any more.
 */
export class Stack extends EventEmitter {
  readonly core: Core;
  readonly driver: Driver;
  readonly link: Link;
  readonly network: Network;
  /** As net.Socket: `new stack.Socket(options)` is a socket of this stack. */
  readonly Socket: new (options?: SocketOptions) => Socket;
  /** As net.Server. */
  readonly Server: new (...args: ServerArguments) => Server;
  /** The emulated board at the other end, and the cable between; undefined on any other link. */
  board: Station | undefined;
  cable: EmulatedCable | undefined;

  #station: Station;
  #pinger: Pinger;
  #closing: Promise<void> | undefined;

  private constructor(station: Station, network: Network) {
    super();
    this.#station = station;
    this.core = station.core;
    this.driver = station.driver;
    this.link = station.link;
    this.network = network;
    this.Socket = onNetwork(Socket, network);
    this.Server = onNetwork(Server, network);
    this.#pinger = new Pinger(network);
  }

  /** Puts a stack on a link and lets octets flow. */
  static async create(parts: StackParts): Promise<Stack> {
    parseAddress(parts.peer);
    let network: Network | undefined;
    const station = await Station.create(parts, (core) => {
      const ours = new Network(core, parts.clock, parts.address, parts.peer);
      network = ours;
      return {
        dispatch: () => {
          stack.#pinger.dispatch();
          return ours.dispatch();
        },
        stopped: (error) => {
          ours.stop(error);
          stack.#pinger.stop();
          stack.emit('close', error);
        },
      };
    });
    const stack = new Stack(station, network as unknown as Network);
    stack.network.onKick(() => {
      stack.driver.kick();
    });
    station.driver.start();
    return stack;
  }

  /** As net.connect(); without a host, to the other end of the link. */
  connect(...args: ConnectArguments): Socket {
    const [first] = args;
    const options: SocketOptions = typeof first === 'object' ? first : {};
    return new Socket(this.network, options).connect(...args);
  }

  /** As net.createConnection(). */
  createConnection(...args: ConnectArguments): Socket {
    return this.connect(...args);
  }

  /** As net.createServer(). */
  createServer(...args: ServerArguments): Server {
    return new Server(this.network, ...args);
  }

  /** As dgram.createSocket(): a UDP socket. */
  createDatagramSocket(onMessage?: (message: Buffer, from: RemoteInfo) => void): DatagramSocket {
    return new DatagramSocket(this.network, onMessage);
  }

  /** Sends an echo request; the milliseconds until its answer. Rejects with ETIMEDOUT. */
  ping(host = this.network.peer, options: { octets?: number; timeoutMs?: number } = {}): Promise<number> {
    return this.#pinger.ping(host, options);
  }

  /** The connection table: listeners, connections, half-open and TIME-WAIT entries. */
  netstat(): CoreInfo[] {
    return this.#isUsable() ? this.core.list() : [];
  }

  /** All counters of our core, by name. */
  counters(): CoreCounters {
    if (!this.#isUsable()) throw this.network.stopped ?? faultError(0, 'counters');
    return this.core.counters();
  }

  /** A copy of all that our end knows. An emulated board has its own: `stack.board.core.snapshot()`. */
  snapshot(): Snapshot {
    return this.core.snapshot(this.driver.now());
  }

  /**
   * Puts our end back exactly, its clock too: for a link whose other end is put back as well. Sockets of the time before end
   * with ECONNABORTED, since text that they hold is in no snapshot; servers go on if they listened then. Answers a socket
   * for each connection of the snapshot.
   */
  restore(snapshot: Snapshot): Socket[] {
    return this.#replace(snapshot, () => {
      this.core.restore(snapshot);
      this.driver.begin(snapshot.now);
    });
  }

  /**
   * The same into a world that went on: `absenceMs` have passed since the snapshot was taken (absent: what our clock says, if
   * the snapshot is of this process), and a new secret keys what comes. Peers end stale connections by RST or by silence.
   */
  resume(snapshot: Snapshot, options: { absenceMs?: number; secret?: Secret } = {}): Socket[] {
    const { absenceMs = (this.driver.now() - snapshot.now) | 0, secret = secretFrom() } = options;
    const now = (snapshot.now + Math.min(Math.max(0, absenceMs), LONGEST_ABSENCE_MS)) >>> 0;
    return this.#replace(snapshot, () => {
      this.core.resume(snapshot, { now, secret });
      this.driver.begin(now);
    });
  }

  /** A second stack that knows all that this one does, on another link: its sockets are those of the connections. */
  async fork(link: Link): Promise<{ stack: Stack; sockets: Socket[] }> {
    const snapshot = this.snapshot();
    const { address, peer, clock } = this.network;
    const stack = await Stack.create({ module: this.core.module, link, clock, address, peer, secret: secretFrom() });
    return { stack, sockets: stack.restore(snapshot) };
  }

  /**
   * Closes servers and sockets, with FIN behind what they have written, waits for those to be acknowledged, and closes the
   * link. What `graceMs` does not suffice for is lost.
   */
  close(graceMs = GRACE_MS): Promise<void> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  /** Closes it, as close() does. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(graceMs: number): Promise<void> {
    this.network.closeAll();
    if (this.#isUsable()) await this.network.delivered(graceMs);
    await this.#station.close();
    await this.board?.close();
  }

  #replace(snapshot: Snapshot, restore: () => void): Socket[] {
    if (!this.#isUsable()) throw this.network.stopped ?? faultError(0, 'restore');
    // Before anything is ended for it.
    this.core.checkSnapshot(snapshot);
    const handles = this.network.replaceMemory(restore, faultError(Fault.ABORTED, 'restore'));
    return handles.map((handle) => Socket.accepted(this.network, handle, { allowHalfOpen: true }));
  }

  #isUsable(): boolean {
    return this.network.stopped === undefined;
  }
}

/** The class without the network among its arguments. It is the same class to instanceof, and can be extended. */
function onNetwork<A extends unknown[], T extends object>(
  type: new (network: Network, ...args: A) => T,
  network: Network,
): new (...args: A) => T {
  return new Proxy(type, {
    construct: (target, args: A, newTarget) => Reflect.construct(target, [network, ...args], newTarget) as T,
  }) as unknown as new (...args: A) => T;
}
