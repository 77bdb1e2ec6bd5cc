import { createSocket, type RemoteInfo } from 'node:dgram';
import { DatagramAt, Event, UdpPort } from '../../assembly/numbers.js';
import { formatAddress, parseAddress } from '../address.js';
import { faultError } from '../fault.js';
import type { Endpoint, Network } from '../net/network.js';
import type { Stack } from '../stack.js';
import { Flows, shut, type Flow } from './flows.js';
import type { Rules } from './rules.js';
import { realTarget, targetText, type Target, type Tell } from './target.js';

export interface UdpNatOptions {
  rules: Rules;
  tell?: Tell;
  /** A flow that is idle for so long ends; RFC 4787 (REQ-5) asks for two minutes at least. */
  idleMs?: number;
  /** The same for one that has asked name servers only: they answer soon or not at all. */
  idleDnsMs?: number;
  /** Flows at once, each a socket of the laptop's. */
  flowsMax?: number;
  /** Boards on other links, by address: what is meant for one of them goes there and not into the network. */
  neighbours?: ReadonlyMap<string, Pick<Stack, 'createDatagramSocket'>>;
}

/** What a flow needs of a UDP socket, a real one or a stack's. */
interface FlowSocket {
  on(event: 'message', listener: (payload: Buffer, from: RemoteInfo) => void): unknown;
  on(event: 'error', listener: () => void): unknown;
  send(payload: Uint8Array, port: number, host: string, callback: (error: Error | null) => void): void;
  close(): unknown;
}

const DEFAULTS = {
  tell: (): void => undefined,
  idleMs: 120_000,
  idleDnsMs: 30_000,
  flowsMax: 256,
  neighbours: new Map(),
};
const DNS_PORT = 53;
/** Far ends that one flow may be talking with; whoever it has not sent to for longest is forgotten first. */
const PEERS_MAX = 64;
/** Of IPv4 and UDP. */
const HEADERS_OCTETS = 28;

/**
 * The way out for a board's datagrams: a socket of the laptop's for each of its endpoints, so that far ends see one and the
 * same port of it, and answers only from those it has sent to. The board sees them come from whom it has asked.
 */
export class UdpNat implements Endpoint {
  readonly counts = { out: 0, in: 0, denied: 0, failed: 0, unasked: 0, tooLong: 0, lost: 0 };

  readonly #network: Network;
  readonly #options: Required<UdpNatOptions>;
  readonly #flows: Flows<BoardFlow>;
  #handle: number;

  /** The core must have been told to stand for every address (Config.ANY_ADDRESS). */
  constructor(network: Network, options: UdpNatOptions) {
    this.#network = network;
    this.#options = { ...DEFAULTS, ...options };
    this.#flows = new Flows(network.clock, this.#options.flowsMax);
    this.#handle = network.core.call.udpOpen(0, UdpPort.EVERY);
    if (this.#handle < 0) throw faultError(this.#handle, 'bind', { address: '0.0.0.0', port: 0 });
    network.adopt(this.#handle, this);
  }

  /** Endpoints of the board that have a socket now. */
  get flows(): number {
    return this.#flows.size;
  }

  onEvents(events: number): void {
    if ((events & Event.DATAGRAM) === 0) return;
    for (let octets = this.#receive(); octets >= 0; octets = this.#receive()) this.#fromBoard(octets);
  }

  close(): void {
    if (this.#handle > 0 && this.#network.stopped === undefined) this.#network.core.call.udpClose(this.#handle);
    this.onStopped();
  }

  shutDown(): void {
    this.close();
  }

  onStopped(): void {
    this.#network.release(this.#handle);
    this.#handle = 0;
    this.#flows.endAll();
  }

  #receive(): number {
    return this.#handle > 0 ? this.#network.core.call.udpReceive(this.#handle) : -1;
  }

  #fromBoard(octets: number): void {
    const { view, constants, octets: memory } = this.#network.core;
    const at = constants.datagram;
    const board = {
      address: formatAddress(view.getUint32(at + DatagramAt.REMOTE_ADDRESS, true)),
      port: view.getUint16(at + DatagramAt.REMOTE_PORT, true),
    };
    const wanted = {
      address: formatAddress(view.getUint32(at + DatagramAt.LOCAL_ADDRESS, true)),
      port: view.getUint16(at + DatagramAt.LOCAL_PORT, true),
    };
    const start = at + DatagramAt.PAYLOAD;
    this.#passOut(board, wanted, memory.slice(start, start + octets));
  }

  #passOut(board: Target, wanted: Target, payload: Uint8Array): void {
    const { rules, tell } = this.#options;
    const real = realTarget(wanted, this.#network.address);
    const [from, to] = [targetText(board), targetText(wanted)];
    const rule = rules.judge(real.address, real.port);
    if (!rule.allows) {
      this.counts.denied += 1;
      tell({ protocol: 'udp', from, to, what: 'denied', why: rule.text });
      return;
    }
    this.counts.out += 1;
    this.#flowTo(real, from, board).send(payload, wanted, real, (error) => {
      this.counts.failed += 1;
      tell({ protocol: 'udp', from, to, what: 'failed', why: error.code ?? error.message });
    });
  }

  /** One flow for all of the network, and one for each other board, which is on a link of its own. */
  #flowTo(real: Target, from: string, board: Target): BoardFlow {
    const neighbour = this.#options.neighbours.get(real.address);
    const name = neighbour === undefined ? from : `${from} ${real.address}`;
    return this.#flows.use(name, () => {
      const socket = neighbour?.createDatagramSocket() ?? createSocket('udp4');
      return new BoardFlow(socket, this.#options, real.port === DNS_PORT, this.#userOf(name, board));
    });
  }

  #userOf(name: string, board: Target): FlowUser {
    return {
      answer: (payload, wanted) => {
        this.#flows.touch(name);
        this.#passIn(payload, wanted, board);
      },
      unasked: () => {
        this.counts.unasked += 1;
      },
      failed: () => {
        this.counts.failed += 1;
        this.#flows.end(name);
      },
    };
  }

  #passIn(payload: Uint8Array, from: Target, board: Target): void {
    if (this.#handle <= 0) return;
    const { core } = this.#network;
    if (payload.length > core.constants.mtu - HEADERS_OCTETS) {
      this.counts.tooLong += 1;
      return;
    }
    const at = core.constants.datagram;
    core.view.setUint32(at + DatagramAt.LOCAL_ADDRESS, parseAddress(from.address), true);
    core.view.setUint16(at + DatagramAt.LOCAL_PORT, from.port, true);
    core.octets.set(payload, at + DatagramAt.PAYLOAD);
    const fault = core.call.udpSend(this.#handle, parseAddress(board.address), board.port, payload.length);
    if (fault < 0) this.counts.lost += 1;
    else this.counts.in += 1;
    this.#network.kick();
  }
}

interface FlowUser {
  answer(payload: Uint8Array, from: Target): void;
  unasked(): void;
  failed(): void;
}

/** One endpoint of the board's and its socket on the laptop. */
class BoardFlow implements Flow {
  readonly #options: Required<UdpNatOptions>;
  readonly #socket: FlowSocket;
  /** Whom it has sent to, by the real address, and what the board calls them. */
  readonly #peers = new Map<string, Target>();
  #isDnsOnly: boolean;
  #isEnded = false;
  /** Datagrams that the socket has been given and has not sent: closing it would lose them. */
  #sending = 0;

  constructor(socket: FlowSocket, options: Required<UdpNatOptions>, isDnsOnly: boolean, user: FlowUser) {
    this.#socket = socket;
    this.#options = options;
    this.#isDnsOnly = isDnsOnly;
    this.#socket.on('message', (payload, from) => {
      const peer = this.#peers.get(targetText(from));
      if (peer === undefined) user.unasked();
      else user.answer(payload, peer);
    });
    this.#socket.on('error', () => {
      // It was never bound: what it was given waits in vain.
      this.#sending = 0;
      user.failed();
    });
  }

  get idleMs(): number {
    return this.#isDnsOnly ? this.#options.idleDnsMs : this.#options.idleMs;
  }

  send(payload: Uint8Array, wanted: Target, real: Target, failed: (error: NodeJS.ErrnoException) => void): void {
    if (real.port !== DNS_PORT) this.#isDnsOnly = false;
    const name = targetText(real);
    this.#peers.delete(name);
    const [oldest] = this.#peers.keys();
    if (this.#peers.size >= PEERS_MAX && oldest !== undefined) this.#peers.delete(oldest);
    this.#peers.set(name, wanted);
    this.#sending += 1;
    this.#socket.send(payload, real.port, real.address, (error) => {
      this.#sending -= 1;
      if (error !== null && !this.#isEnded) failed(error);
      this.#closeWhenSent();
    });
  }

  end(): void {
    this.#isEnded = true;
    this.#closeWhenSent();
  }

  #closeWhenSent(): void {
    if (this.#isEnded && this.#sending === 0) shut(this.#socket);
  }
}
