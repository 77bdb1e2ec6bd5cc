import { EventEmitter } from 'node:events';
import { Event, ListenFlag } from '../../assembly/numbers.js';
import { tryParseAddress } from '../address.js';
import { faultError } from '../fault.js';
import { type ListenArguments, listenArguments } from './arguments.js';
import { checkFunction, wrongType } from './checks.js';
import type { Endpoint, Network } from './network.js';
import { takeFreePort } from './ports.js';
import { Socket, type SocketAddress, type SocketOptions, checkOptions } from './socket.js';
import { notFound } from './socket-errors.js';

/** Options of a server: those of its sockets, and whether they begin paused. */
export interface ServerOptions extends Omit<SocketOptions, 'signal' | 'onread'> {
  pauseOnConnect?: boolean;
}

/** Options, and who is told of connections; either may be left out. */
export type ServerArguments =
  [onConnection?: (socket: Socket) => void] | [options?: ServerOptions | null, onConnection?: (socket: Socket) => void];

/** Listens for connections, with the interface and the manners of node:net's Server. */
export class Server extends EventEmitter implements Endpoint {
  /** More connections than this are closed at once and told by 'drop'. */
  maxConnections: number | undefined;

  #network: Network;
  #options: ServerOptions;
  #handle = 0;
  #address: SocketAddress | null = null;
  #connections = new Set<Socket>();
  #isClosing = false;
  #isReferenced = true;
  #isHolding = false;

  constructor(network: Network, ...args: ServerArguments) {
    super();
    const [first, second] = args;
    const options = typeof first === 'function' ? {} : (first ?? {});
    if (typeof options !== 'object') throw wrongType('options', 'of type object', options);
    checkOptions(options);
    this.#network = network;
    this.#options = options;
    const onConnection = typeof first === 'function' ? first : second;
    if (onConnection !== undefined) this.on('connection', onConnection);
  }

  get listening(): boolean {
    return this.#handle !== 0;
  }

  /** Listens on a port, or by the options of node:net; 'listening' tells when it does. */
  listen(...args: ListenArguments): this {
    if (this.listening) throw alreadyListening();
    const [options, onListening] = listenArguments(args);
    if (onListening !== undefined) this.once('listening', onListening);
    this.#closeOnAbort(options.signal);
    const host = options.host ? String(options.host) : '0.0.0.0';
    const address = tryParseAddress(host);
    if (this.#network.stopped !== undefined) this.#tell('error', this.#network.stopped);
    else if (address === undefined) this.#tell('error', notFound(host));
    else this.#listen(host, address, options.port, options.backlog);
    return this;
  }

  /** Where it listens; null: it does not. */
  address(): SocketAddress | null {
    return this.#address;
  }

  /** How many connections are open that it has accepted. */
  getConnections(callback: (error: Error | null, count: number) => void): this {
    checkFunction(callback, 'callback');
    process.nextTick(callback, null, this.#connections.size);
    return this;
  }

  /** Stops listening. 'close' is emitted once the last of its connections has ended. */
  close(callback?: (error?: Error) => void): this {
    if (callback !== undefined) {
      if (this.listening) this.once('close', callback);
      else
        this.once('close', () => {
          callback(notRunning());
        });
    }
    const handle = this.#handle;
    this.#stopListening();
    if (handle !== 0 && this.#network.stopped === undefined) {
      this.#network.release(handle);
      this.#network.core.call.close(handle);
      this.#network.kick();
    }
    this.#isClosing = true;
    this.#closeIfDrained();
    return this;
  }

  /** Closes it, and waits until its connections have ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.listening) return;
    await new Promise<void>((resolve, reject) => {
      this.close((error) => {
        if (error === undefined) resolve();
        else reject(error);
      });
    });
  }

  /** The process lives as long as it listens, which is the default. */
  ref(): this {
    this.#isReferenced = true;
    if (this.listening) this.#hold();
    return this;
  }

  /** The process may end although it listens. */
  unref(): this {
    this.#isReferenced = false;
    this.#letGo();
    return this;
  }

  onEvents(events: number): void {
    if ((events & Event.ACCEPT) === 0) return;
    for (let handle = this.#accept(); handle > 0; handle = this.#accept()) this.#welcome(handle);
  }

  shutDown(): void {
    this.close();
  }

  onStopped(error: Error): void {
    this.#stopListening();
    this.#isClosing = true;
    // Who does not listen for it hears 'close', and the stack's own.
    if (this.listenerCount('error') > 0) this.emit('error', error);
    this.#closeIfDrained();
  }

  onRestored(): boolean {
    const row = this.#network.core.info(this.#handle);
    if (row?.table !== 'listener' || row.localPort !== this.#address?.port) return false;
    this.onEvents(Event.ACCEPT);
    return true;
  }

  #listen(host: string, address: number, port: number, backlog: number): void {
    const take = (candidate: number): number => this.#tryListen(address, candidate, backlog);
    const { handle } = port === 0 ? takeFreePort(take) : { handle: take(port) };
    if (handle < 0) {
      this.#tell('error', faultError(handle, 'listen', { address: host, port }, true));
      return;
    }
    const info = this.#network.core.info(handle);
    this.#handle = handle;
    this.#isClosing = false;
    this.#address = { address: host, family: 'IPv4', port: info?.localPort ?? port };
    this.#network.adopt(handle, this);
    this.#hold();
    process.nextTick(() => {
      // The listener may have been closed within the same tick.
      if (this.#handle === handle) this.emit('listening');
    });
  }

  /** Node listens on a port that is only held by TIME-WAIT, and so do we. */
  #tryListen(address: number, port: number, backlog: number): number {
    return this.#network.core.call.listen(address, port, Math.max(1, backlog), ListenFlag.REUSE_ADDRESS);
  }

  #accept(): number {
    return this.#handle === 0 ? 0 : this.#network.core.call.accept(this.#handle);
  }

  #welcome(handle: number): void {
    if (this.maxConnections !== undefined && this.#connections.size >= this.maxConnections) {
      this.#turnAway(handle);
      return;
    }
    const socket = Socket.accepted(this.#network, handle, this.#options);
    this.#connections.add(socket);
    socket.once('close', () => {
      this.#connections.delete(socket);
      this.#closeIfDrained();
    });
    this.emit('connection', socket);
  }

  #turnAway(handle: number): void {
    const info = this.#network.core.info(handle);
    this.#network.core.call.close(handle);
    this.#network.kick();
    if (info === undefined) return;
    const { localAddress, localPort, remoteAddress, remotePort } = info;
    this.emit('drop', {
      localAddress,
      localPort,
      localFamily: 'IPv4',
      remoteAddress,
      remotePort,
      remoteFamily: 'IPv4',
    });
  }

  #stopListening(): void {
    this.#handle = 0;
    this.#address = null;
    this.#letGo();
  }

  #closeIfDrained(): void {
    if (!this.#isClosing || this.listening || this.#connections.size > 0) return;
    this.#isClosing = false;
    this.#tell('close');
  }

  #closeOnAbort(signal: AbortSignal | undefined): void {
    if (signal === undefined) return;
    const close = (): void => {
      this.close();
    };
    if (signal.aborted) process.nextTick(close);
    else {
      signal.addEventListener('abort', close, { once: true });
      this.once('close', () => {
        signal.removeEventListener('abort', close);
      });
    }
  }

  #tell(event: 'error' | 'close', error?: Error): void {
    process.nextTick(() => {
      if (error === undefined) this.emit(event);
      else this.emit(event, error);
    });
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

function alreadyListening(): Error {
  const error = new Error('Listen method has been called more than once without closing.');
  return Object.assign(error, { code: 'ERR_SERVER_ALREADY_LISTEN' });
}

function notRunning(): Error {
  return Object.assign(new Error('Server is not running.'), { code: 'ERR_SERVER_NOT_RUNNING' });
}
