import { isAfter } from '../circle.js';
import type { Invariant } from '../observer.js';

/** ms; the bound of the time-out. */
const LONGEST = 60_000;
/** The first may be a tail probe, the second counts from it: from the third on each interval is twice the one before. */
const FIRST_COMPARED = 2;

export const repeatsBackOff: Invariant = {
  name: 'repeats-back-off',
  sentence: 'What is repeated into a silence is repeated ever more seldom: the interval doubles, up to a minute.',
  watch: (world) => ({
    onSent(from, segment, flow) {
      if (flow === undefined || segment.len === 0 || isAfter(segment.seq + segment.len, flow.sentEnd)) return;
      // A pause or a busy line moves the moments of sending, and what is heard on a serial line is not known.
      const { pauses, bandwidth, serial } = from.plan;
      if (pauses.length > 0 || bandwidth > 0 || serial) return;
      const { last } = flow;
      if (segment.seq !== last.seq || flow.heardAt >= last.at || last.count < FIRST_COMPARED) return;
      const gap = world.time - last.at;
      const due = Math.min(2 * last.gap, LONGEST);
      if (Math.abs(gap - due) > 2) {
        world.violated(
          `repeated behind ${gap.toFixed(0)} ms of silence, the time before behind ${last.gap.toFixed(0)}`,
        );
      }
    },
  }),
};
