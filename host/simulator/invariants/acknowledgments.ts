import { Flag } from '../../../assembly/numbers.js';
import { distance, isAfter } from '../circle.js';
import type { Invariant } from '../observer.js';

export const acknowledgments: Invariant = {
  name: 'acknowledgments',
  sentence: 'Only what was sent is acknowledged, and an acknowledgment is never taken back.',
  watch: (world) => ({
    onSent(_from, segment, flow) {
      if (flow === undefined || !segment.has(Flag.ACK) || segment.has(Flag.RST) || flow.isReset) return;
      if (!flow.back.hasBegun) world.violated('an ACK answers what never was');
      // A copied SYN may be answered by a cookie first and from the queue then: the peer takes whichever comes first.
      if (flow.back.begins > 1 && segment.ack === (flow.back.formerIss + 1) >>> 0) return;
      if (isAfter(segment.ack, flow.back.sentEnd)) {
        world.violated(`${distance(segment.ack, flow.back.sentEnd)} octets are acknowledged that were never sent`);
      }
      if (flow.hasAcknowledged && isAfter(flow.ack, segment.ack)) {
        world.violated(`the acknowledgment goes back by ${distance(flow.ack, segment.ack)}`);
      }
    },
  }),
};
