import { Flag } from '../../../assembly/numbers.js';
import type { Invariant } from '../observer.js';
import { isIntact } from '../segment.js';

export const wellFormed: Invariant = {
  name: 'well-formed',
  sentence:
    'Every datagram that leaves has right lengths and checksums, and fits the MTU of its link and the MSS of its peer.',
  watch: (world) => ({
    onSent(from, segment, flow, at, length) {
      if (length > from.mtu) world.violated(`${length} octets leave over an MTU of ${from.mtu}`);
      if (!isIntact(from.machine.octets, at, length))
        world.violated('a datagram leaves with a wrong length or checksum');
      if (flow === undefined || segment.has(Flag.SYN) || !flow.back.hasBegun) return;
      if (segment.length > Math.max(flow.back.mss, 28)) {
        world.violated(`${segment.length} octets of text leave, and the peer's MSS is ${flow.back.mss}`);
      }
    },
  }),
};
