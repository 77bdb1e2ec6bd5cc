import { State, Table } from '../../../assembly/numbers.js';
import { distance, isAfter } from '../circle.js';
import type { Invariant } from '../observer.js';
import type { Row } from '../row.js';

/** Timestamps and four SACK blocks leave so much less room for text. */
const OPTIONS_MOST = 40;

export const whatMayLeaveLeaves: Invariant = {
  name: 'what-may-leave-leaves',
  sentence:
    'With nothing under way text does not wait for anything but the window; with NODELAY, or a full segment of it, for the congestion window at most.',
  watch: (world) => ({
    afterTurn(station) {
      if (!station.isDrained) return;
      for (let i = 0; i < station.count; i++) {
        const row = station.rows[i];
        if (row?.flow === undefined || row.table !== Table.CONNECTION || !maySend(row)) continue;
        if (!isAfter(row.end, row.nxt)) continue;
        const unsent = distance(row.end, row.nxt);
        const underWay = distance(row.nxt, row.una);
        if (underWay === 0 && row.wnd >= unsent) world.violated(`${unsent} octets wait, and nothing is under way`);
        // Loss recovery has windows of its own.
        if (row.retransmissions > 0 || row.backoff > 0) continue;
        const room = Math.min(row.wnd, row.cwnd) - underWay;
        const side = world.sideByIss(station, row.iss);
        const waits = side?.isUndelayed === true ? unsent : Math.max(row.mss, OPTIONS_MOST);
        if (unsent >= waits && room >= Math.max(waits, row.mss)) {
          world.violated(`${unsent} octets wait, and the windows have room for ${room}`);
        }
      }
    },
  }),
};

function maySend({ state, una, iss }: Row): boolean {
  const isOpen = state === State.ESTABLISHED || state === State.CLOSE_WAIT || state === State.FIN_WAIT_1;
  return isOpen && una !== iss;
}
