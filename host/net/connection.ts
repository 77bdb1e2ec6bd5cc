import { Fault, SendFlag, State } from '../../assembly/numbers.js';
import { type CoreInfo, CoreTrap } from '../core.js';
import { stateName } from '../decode.js';
import { faultError } from '../fault.js';
import { type Endpoint, type Network, isDelivered } from './network.js';

/**
 * One connection of the core, by its handle: text to and from its rings, and its settings. What is read or written here
 * lies in the core's rings and nowhere else.
 */
export class Connection {
  octetsRead = 0;
  octetsWritten = 0;

  #network: Network;
  #handle: number;

  /** Events go to `owner` from now on. */
  constructor(network: Network, handle: number, owner: Endpoint) {
    this.#network = network;
    this.#handle = handle;
    network.adopt(handle, owner);
  }

  /** 'FIN-WAIT-2'; 'CLOSED' once nothing is known of it. */
  get state(): string {
    if (this.#isGone()) return stateName(State.CLOSED);
    return stateName(Math.max(State.CLOSED, this.#network.core.call.status(this.#handle)));
  }

  get info(): CoreInfo | undefined {
    return this.#isGone() ? undefined : this.#network.core.info(this.#handle);
  }

  /** True while text waits that has not been read. */
  get hasText(): boolean {
    return !this.#isGone() && this.#network.core.call.receiveReady(this.#handle) > 0;
  }

  /** Takes text out of the ring: undefined when there is none yet, null at the end, or the error that stands in its place. */
  read(): Buffer | Error | null | undefined {
    return trapsReturned(() => this.#read());
  }

  /** The same into a buffer of the caller's, as much as fits: how many octets. */
  readInto(buffer: Uint8Array): number | Error | null | undefined {
    return trapsReturned(() => {
      const ready = this.#ready();
      if (typeof ready !== 'number') return ready;
      const length = Math.min(ready, buffer.length);
      const at = this.#network.core.call.receiveAt(this.#handle);
      buffer.set(this.#network.core.octets.subarray(at, at + length));
      this.#received(length);
      return length;
    });
  }

  #read(): Buffer | Error | null | undefined {
    const ready = this.#ready();
    if (typeof ready !== 'number') return ready;
    const { call, octets } = this.#network.core;
    const at = call.receiveAt(this.#handle);
    const text = Buffer.from(octets.subarray(at, at + ready));
    this.#received(ready);
    return text;
  }

  /** Octets that can be read at once, or what read() answers in their place. */
  #ready(): number | Error | null | undefined {
    const ready = this.#network.core.call.receiveReady(this.#handle);
    if (ready === Fault.AGAIN) return undefined;
    if (ready === 0) return null;
    return ready < 0 ? faultError(ready, 'read') : ready;
  }

  #received(octets: number): void {
    this.#network.core.call.receive(this.#handle, octets);
    // The window has opened: the peer may be waiting to hear of it.
    this.#network.kick();
    this.octetsRead += octets;
  }

  /** Puts text into the ring from `from` on, as far as there is room: how many octets, or why none. */
  write(text: Uint8Array, from: number, isUrgent = false): number | Error {
    return trapsReturned(() => this.#write(text, from, isUrgent ? SendFlag.URGENT : 0));
  }

  #write(text: Uint8Array, from: number, flags: number): number | Error {
    const { call, octets } = this.#network.core;
    let at = from;
    while (at < text.length) {
      const room = call.sendRoom(this.#handle);
      if (room === 0) break;
      if (room < 0) return faultError(room, 'write');
      const length = Math.min(room, text.length - at);
      octets.set(text.subarray(at, at + length), call.sendAt(this.#handle));
      call.send(this.#handle, length, flags);
      at += length;
    }
    if (at > from) this.#network.kick();
    this.octetsWritten += at - from;
    return at - from;
  }

  /** FIN behind what is written; reading goes on. */
  shutdown(): Error | null {
    const fault = this.#network.core.call.shutdown(this.#handle);
    this.#network.kick();
    return fault < 0 ? faultError(fault, 'shutdown') : null;
  }

  /** The Fault that ended it, or the last soft error. */
  fault(): number {
    return this.#network.core.call.error(this.#handle);
  }

  option(name: number, value: number): void {
    if (!this.#isGone()) this.#network.core.call.option(this.#handle, name, value);
  }

  /** Closes our side and waits: true once the other end has acknowledged everything, FIN included; false after `limitMs`. */
  async deliver(limitMs: number): Promise<boolean> {
    this.shutdown();
    return this.#network.within(limitMs, () => isDelivered(this.state));
  }

  /** Lets it go: it ends in the background, or at once with RST. */
  close(withReset: boolean): void {
    this.#network.release(this.#handle);
    if (this.#isGone()) return;
    if (withReset) this.#network.core.call.abort(this.#handle);
    else this.#network.core.call.close(this.#handle);
    this.#network.kick();
  }

  #isGone(): boolean {
    return this.#network.stopped !== undefined;
  }
}

/** A stream tells its user of errors by an event; a trap within read() or write() is no exception, but one of those. */
function trapsReturned<T>(action: () => T): T | CoreTrap {
  try {
    return action();
  } catch (error) {
    if (error instanceof CoreTrap) return error;
    throw error;
  }
}
