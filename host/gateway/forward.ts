import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { endJoined, join, type Connection } from './join.js';

/** A local port that leads to one of the board's. */
export interface Forward {
  /** Where it listens. */
  readonly host: string;
  readonly port: number;
  /** Connections that are joined now. */
  readonly connections: number;
  /** Ends the direction to the board of the youngest connection that is still open; false when there is none. */
  halfClose(): boolean;
  /** Listens no more, ends what is joined with FIN in both directions, and resets what has not ended in time. */
  close(graceMs?: number): Promise<void>;
}

export interface ForwardOptions {
  /** Loopback unless asked otherwise, so that the board is not shown to the network by accident. */
  host?: string;
  /** 0: any that is free. */
  port: number;
  /** Opens a connection to the board that allows being half open. */
  connect: () => Connection;
  /**
   * Asked before each connection is opened: whether there is a cable to open it on, which may take a while to know. It is
   * reset when there is none.
   */
  isReachable?: () => Promise<boolean>;
  /** How long the board may take to answer. */
  connectMs?: number;
  /** Why a connection came to nothing, as Node's code: ETIMEDOUT, ECONNREFUSED, ENETDOWN when there was no cable. */
  onFailed?: (code: string) => void;
}

/**
 * The other end of the cable is near; but a board with four connections serves twenty clients one after the other, and whoever
 * waits for a place, repeating the SYN, is not to be turned away.
 */
const CONNECT_MS = 60_000;

/** Listens on a local port and joins each connection to one of the board's. Rejects when the port cannot be had. */
export async function forward({ host = '127.0.0.1', port, ...options }: ForwardOptions): Promise<Forward> {
  const waiting = new Set<Socket>();
  const joined = new Map<Socket, Joined>();
  const welcome = async (local: Socket): Promise<void> => {
    waiting.add(local);
    const isReachable = await leads(local, options);
    waiting.delete(local);
    if (!isReachable) return;
    const board = options.connect();
    limit(board, options);
    const closed = join(local, board).then(() => {
      joined.delete(local);
    });
    joined.set(local, { board, closed });
  };
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (local) => void welcome(local));
  await listening(server, port, host);
  return {
    host,
    port: (server.address() as AddressInfo).port,
    get connections() {
      return joined.size;
    },
    halfClose() {
      const youngest = [...joined.values()].findLast(({ board }) => !board.writableEnded && !board.destroyed);
      youngest?.board.end();
      return youngest !== undefined;
    },
    async close(graceMs = 1000) {
      server.close();
      for (const local of waiting) local.resetAndDestroy();
      await Promise.all([...joined].map(([local, { board, closed }]) => endJoined(local, board, closed, graceMs)));
    },
  };
}

interface Joined {
  board: Connection;
  closed: Promise<void>;
}

/** Whether the board can be reached, and the local program still wants it; it is reset when the board cannot. */
async function leads(local: Socket, { isReachable, onFailed }: Omit<ForwardOptions, 'port'>): Promise<boolean> {
  // Told by its end; nobody else waits for it yet.
  local.on('error', () => undefined);
  if (isReachable === undefined) return true;
  const isThere = await isReachable();
  if (isThere || local.destroyed) return !local.destroyed;
  onFailed?.('ENETDOWN');
  local.resetAndDestroy();
  return false;
}

/** A connection that is not established in time ends as the one that the peer refuses: the local side is reset. */
function limit(board: Connection, { connectMs = CONNECT_MS, onFailed }: Omit<ForwardOptions, 'port'>): void {
  const timer = setTimeout(() => {
    board.destroy(Object.assign(new Error('The board does not answer.'), { code: 'ETIMEDOUT' }));
  }, connectMs);
  const failed = (error: NodeJS.ErrnoException): void => onFailed?.(error.code ?? error.message);
  board.once('error', failed);
  board.once('connect', () => {
    clearTimeout(timer);
    board.off('error', failed);
  });
  board.once('close', () => clearTimeout(timer));
}

async function listening(server: Server, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
