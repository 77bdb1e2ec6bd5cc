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
        const isOwing = owes(row);
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

/** Whether sequence space is under way or waits to be. */
function owes({ state, una, nxt, end }: Row): boolean {
  if (una !== nxt || isAfter(end, nxt)) return true;
  // The FIN, when it waits for a window: it has not left, so SND.NXT stands before it.
  return (state === State.FIN_WAIT_1 || state === State.LAST_ACK || state === State.CLOSING) && !isAfter(nxt, end);
}
