import { EventEmitter } from 'node:events';
import { DatagramAt, Event, Fault } from '../../assembly/numbers.js';
import { formatAddress, tryParseAddress } from '../address.js';
import { faultError } from '../fault.js';
import { checkPort } from './checks.js';
import type { Endpoint, Network } from './network.js';
import { takeFreePort } from './ports.js';
import type { SocketAddress } from './socket.js';
import { notFound } from './socket-errors.js';

/** Who sent a datagram. */
export interface RemoteInfo extends SocketAddress {
  /** Octets of the datagram. */
  size: number;
}

/** Of IPv4 and UDP: the exchange buffer has room for what an MTU leaves beside them, and for no octet more. */
const HEADERS_OCTETS = 28;

/** Told once a datagram is on its way, or why it is not. */
export type SendCallback = (error: Error | null, octets?: number) => void;

/**
 * A UDP socket with the interface and the manners of node:dgram's. Emits 'message' with a Buffer and a RemoteInfo,
 * 'listening', 'close' and 'error'. The core's ring is the only queue: send() is EAGAIN when it is full, and what arrives when
 * the ring of those not yet told is full is lost, as UDP may.
 */
export class DatagramSocket extends EventEmitter implements Endpoint {
  #network: Network;
  #handle = 0;
  #address: SocketAddress | undefined;
  #isClosed = false;
  #isReferenced = true;
  #isHolding = false;

  constructor(network: Network, onMessage?: (message: Buffer, from: RemoteInfo) => void) {
    super();
    this.#network = network;
    if (onMessage !== undefined) this.on('message', onMessage);
  }

  /** Port 0: one that is free. Without an address: any of ours. */
  bind(port = 0, host = '0.0.0.0', onListening?: () => void): this {
    checkPort(port);
    if (this.#handle !== 0)
      throw Object.assign(new Error('Socket is already bound'), { code: 'ERR_SOCKET_ALREADY_BOUND' });
    this.#refuseClosed();
    if (onListening !== undefined) this.once('listening', onListening);
    const error = this.#open(port, host);
    process.nextTick(() => {
      if (error !== undefined) this.emit('error', error);
      else if (!this.#isClosed) this.emit('listening');
    });
    return this;
  }

  /** Sends one datagram; without a host, to the other end of the link. A socket that is not bound is bound first. */
  send(message: Uint8Array | string, port: number, host?: string, callback?: SendCallback): void {
    checkPort(port, 1);
    this.#refuseClosed();
    const error =
      (this.#handle === 0 ? this.#open(0, '0.0.0.0') : undefined) ??
      this.#send(Buffer.from(message as string), port, host);
    process.nextTick(() => {
      if (callback !== undefined)
        callback(error instanceof Error ? error : null, error instanceof Error ? undefined : error);
      else if (error instanceof Error) this.emit('error', error);
    });
  }

  /** Where it is bound. */
  address(): SocketAddress {
    if (this.#address === undefined) throw faultError(Fault.BAD_HANDLE, 'getsockname');
    return this.#address;
  }

  /** Gives its port back; the callback is called once it has. */
  close(onClose?: () => void): this {
    this.#refuseClosed();
    if (onClose !== undefined) this.once('close', onClose);
    if (this.#handle !== 0) {
      this.#network.release(this.#handle);
      if (this.#network.stopped === undefined) this.#network.core.call.udpClose(this.#handle);
    }
    this.#end();
    return this;
  }

  /** The process lives as long as it is open, which is the default. */
  ref(): this {
    this.#isReferenced = true;
    this.#hold();
    return this;
  }

  /** The process may end although it is open. */
  unref(): this {
    this.#isReferenced = false;
    this.#letGo();
    return this;
  }

  onEvents(events: number): void {
    if ((events & Event.DATAGRAM) === 0) return;
    for (let octets = this.#receive(); octets >= 0; octets = this.#receive()) this.#tell(octets);
  }

  onStopped(error: Error): void {
    if (this.listenerCount('error') > 0) this.emit('error', error);
    this.#end();
  }

  onRestored(): boolean {
    // Port 0 is nobody's: nothing is sent, and a handle that is not known is refused before the port is looked at.
    return this.#network.core.call.udpSend(this.#handle, 0, 0, 0) !== Fault.BAD_HANDLE;
  }

  shutDown(): void {
    this.close();
  }

  #open(port: number, host: string): Error | undefined {
    const address = tryParseAddress(host);
    const { stopped, core } = this.#network;
    if (stopped !== undefined) return stopped;
    if (address === undefined) return notFound(host);
    const take = (candidate: number): number => core.call.udpOpen(address, candidate);
    const taken = port === 0 ? takeFreePort(take) : { port, handle: take(port) };
    if (taken.handle < 0) return faultError(taken.handle, 'bind', { address: host, port });
    this.#handle = taken.handle;
    this.#address = { address: host, family: 'IPv4', port: taken.port };
    this.#network.adopt(taken.handle, this);
    this.#hold();
    return undefined;
  }

  #send(message: Uint8Array, port: number, host: string | undefined): Error | number {
    const { stopped, core, peer } = this.#network;
    const name = host === undefined || host === 'board' ? peer : host;
    const address = tryParseAddress(name);
    if (stopped !== undefined) return stopped;
    if (address === undefined) return notFound(name);
    const at = core.constants.datagram + DatagramAt.PAYLOAD;
    const fits = message.length <= core.constants.mtu - HEADERS_OCTETS;
    if (fits) core.octets.set(message, at);
    const fault = fits ? core.call.udpSend(this.#handle, address, port, message.length) : Fault.MESSAGE_SIZE;
    if (fault < 0) return faultError(fault, 'send', { address: name, port });
    this.#network.kick();
    return message.length;
  }

  #receive(): number {
    return this.#handle === 0 ? Fault.BAD_HANDLE : this.#network.core.call.udpReceive(this.#handle);
  }

  #tell(octets: number): void {
    const { view, constants, octets: memory } = this.#network.core;
    const at = constants.datagram;
    const from: RemoteInfo = {
      address: formatAddress(view.getUint32(at + DatagramAt.REMOTE_ADDRESS, true)),
      family: 'IPv4',
      port: view.getUint16(at + DatagramAt.REMOTE_PORT, true),
      size: octets,
    };
    const start = at + DatagramAt.PAYLOAD;
    this.emit('message', Buffer.from(memory.subarray(start, start + octets)), from);
  }

  #end(): void {
    this.#isClosed = true;
    this.#handle = 0;
    this.#address = undefined;
    this.#letGo();
    process.nextTick(() => {
      this.emit('close');
    });
  }

  #refuseClosed(): void {
    if (this.#isClosed) throw Object.assign(new Error('Not running'), { code: 'ERR_SOCKET_DGRAM_NOT_RUNNING' });
  }

  #hold(): void {
    if (!this.#isReferenced || this.#isHolding || this.#handle === 0) return;
    this.#isHolding = true;
    this.#network.hold();
  }

  #letGo(): void {
    if (!this.#isHolding) return;
    this.#isHolding = false;
    this.#network.letGo();
  }
}
