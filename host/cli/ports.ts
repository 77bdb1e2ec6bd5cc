import { forward, type Forward } from '../gateway/forward.js';
import type { Stack } from '../index.js';
import { UsageError } from '../usage-error.js';
import { Failure } from './failure.js';

/** The first port that is tried when the user has named none, and how many are tried behind it. */
const FIRST_PORT = 8080;
const PORTS_TRIED = 100;

/** Leads a local port to one of the board's: the one that was named, or else 8080 or the next that is free. */
export async function forwardPort(stack: Stack, boardPort: number, local: number | undefined): Promise<Forward> {
  const connect = (): ReturnType<Stack['connect']> => connectTo(stack, boardPort);
  if (local !== undefined) return forwardNamed(local, connect);
  for (let port = FIRST_PORT; port < FIRST_PORT + PORTS_TRIED; port += 1) {
    try {
      return await forward({ port, connect });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
  throw new Failure(
    `The ports from ${FIRST_PORT} to ${FIRST_PORT + PORTS_TRIED - 1} are taken; name another with --port.`,
  );
}

export async function forwardNamed(port: number, connect: () => ReturnType<Stack['connect']>): Promise<Forward> {
  try {
    return await forward({ port, connect });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new Failure(`Port ${port} is taken by another program; choose another.`);
    if (code === 'EACCES') throw new Failure(`Port ${port} is not allowed to you; choose one from 1024 up.`);
    throw error;
  }
}

/** Half open, so that the end of one direction can be passed on alone. */
export function connectTo(stack: Stack, port: number, options: ConnectOptions = {}): ReturnType<Stack['connect']> {
  const all = { port, noDelay: true, allowHalfOpen: true, ...options };
  return stack.connect(all);
}

export interface ConnectOptions {
  keepAlive?: boolean;
  keepAliveInitialDelay?: number;
}

export interface ForwardRule {
  local: number;
  board: number;
}

/** '8080:80': a local port, 0 being any that is free, then the board's; '80' stands for both. */
export function parseRule(text: string): ForwardRule {
  const match = /^(\d{1,5})(?::(\d{1,5}))?$/.exec(text);
  const local = Number(match?.[1]);
  const board = Number(match?.[2] ?? match?.[1]);
  const isPort = (port: number, least: number): boolean => port >= least && port <= 65_535;
  if (isPort(local, 0) && isPort(board, 1)) return { local, board };
  throw new UsageError(`'${text}' is not a forward; write the local port and the board's, such as 8080:80.`);
}
