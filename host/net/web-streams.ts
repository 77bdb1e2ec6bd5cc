import type { Connects } from './agent.js';
import type { Socket } from './socket.js';

/** What is known of a connection once it is made; an address is 'host:port'. */
export interface WebSocketInfo {
  remoteAddress: string;
  localAddress: string;
}

/** Where to connect to: 'board:80', or its two parts. */
export type WebAddress = string | { hostname: string; port: number };

/** A connection as web streams, in the shape of WinterTC's sockets API. */
export interface WebConnection {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  /** Settles once the connection is made, or with the reason why it is not. */
  readonly opened: Promise<WebSocketInfo>;
  /** Settles once the connection is over, rejected when by an error. */
  readonly closed: Promise<void>;
  /** There is no startTls(): TLS is tls.connect({ socket }) over a Socket. */
  readonly upgraded: false;
  readonly secureTransport: 'off';
  /** Sends what is written, closes both directions, and settles as `closed` does. */
  close(): Promise<void>;
}

/** Connects, with web streams in place of node's: `connect()` of WinterTC's sockets API. */
export function connectWeb(
  stack: Connects,
  address: WebAddress,
  { allowHalfOpen = false }: { allowHalfOpen?: boolean } = {},
): WebConnection {
  const { hostname, port } = typeof address === 'string' ? splitAddress(address) : address;
  const socket = stack.connect({ host: hostname, port, allowHalfOpen });
  const opened = openedOf(socket);
  const closed = closedOf(socket);
  // Who does not look at one of them has not made a mistake.
  opened.catch(() => undefined);
  closed.catch(() => undefined);
  const close = (): Promise<void> => {
    if (socket.connecting) socket.destroy();
    else socket.destroySoon();
    return closed;
  };
  const [readable, writable] = [readableOf(socket), writableOf(socket)];
  return { readable, writable, opened, closed, upgraded: false, secureTransport: 'off', close };
}

function splitAddress(address: string): { hostname: string; port: number } {
  const at = address.lastIndexOf(':');
  if (at < 0) throw new TypeError(`The address '${address}' has no port: write it behind a colon, as in board:80.`);
  return { hostname: address.slice(0, at), port: Number(address.slice(at + 1)) };
}

function openedOf(socket: Socket): Promise<WebSocketInfo> {
  return new Promise((resolve, reject) => {
    socket.once('connect', () => {
      const { remoteAddress, remotePort, localAddress, localPort } = socket;
      resolve({
        remoteAddress: `${String(remoteAddress)}:${String(remotePort)}`,
        localAddress: `${String(localAddress)}:${String(localPort)}`,
      });
    });
    socket.once('error', reject);
    socket.once('close', () => {
      reject(new Error('The socket was closed before the connection was made.'));
    });
  });
}

function closedOf(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', () => {
      resolve();
    });
  });
}

/** Text as it comes; a reader that does not read closes the window. */
function readableOf(socket: Socket): ReadableStream<Uint8Array> {
  let isOver = false;
  const over = (end: () => void): void => {
    if (isOver) return;
    isOver = true;
    end();
  };
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        socket.on('data', (text: Uint8Array) => {
          if (isOver) return;
          controller.enqueue(text);
          if ((controller.desiredSize ?? 0) <= 0) socket.pause();
        });
        socket.pause();
        socket.once('error', (error) => {
          over(() => {
            controller.error(error);
          });
        });
        const end = (): void => {
          over(() => {
            controller.close();
          });
        };
        socket.once('end', end).once('close', end);
      },
      pull() {
        socket.resume();
      },
      cancel(reason) {
        isOver = true;
        // Nobody will read what is still to come; what is written is still sent.
        if (reason instanceof Error) socket.destroy(reason);
        else socket.resume();
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: socket.readableHighWaterMark }),
  );
}

/** Each write settles once the core has taken it, so that a full send ring makes writers wait. */
function writableOf(socket: Socket): WritableStream<Uint8Array> {
  const settled = (act: (done: (error?: Error | null) => void) => void): Promise<void> =>
    new Promise((resolve, reject) => {
      act((error) => {
        if (error === undefined || error === null) resolve();
        else reject(error);
      });
    });
  return new WritableStream<Uint8Array>(
    {
      start(controller) {
        socket.once('error', (error) => {
          controller.error(error);
        });
        socket.once('close', () => {
          if (!socket.writableFinished) controller.error(new Error('The socket is closed.'));
        });
      },
      write: (chunk) =>
        settled((done) => {
          socket.write(chunk, done);
        }),
      close: () =>
        settled((done) => {
          socket.end(done);
        }),
      abort(reason) {
        socket.destroy(reason instanceof Error ? reason : undefined);
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: socket.writableHighWaterMark }),
  );
}
