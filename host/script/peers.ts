import type { CoreInfo } from '../core.js';
import { formatAddress } from '../address.js';
import type { Segment } from './datagram.js';
import { Peer } from './peer.js';
import type { ScriptCore } from './stack.js';

export interface Addresses {
  local: number;
  remote: number;
  /** The port that bind(..., ...) binds. */
  bindPort: number;
  /** The port that connect(..., ...) connects to. */
  connectPort: number;
}

/** The port of the first peer that connects to us; `@n` is n ports further. */
const PEER_PORT = 40000;
/** From one listener of a script to the next, the ports of its peers begin this much higher. */
const PEER_PORT_STRIDE = 100;

/** Everybody the script plays: one Peer for each connection. */
export class Peers {
  /** Whom a packet without `@n` is from or to. */
  current: Peer | undefined;
  readonly #all: Peer[] = [];
  #firstPort = PEER_PORT;
  #listenPort: number;
  #listenAddress: number;

  constructor(
    readonly addresses: Addresses,
    private readonly core: ScriptCore,
  ) {
    this.#listenPort = addresses.bindPort;
    this.#listenAddress = addresses.local;
  }

  /** Behind listen() the next inbound packet begins a new connection, to the address that was bound (0: ours). */
  listening(address: number, port: number): void {
    if (this.current !== undefined) this.#firstPort += PEER_PORT_STRIDE;
    this.current = undefined;
    this.#listenAddress = address === 0 ? this.addresses.local : address;
    this.#listenPort = port;
  }

  /** A connection that we open: to `@label`, or to the current peer. */
  connecting(label: number | undefined, address: number, port: number, localPort: number): Peer {
    const known = localPort === 0 ? undefined : localPort;
    const peer = this.#add(new Peer(label ?? 0, this.addresses.local, known, address, port));
    if (label === undefined) this.current = peer;
    return peer;
  }

  /** The port from which the peer with this label connects, be it to the next listener. */
  portOf(label: number): number {
    const known = this.#all.findLast((peer) => peer.label === label);
    if (known !== undefined) return known.remotePort;
    return this.#firstPort + (this.current === undefined ? 0 : PEER_PORT_STRIDE) + label;
  }

  /** Whom a packet with this label concerns; made on first mention. */
  find(label: number | undefined): Peer {
    const known = label === undefined ? this.current : this.#all.findLast((peer) => peer.label === label);
    if (known !== undefined) return known;
    const port = this.#firstPort + (label ?? 0);
    const peer = this.#add(new Peer(label ?? 0, this.#listenAddress, this.#listenPort, this.addresses.remote, port));
    if (label === undefined) this.current = peer;
    return peer;
  }

  /** Whose connection a segment that leaves belongs to. */
  owner(segment: Segment): Peer | undefined {
    return this.#all.findLast((peer) => peer.owns(segment));
  }

  ofInfo(info: CoreInfo): Peer | undefined {
    return this.#all.findLast((peer) => isAbout(info, peer));
  }

  /** The core's row about this connection, wherever it is kept; undefined: there is none. */
  row(peer: Peer): CoreInfo | undefined {
    return this.core.list().find((info) => info.table !== 'listener' && isAbout(info, peer));
  }

  #add(peer: Peer): Peer {
    this.#all.push(peer);
    return peer;
  }
}

function isAbout(info: CoreInfo, peer: Peer): boolean {
  return (
    info.remotePort === peer.remotePort &&
    info.remoteAddress === formatAddress(peer.remoteAddress) &&
    (peer.localPort === undefined || info.localPort === peer.localPort)
  );
}
