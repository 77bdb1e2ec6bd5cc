import { Option } from '../../assembly/numbers.js';
import type { Connection } from './connection.js';

/** Options of a socket: kept for the connection that is yet to be made, and set at once on one that is there. */
export class Settings {
  #values = new Map<number, number>();
  #connection: Connection | undefined;

  /** From now on these are the settings of `connection`. */
  bind(connection: Connection): void {
    this.#connection = connection;
    for (const [name, value] of this.#values) connection.option(name, value);
  }

  apply(options: {
    noDelay?: boolean | undefined;
    keepAlive?: boolean | undefined;
    keepAliveInitialDelay?: number | undefined;
  }): void {
    const { noDelay, keepAlive, keepAliveInitialDelay } = options;
    if (noDelay !== undefined) this.setNoDelay(noDelay);
    if (keepAlive !== undefined) this.setKeepAlive(keepAlive, keepAliveInitialDelay);
  }

  setNoDelay(noDelay: boolean): void {
    this.#set(Option.NODELAY, noDelay ? 1 : 0);
  }

  setKeepAlive(enable: boolean, initialDelayMs = 0): void {
    if (enable && initialDelayMs > 0) this.#set(Option.KEEPALIVE_IDLE, initialDelayMs);
    this.#set(Option.KEEPALIVE, enable ? 1 : 0);
  }

  /** The core itself knows 0 alone: who waits for the acknowledgment is the socket. */
  setLinger(ms: number | undefined): void {
    this.#set(Option.LINGER, ms === 0 ? 0 : -1);
  }

  #set(name: number, value: number): void {
    this.#values.set(name, value);
    this.#connection?.option(name, value);
  }
}
