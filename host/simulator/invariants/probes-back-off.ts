import type { Flow } from '../flow.js';
import type { Invariant } from '../observer.js';

/** ms; the longest interval. */
const LONGEST = 60_000;

interface Probing {
  seq: number;
  edge: number;
  at: number;
  gap: number;
}

export const probesBackOff: Invariant = {
  name: 'probes-back-off',
  sentence:
    'A closed window is probed ever more seldom, though the probes are answered: the interval doubles, up to a minute (SHLD-30).',
  watch(world) {
    const probings = new Map<Flow, Probing>();
    return {
      onSent(from, segment, flow) {
        if (flow === undefined || !flow.back.hasAcknowledged || segment.len !== 1) return;
        const { edge } = flow.back;
        // One octet behind a window that the peer has closed.
        if (segment.seq !== edge || flow.back.ack !== edge) return;
        const before = probings.get(flow);
        const isSame = before !== undefined && before.seq === segment.seq && before.edge === edge;
        const gap = isSame ? world.time - before.at : 0;
        probings.set(flow, { seq: segment.seq, edge, at: world.time, gap });
        if (!isSame || before.gap === 0) return;
        // A pause or a busy line moves the moments of sending.
        const { pauses, bandwidth, serial } = from.plan;
        if (pauses.length > 0 || bandwidth > 0 || serial) return;
        if (gap < Math.min(2 * before.gap, LONGEST) - 2) {
          world.violated(`a closed window is probed behind ${gap.toFixed(0)} ms, the time before behind ${before.gap}`);
        }
      },
    };
  },
};
