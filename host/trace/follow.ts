// Feeds a tracer: the records of each core that can be asked, and the faults of an emulated cable.
import type { CoreRecord } from '../core.js';
import type { Stack } from '../stack.js';
import type { End } from './event.js';
import type { Tracer } from './tracer.js';
import { unframe } from './unframe.js';

/** Follows a stack, and its board when that is emulated. `now` is the trace's clock, in seconds. Returns what stops it. */
export function follow(tracer: Tracer, stack: Stack, now: () => number): () => void {
  const { board, cable } = stack;
  const record =
    (end: End) =>
    (told: CoreRecord, datagram: Uint8Array | undefined): void => {
      tracer.record(end, told, datagram, now());
    };
  const stops = [stack.core.onRecord(record('laptop'))];
  if (board !== undefined) stops.push(board.core.onRecord(record('board')));
  if (cable !== undefined) {
    stops.push(
      cable.onFault(({ fault, from, frame }) => {
        const end = from === 'a' ? 'laptop' : 'board';
        if (fault === 'lost' || fault === 'overflow' || fault === 'cut') tracer.lost(end, unframe(frame));
        if (fault === 'corrupted') tracer.damaged(end, unframe(frame));
      }),
    );
  }
  return () => {
    for (const stop of stops) stop();
  };
}
