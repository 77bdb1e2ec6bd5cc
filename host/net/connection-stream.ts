import { Duplex, type DuplexOptions } from 'node:stream';
import { Event, Fault } from '../../assembly/numbers.js';
import { faultError } from '../fault.js';
import { Connection } from './connection.js';
import { IdleTimer } from './idle-timer.js';
import type { Endpoint, Network } from './network.js';
import { type OnReadOptions, Reader } from './reader.js';
import { closedBeforeConnection, socketClosed } from './socket-errors.js';

export interface StreamOptions extends Pick<DuplexOptions, 'allowHalfOpen' | 'highWaterMark' | 'signal'> {
  /** Text goes into a buffer of the application's in place of 'data' events. */
  onread?: OnReadOptions | undefined;
}

/** Told once what was written is on its way, or why it is not. */
export type WriteCallback = (error?: Error | null) => void;

/** A write of which the core's ring has not yet taken everything. */
interface PendingWrite {
  octets: Uint8Array;
  at: number;
  done: WriteCallback;
}

/**
 * A Duplex over one connection of the core: text, half close, the end, and errors. The core's rings are the only buffers
 * beside the stream's own high-water marks: a full send ring makes write() answer false, a reader that pauses closes the
 * window. What node:net adds to a stream is Socket's.
 */
export abstract class ConnectionStream extends Duplex implements Endpoint {
  /** True from connect() until 'connect'. */
  connecting = false;

  protected readonly network: Network;
  protected readonly idle: IdleTimer;
  protected connection: Connection | undefined;
  /** destroy() sends RST. */
  protected isResetting = false;
  /** How long destroy() waits for the other end to acknowledge everything before 'close'; 0: not at all. */
  protected lingerMs = 0;
  /** Writes whose last octet is urgent. */
  protected readonly urgent = new WeakSet<Uint8Array>();

  #before = { read: 0, written: 0 };
  #pendingWrite: PendingWrite | undefined;
  #pendingFinal: WriteCallback | undefined;
  #reader: Reader;
  #isReferenced = true;
  #isHolding = false;

  constructor(network: Network, options: StreamOptions) {
    const { onread, ...duplex } = options;
    super({ ...duplex, emitClose: false, autoDestroy: true });
    this.network = network;
    this.#reader = new Reader(this, network.clock, onread);
    this.idle = new IdleTimer(network.clock, () => {
      this.emit('timeout');
    });
  }

  get bytesRead(): number {
    return this.connection?.octetsRead ?? this.#before.read;
  }

  /** Octets handed to the core and octets that wait before it. */
  get bytesWritten(): number {
    const handedOver = this.connection?.octetsWritten ?? this.#before.written;
    // The stream counts the pending write among its own until it is done.
    return handedOver + this.writableLength - (this.#pendingWrite?.at ?? 0);
  }

  /** The process stays alive while this socket is open; the opposite of unref(). */
  ref(): this {
    this.#isReferenced = true;
    if (this.connection !== undefined || this.connecting) this.hold();
    return this;
  }

  /** The process may end although it is open. */
  unref(): this {
    this.#isReferenced = false;
    this.#letGo();
    return this;
  }

  /** The error that 'error' tells when the connection cannot be made for this Fault. */
  protected abstract connectError(fault: number): Error;

  /** The connection is established; the subclass tells its listeners. */
  protected abstract established(): void;

  protected adopt(handle: number): Connection {
    this.connection = new Connection(this.network, handle, this);
    this.hold();
    return this.connection;
  }

  protected hold(): void {
    if (!this.#isReferenced || this.#isHolding) return;
    this.#isHolding = true;
    this.network.hold();
  }

  /** As node:net, where connect() on a destroyed socket makes it new. */
  protected beginAgain(): void {
    (this as unknown as { _undestroy(): void })._undestroy();
    this.#before = { read: 0, written: 0 };
    this.#reader.hasEnded = false;
    this.isResetting = false;
  }

  onEvents(events: number): void {
    if ((events & Event.CONNECTED) !== 0 && this.connecting) this.#connected();
    if ((events & Event.URGENT) !== 0) this.emit('urgent');
    if ((events & (Event.READABLE | Event.END)) !== 0) {
      this.idle.active();
      this.#pull();
    }
    if ((events & Event.WRITABLE) !== 0) {
      this.idle.active();
      this.#flush();
    }
    if ((events & Event.ERROR) !== 0) this.#failed();
    else if ((events & Event.SOFT_ERROR) !== 0) this.#tellSoftError();
  }

  onStopped(error: Error): void {
    this.destroy(error);
  }

  abstract shutDown(): void;

  /** @internal */
  override _read(): void {
    this.#reader.want(true);
    this.#pull();
  }

  override pause(): this {
    if (this.#reader.isOwnBuffer) this.#reader.want(false);
    return super.pause();
  }

  override resume(): this {
    if (this.#reader.isOwnBuffer) this._read();
    return super.resume();
  }

  /** @internal */
  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: WriteCallback): void {
    if (this.connection === undefined && !this.connecting) {
      done(this.network.stopped ?? socketClosed());
      return;
    }
    this.idle.active();
    this.#pendingWrite = { octets: chunk, at: 0, done };
    if (!this.connecting) this.#flush();
  }

  /** @internal */
  override _final(done: WriteCallback): void {
    if (this.connecting) {
      this.#pendingFinal = done;
      return;
    }
    const error = this.connection?.shutdown() ?? null;
    // As node:net, which waits for the kernel: 'finish', and the destruction behind it, come in a later turn.
    this.network.clock.setTimer(0, () => {
      done(error);
    });
  }

  /** @internal */
  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const wasConnecting = this.connecting;
    this.connecting = false;
    this.#reader.want(false);
    this.idle.stop();
    this.#letGo();
    this.#failPending(wasConnecting ? closedBeforeConnection() : (error ?? socketClosed()));
    const closed = (result: Error | null): void => {
      done(result);
      // Behind 'error', which the stream emits in the next tick.
      process.nextTick(() => {
        this.emit('close', result !== null);
      });
    };
    const connection = this.#leaveConnection();
    if (connection === undefined) closed(error);
    else if (this.lingerMs > 0 && error === null && !this.isResetting && !wasConnecting) {
      void linger(connection, this.lingerMs).then(closed);
    } else {
      connection.close(this.isResetting);
      closed(error);
    }
  }

  #connected(): void {
    this.connecting = false;
    this.idle.active();
    this.established();
    this.#flush();
    const final = this.#pendingFinal;
    this.#pendingFinal = undefined;
    if (final !== undefined) this._final(final);
    if (!this.isPaused()) this.read(0);
  }

  #pull(): void {
    this.#reader.pull(() => (this.connecting ? undefined : this.connection));
  }

  /** Moves the pending write into the core's ring, as far as there is room; Event.WRITABLE brings us back. */
  #flush(): void {
    const write = this.#pendingWrite;
    if (write === undefined || this.connection === undefined) return;
    const taken = this.connection.write(write.octets, write.at, this.urgent.has(write.octets));
    if (taken instanceof Error) {
      this.#writeDone(taken);
      return;
    }
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

  /** Over by an error. Text that came before it is still to be read: the reader meets the error behind it. */
  #failed(): void {
    if (this.connection === undefined) return;
    const fault = this.connection.fault();
    if (this.connecting) {
      this.destroy(this.connectError(fault));
      return;
    }
    const isToBeRead = !this.#reader.hasEnded && this.connection.hasText;
    if (isToBeRead && this.#pendingWrite === undefined) return;
    this.destroy(faultError(fault, this.#reader.hasEnded ? 'write' : 'read'));
  }

  /**
   * ICMP says that the other end cannot be reached, which may pass (MUST-56): the core goes on trying. Node's users, who know
   * Linux, expect an attempt to end there; who listens for 'soft-error' decides for himself.
   */
  #tellSoftError(): void {
    const fault = this.connection?.fault() ?? 0;
    if (fault >= 0) return;
    const error = this.connecting ? this.connectError(fault) : faultError(fault, 'read');
    // R1 is no end either: without an answer a SYN is repeated for three minutes (MUST-23), and a cable may come back.
    const isTold = fault !== Fault.TIMED_OUT;
    if (this.connecting && isTold && this.listenerCount('soft-error') === 0) this.destroy(error);
    else this.emit('soft-error', error);
  }

  #leaveConnection(): Connection | undefined {
    const { connection } = this;
    this.connection = undefined;
    if (connection !== undefined) this.#before = { read: connection.octetsRead, written: connection.octetsWritten };
    return connection;
  }

  #letGo(): void {
    if (!this.#isHolding) return;
    this.#isHolding = false;
    this.network.letGo();
  }
}

/** Closes and waits for what is written to be acknowledged: null, or the error that tells that it was not. */
async function linger(connection: Connection, limitMs: number): Promise<Error | null> {
  const isDelivered = await connection.deliver(limitMs);
  const fault = isDelivered ? connection.fault() : Fault.TIMED_OUT;
  connection.close(false);
  return fault < 0 ? faultError(fault, 'close') : null;
}
