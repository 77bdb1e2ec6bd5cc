// A board's own table, from the /netstat.json of its web server. It comes over the wire: what has another shape is no table.
import type { Socket } from '../net/socket.js';
import type { Stack } from '../stack.js';
import type { NetstatEnd, NetstatRow, NetstatTable } from './netstat.js';

const HTTP_PORT = 80;
/** A board at 9600 baud needs seconds for its table. */
const PATIENCE_MS = 15_000;
/** Time for a SYN that is lost twice. */
const CONNECT_MS = 4000;
const OCTETS_MAX = 1 << 18;

/** undefined: the board has no web server, or it does not answer in time. */
export async function fetchNetstat(stack: Stack): Promise<NetstatTable | undefined> {
  const { peer, address } = stack.network;
  const request = { port: HTTP_PORT, host: peer, allowHalfOpen: true, noDelay: true };
  const socket = stack.connect(request);
  socket.on('error', () => undefined);
  const answer = await readAnswer(socket, `GET /netstat.json HTTP/1.0\r\nHost: ${peer}\r\nConnection: close\r\n\r\n`);
  const own = { address, port: socket.localPort ?? 0 };
  // By RST: a table that is watched must not fill the board's with TIME-WAIT.
  if (!socket.destroyed) socket.resetAndDestroy();
  return tableFrom(answer, peer, own);
}

/** All that comes in time. */
async function readAnswer(socket: Socket, question: string): Promise<string> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    let octets = 0;
    const done = (): void => {
      clearTimeout(limit);
      resolve(Buffer.concat(pieces).toString('latin1'));
    };
    let limit = setTimeout(done, CONNECT_MS);
    socket.once('connect', () => {
      clearTimeout(limit);
      limit = setTimeout(done, PATIENCE_MS);
    });
    socket.on('data', (piece: Buffer) => {
      pieces.push(piece);
      octets += piece.length;
      if (octets > OCTETS_MAX) done();
    });
    socket.once('end', done);
    socket.once('close', done);
    socket.write(question);
  });
}

/** Exported for its test. `own` is the connection that asked, which is no news. */
export function tableFrom(answer: string, address: string, own: NetstatEnd): NetstatTable | undefined {
  const [head = '', ...body] = answer.split('\r\n\r\n');
  if (!/^HTTP\/1\.1 200 /.test(head)) return undefined;
  let told: unknown;
  try {
    told = JSON.parse(body.join('\r\n\r\n'));
  } catch {
    return undefined;
  }
  if (!isObject(told)) return undefined;
  const rows = [...objects(told['listeners']).map(listenerRow), ...objects(told['connections']).map(connectionRow)]
    .filter((row) => row !== undefined)
    .filter(({ remote }) => remote?.address !== own.address || remote.port !== own.port);
  return { address, rows, counters: numbers(told['counters']), drops: numbers(told['drops']) };
}

function listenerRow(row: Record<string, unknown>): NetstatRow | undefined {
  const local = endOf(row['local']);
  if (local === undefined) return undefined;
  return { state: 'LISTEN', local, receiveQueue: number(row['waiting']) ?? 0, sendQueue: number(row['backlog']) ?? 0 };
}

function connectionRow(row: Record<string, unknown>): NetstatRow | undefined {
  const [local, remote, state] = [endOf(row['local']), endOf(row['remote']), row['state']];
  if (local === undefined || remote === undefined || typeof state !== 'string' || !/^[A-Z0-9-]{1,16}$/.test(state))
    return undefined;
  const known: NetstatRow = {
    state,
    local,
    remote,
    receiveQueue: number(row['receiveQueue']) ?? 0,
    sendQueue: number(row['sendQueue']) ?? 0,
  };
  for (const name of ['rtoMs', 'srttMs', 'cwnd', 'ssthresh', 'retransmissions'] as const) {
    const value = number(row[name]);
    if (value !== undefined) known[name] = value;
  }
  const leftMs = number(row['timeWaitLeftMs']);
  return leftMs === undefined ? known : { ...known, leftMs };
}

function endOf(value: unknown): NetstatEnd | undefined {
  if (!isObject(value)) return undefined;
  const { address } = value;
  const port = number(value['port']);
  // '*': any of its own.
  const isAddress = typeof address === 'string' && /^(\*|[\d.]{7,15})$/.test(address);
  if (!isAddress || port === undefined) return undefined;
  return { address: address === '*' ? '0.0.0.0' : address, port };
}

function numbers(value: unknown): Record<string, number> {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function objects(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
