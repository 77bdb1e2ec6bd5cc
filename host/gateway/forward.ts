import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join, type Connection } from './join.js';

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
}

/** Listens on a local port and joins each connection to one of the board's. Rejects when the port cannot be had. */
export async function forward({ host = '127.0.0.1', port, connect }: ForwardOptions): Promise<Forward> {
  const joined = new Map<Socket, Joined>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (local) => {
    const board = connect();
    const closed = join(local, board).then(() => {
      joined.delete(local);
    });
    joined.set(local, { board, closed });
  });
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
      await Promise.all([...joined].map(([local, { board, closed }]) => end(local, board, closed, graceMs)));
    },
  };
}

interface Joined {
  board: Connection;
  closed: Promise<void>;
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

/** FIN both ways, what still arrives being discarded; whoever has not ended its own direction in time is reset. */
async function end(local: Socket, board: Connection, closed: Promise<void>, graceMs: number): Promise<void> {
  local.unpipe(board).resume().end();
  board.unpipe(local).resume().end();
  const timer = setTimeout(() => {
    if (!board.destroyed) board.resetAndDestroy();
    if (!local.destroyed) local.resetAndDestroy();
  }, graceMs);
  await closed;
  clearTimeout(timer);
}
