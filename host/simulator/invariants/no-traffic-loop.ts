import { Flag } from '../../../assembly/numbers.js';
import { isAfter } from '../circle.js';
import type { Invariant } from '../observer.js';

/** What may pass at once; what new text, an application's act and a second of time add to it. */
const ALLOWANCE = 400;
const FOR_NEWS = 8;
const FOR_AN_ACT = 40;
const FOR_A_SECOND = 4;

export const noTrafficLoop: Invariant = {
  name: 'no-traffic-loop',
  sentence:
    'Two ends that have nothing new to say fall silent: what passes without new text is bounded by the time that passes.',
  watch(world) {
    let left = ALLOWANCE;
    let since = 0;
    const earn = (octets: number): void => {
      left = Math.min(left + octets, 4 * ALLOWANCE);
    };
    return {
      onSent(_from, segment, flow) {
        earn(((world.time - since) / 1000) * FOR_A_SECOND * world.conversations.length);
        since = world.time;
        if (flow !== undefined && segment.length > 0 && isAfter(segment.seq + segment.length, flow.sentEnd))
          earn(FOR_NEWS);
        if (segment.has(Flag.SYN)) earn(1);
        left -= 1;
        if (left < 0) world.violated('datagrams pass and pass, and nothing new is said');
      },
      onDelivered: () => earn(FOR_AN_ACT),
      onWritten: () => earn(FOR_AN_ACT),
    };
  },
};
