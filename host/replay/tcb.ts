// A connection's variables as people read them: one row for each, one column for each end.

import type { CoreInfo } from '../decode.js';
import { connectionsOf, type End } from './facts.js';

const ABSENT = '-';

/** Rows of the table, in the order of RFC 9293 section 3.3.1, then what it leaves to others. */
const ROWS: readonly [name: string, value: (row: CoreInfo) => string][] = [
  ['state', (row) => row.state],
  ['kept in', (row) => row.table],
  ['SND.UNA', (row) => sequence(row.snd.una, row.iss)],
  ['SND.NXT', (row) => sequence(row.snd.nxt, row.iss)],
  ['behind the last queued', (row) => sequence(row.snd.end, row.iss)],
  ['SND.WND', (row) => scaled(row.snd.wnd, row.snd.scale)],
  ['SND.UP', (row) => (isUrgent(row) ? sequence(row.snd.up, row.iss) : 'none')],
  ['ISS', (row) => String(row.iss)],
  ['RCV.NXT', (row) => heard(row, row.rcv.nxt)],
  ['next to be read', (row) => heard(row, row.rcv.read)],
  ['RCV.WND', (row) => scaled(row.rcv.wnd, row.rcv.scale)],
  ['IRS', (row) => (row.state === 'SYN-SENT' ? ABSENT : String(row.irs))],
  ['cwnd', (row) => String(row.cwnd)],
  ['ssthresh', (row) => (row.ssthresh >= 0x7fffffff ? 'none yet' : String(row.ssthresh))],
  ['in flight, SACKed', (row) => `${row.inFlight}, ${row.sacked}`],
  ['SRTT, RTTVAR, RTO', (row) => `${row.srtt}, ${row.rttvar}, ${row.rto} ms`],
  ['retransmissions', (row) => `${row.retransmissions}, ${row.backoff} of the oldest segment`],
  ['MSS sent, received', (row) => `${row.sendMss}, ${row.receiveMss}`],
  ['options', options],
  ['timers', timers],
  ['fault', (row) => (row.fault === 0 ? 'none' : String(row.fault))],
];

/** Every connection with its variables at each end that is recorded, line by line. */
export function describeConnections(tables: Partial<Record<End, readonly CoreInfo[]>>): string[] {
  const ends = Object.keys(tables) as End[];
  const lines = [...connectionsOf(tables)].flatMap(([key, rows]) => [
    '',
    key,
    line('', ends),
    ...ROWS.map(([name, value]) =>
      line(
        name,
        ends.map((end) => (rows[end] === undefined ? ABSENT : value(rows[end]))),
      ),
    ),
  ]);
  return lines.length > 0 ? lines : ['', 'There is no connection.'];
}

const NAME_COLUMNS = 24;
const VALUE_COLUMNS = 34;

function line(name: string, values: readonly string[]): string {
  return `  ${name.padEnd(NAME_COLUMNS)}${values.map((value) => value.padEnd(VALUE_COLUMNS)).join('')}`.trimEnd();
}

/** Counted from the initial number, as the ladder counts, and as it is on the wire. */
function sequence(number: number, initial: number): string {
  return `${(number - initial) >>> 0} (${number})`;
}

/** Before the peer's SYN nothing is known of its numbers. */
function heard(row: CoreInfo, number: number): string {
  return row.state === 'SYN-SENT' ? ABSENT : sequence(number, row.irs);
}

/** Urgent text is queued or on its way. */
function isUrgent({ snd }: CoreInfo): boolean {
  // Behind an acknowledged FIN, SND.UNA stands beyond the text.
  const queued = (snd.end - snd.una) | 0;
  const offset = (snd.up - snd.una) >>> 0;
  return queued > 0 && offset > 0 && offset <= queued;
}

function scaled(window: number, shift: number): string {
  return shift === 0 ? String(window) : `${window}, shift ${shift}`;
}

function options(row: CoreInfo): string {
  const used = [row.sack && 'SACK', row.timestamps && 'timestamps', row.windowScale && 'window scale'];
  return used.filter(Boolean).join(', ') || 'none';
}

function timers({ timers }: CoreInfo): string {
  const running = [
    [timers.kind, timers.retransmission],
    ['delayed ACK', timers.delayedAck],
    ['keep-alive', timers.keepalive],
    ['life', timers.life],
  ] as const;
  const told = running.filter(([, left]) => left !== undefined).map(([name, left]) => `${name} in ${left} ms`);
  return told.join(', ') || 'none';
}
