import { UnsupportedStatement } from './failure.js';
import type { Peer } from './peer.js';

/** The fault that ends a call, by its name in C. */
export interface Outcome {
  value: number | string;
  errno?: string;
  /** Of F_GETFL. */
  flags?: string[];
}

/** Tries to finish a call: undefined while it would block. */
export type Attempt = () => Outcome | undefined;

export const ok = (value: number | string = 0): Outcome => ({ value });
export const failed = (errno: string): Outcome => ({ value: -1, errno });

/** SO_LINGER as a program sets it. */
export interface Linger {
  on: boolean;
  seconds: number;
}

/** A BSD socket of the script: what a program knows of it, beside the core's handle. */
export class Socket {
  /** 0: the core has not been asked for anything yet. */
  handle = 0;
  isListener = false;
  isBlocking = true;
  boundAddress = 0;
  boundPort = 0;
  mayReuse = false;
  linger: Linger = { on: false, seconds: 0 };
  /** Octets that may wait in the send queue; undefined: as many as the ring holds. */
  sendLimit: number | undefined;
  /** Options asked for before there was a connection to have them, by Option number; a listener's children inherit. */
  readonly pending = new Map<number, number>();
  /** What setsockopt() was given, as getsockopt() answers it. */
  readonly asked = new Map<string, number>();
  isReadShut = false;
  hasConnected = false;
  peer: Peer | undefined;
}

/** The script's descriptors. */
export class Sockets {
  readonly #open = new Map<number, Socket>();
  /** The last socket that had the number, for asking about a connection after close(). */
  readonly #closed = new Map<number, Socket>();

  add(descriptor: number, socket: Socket): void {
    this.#open.set(descriptor, socket);
  }

  remove(descriptor: number): void {
    const socket = this.#open.get(descriptor);
    if (socket === undefined) return;
    this.#open.delete(descriptor);
    this.#closed.set(descriptor, socket);
  }

  find(descriptor: number): Socket | undefined {
    return this.#open.get(descriptor);
  }

  get(descriptor: number, line: number): Socket {
    const socket = this.#open.get(descriptor);
    if (socket === undefined) throw new UnsupportedStatement(line, `the descriptor ${descriptor}, which is not open`);
    return socket;
  }

  /** Open or closed. */
  remembered(descriptor: number): Socket | undefined {
    return this.#open.get(descriptor) ?? this.#closed.get(descriptor);
  }
}
