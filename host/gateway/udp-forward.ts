import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { DatagramSocket } from '../net/datagram-socket.js';
import { type Clock, RealClock } from '../clock.js';
import { Flows, shut } from './flows.js';
import { targetText, type Target } from './target.js';

/** A local UDP port that leads to one of the board's. */
export interface UdpForward {
  readonly host: string;
  readonly port: number;
  /** Local programs that are talking with the board. */
  readonly flows: number;
  close(): Promise<void>;
}

export interface UdpForwardOptions {
  /** Loopback unless asked otherwise. */
  host?: string;
  /** 0: any that is free. */
  port: number;
  board: Target;
  /** A socket of the stack's, not yet bound. */
  createSocket: () => DatagramSocket;
  idleMs?: number;
  /** Local programs at once; the core has room for 64 endpoints. */
  flowsMax?: number;
  clock?: Clock;
}

/** As long as NAT keeps one, RFC 4787 (REQ-5). */
const IDLE_MS = 120_000;
const FLOWS_MAX = 32;

/** Binds a local port and passes its datagrams to the board's, and the answers back to whoever asked. Rejects when it cannot be had. */
export async function forwardUdp(options: UdpForwardOptions): Promise<UdpForward> {
  const { host = '127.0.0.1', board, idleMs = IDLE_MS, flowsMax = FLOWS_MAX, clock = new RealClock() } = options;
  const local = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  const flows = new Flows<{ idleMs: number; socket: DatagramSocket; end: () => void }>(clock, flowsMax);
  const open = (name: string, client: RemoteInfo): DatagramSocket => {
    const socket = options.createSocket();
    socket.on('message', (payload: Buffer, from: Target) => {
      // Only the port that was asked may answer.
      if (targetText(from) !== targetText(board)) return;
      flows.touch(name);
      local.send(payload, client.port, client.address);
    });
    socket.on('error', () => flows.end(name));
    return socket;
  };
  local.on('message', (payload, client) => {
    const name = targetText(client);
    const { socket } = flows.use(name, () => {
      const opened = open(name, client);
      return { idleMs, socket: opened, end: () => shut(opened) };
    });
    // What finds the core's ring full, or is longer than the cable carries, is lost, as UDP may be.
    socket.send(payload, board.port, board.address, () => undefined);
  });
  const { port } = await bound(local, options.port, host);
  return {
    host,
    port,
    get flows() {
      return flows.size;
    },
    async close() {
      flows.endAll();
      await new Promise<void>((resolve) => {
        local.close(resolve);
      });
    },
  };
}

async function bound(socket: Socket, port: number, host: string): Promise<{ port: number }> {
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, host, () => {
      socket.off('error', reject);
      resolve();
    });
  });
  // An answer that cannot be delivered is lost, as UDP may be.
  socket.on('error', () => undefined);
  return socket.address();
}
