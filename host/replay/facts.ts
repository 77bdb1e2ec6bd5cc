// What can be asked about a step of a replay: the step itself, and a connection's variables by the RFC's names.

import type { CoreInfo, CoreRecord } from '../decode.js';
import type { Entry, RecordedStation } from './format.js';

export type End = RecordedStation['name'];
export type Value = string | number | undefined;
type Values = Readonly<Record<string, Value>>;

/** Of a connection. Sequence numbers count from the initial ones, as in the ladder. */
const VARIABLES: Readonly<Record<string, (row: CoreInfo) => Value>> = {
  state: (row) => row.state,
  table: (row) => row.table,
  'local-port': (row) => row.localPort,
  'remote-port': (row) => row.remotePort,
  'snd.una': (row) => (row.snd.una - row.iss) >>> 0,
  'snd.nxt': (row) => (row.snd.nxt - row.iss) >>> 0,
  'snd.end': (row) => (row.snd.end - row.iss) >>> 0,
  'snd.wnd': (row) => row.snd.wnd,
  'rcv.nxt': (row) => (row.rcv.nxt - row.irs) >>> 0,
  'rcv.read': (row) => (row.rcv.read - row.irs) >>> 0,
  'rcv.wnd': (row) => row.rcv.wnd,
  cwnd: (row) => row.cwnd,
  ssthresh: (row) => row.ssthresh,
  'in-flight': (row) => row.inFlight,
  sacked: (row) => row.sacked,
  srtt: (row) => row.srtt,
  rttvar: (row) => row.rttvar,
  rto: (row) => row.rto,
  backoff: (row) => row.backoff,
  retransmissions: (row) => row.retransmissions,
  fault: (row) => row.fault,
};

/** Of the step: what happened, at which end, and what the core's own record tells of it. */
const EVENT_FIELDS = ['step', 'time', 'end', 'call', 'result', 'kind', 'cause', 'drop', 'repeat'];

export const FIELDS: readonly string[] = [...EVENT_FIELDS, ...Object.keys(VARIABLES)];

/** 'laptop.snd.una' as its end and its name; no end: that where the step happened. */
export function splitField(field: string): { end: End | undefined; name: string } {
  const [, end, name = field] = /^(laptop|board)\.(.+)$/.exec(field) ?? [];
  return { end: end as End | undefined, name };
}

export function isField(field: string): boolean {
  return FIELDS.includes(splitField(field).name);
}

/** One connection, as each end that is recorded knows it. */
export type Ends = Partial<Record<End, CoreInfo>>;

/** What is known of one connection behind one step. */
export class Facts {
  constructor(
    readonly event: Values,
    readonly ends: Ends,
  ) {}

  /** 'cwnd' is that of the end where the step happened; 'board.cwnd' the board's, wherever it happened. */
  get(field: string): Value {
    const { end, name } = splitField(field);
    const here = this.event['end'] as End;
    if (EVENT_FIELDS.includes(name)) return end === undefined || end === here ? this.event[name] : undefined;
    const row = this.ends[end ?? here];
    return row && VARIABLES[name]?.(row);
  }
}

/** What a step tells of itself. `record` is what the core noted in it, if it did. */
export function eventOf(entry: Entry, end: End | undefined, record: CoreRecord | undefined): Values {
  return {
    step: entry.step,
    time: entry.time / 1000,
    end,
    call: entry.type === 'call' ? entry.name : entry.type,
    result: entry.type === 'call' ? entry.result : undefined,
    kind: record?.kind,
    cause: record?.cause,
    drop: record?.drop,
    repeat: record?.repeat,
  };
}

/** The connections of both ends, joined by their addresses and ports. A listener is none. */
export function connectionsOf(tables: Partial<Record<End, readonly CoreInfo[]>>): Map<string, Ends> {
  const connections = new Map<string, Ends>();
  for (const [end, rows] of Object.entries(tables) as [End, readonly CoreInfo[]][]) {
    for (const row of rows) {
      if (row.table === 'listener') continue;
      const local = `${row.localAddress}:${row.localPort}`;
      const remote = `${row.remoteAddress}:${row.remotePort}`;
      const key = end === 'laptop' ? `${local} - ${remote}` : `${remote} - ${local}`;
      connections.set(key, { ...connections.get(key), [end]: row });
    }
  }
  return connections;
}
