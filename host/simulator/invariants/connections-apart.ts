import { State, Table } from '../../../assembly/numbers.js';
import type { Invariant } from '../observer.js';
import type { Row } from '../row.js';

export const connectionsApart: Invariant = {
  name: 'connections-apart',
  sentence:
    'No two connections of a station share all four numbers, and each belongs to a conversation that somebody began.',
  watch: (world) => ({
    afterTurn(station) {
      const { rows, count } = station;
      for (let i = 0; i < count; i++) {
        const row = rows[i];
        // What is CLOSED only waits for its RST to leave: its four numbers are free.
        if (row === undefined || row.table === Table.LISTENER || row.state === State.CLOSED) continue;
        for (let j = 0; j < i; j++) {
          if (sharesNumbers(row, rows[j]) && !isRebirth(row, rows[j]))
            world.violated('two connections have the same four numbers');
        }
        if (row.flow !== undefined && !row.flow.hasBegun && !row.flow.back.hasBegun && row.table !== Table.CONNECTION) {
          world.violated('a connection is there and no SYN was ever sent');
        }
      }
    },
  }),
};

/** Behind a SYN in TIME-WAIT the old life waits until the new one is proven (RFC 9293 section 3.6.1). */
function isRebirth(row: Row, other: Row | undefined): boolean {
  const states = [row.state, other?.state];
  return states.includes(State.TIME_WAIT) && states.includes(State.SYN_RECEIVED);
}

function sharesNumbers(row: Row, other: Row | undefined): boolean {
  return (
    other !== undefined &&
    other.table !== Table.LISTENER &&
    other.state !== State.CLOSED &&
    row.localPort === other.localPort &&
    row.remotePort === other.remotePort &&
    row.remoteAddress === other.remoteAddress &&
    row.localAddress === other.localAddress
  );
}
