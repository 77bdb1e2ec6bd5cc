import { Config, Flag, State, Table } from '../../../assembly/numbers.js';
import { isAfter } from '../circle.js';
import type { Flow } from '../flow.js';
import type { Invariant } from '../observer.js';

export const nagle: Invariant = {
  name: 'nagle',
  sentence:
    'Without NODELAY no small segment leaves while another is unacknowledged (SHLD-7), unless the application has ended its stream.',
  watch(world) {
    /** Behind the last small segment, by its flow. */
    const small = new Map<Flow, number>();
    return {
      onSent(from, segment, flow, _at, length) {
        // The same four numbers begin again.
        if (flow !== undefined && segment.has(Flag.SYN)) small.delete(flow);
        if (flow === undefined || flow.isReset || segment.length === 0 || segment.has(Flag.SYN)) return;
        // A tail probe sends what there is.
        const hasNoProbes = from.plan.config.some(([name, value]) => name === Config.TAIL_PROBE && value === 0);
        const end = segment.seq + segment.length;
        if (!hasNoProbes || !isAfter(end, flow.sentEnd)) return;
        const row = from.rows.slice(0, from.count).find((one) => one.flow === flow && one.table === Table.CONNECTION);
        const side = world.sideByIss(from, flow.iss);
        if (row === undefined || side === undefined || row.state < State.ESTABLISHED) return;
        // What fills the window, or probes it, is as small as that.
        if (length - HEADERS >= row.mss || !isAfter(flow.back.edge, end)) return;
        const before = small.get(flow);
        small.set(flow, end);
        if (side.isUndelayed || side.isShut || side.isDone || before === undefined) return;
        if (isAfter(before, flow.back.ack))
          world.violated(`${segment.length} octets leave, and a small segment is under way`);
      },
    };
  },
};

const HEADERS = 40;
