import { Duplex, type DuplexOptions } from 'node:stream';
import { Event, Fault, Option } from '../../assembly/numbers.js';
import { tryParseAddress } from '../address.js';
import type { CoreInfo } from '../core.js';
import { faultError } from '../fault.js';
import { type ConnectArguments, type ConnectOptions, checkPort, connectArguments } from './arguments.js';
import { Connection } from './connection.js';
import { IdleTimer } from './idle-timer.js';
import type { Endpoint, Network } from './network.js';
import { closedBeforeConnection, endedByPeer, notFound, socketClosed } from './socket-errors.js';

/** Options of a socket, as node:net has them. */
export interface SocketOptions extends Pick<DuplexOptions, 'allowHalfOpen' | 'highWaterMark' | 'signal'> {
  noDelay?: boolean | undefined;
  keepAlive?: boolean | undefined;
  keepAliveInitialDelay?: number | undefined;
}

export interface SocketAddress {
  address: string;
  family: 'IPv4';
  port: number;
}

type WriteCallback = (error?: Error | null) => void;

/** A write of which the core's ring has not yet taken everything. */
interface PendingWrite {
  octets: Uint8Array;
  at: number;
  done: WriteCallback;
}

/**
 * A TCP connection with the interface and the manners of node:net's Socket. The core's rings are the only buffers beside
 * the stream's own high-water marks: a full send ring makes write() answer false, a reader that pauses closes the window.
 *
 * It differs from node:net where it must: there is no DNS (a host is an IPv4 address, or 'board' for the other end of the
 * link), no path, and no lookup event. Beyond node:net it has `state`, `info()`, `setLinger()`, and 'soft-error'.
 */
export class Socket extends Duplex implements Endpoint {
  /** True from connect() until 'connect'. */
  connecting = false;
  /** ms of setTimeout(); undefined when there is none. */
  timeout: number | undefined;
  localAddress: string | undefined;
  localPort: number | undefined;
  localFamily: 'IPv4' | undefined;
  remoteAddress: string | undefined;
  remotePort: number | undefined;
  remoteFamily: 'IPv4' | undefined;

  #network: Network;
  #connection: Connection | undefined;
  #idle: IdleTimer;
  #octetsBefore = { read: 0, written: 0 };
  #pendingWrite: PendingWrite | undefined;
  #pendingFinal: WriteCallback | undefined;
  #wantsText = false;
  #hasReadEnd = false;
  #isEndedByPeer = false;
  #isResetting = false;
  #isReferenced = true;
  #isHolding = false;
  #settings = new Map<number, number>();

  constructor(network: Network, options: SocketOptions = {}) {
    super({ ...options, allowHalfOpen: options.allowHalfOpen ?? false, emitClose: false, autoDestroy: true });
    this.#network = network;
    this.#idle = new IdleTimer(network.clock, () => {
      this.emit('timeout');
    });
    if (options.noDelay === true) this.setNoDelay();
    if (options.keepAlive === true) this.setKeepAlive(true, options.keepAliveInitialDelay);
    this.on('end', () => {
      this.#isEndedByPeer = !this.allowHalfOpen;
    });
  }

  /** A socket around a connection that a listener has accepted. */
  static accepted(network: Network, handle: number, options: SocketOptions & { pauseOnConnect?: boolean }): Socket {
    const socket = new Socket(network, options);
    socket.#adopt(handle);
    socket.#readAddresses();
    if (options.pauseOnConnect === true) socket.pause();
    else socket.read(0);
    return socket;
  }

  get pending(): boolean {
    return this.#connection === undefined || this.connecting;
  }

  get readyState(): 'opening' | 'open' | 'readOnly' | 'writeOnly' | 'closed' {
    if (this.connecting) return 'opening';
    if (this.readable && this.writable) return 'open';
    if (this.readable) return 'readOnly';
    return this.writable ? 'writeOnly' : 'closed';
  }

  get bytesRead(): number {
    return this.#connection?.octetsRead ?? this.#octetsBefore.read;
  }

  /** Octets handed to the core and octets that wait before it. */
  get bytesWritten(): number {
    const handedOver = this.#connection?.octetsWritten ?? this.#octetsBefore.written;
    // The stream counts the pending write among its own until it is done.
    return handedOver + this.writableLength - (this.#pendingWrite?.at ?? 0);
  }

  get bufferSize(): number {
    return this.writableLength;
  }

  /** The connection's state as the RFC prints it: 'FIN-WAIT-2'; 'CLOSED' before and after. */
  get state(): string {
    return this.#connection?.state ?? 'CLOSED';
  }

  /** Sequence variables, timers, round-trip time and windows; undefined without a connection. */
  info(): CoreInfo | undefined {
    return this.#connection?.info;
  }

  connect(...args: ConnectArguments): this {
    const [options, listener] = connectArguments(args);
    const port = checkPort(options.port, 1);
    const localPort = checkPort(options.localPort ?? 0);
    if (this.destroyed) this.#beginAgain();
    if (listener !== undefined) this.once('connect', listener);
    if (options.noDelay !== undefined) this.setNoDelay(options.noDelay);
    if (options.keepAlive !== undefined) this.setKeepAlive(options.keepAlive, options.keepAliveInitialDelay);
    if (options.timeout !== undefined) this.setTimeout(options.timeout);
    this.connecting = true;
    this.#hold();
    this.#open(options, port, localPort);
    return this;
  }

  override write(...args: unknown[]): boolean {
    if (!this.#isEndedByPeer) return super.write(...(args as Parameters<Duplex['write']>));
    const callback = args.find((argument) => typeof argument === 'function') as WriteCallback | undefined;
    const error = endedByPeer();
    if (callback !== undefined) process.nextTick(callback, error);
    if (this.destroyed) return false;
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
    if (this.#connection === undefined) return this.destroy(socketClosed());
    if (this.connecting) {
      this.once('connect', () => this.resetAndDestroy());
      return this;
    }
    this.#isResetting = true;
    return this.destroy();
  }

  setTimeout(ms: number, listener?: () => void): this {
    if (this.destroyed) return this;
    this.timeout = ms;
    this.#idle.set(ms);
    if (listener !== undefined) {
      if (ms === 0) this.off('timeout', listener);
      else this.once('timeout', listener);
    }
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

  /** What destroy() does with text not yet acknowledged: undefined delivers it in the background, 0 drops it and resets. */
  setLinger(ms: number | undefined): this {
    return this.#set(Option.LINGER, ms ?? -1);
  }

  address(): SocketAddress | Record<string, never> {
    if (this.localAddress === undefined || this.localPort === undefined) return {};
    return { address: this.localAddress, family: 'IPv4', port: this.localPort };
  }

  ref(): this {
    this.#isReferenced = true;
    if (this.#connection !== undefined || this.connecting) this.#hold();
    return this;
  }

  unref(): this {
    this.#isReferenced = false;
    this.#letGo();
    return this;
  }

  onEvents(events: number): void {
    if ((events & Event.CONNECTED) !== 0 && this.connecting) this.#connected();
    if ((events & (Event.READABLE | Event.END)) !== 0) {
      this.#idle.active();
      this.#pull();
    }
    if ((events & Event.WRITABLE) !== 0) {
      this.#idle.active();
      this.#flush();
    }
    if ((events & Event.ERROR) !== 0) this.#failed();
    else if ((events & Event.SOFT_ERROR) !== 0) this.#tellSoftError();
  }

  shutDown(): void {
    this.destroySoon();
  }

  onStopped(error: Error): void {
    this.destroy(error);
  }

  override _read(): void {
    this.#wantsText = true;
    this.#pull();
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: WriteCallback): void {
    if (this.#connection === undefined && !this.connecting) {
      done(this.#network.stopped ?? socketClosed());
      return;
    }
    this.#idle.active();
    this.#pendingWrite = { octets: chunk, at: 0, done };
    if (!this.connecting) this.#flush();
  }

  override _final(done: WriteCallback): void {
    if (this.connecting) {
      this.#pendingFinal = done;
      return;
    }
    done(this.#connection?.shutdown() ?? null);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const wasConnecting = this.connecting;
    this.connecting = false;
    this.#wantsText = false;
    this.#idle.stop();
    this.#letGo();
    this.#closeConnection();
    this.#failPending(error ?? (wasConnecting ? closedBeforeConnection() : socketClosed()));
    done(error);
    // Behind 'error', which the stream emits in the next tick.
    process.nextTick(() => {
      this.emit('close', error !== null);
    });
  }

  #open(options: ConnectOptions, port: number, localPort: number): void {
    const host = options.host === undefined || options.host === 'board' ? this.#network.peer : options.host;
    const address = tryParseAddress(host);
    if (this.#network.stopped !== undefined) return this.#fail(this.#network.stopped);
    if (address === undefined) return this.#fail(notFound(host));
    const { localAddress } = options;
    if (localAddress !== undefined && localAddress !== this.#network.address) {
      return this.#fail(faultError(Fault.BAD_ADDRESS, 'bind', { address: localAddress, port: localPort }, true));
    }
    this.remoteAddress = host;
    this.remotePort = port;
    this.remoteFamily = 'IPv4';
    const handle = this.#network.core.call.open(address, port, localPort);
    if (handle < 0) return this.#fail(faultError(handle, 'connect', { address: host, port }));
    this.#adopt(handle);
    this.#network.kick();
  }

  /** As node:net, which lets listeners be added before it tells them that connect() has failed. */
  #fail(error: Error): void {
    process.nextTick(() => this.destroy(error));
  }

  #adopt(handle: number): void {
    this.#connection = new Connection(this.#network, handle, this);
    this.#hold();
    for (const [name, value] of this.#settings) this.#connection.option(name, value);
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

  #connected(): void {
    this.connecting = false;
    this.#readAddresses();
    this.#idle.active();
    this.emit('connect');
    this.emit('ready');
    if (this.#pendingWrite !== undefined) this.#flush();
    const final = this.#pendingFinal;
    this.#pendingFinal = undefined;
    if (final !== undefined) this._final(final);
    if (!this.isPaused()) this.read(0);
  }

  /** Moves text from the core's ring into the stream for as long as the stream wants more. */
  #pull(): void {
    while (this.#wantsText && this.#connection !== undefined && !this.connecting) {
      const text = this.#connection.read();
      if (text === undefined) return;
      this.#wantsText = false;
      if (text instanceof Error) this.destroy(text);
      else if (text === null) this.#readEnd();
      else if (this.push(text)) this.#wantsText = true;
    }
  }

  #readEnd(): void {
    this.#hasReadEnd = true;
    this.push(null);
    // A stream that nobody has read from yet emits 'end' only when it is asked.
    if (this.readableLength === 0) this.read(0);
  }

  /** Moves the pending write into the core's ring, as far as there is room; Event.WRITABLE brings us back. */
  #flush(): void {
    const write = this.#pendingWrite;
    if (write === undefined || this.#connection === undefined) return;
    const taken = this.#connection.write(write.octets, write.at);
    if (taken instanceof Error) return this.#writeDone(taken);
    write.at += taken;
    if (write.at === write.octets.length) this.#writeDone(null);
  }

  #writeDone(error: Error | null): void {
    const write = this.#pendingWrite;
    this.#pendingWrite = undefined;
    write?.done(error);
  }

  #failPending(error: Error): void {
    this.#writeDone(error);
    const final = this.#pendingFinal;
    this.#pendingFinal = undefined;
    final?.(error);
  }

  /** The connection is over by an error. Text that came before it is still to be read: the reader meets the error behind it. */
  #failed(): void {
    if (this.#connection === undefined) return;
    const fault = this.#connection.fault();
    if (this.connecting) {
      this.destroy(faultError(fault, 'connect', { address: this.remoteAddress ?? '', port: this.remotePort ?? 0 }));
      return;
    }
    const isToBeRead = !this.#hasReadEnd && this.#connection.hasText;
    if (isToBeRead && this.#pendingWrite === undefined) return;
    this.destroy(faultError(fault, this.#hasReadEnd ? 'write' : 'read'));
  }

  #tellSoftError(): void {
    const fault = this.#connection?.fault() ?? 0;
    if (fault < 0) this.emit('soft-error', faultError(fault, this.connecting ? 'connect' : 'read'));
  }

  #set(name: number, value: number): this {
    this.#settings.set(name, value);
    this.#connection?.option(name, value);
    return this;
  }

  #closeConnection(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection === undefined) return;
    this.#octetsBefore = { read: connection.octetsRead, written: connection.octetsWritten };
    connection.close(this.#isResetting);
  }

  /** As node:net, where connect() on a destroyed socket makes it new. */
  #beginAgain(): void {
    (this as unknown as { _undestroy(): void })._undestroy();
    this.#octetsBefore = { read: 0, written: 0 };
    this.#hasReadEnd = false;
    this.#isEndedByPeer = false;
    this.#isResetting = false;
    this.localAddress = undefined;
    this.localPort = undefined;
    this.localFamily = undefined;
  }

  #hold(): void {
    if (!this.#isReferenced || this.#isHolding) return;
    this.#isHolding = true;
    this.#network.hold();
  }

  #letGo(): void {
    if (!this.#isHolding) return;
    this.#isHolding = false;
    this.#network.letGo();
  }
}
