import { Flag } from '../../../assembly/numbers.js';
import { distance, isAfter } from '../circle.js';
import type { Invariant } from '../observer.js';

export const urgentPointer: Invariant = {
  name: 'urgent-pointer',
  sentence:
    'URG stands in a segment exactly while urgent data lies ahead, and its pointer behind the last urgent octet (MUST-62); the other user is told of it (MUST-32).',
  watch: (world) => ({
    onSent(from, segment, flow) {
      if (flow === undefined || segment.has(Flag.RST) || flow.isReset) return;
      if (segment.has(Flag.SYN)) {
        if (segment.has(Flag.URG)) world.violated('a SYN carries URG');
        return;
      }
      const side = world.sideByIss(from, flow.iss);
      if (side === undefined) return;
      const end = (flow.iss + 1 + side.urgentEnd) >>> 0;
      const isAhead = side.urgentEnd > 0 && isAfter(end, segment.seq);
      const isOver = flow.back.hasAcknowledged && !isAfter(end, flow.back.ack);
      if (segment.has(Flag.URG) && !isAhead) world.violated('URG is set and nothing is urgent');
      if (!segment.has(Flag.URG) && isAhead && !isOver) world.violated('urgent data lies ahead and URG is not set');
      const pointer = Math.min(distance(end, segment.seq), 0xffff);
      if (segment.has(Flag.URG) && segment.urgent !== pointer) {
        world.violated(`the urgent pointer is ${segment.urgent} and should be ${pointer}`);
      }
    },
    afterTurn(station) {
      for (let i = 0; i < station.count; i++) {
        const row = station.rows[i];
        if (row?.flow === undefined || !row.isUrgent || row.flow.isReset) continue;
        const peer = world.sideOf(station, row.remoteAddress, row.localPort, row.remotePort, row.irs)?.peer;
        if (peer === undefined) continue;
        const beyond = distance(row.rcvUp, row.irs + 1 + peer.urgentEnd);
        if (beyond > 0) world.violated(`urgent data is said to end ${beyond} octets beyond what was urgent`);
      }
    },
    onDelivered(side) {
      const isSure = side.isOpener || side.station.plan.byEvents;
      if (side.peer.plan.urgent && isSure && !side.wasToldUrgent)
        world.violated('urgent data is read, and was not told');
    },
  }),
};
