// What an invariant may look at. Each is a file of invariants/ that says one sentence and checks it; the world calls it at
// the moments it asks for.
import type { Flow } from './flow.js';
import type { Segment } from './segment.js';
import type { Side } from './side.js';
import type { Station } from './station.js';
import type { World } from './world.js';

export interface Observer {
  /** A datagram leaves; `flow` is undefined when it carries no TCP. */
  onSent?(from: Station, segment: Segment, flow: Flow | undefined, at: number, length: number): void;
  /** An undamaged segment has been handed in. `flow` is its sender's. Not called on a serial line. */
  onArrived?(at: Station, segment: Segment, flow: Flow): void;
  /** A station has had its turn, and its rows have been read. */
  afterTurn?(station: Station): void;
  /** `length` octets are about to be read at `at`, or have been written there. */
  onDelivered?(side: Side, at: number, length: number): void;
  onWritten?(side: Side, at: number, length: number): void;
  /** An application reads the end of the stream. */
  onEnded?(side: Side): void;
  /** An application is about to let its handle go. */
  onLetGo?(side: Side, how: 'close' | 'abort', state: number, unread: number): void;
  /** An application is told of a fault. */
  onFailed?(side: Side): void;
  /** A station has lost its memory. */
  onRestart?(station: Station): void;
  /** Nothing is left to do anywhere. */
  atEnd?(): void;
}

export interface Invariant {
  /** The name of its file. */
  name: string;
  sentence: string;
  watch(world: World): Observer;
}
