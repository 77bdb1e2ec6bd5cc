import { type Duplex, addAbortSignal } from 'node:stream';
import { Fault } from '../../assembly/numbers.js';
import { parseAddress, tryParseAddress } from '../address.js';
import type { CoreInfo } from '../core.js';
import { faultError } from '../fault.js';
import { type ConnectArguments, type ConnectRequest, connectArguments } from './arguments.js';
import { checkFunction, checkMs, checkNumber, checkSignal, wrongValue } from './checks.js';
import { ConnectionStream, type StreamOptions, type WriteCallback } from './connection-stream.js';
import { lookUp, objectionTo } from './lookup.js';
import type { Network } from './network.js';
import { Settings } from './settings.js';
import { endTaken, endedByPeer, socketClosed } from './socket-errors.js';

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
 * A TCP connection with the interface and the manners of node:net's Socket; docs/net.md lists what differs.
 *
 * Beyond node:net it has `state`, `info()`, `setLinger()`, `writeUrgent()` with 'urgent', and 'soft-error'.
 */
export class Socket extends ConnectionStream {
  /** ms of setTimeout(); undefined when there is none. */
  timeout: number | undefined;

  #local: SocketAddress | undefined;
  #remote: SocketAddress | undefined;
  /** Where connect() goes; known before the other end has answered. */
  #target = { address: '', port: 0 };
  #isEndedByPeer = false;
  #settings = new Settings();
  /** Counts calls of connect(): what an earlier lookup answers is of no interest any more. */
  #attempt = 0;

  constructor(network: Network, options: SocketOptions = {}) {
    checkOptions(options);
    const { allowHalfOpen = false, highWaterMark, signal, onread } = options;
    super(network, {
      allowHalfOpen,
      onread,
      ...(highWaterMark === undefined ? {} : { highWaterMark }),
    });
    this.#settings.apply(options);
    this.on('end', () => {
      this.#isEndedByPeer = !this.allowHalfOpen;
    });
    // Last: one that has aborted already destroys at once.
    if (signal !== undefined) addAbortSignal(signal, this);
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

  get localAddress(): string | undefined {
    return this.#ourEnd?.address;
  }

  get localPort(): number | undefined {
    return this.#ourEnd?.port;
  }

  get localFamily(): 'IPv4' | undefined {
    return this.#ourEnd?.family;
  }

  get remoteAddress(): string | undefined {
    return this.#remote?.address;
  }

  get remotePort(): number | undefined {
    return this.#remote?.port;
  }

  get remoteFamily(): 'IPv4' | undefined {
    return this.#remote?.family;
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

  /** Connects to a port, or by the options of node:net; 'connect' tells when it is. */
  connect(...args: ConnectArguments): this {
    const [request, listener] = connectArguments(args);
    checkOptions(request);
    if (this.destroyed) this.#beginAgain();
    if (listener !== undefined) this.once('connect', listener);
    this.#settings.apply(request);
    if (request.timeout !== undefined) this.setTimeout(request.timeout);
    this.connecting = true;
    this.hold();
    this.#find(request);
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

  /** Tells 'timeout' behind so many ms of silence; 0: never. */
  setTimeout(ms: number, listener?: () => void): this {
    if (this.destroyed) return this;
    checkMs(ms);
    if (listener !== undefined) checkFunction(listener, 'callback');
    this.timeout = ms;
    this.idle.set(ms);
    if (listener !== undefined && ms === 0) this.off('timeout', listener);
    else if (listener !== undefined) this.once('timeout', listener);
    return this;
  }

  /** Sends what is written at once (true), or by Nagle's algorithm. */
  setNoDelay(noDelay = true): this {
    this.#settings.setNoDelay(noDelay);
    return this;
  }

  /** As in node:net, a delay of 0 keeps what was set before, at first two hours (MUST-28). */
  setKeepAlive(enable = false, initialDelayMs = 0): this {
    this.#settings.setKeepAlive(enable, initialDelayMs);
    return this;
  }

  /**
   * What destroy() does with text not yet acknowledged (RFC 9293 section 3.9.1.5, SO_LINGER): undefined delivers it in the
   * background; 0 drops it and resets; else 'close' waits for the acknowledgment, and is an error when it takes longer.
   */
  setLinger(ms: number | undefined): this {
    this.lingerMs = ms ?? 0;
    this.#settings.setLinger(ms);
    return this;
  }

  /** As write(), with the last octet marked urgent; the other end hears 'urgent' and reads it in line (RFC 6093). */
  writeUrgent(octets: Uint8Array | string, callback?: WriteCallback): boolean {
    const chunk = Buffer.from(octets as string);
    this.urgent.add(chunk);
    return this.write(chunk, callback);
  }

  /** Our own end; empty while there is none. */
  address(): SocketAddress | Record<string, never> {
    const end = this.#ourEnd;
    return end === undefined ? {} : { ...end };
  }

  /** @internal */
  override shutDown(): void {
    this.destroySoon();
  }

  protected override connectError(fault: number): Error {
    const { address, port } = this.#target;
    return faultError(fault, 'connect', { address, port });
  }

  protected override established(): void {
    this.#readAddresses();
    this.emit('connect');
    this.emit('ready');
  }

  get #ourEnd(): SocketAddress | undefined {
    return this.destroyed ? undefined : this.#local;
  }

  /** Opens at once when the host is an address; a name is looked up first, and what comes of it is told by 'lookup'. */
  #find(request: ConnectRequest): void {
    const { host } = request;
    const name = host === undefined || host === '' || host === 'board' ? this.network.peer : host;
    const attempt = ++this.#attempt;
    if (this.network.stopped !== undefined) this.#fail(this.network.stopped);
    else if (tryParseAddress(name) !== undefined) this.#open(name, request);
    else {
      lookUp(name, request.lookup, request.family, (result) => {
        this.emit('lookup', result.error, result.address, result.family, name);
        if (!this.connecting || attempt !== this.#attempt) return;
        const objection = objectionTo(result);
        if (objection === undefined) this.#open(String(result.address), request);
        else this.#fail(objection);
      });
    }
  }

  #open(address: string, { port, localPort, localAddress }: ConnectRequest): void {
    const { network } = this;
    this.#target = { address, port };
    if (network.stopped !== undefined) this.#fail(network.stopped);
    else if (localAddress !== undefined && localAddress !== '' && localAddress !== network.address) {
      this.#fail(faultError(Fault.BAD_ADDRESS, 'bind', { address: localAddress, port: localPort }));
    } else {
      const handle = network.core.call.open(parseAddress(address), port, localPort);
      if (handle >= 0) this.#begin(handle);
      else if (handle === Fault.IN_USE) this.#fail(endTaken(address, port, `${network.address}:${String(localPort)}`));
      else this.#fail(this.connectError(handle));
    }
  }

  /** As node:net, which lets listeners be added before it tells them that connect() has failed. */
  #fail(error: Error): void {
    process.nextTick(() => this.destroy(error));
  }

  #begin(handle: number): void {
    this.#settings.bind(this.adopt(handle));
    this.network.kick();
  }

  #beginAgain(): void {
    this.beginAgain();
    this.#isEndedByPeer = false;
    this.#local = undefined;
    this.#remote = undefined;
  }

  #readAddresses(): void {
    const info = this.info();
    if (info === undefined) return;
    this.#local = { address: info.localAddress, family: 'IPv4', port: info.localPort };
    this.#remote = { address: info.remoteAddress, family: 'IPv4', port: info.remotePort };
  }
}

/** Refuses what node:net refuses; also asked by a server for its sockets to come. */
export function checkOptions(options: SocketOptions): void {
  const { signal, keepAliveInitialDelay } = options;
  const { objectMode, fd, handle } = options as { objectMode?: unknown; fd?: unknown; handle?: unknown };
  if (objectMode === true) throw wrongValue("The property 'options.objectMode' is not supported. Received true");
  if (fd !== undefined || handle !== undefined)
    throw wrongValue('A descriptor or a handle of the system cannot become a socket of a link; connect to a port.');
  if (signal !== undefined) checkSignal(signal, 'options.signal');
  if (keepAliveInitialDelay !== undefined) checkNumber(keepAliveInitialDelay, 'options.keepAliveInitialDelay');
}
