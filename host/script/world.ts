import type { Arguments } from './arguments.js';
import type { Peers } from './peers.js';
import type { Sockets } from './sockets.js';
import type { ScriptCore, Stack } from './stack.js';

/** What a call of a script may touch. */
export interface World {
  readonly core: ScriptCore;
  readonly stack: Stack;
  readonly peers: Peers;
  readonly sockets: Sockets;
  /** Tries waiting calls again at this moment, though the core may have nothing to do then. */
  wakeAt(microseconds: number): void;
  /** The descriptor that the script says a call returns. */
  expectedNumber(args: Arguments): number;
  /** Forgets everything, as a board does that restarts. */
  restart(): void;
  /** Says what `--peer` has looked away from; false: it may not. */
  relax(line: number, what: string): boolean;
}
