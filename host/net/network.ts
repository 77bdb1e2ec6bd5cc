import type { Clock } from '../clock.js';
import type { Core } from '../core.js';

/** What has a handle: a socket or a server. */
export interface Endpoint {
  /** Closes in good order: what is written is still delivered. */
  shutDown(): void;
  /** Bits of Event, since the last call. */
  onEvents(events: number): void;
  /** The network is gone: the link was closed or pulled, or the core trapped. */
  onStopped(error: Error): void;
  /** The core's memory was put back: whether it still knows the handle. Absent: a connection, which ends before that. */
  onRestored?(): boolean;
}

const DELIVERED: ReadonlySet<string> = new Set(['CLOSED', 'FIN-WAIT-2', 'TIME-WAIT']);

/** Our FIN has been acknowledged in this state, and with it all that came before. */
export function isDelivered(state: string): boolean {
  return DELIVERED.has(state);
}

/** What sockets and servers share: the core, the clock, and who owns which handle. It knows no link. */
export class Network {
  readonly core: Core;
  readonly clock: Clock;
  /** Our own address. */
  readonly address: string;
  /** The other end of the link: where a connection goes when no host is named. */
  readonly peer: string;

  #kick: () => void = () => undefined;
  #endpoints = new Map<number, Endpoint>();
  #holders = 0;
  #anchor: ReturnType<typeof setInterval> | undefined;
  #error: Error | undefined;
  #watchers = new Set<() => void>();
  #isStopped = false;

  constructor(core: Core, clock: Clock, address: string, peer: string) {
    this.core = core;
    this.clock = clock;
    this.address = address;
    this.peer = peer;
  }

  /** Why nothing works any more; undefined while it does. */
  get stopped(): Error | undefined {
    return this.#isStopped ? (this.#error ?? stoppedError()) : undefined;
  }

  /** Who gives the core its turn after a user call: the driver. */
  onKick(kick: () => void): void {
    this.#kick = kick;
  }

  /** To be called after each call of the core that may make it want to send. */
  kick(): void {
    this.#kick();
  }

  /** An endpoint has this handle: it is told of its events. */
  adopt(handle: number, endpoint: Endpoint): void {
    this.#endpoints.set(handle, endpoint);
  }

  /** Nobody has this handle any more. */
  release(handle: number): void {
    this.#endpoints.delete(handle);
  }

  /** Closes every server and socket; their connections end in the background. */
  closeAll(): void {
    for (const endpoint of [...this.#endpoints.values()]) endpoint.shutDown();
  }

  /** Settles once nothing that anybody has written waits for its acknowledgment, or after `limitMs`. */
  async delivered(limitMs: number): Promise<void> {
    await this.within(limitMs, () => !this.#hasUndelivered());
  }

  /** Looks at the end of each turn whether it has come true: true, or false after `limitMs`. Holds the process meanwhile. */
  within(limitMs: number, hasComeTrue: () => boolean): Promise<boolean> {
    if (this.#isStopped || hasComeTrue()) return Promise.resolve(true);
    return new Promise((resolve) => {
      this.hold();
      const done = (result: boolean): void => {
        cancel();
        this.#watchers.delete(watch);
        this.letGo();
        resolve(result);
      };
      const cancel = this.clock.setTimer(limitMs, () => {
        done(false);
      });
      const watch = (): void => {
        if (this.#isStopped || hasComeTrue()) done(true);
      };
      this.#watchers.add(watch);
    });
  }

  /** TIME-WAIT and FIN-WAIT-2 only wait for the other side: all that was ours to say has been heard. */
  #hasUndelivered(): boolean {
    return this.core.list().some((row) => row.table === 'connection' && !isDelivered(row.state));
  }

  /**
   * The core's memory is put back by `restore`. Connections end with `error` while it is still the old one, since what their
   * streams hold is not in it; what listens goes on where the memory knows of it. Answers the connections that nobody owns.
   */
  replaceMemory(restore: () => void, error: Error): number[] {
    for (const [handle, endpoint] of [...this.#endpoints]) {
      if (endpoint.onRestored !== undefined) continue;
      this.#endpoints.delete(handle);
      endpoint.onStopped(error);
    }
    restore();
    for (const [handle, endpoint] of [...this.#endpoints]) {
      if (endpoint.onRestored?.() !== false) continue;
      this.#endpoints.delete(handle);
      endpoint.onStopped(error);
    }
    const rows = this.core.list().filter(({ table, handle }) => table === 'connection' && handle > 0);
    return rows.map(({ handle }) => handle).filter((handle) => !this.#endpoints.has(handle));
  }

  /** Tells each endpoint what has happened to it; false when nothing has. */
  dispatch(): boolean {
    const { call } = this.core;
    let hadNews = false;
    for (let handle = call.changed(); handle > 0; handle = call.changed()) {
      hadNews = true;
      const events = call.events(handle);
      this.#endpoints.get(handle)?.onEvents(events);
    }
    for (const watch of this.#watchers) watch();
    return hadNews;
  }

  /** Keeps the process alive as long as somebody holds, like an open handle in node:net. */
  hold(): void {
    this.#holders += 1;
    this.#anchor ??= setInterval(() => undefined, 2 ** 30);
  }

  /** One holder less; without any the process may end. */
  letGo(): void {
    this.#holders -= 1;
    if (this.#holders > 0) return;
    clearInterval(this.#anchor);
    this.#anchor = undefined;
  }

  /** Nothing will happen any more: every endpoint hears of it. */
  stop(error: Error | undefined): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#error = error;
    const endpoints = [...this.#endpoints.values()];
    this.#endpoints.clear();
    for (const endpoint of endpoints) endpoint.onStopped(error ?? stoppedError());
    for (const watch of this.#watchers) watch();
  }
}

function stoppedError(): Error {
  return Object.assign(new Error('The stack is closed; open it again.'), { code: 'ENETDOWN', errno: -100 });
}
