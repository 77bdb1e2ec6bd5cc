import { Flag } from '../../../assembly/numbers.js';
import { distance, isAfter, isBefore } from '../circle.js';
import type { Flow } from '../flow.js';
import type { Invariant } from '../observer.js';
import type { Segment } from '../segment.js';
import type { World } from '../world.js';

const HEADERS = 40;

export const optionsAgree: Invariant = {
  name: 'options-agree',
  sentence:
    'A SYN-ACK grants only what was asked for; timestamps stand in every segment or in none (RFC 7323 section 3.2) and echo what was sent.',
  watch: (world) => ({
    onSent(from, segment, flow) {
      if (flow === undefined || segment.has(Flag.RST) || flow.isReset) return;
      if (segment.has(Flag.SYN)) {
        const mss = from.mtu - HEADERS;
        if (segment.mss !== mss) world.violated(`a SYN announces an MSS of ${segment.mss}, and the MTU holds ${mss}`);
        if (segment.has(Flag.ACK) && flow.back.hasBegun) checkGranted(world, segment, flow.back);
      } else if (flow.hasBegun && flow.back.hasBegun) {
        const isStamping = flow.isStamping && flow.back.isStamping;
        if (segment.hasTimestamps !== isStamping) world.violated('timestamps stand in some segments and not in others');
      }
      if (segment.hasTimestamps && flow.hasBegun) checkStamps(world, segment, flow);
    },
  }),
};

function checkGranted(world: World, segment: Segment, asked: Flow): void {
  if (segment.scale >= 0 && asked.scale < 0) world.violated('window scale is granted that nobody asked for');
  if (segment.hasTimestamps && !asked.isStamping) world.violated('timestamps are granted that nobody asked for');
  if (segment.permitsSack && !asked.permitsSack) world.violated('SACK is granted that nobody asked for');
}

function checkStamps(world: World, segment: Segment, flow: Flow): void {
  const { back } = flow;
  // A cookie's carries what its SYN asked for in its low bits, and is a little behind.
  if (!segment.has(Flag.SYN) && isBefore(segment.timestamp, flow.stamp)) {
    world.violated(`a timestamp goes back by ${distance(flow.stamp, segment.timestamp)}`);
  }
  if (!segment.has(Flag.ACK) || back.begins !== 1) return;
  const isKnown = !isBefore(segment.echo, back.firstStamp) && !isAfter(segment.echo, back.stamp);
  if (!isKnown) world.violated(`the timestamp ${segment.echo} is echoed, which was never sent`);
}
