import { State, Table, TimerKind } from '../../../assembly/numbers.js';
import { isAfter } from '../circle.js';
import type { Invariant } from '../observer.js';
import type { Row } from '../row.js';

/** ms; the longest time-out (RFC 6298 (2.5)) and the longest interval of probes. */
const LONGEST = 60_000;

export const outstandingIsTimed: Invariant = {
  name: 'outstanding-is-timed',
  sentence:
    'While anything is unacknowledged or unsent a timer runs, no longer than a minute or the RTO; while nothing is, none does.',
  watch: (world) => ({
    afterTurn(station) {
      if (!station.isDrained) return;
      for (let i = 0; i < station.count; i++) {
        const row = station.rows[i];
        if (row === undefined || !isOpen(row)) continue;
        const isShut = row.handle === 0 || world.sideByIss(station, row.iss)?.isShut === true;
        const isOwing = owes(row, isShut);
        if (isOwing && row.retransmissionLeft < 0) world.violated('something is unacknowledged and no timer runs');
        if (!isOwing && row.retransmissionLeft >= 0 && row.state >= State.ESTABLISHED) {
          world.violated('everything is acknowledged and the retransmission timer still runs');
        }
        if (row.retransmissionLeft > LONGEST) world.violated(`the timer runs out in ${row.retransmissionLeft} ms`);
        if (
          row.timerKind === TimerKind.RETRANSMISSION &&
          row.table === Table.CONNECTION &&
          row.retransmissionLeft > row.rto
        ) {
          world.violated(`the timer runs out in ${row.retransmissionLeft} ms and the RTO is ${row.rto}`);
        }
      }
    },
  }),
};

function isOpen(row: Row): boolean {
  return row.table === Table.SYN_QUEUE || (row.table === Table.CONNECTION && row.state !== State.CLOSED);
}

/** Whether sequence space is under way or waits to be: text, or the FIN, before which SND.NXT stands until it has left. */
function owes({ state, una, nxt, end }: Row, isShut: boolean): boolean {
  if (una !== nxt || isAfter(end, nxt)) return true;
  switch (state) {
    case State.FIN_WAIT_1:
    case State.LAST_ACK:
    case State.CLOSING:
      return !isAfter(nxt, end);
    case State.CLOSE_WAIT:
      return isShut && !isAfter(nxt, end);
    default:
      return false;
  }
}
