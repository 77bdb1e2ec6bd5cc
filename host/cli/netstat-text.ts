// The tables of 'slipway netstat' as people read them: in the RFC's words, or in Linux's manner.
import type { NetstatEnd, NetstatReport, NetstatRow, NetstatTable } from '../control/netstat.js';
import { floods } from '../control/floods.js';

export function netstatLines({ laptop, board }: NetstatReport): string[] {
  const parts = [table('laptop', laptop)];
  parts.push(
    board === null
      ? ['The board cannot be asked: it has no /netstat.json, or does not answer.']
      : table('board', board),
  );
  return parts.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

const HEADINGS = ['State', 'Local', 'Remote', 'Recv-Q', 'Send-Q', 'RTO', 'cwnd', 'Resent', 'Left'];
/** The first three columns are words, the others numbers. */
const WORD_COLUMNS = 3;

function table(end: string, { address, rows, counters, synQueue }: NetstatTable): string[] {
  const cells = [HEADINGS, ...rows.map(cellsOf)];
  const widths = HEADINGS.map((_heading, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]): string =>
    row
      .map((cell, column) =>
        column < WORD_COLUMNS ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ');
  const sums = ['segmentsIn', 'segmentsOut', 'retransmissions', 'resetsSent', 'cookiesSent'].map(
    (name) => `${words(name)} ${String(counters[name] ?? 0)}`,
  );
  return [
    `${end} ${address}: ${sums.join(', ')}`,
    ...cells.map((row) => line(row).trimEnd()),
    ...floodLines(rows, counters, synQueue),
  ];
}

function cellsOf(row: NetstatRow): string[] {
  const { state, local, remote, receiveQueue, sendQueue, rtoMs, cwnd, retransmissions, leftMs } = row;
  const numbers = [receiveQueue, sendQueue].map(String);
  const optional = [rtoMs === undefined ? '' : `${rtoMs} ms`, cwnd, retransmissions].map((value) =>
    String(value ?? ''),
  );
  return [
    state,
    endText(local),
    endText(remote),
    ...numbers,
    ...optional,
    leftMs === undefined ? '' : `${(leftMs / 1000).toFixed(1)} s`,
  ];
}

function floodLines(rows: NetstatRow[], counters: Record<string, number>, synQueue: number | undefined): string[] {
  return floods(rows, synQueue).map(
    ({ port, entries, sources }) =>
      `A SYN flood? Port ${port}: ${entries} half-open connections from ${sources} ${sources === 1 ? 'source' : 'sources'}, ${counters['cookiesSent'] ?? 0} cookies sent.`,
  );
}

function endText(end: NetstatEnd | undefined): string {
  if (end === undefined) return '*';
  return `${end.address === '0.0.0.0' ? '*' : end.address}:${portText(end)}`;
}

/** A gateway listens on all of them. */
function portText({ port }: NetstatEnd): string {
  return port === 0 ? '*' : String(port);
}

function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** As `netstat -n -t` of Linux prints them, so that what people grep for is there. */
export function linuxLines({ laptop, board }: NetstatReport): string[] {
  return [...(board === null ? [] : linuxTable('board', board)), ...linuxTable('laptop', laptop)];
}

/** Columns of net-tools' format, `%-6s%6ld %6ld %-23s %-23s %-12s`. */
function linuxTable(end: string, { address, rows, counters, synQueue }: NetstatTable): string[] {
  const line = (
    protocol: string,
    receive: string,
    send: string,
    local: string,
    remote: string,
    state: string,
  ): string =>
    `${protocol.padEnd(6)}${receive.padStart(6)} ${send.padStart(6)} ${local.padEnd(23)} ${remote.padEnd(23)} ${state.padEnd(12)}`.trimEnd();
  return [
    `Active Internet connections (servers and established) of the ${end} ${address}`,
    line('Proto', 'Recv-Q', 'Send-Q', 'Local Address', 'Foreign Address', 'State'),
    ...rows.map(({ state, local, remote, receiveQueue, sendQueue }) =>
      line(
        'tcp',
        String(receiveQueue),
        String(state === 'LISTEN' ? 0 : sendQueue),
        `${local.address}:${portText(local)}`,
        remote === undefined ? '0.0.0.0:*' : `${remote.address}:${remote.port}`,
        LINUX[state] ?? state,
      ),
    ),
    ...floodLines(rows, counters, synQueue),
  ];
}

const LINUX: Readonly<Record<string, string>> = {
  'SYN-SENT': 'SYN_SENT',
  'SYN-RECEIVED': 'SYN_RECV',
  'FIN-WAIT-1': 'FIN_WAIT1',
  'FIN-WAIT-2': 'FIN_WAIT2',
  'CLOSE-WAIT': 'CLOSE_WAIT',
  'LAST-ACK': 'LAST_ACK',
  'TIME-WAIT': 'TIME_WAIT',
  CLOSED: 'CLOSE',
};
