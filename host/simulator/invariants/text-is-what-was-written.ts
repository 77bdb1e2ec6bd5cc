import { Flag } from '../../../assembly/numbers.js';
import { distance } from '../circle.js';
import type { Invariant } from '../observer.js';

export const textIsWhatWasWritten: Invariant = {
  name: 'text-is-what-was-written',
  sentence:
    'Each segment carries the octets that were written for its sequence numbers, PSH with the last of them, and FIN behind it.',
  watch: (world) => ({
    onSent(from, segment, flow, at) {
      if (flow === undefined || segment.len === 0 || segment.has(Flag.SYN) || segment.has(Flag.RST)) return;
      const side = world.sideByIss(from, flow.iss);
      if (side === undefined) return;
      const first = distance(segment.seq, flow.iss) - 1;
      if (first < 0 || first + segment.length > side.sent) {
        world.violated(`octets ${first} to ${first + segment.length} leave, ${side.sent} were written`);
      }
      if (!side.stream.matches(from.machine.octets, at + segment.textAt, first, segment.length)) {
        world.violated(`the segment at octet ${first} carries other text than was written`);
      }
      const isLast = segment.length > 0 && first + segment.length === side.sent;
      if (isLast && !segment.has(Flag.PSH)) world.violated('the last text written leaves without PSH (MUST-60)');
      if (!segment.has(Flag.FIN)) return;
      if (!side.isShut && !side.isDone) world.violated('a FIN leaves before the application has ended its stream');
      if (first + segment.length !== side.sent)
        world.violated(`a FIN stands behind octet ${first + segment.length} of ${side.sent}`);
    },
  }),
};
