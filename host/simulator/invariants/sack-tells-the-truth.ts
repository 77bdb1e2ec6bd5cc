import { Flag } from '../../../assembly/numbers.js';
import { distance, isAfter, isBefore } from '../circle.js';
import type { Flow } from '../flow.js';
import type { Invariant } from '../observer.js';
import type { Segment } from '../segment.js';

export const sackTellsTheTruth: Invariant = {
  name: 'sack-tells-the-truth',
  sentence:
    'SACK is spoken only where both permitted it; each block lies beyond the ACK and within what was sent, all apart, and the first holds what arrived last (RFC 2018 section 4).',
  watch(world) {
    /** Where the last segment began that arrived with text, by the flow of its receiver. */
    const latest = new Map<Flow, number>();
    return {
      onArrived(_at, segment, flow) {
        if (segment.length === 0 || segment.has(Flag.SYN)) return;
        // An old timestamp may be refused (PAWS), and an ACK older than the largest window (RFC 5961), the text with them.
        const isNewest = segment.ack === flow.ack && (!segment.hasTimestamps || segment.timestamp === flow.stamp);
        if (isNewest) latest.set(flow.back, segment.seq);
        else latest.delete(flow.back);
      },
      onSent(_from, segment, flow) {
        if (flow === undefined || segment.blocks === 0 || flow.isReset) return;
        if (!flow.permitsSack || !flow.back.permitsSack) world.violated('SACK is spoken and was not agreed on');
        for (let i = 0; i < segment.blocks; i++) {
          const [left, right] = blockOf(segment, i);
          if (!isBefore(left, right) || !isAfter(left, segment.ack)) {
            world.violated(`block ${i} of ${distance(right, left)} octets does not lie beyond the ACK`);
          }
          if (isAfter(right, flow.back.sentEnd)) {
            world.violated(`block ${i} ends ${distance(right, flow.back.sentEnd)} octets beyond what was sent`);
          }
          for (let j = 0; j < i; j++) {
            const [otherLeft, otherRight] = blockOf(segment, j);
            if (!isAfter(left, otherRight) && !isBefore(right, otherLeft)) world.violated('two blocks touch');
          }
        }
        const seq = latest.get(flow);
        if (seq === undefined) return;
        for (let i = 1; i < segment.blocks; i++) {
          const [left, right] = blockOf(segment, i);
          if (!isBefore(seq, left) && isBefore(seq, right)) world.violated(`what arrived last stands in block ${i}`);
        }
      },
    };
  },
};

function blockOf({ edges }: Segment, index: number): [left: number, right: number] {
  return [edges[2 * index] ?? 0, edges[2 * index + 1] ?? 0];
}
