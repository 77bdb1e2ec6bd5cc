import type { Duplex } from 'node:stream';
import { Fault, Option } from '../../assembly/numbers.js';
import { tryParseAddress } from '../address.js';
import type { CoreInfo } from '../core.js';
import { faultError } from '../fault.js';
import { type ConnectArguments, type ConnectOptions, checkPort, connectArguments } from './arguments.js';
import { ConnectionStream, type StreamOptions, type WriteCallback } from './connection-stream.js';
import type { Network } from './network.js';
import { endedByPeer, notFound, socketClosed } from './socket-errors.js';

/** Options of a socket, as node:net has them. */
export interface SocketOptions extends StreamOptions {
  noDelay?: boolean | undefined;
  keepAlive?: boolean | undefined;
  keepAliveInitialDelay?: number | undefined;
}

/** One end of a connection, or where a server listens. */
export interface SocketAddress {
  address: string;
  family: 'IPv4';
  port: number;
}

/**
 * A TCP connection with the interface and the manners of node:net's Socket.
 *
 * It differs from node:net where it must: there is no DNS (a host is an IPv4 address, or 'board' for the other end of the
 * link), no path, and no lookup event. Beyond node:net it has `state`, `info()`, `setLinger()`, `writeUrgent()` with 'urgent', and 'soft-error'.
 */
export class Socket extends ConnectionStream {
  /** ms of setTimeout(); undefined when there is none. */
  timeout: number | undefined;
  localAddress: string | undefined;
  localPort: number | undefined;
  localFamily: 'IPv4' | undefined;
  remoteAddress: string | undefined;
  remotePort: number | undefined;
  remoteFamily: 'IPv4' | undefined;

  #isEndedByPeer = false;
  /** What was set, for a connection that is yet to be made. */
  #settings = new Map<number, number>();

  constructor(network: Network, options: SocketOptions = {}) {
    const { allowHalfOpen = false, highWaterMark, signal } = options;
    super(network, {
      allowHalfOpen,
      ...(highWaterMark === undefined ? {} : { highWaterMark }),
      ...(signal === undefined ? {} : { signal }),
    });
    this.#applyOptions(options);
    this.on('end', () => {
      this.#isEndedByPeer = !this.allowHalfOpen;
    });
  }

  /** A socket around a connection that a listener has accepted. */
  static accepted(network: Network, handle: number, options: SocketOptions & { pauseOnConnect?: boolean }): Socket {
    const socket = new Socket(network, options);
    socket.#begin(handle);
    socket.#readAddresses();
    if (options.pauseOnConnect === true) socket.pause();
    else socket.read(0);
    return socket;
  }

  get pending(): boolean {
    return this.connection === undefined || this.connecting;
  }

  get readyState(): 'opening' | 'open' | 'readOnly' | 'writeOnly' | 'closed' {
    if (this.connecting) return 'opening';
    if (this.readable && this.writable) return 'open';
    if (this.readable) return 'readOnly';
    return this.writable ? 'writeOnly' : 'closed';
  }

  get bufferSize(): number {
    return this.writableLength;
  }

  /** The connection's state as the RFC prints it: 'FIN-WAIT-2'; 'CLOSED' before and after. */
  get state(): string {
    return this.connection?.state ?? 'CLOSED';
  }

  /** Sequence variables, timers, round-trip time and windows; undefined without a connection. */
  info(): CoreInfo | undefined {
    return this.connection?.info;
  }

  connect(...args: ConnectArguments): this {
    const [options, listener] = connectArguments(args);
    const port = checkPort(options.port, 1);
    const localPort = checkPort(options.localPort ?? 0);
    if (this.destroyed) this.#beginAgain();
    if (listener !== undefined) this.once('connect', listener);
    this.#applyOptions(options);
    if (options.timeout !== undefined) this.setTimeout(options.timeout);
    this.connecting = true;
    this.hold();
    this.#open(options, port, localPort);
    return this;
  }

  override write(...args: unknown[]): boolean {
    if (!this.#isEndedByPeer || !this.writableEnded) return super.write(...(args as Parameters<Duplex['write']>));
    const callback = args.find((argument) => typeof argument === 'function') as WriteCallback | undefined;
    const error = endedByPeer();
    if (callback !== undefined) process.nextTick(callback, error);
    this.destroy(error);
    return false;
  }

  /** Ends the writing side, and destroys once everything is handed over. */
  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }

  /** Sends RST and destroys. */
  resetAndDestroy(): this {
    if (this.connection === undefined) return this.destroy(socketClosed());
    if (this.connecting) {
      // The handshake's last ACK leaves first: without it the other end would never hear that there was a connection.
      this.once('connect', () => {
        this.network.clock.setTimer(0, () => this.resetAndDestroy());
      });
      return this;
    }
    this.isResetting = true;
    return this.destroy();
  }

  setTimeout(ms: number, listener?: () => void): this {
    if (this.destroyed) return this;
    this.timeout = ms;
    this.idle.set(ms);
    if (listener !== undefined && ms === 0) this.off('timeout', listener);
    else if (listener !== undefined) this.once('timeout', listener);
    return this;
  }

  setNoDelay(noDelay = true): this {
    return this.#set(Option.NODELAY, noDelay ? 1 : 0);
  }

  /** As in node:net, a delay of 0 keeps what was set before, at first two hours (MUST-28). */
  setKeepAlive(enable = false, initialDelayMs = 0): this {
    if (enable && initialDelayMs > 0) this.#set(Option.KEEPALIVE_IDLE, initialDelayMs);
    return this.#set(Option.KEEPALIVE, enable ? 1 : 0);
  }

  /**
   * What destroy() does with text not yet acknowledged (RFC 9293 section 3.9.1.5, SO_LINGER): undefined delivers it in the
   * background; 0 drops it and resets; else 'close' waits for the acknowledgment, and is an error when it takes longer.
   */
  setLinger(ms: number | undefined): this {
    this.lingerMs = ms ?? 0;
    return this.#set(Option.LINGER, ms === 0 ? 0 : -1);
  }

  /** As write(), with the last octet marked urgent; the other end hears 'urgent' and reads it in line (RFC 6093). */
  writeUrgent(octets: Uint8Array | string, callback?: WriteCallback): boolean {
    const chunk = Buffer.from(octets as string);
    this.urgent.add(chunk);
    return this.write(chunk, callback);
  }

  address(): SocketAddress | Record<string, never> {
    if (this.localAddress === undefined || this.localPort === undefined) return {};
    return { address: this.localAddress, family: 'IPv4', port: this.localPort };
  }

  override shutDown(): void {
    this.destroySoon();
  }

  protected override connectError(fault: number): Error {
    return faultError(fault, 'connect', { address: this.remoteAddress ?? '', port: this.remotePort ?? 0 });
  }

  protected override established(): void {
    this.#readAddresses();
    this.emit('connect');
    this.emit('ready');
  }

  #open(options: ConnectOptions, port: number, localPort: number): void {
    const host = options.host === undefined || options.host === 'board' ? this.network.peer : options.host;
    const address = tryParseAddress(host);
    const { localAddress } = options;
    this.remoteAddress = host;
    this.remotePort = port;
    this.remoteFamily = 'IPv4';
    if (this.network.stopped !== undefined) this.#fail(this.network.stopped);
    else if (address === undefined) this.#fail(notFound(host));
    else if (localAddress !== undefined && localAddress !== this.network.address) {
      this.#fail(faultError(Fault.BAD_ADDRESS, 'bind', { address: localAddress, port: localPort }, true));
    } else {
      const handle = this.network.core.call.open(address, port, localPort);
      if (handle < 0) this.#fail(this.connectError(handle));
      else this.#begin(handle);
    }
  }

  /** As node:net, which lets listeners be added before it tells them that connect() has failed. */
  #fail(error: Error): void {
    process.nextTick(() => this.destroy(error));
  }

  #begin(handle: number): void {
    const connection = this.adopt(handle);
    for (const [name, value] of this.#settings) connection.option(name, value);
    this.network.kick();
  }

  #beginAgain(): void {
    this.beginAgain();
    this.#isEndedByPeer = false;
    this.localAddress = undefined;
    this.localPort = undefined;
    this.localFamily = undefined;
  }

  #readAddresses(): void {
    const info = this.info();
    if (info === undefined) return;
    this.localAddress = info.localAddress;
    this.localPort = info.localPort;
    this.localFamily = 'IPv4';
    this.remoteAddress = info.remoteAddress;
    this.remotePort = info.remotePort;
    this.remoteFamily = 'IPv4';
  }

  #applyOptions({ noDelay, keepAlive, keepAliveInitialDelay }: SocketOptions): void {
    if (noDelay !== undefined) this.setNoDelay(noDelay);
    if (keepAlive !== undefined) this.setKeepAlive(keepAlive, keepAliveInitialDelay);
  }

  #set(name: number, value: number): this {
    this.#settings.set(name, value);
    this.connection?.option(name, value);
    return this;
  }
}
