import { Flag, State, Table } from '../../../assembly/numbers.js';
import { distance, isAfter, isBefore } from '../circle.js';
import type { Flow } from '../flow.js';
import type { Invariant } from '../observer.js';
import type { Row } from '../row.js';
import type { Station } from '../station.js';

export const windowIsBelieved: Invariant = {
  name: 'window-is-believed',
  sentence: 'The newest word of the peer about its window, once heard, is what SND.WND says, to the octet.',
  watch(world) {
    /** The edge last heard, by the flow of the one who may send up to it. */
    const heard = new Map<Flow, number>();
    /** The end of what has arrived since the last turn: what is repeated before it will be refused, its window with it. */
    const arrived = new Map<Flow, number>();
    return {
      onArrived(at, segment, flow) {
        const { back } = flow;
        heard.delete(back);
        const end = arrived.get(flow);
        if (end !== undefined && isBefore(segment.seq, end)) return;
        if (segment.len > 0) arrived.set(flow, (segment.seq + segment.len) >>> 0);
        const isNewest = segment.ack === flow.ack && (segment.ack + flow.windowOf(segment)) >>> 0 === flow.edge;
        // What is repeated with an old sequence number says nothing new (SND.WL1).
        if (segment.seq !== flow.seqMost) return;
        if (!isNewest || !segment.has(Flag.ACK) || segment.flags & (Flag.SYN | Flag.RST) || flow.isReset) return;
        const row = rowOf(at, back);
        if (row === undefined || !isListening(row)) return;
        // Nothing that the first steps might refuse.
        if (segment.seq !== row.rcvNxt || isBefore(segment.ack, row.una) || isAfter(segment.ack, row.nxt)) return;
        if (segment.timestamp !== flow.stamp && segment.hasTimestamps) return;
        heard.set(back, flow.edge);
      },
      afterTurn(station) {
        for (let i = 0; i < station.count; i++) {
          const row = station.rows[i];
          if (row?.flow === undefined) continue;
          if (isListening(row) && row.flow.back.hasAcknowledged && !row.flow.isReset && row.una !== row.iss) {
            const beyond = distance(row.una + row.wnd, row.flow.back.edge);
            // The rounding of a scaled window may be taken back.
            if (beyond >= 1 << Math.max(0, row.flow.back.scale)) {
              world.violated(`SND.UNA + SND.WND lies ${beyond} octets beyond what was ever promised`);
            }
          }
          arrived.delete(row.flow.back);
          const edge = heard.get(row.flow);
          if (edge === undefined) continue;
          heard.delete(row.flow);
          if (!isListening(row) || row.flow.back.edge !== edge) continue;
          const off = distance(row.una + row.wnd, edge);
          if (off !== 0) world.violated(`SND.UNA + SND.WND is off by ${off} octets from what the peer has promised`);
        }
      },
    };
  },
};

function isListening({ table, state }: Row): boolean {
  const isOpen = state === State.ESTABLISHED || state === State.FIN_WAIT_1 || state === State.CLOSE_WAIT;
  return table === Table.CONNECTION && isOpen;
}

function rowOf({ rows, count }: Station, flow: Flow): Row | undefined {
  for (let i = 0; i < count; i++) if (rows[i]?.flow === flow) return rows[i];
  return undefined;
}
