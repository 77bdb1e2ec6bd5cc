import { type Server, type Socket, connect, createServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { LinkEnd } from './link-end.js';
import type { Link } from './link.js';

/**
 * An octet link over any Node stream that is ready for use: a UNIX or TCP connection, a pty. What the stream has not yet
 * written counts as its room, so that the queue stays in the core.
 */
export class StreamLink extends LinkEnd {
  #stream: Duplex;

  constructor(name: string, stream: Duplex) {
    super('octets', name);
    this.#stream = stream;
    stream.on('data', (octets: Uint8Array) => {
      this.deliver(octets);
    });
    stream.on('drain', () => {
      this.drained();
    });
    stream.on('error', (error) => {
      this.gone(error);
    });
    stream.on('end', () => {
      this.gone(new Error(`The other side closed ${name}.`));
    });
    stream.on('close', () => {
      this.gone(new Error(`${name} was closed.`));
    });
  }

  get hasRoom(): boolean {
    return !this.isClosed && !this.#stream.writableNeedDrain;
  }

  protected write(octets: Uint8Array): void {
    // A copy: the stream keeps what the kernel does not take at once, and the core writes there again.
    this.#stream.write(Buffer.from(octets));
  }

  protected override async shut(): Promise<void> {
    if (this.#stream.destroyed) return;
    await new Promise<void>((resolve) => {
      this.#stream.once('close', resolve);
      this.#stream.destroy();
    });
  }
}

/** Where an octet stream is to be found: a UNIX socket's path, or a TCP host and port. */
export type StreamAddress = { path: string } | { host: string; port: number };

/** Connects to an octet stream: QEMU's `-chardev socket`, a serial server, another Slipway. */
export async function openStream(address: StreamAddress): Promise<Link> {
  const socket = connect(address);
  await opened(socket);
  socket.setNoDelay();
  return new StreamLink(streamName(address), socket);
}

/** The board's side: waits for one connection, and takes no other while that lasts. */
export async function acceptStream(address: StreamAddress, onListening?: () => void): Promise<Link> {
  const server = createServer();
  server.maxConnections = 1;
  await listening(server, address);
  onListening?.();
  const socket = await new Promise<Socket>((resolve) => {
    server.once('connection', resolve);
  });
  server.close();
  socket.setNoDelay();
  return new StreamLink(streamName(address), socket);
}

export function streamName(address: StreamAddress): string {
  return 'path' in address ? `unix:${address.path}` : `tcp:${address.host}:${String(address.port)}`;
}

async function opened(socket: Socket): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve();
    });
    socket.once('error', reject);
  });
}

async function listening(server: Server, address: StreamAddress): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
