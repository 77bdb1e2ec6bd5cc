import { Flag, State } from '../../../assembly/numbers.js';
import type { Flow } from '../flow.js';
import type { Invariant } from '../observer.js';
import type { Station } from '../station.js';

/** The states in which section 3.10.5 asks for a RST. */
const KNOWN: readonly number[] = [
  State.SYN_RECEIVED,
  State.ESTABLISHED,
  State.FIN_WAIT_1,
  State.FIN_WAIT_2,
  State.CLOSE_WAIT,
];

export const resetsAreTold: Invariant = {
  name: 'resets-are-told',
  sentence: 'Who aborts, or closes with unread text (SHLD-3) or linger 0, sends a RST; who closes otherwise does not.',
  watch(world) {
    const owing = new Map<Flow, Station>();
    return {
      onLetGo(side, how, state, unread) {
        const { station, flow } = side;
        if (flow === undefined || !KNOWN.includes(state)) return;
        if (how === 'abort' || side.lingers || unread > 0) owing.set(flow, station);
        else if (!flow.isReset) owing.delete(flow);
      },
      // At once: a copied SYN may begin the flow anew before this turn ends.
      onSent(_from, segment, flow) {
        if (flow !== undefined && segment.has(Flag.RST)) owing.delete(flow);
      },
      onRestart(station) {
        for (const [flow, whose] of owing) if (whose === station) owing.delete(flow);
      },
      afterTurn(station) {
        if (!station.isDrained) return;
        for (const [flow, whose] of owing) {
          if (whose !== station) continue;
          owing.delete(flow);
          if (!flow.isReset) world.violated('a connection was aborted, and no RST has left');
        }
      },
    };
  },
};
