import { Config, Counter, Flag } from '../../../assembly/numbers.js';
import { isAfter, isBefore } from '../circle.js';
import type { Flow } from '../flow.js';
import type { Invariant } from '../observer.js';

interface Heard {
  edges: number[];
  /** The time-outs of the station then: behind one all may be repeated (RFC 2018 section 8). */
  timeouts: number;
}

export const sackedIsNotRepeated: Invariant = {
  name: 'sacked-is-not-repeated',
  sentence: 'Before a time-out nothing is sent again that the peer has just told it has (RFC 6675 section 4).',
  watch(world) {
    const heard = new Map<Flow, Heard>();
    return {
      onArrived(at, segment, flow) {
        heard.delete(flow.back);
        // A small scoreboard may have had no room, and an old timestamp is refused.
        const isNewest = segment.timestamp === flow.stamp && segment.ack === flow.ack;
        // A tail probe sends the last segment again, SACKed or not (RFC 8985 section 7.3).
        const hasNoProbes = at.plan.config.some(([name, value]) => name === Config.TAIL_PROBE && value === 0);
        if (!hasNoProbes || segment.blocks === 0 || at.plan.profile === 'micro' || !isNewest) return;
        const hasRoom = world.plan.stations.every(({ profile }) => profile !== 'host' || at.plan.profile === 'host');
        const edges = segment.edges.slice(0, 2 * segment.blocks);
        if (hasRoom) heard.set(flow.back, { edges, timeouts: at.machine.call.counter(Counter.TIMEOUTS) });
      },
      onSent(from, segment, flow) {
        const told = flow === undefined ? undefined : heard.get(flow);
        if (flow === undefined || told === undefined || segment.length === 0 || segment.has(Flag.SYN)) return;
        if (from.machine.call.counter(Counter.TIMEOUTS) !== told.timeouts) return;
        const end = segment.seq + segment.length;
        for (let i = 0; i < told.edges.length; i += 2) {
          if (isBefore(segment.seq, told.edges[i + 1] ?? 0) && isAfter(end, told.edges[i] ?? 0)) {
            world.violated(`${segment.length} octets are sent again that the peer has told it has`);
          }
        }
      },
    };
  },
};
