import { type Server, type Socket, connect, createServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { LinkEnd } from './link-end.js';
import type { Link } from './link.js';

/** Octets that may wait for the stream to write them; more than a frame, so that a line is never idle between two. */
const WAITING_OCTETS = 2048;

/**
 * An octet link over any Node stream that is ready for use: a UNIX or TCP connection, a serial port, a pty. It keeps the
 * stream's own queue short, whatever its high-water mark: what waits should wait in the core, where TCP sees it.
 */
export class StreamLink extends LinkEnd {
  #stream: Duplex;
  #waiting = 0;

  constructor(name: string, stream: Duplex) {
    super('octets', name);
    this.#stream = stream;
    stream.on('data', (octets: Uint8Array) => {
      this.deliver(octets);
    });
    stream.on('error', (error) => {
      this.goneBecause(error);
    });
    stream.on('end', () => {
      this.goneBecause(undefined);
    });
    // A serial port hands over what it met; a socket says only whether there was an error, which came before.
    stream.on('close', (cause: unknown) => {
      this.goneBecause(cause);
    });
  }

  /** However it went, users meet one error: the network is down. */
  protected goneBecause(cause: unknown): void {
    const sentence = `${this.name} is gone: unplugged, or closed by its other side.`;
    this.gone(Object.assign(new Error(sentence, { cause }), { code: 'ENETDOWN', errno: -100 }));
  }

  get hasRoom(): boolean {
    return !this.isClosed && this.#waiting < WAITING_OCTETS;
  }

  protected write(octets: Uint8Array): void {
    this.#waiting += octets.length;
    // A copy: the stream keeps what the kernel does not take at once, and the core writes there again.
    this.#stream.write(Buffer.from(octets), () => {
      const hadRoom = this.hasRoom;
      this.#waiting -= octets.length;
      if (!hadRoom && this.hasRoom) this.drained();
    });
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
