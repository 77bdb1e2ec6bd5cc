import { tryParseAddress } from '../address.js';
import { UsageError } from '../usage-error.js';

/** A local port and the board's port that it leads to. */
export interface ForwardRule {
  /** Where to listen. */
  host: string;
  local: number;
  /** The board's address; undefined: the only board, or the first. */
  board: string | undefined;
  port: number;
}

const LOOPBACK = '127.0.0.1';

/** Reads ssh's -L: `8080:80`, `0.0.0.0:8080:80`, `8081:192.168.7.3:80`, `[::1]:8081:192.168.7.3:80`; `80` stands for `80:80`. */
export function parseForward(text: string): ForwardRule {
  const parts = text.match(/\[[\da-fA-F:]*\]|[^:]+/g) ?? [];
  const isWhole = parts.join(':') === text;
  const rule = isWhole ? readParts(parts) : undefined;
  if (rule !== undefined) return rule;
  throw new UsageError(`'${text}' is not a forward; write the local port and the board's, such as 8080:80.`);
}

/** From behind: the board's port, perhaps its address, the local port, perhaps where to listen. */
function readParts(parts: string[]): ForwardRule | undefined {
  const rest = [...parts];
  const port = readPort(rest.pop());
  if (rest.length === 0)
    return port === undefined ? undefined : { host: LOOPBACK, local: port, board: undefined, port };
  const board = isAddress(rest.at(-1)) ? rest.pop() : undefined;
  const local = readPort(rest.pop(), 0);
  const host = rest.length === 0 ? LOOPBACK : readHost(rest.pop());
  if (port === undefined || local === undefined || host === undefined || rest.length > 0) return undefined;
  return { host, local, board, port };
}

/** Port 0 is no port of a board's; as a local one it means any that is free. */
function readPort(text: string | undefined, least = 1): number | undefined {
  const port = /^\d{1,5}$/.test(text ?? '') ? Number(text) : -1;
  return port >= least && port <= 0xffff ? port : undefined;
}

function readHost(text: string | undefined): string | undefined {
  if (text === '*') return '0.0.0.0';
  if (text === 'localhost') return LOOPBACK;
  if (isAddress(text)) return text;
  return /^\[([\da-fA-F:]+)\]$/.exec(text ?? '')?.[1];
}

function isAddress(text: string | undefined): boolean {
  return text !== undefined && tryParseAddress(text) !== undefined;
}
