// The connection tables of both ends, in one shape whatever they come from.
import type { CoreInfo } from '../core.js';
import type { Station } from '../station.js';
import type { Stack } from '../stack.js';
import { fetchNetstat } from './board-netstat.js';

export interface NetstatEnd {
  address: string;
  port: number;
}

/** One listener, connection, half-open or TIME-WAIT entry. What is not known is absent. */
export interface NetstatRow {
  /** As the RFC prints it: FIN-WAIT-1. */
  state: string;
  local: NetstatEnd;
  /** Absent: a listener. */
  remote?: NetstatEnd;
  /** Octets; of a listener: connections that wait for accept(). */
  receiveQueue: number;
  /** Octets; of a listener: its backlog. */
  sendQueue: number;
  rtoMs?: number;
  srttMs?: number;
  cwnd?: number;
  ssthresh?: number;
  retransmissions?: number;
  /** Of 2 MSL, or of a half-open connection's time. */
  leftMs?: number;
}

export interface NetstatTable {
  address: string;
  rows: NetstatRow[];
  counters: Record<string, number>;
  drops: Record<string, number>;
  /** Half-open connections that there is room for, when known. */
  synQueue?: number;
}

export interface NetstatReport {
  type: 'netstat';
  /** ms since 1970. */
  at: number;
  link: string;
  laptop: NetstatTable;
  /** null: the board cannot be asked. */
  board: NetstatTable | null;
}

/** Asks both ends: an emulated board by its core, any other by its /netstat.json, unless `asksBoard` is false. */
export async function netstat(stack: Stack, link: string, asksBoard: boolean): Promise<NetstatReport> {
  const laptop = tableOf(stack.network.address, stack);
  const board = stack.board !== undefined ? tableOf(stack.network.peer, stack.board) : undefined;
  const asked = board ?? (asksBoard ? await fetchNetstat(stack) : undefined);
  return { type: 'netstat', at: Date.now(), link, laptop, board: asked ?? null };
}

function tableOf(address: string, { core }: Pick<Station, 'core'>): NetstatTable {
  const { drops, ...counters } = core.counters();
  return {
    address,
    rows: core.list().map(rowOf),
    counters: counters as Record<string, number>,
    drops,
    synQueue: core.constants.synQueue,
  };
}

/** States behind the peer's FIN. */
const FIN_HEARD: ReadonlySet<string> = new Set(['CLOSE-WAIT', 'CLOSING', 'LAST-ACK', 'TIME-WAIT']);

function rowOf(info: CoreInfo): NetstatRow {
  const local = { address: info.localAddress, port: info.localPort };
  if (info.table === 'listener')
    return { state: info.state, local, receiveQueue: info.acceptable, sendQueue: info.backlog };
  const row: NetstatRow = {
    state: info.state,
    local,
    remote: { address: info.remoteAddress, port: info.remotePort },
    receiveQueue: 0,
    sendQueue: 0,
  };
  if (info.timers.life !== undefined) row.leftMs = info.timers.life;
  if (info.table !== 'connection') return row;
  const { snd, rcv, rto, srtt, cwnd, ssthresh, retransmissions } = info;
  // A FIN that has arrived stands in RCV.NXT, one that is acknowledged in SND.UNA; neither is text.
  const hasFin = FIN_HEARD.has(info.state) ? 1 : 0;
  const queues = {
    receiveQueue: Math.max(0, (rcv.nxt - rcv.read - hasFin) | 0),
    sendQueue: Math.max(0, (snd.end - snd.una) | 0),
  };
  return { ...row, ...queues, rtoMs: rto, srttMs: srtt, cwnd, ssthresh, retransmissions };
}
