import { Flag } from '../../../assembly/numbers.js';
import { distance } from '../circle.js';
import type { Invariant } from '../observer.js';

const HEADERS = 40;
/** Octets of timestamps, which leave a full segment so much less text. */
const STAMPS = 12;

export const advertisedEdge: Invariant = {
  name: 'advertised-edge',
  sentence:
    'The right edge of the window that was promised never retreats by more than the rounding of a scaled one (SHLD-14), nor advances by crumbs (MUST-39), and no window is larger than its ring.',
  watch: (world) => ({
    onSent(from, segment, flow) {
      if (flow === undefined || !segment.has(Flag.ACK) || segment.has(Flag.RST) || flow.isReset) return;
      const window = flow.windowOf(segment);
      if (window > from.machine.receiveRing) {
        world.violated(`a window of ${window} is promised over a ring of ${from.machine.receiveRing}`);
      }
      if (!flow.hasAcknowledged) return;
      const retreat = distance(flow.edge, segment.ack + window);
      // A scaled window is told in whole steps.
      const step = flow.back.scale < 0 ? 1 : 1 << Math.max(0, flow.scale);
      if (retreat >= step) world.violated(`the promised edge retreats by ${retreat} octets`);
      const least = Math.min(from.machine.receiveRing / 2, from.machine.mtu - HEADERS - STAMPS);
      if (-retreat >= step && -retreat <= least - step) {
        world.violated(`the promised edge advances by ${-retreat} octets, and ${least} are worth telling`);
      }
    },
  }),
};
