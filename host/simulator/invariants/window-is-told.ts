import { State, Table } from '../../../assembly/numbers.js';
import { distance } from '../circle.js';
import type { Invariant } from '../observer.js';
import type { Row } from '../row.js';
import type { Station } from '../station.js';

/** What a window field without a shift can say. */
const UNSCALED_MOST = 65535;

export const windowIsTold: Invariant = {
  name: 'window-is-told',
  sentence:
    'When the user has read, a window that was nearly closed is told to be open again as soon as that is worth a segment; and the peer knows of every promise.',
  watch: (world) => ({
    afterTurn(station) {
      if (!station.isDrained) return;
      for (let i = 0; i < station.count; i++) {
        const row = station.rows[i];
        if (row?.flow === undefined || row.table !== Table.CONNECTION || row.flow.isReset || !row.flow.hasAcknowledged)
          continue;
        if (row.state !== State.ESTABLISHED && row.state !== State.FIN_WAIT_1 && row.state !== State.FIN_WAIT_2)
          continue;
        const least = Math.min(station.machine.receiveRing / 2, station.machine.mtu - 40);
        const untold = roomOf(row, station) - row.rcvWnd;
        // An ACK that is only delayed will tell.
        const isQuiet = row.handle !== 0 && row.delayedAckLeft < 0;
        if (isQuiet && row.rcvWnd < least && untold >= least) {
          world.violated(`a window of ${row.rcvWnd} could be ${untold} larger, and the peer is not told`);
        }
        if (isQuiet && untold >= station.machine.receiveRing / 2) {
          world.violated(`half the ring has come free, and the peer is not told: ${untold} octets`);
        }
        const off = distance(row.flow.edge, row.rcvNxt + row.rcvWnd);
        // Rounded up, a scaled window may have reached a little further when it was told before (RFC 7323 section 2.4).
        if (off > 0 || off <= -(1 << row.rcvScale)) world.violated(`the peer's idea of the window is off by ${off}`);
      }
    },
  }),
};

/** The largest window that could be promised. */
function roomOf(row: Row, { machine }: Station): number {
  const step = (1 << row.rcvScale) - 1;
  const most = row.rcvScale > 0 ? machine.receiveRing - step : Math.min(machine.receiveRing, UNSCALED_MOST);
  return most - distance(row.rcvNxt, row.rcvRead);
}
