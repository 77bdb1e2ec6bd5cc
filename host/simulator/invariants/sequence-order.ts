import { Flag, State, Table } from '../../../assembly/numbers.js';
import { distance, isAfter } from '../circle.js';
import type { Invariant } from '../observer.js';

export const sequenceOrder: Invariant = {
  name: 'sequence-order',
  sentence:
    'SND.UNA <= SND.NXT <= the right edge that the peer has promised, a window probe alone reaching one octet beyond; and neither ring holds more than it has room for.',
  watch: (world) => ({
    onSent(_from, segment, flow) {
      if (flow === undefined || !flow.back.hasAcknowledged || flow.isReset) return;
      if (segment.has(Flag.SYN) || segment.has(Flag.RST)) return;
      const beyond = distance(segment.seq + segment.len, flow.back.edge);
      // The probe of a closed window is one octet of text, or the FIN.
      const mostBeyond = segment.len === 1 ? 1 : 0;
      if (beyond > mostBeyond) world.violated(`${beyond} octets leave beyond the peer's window`);
    },
    afterTurn({ rows, count, machine }) {
      for (let i = 0; i < count; i++) {
        const row = rows[i];
        if (row === undefined || row.table !== Table.CONNECTION || row.state < State.ESTABLISHED) continue;
        if (isAfter(row.una, row.nxt)) world.violated(`SND.UNA ${row.una} lies behind SND.NXT ${row.nxt}`);
        if (distance(row.nxt, row.end) > 1) world.violated(`SND.NXT ${row.nxt} lies behind the last octet ${row.end}`);
        if (isAfter(row.rcvRead, row.rcvNxt)) world.violated('more is read than was received');
        const queued = distance(row.end, row.una);
        if (queued > machine.sendRing) world.violated(`${queued} octets are queued in a ring of ${machine.sendRing}`);
        const promised = distance(row.rcvNxt + row.rcvWnd, row.rcvRead);
        if (promised > machine.receiveRing + 1) {
          world.violated(`${promised} octets are promised in a ring of ${machine.receiveRing}`);
        }
      }
    },
  }),
};
