import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '../clock.js';
import type { Stack } from '../stack.js';
import { follow } from '../trace/follow.js';
import { Tracer } from '../trace/tracer.js';
import { eventObject } from './event-line.js';
import { Outbox, readLines } from './lines.js';
import { netstat } from './netstat.js';
import { newSocketPath } from './place.js';
import type { TappedLink } from './tap.js';

/** The version of the line protocol (docs/gateway.md). */
export const PROTOCOL = 1;

/** The first line of each connection: who has the link. */
export interface Hello {
  type: 'hello';
  protocol: number;
  /** As it was given to the command. */
  link: string;
  command: string;
  pid: number;
  laptop: string;
  board: string;
}

export interface Controlled {
  stack: Stack;
  link: string;
  /** Which command has it: 'up'. */
  command: string;
  clock: Clock;
  /** Shows the line's octets; absent: there is no line, the board is emulated. */
  tap?: TappedLink | undefined;
}

/** Windows at once on one link. */
const READERS_MAX = 16;
/** A request is a short line. */
const REQUEST_OCTETS_MAX = 4096;
/** What waits for its other half is shown soon. */
const BEAT_MS = 100;

/**
 * Lets others of the same user look at a link that this process has: its tables, what passes, what the board says. They can
 * look and cannot act. Returns what ends it.
 */
export async function serveControl(controlled: Controlled): Promise<{ path: string; close: () => Promise<void> }> {
  const path = newSocketPath(controlled.link);
  const readers = new Set<Socket>();
  const server = createServer((socket) => {
    readers.add(socket);
    const stops = serve(socket, controlled);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      readers.delete(socket);
      for (const stop of stops.splice(0)) stop();
    });
  });
  server.maxConnections = READERS_MAX;
  await listening(server, path);
  // A window does not keep a house standing.
  server.unref();
  // A process that ends without closing leaves its socket, unless it still comes by here.
  const remove = (): void => rmSync(path, { force: true });
  process.once('exit', remove);
  return {
    path,
    async close() {
      process.off('exit', remove);
      for (const reader of readers) reader.end();
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      // Who does not read its end is not waited for.
      setTimeout(() => readers.forEach((reader) => reader.destroy()), BEAT_MS).unref();
      await closed;
    },
  };
}

/** Answers one reader; what it has asked to follow is stopped by what is returned. */
function serve(socket: Socket, controlled: Controlled): (() => void)[] {
  const { stack, link, command } = controlled;
  const outbox = new Outbox(socket);
  const stops: (() => void)[] = [];
  const { address: laptop, peer: board } = stack.network;
  const hello: Hello = { type: 'hello', protocol: PROTOCOL, link, command, pid: process.pid, laptop, board };
  outbox.send(hello);
  readLines(socket, REQUEST_OCTETS_MAX, (request) => {
    switch (request['do']) {
      case 'netstat':
        void netstat(stack, link, request['board'] !== false).then((report) => outbox.send(report));
        break;
      case 'events':
        if (stops.length === 0) stops.push(sendEvents(controlled, outbox));
        break;
      case 'line':
        if (stops.length === 0) stops.push(...sendLine(controlled, outbox));
        break;
      default:
        outbox.send({ type: 'error', message: `'do' can be netstat, events or line; not ${String(request['do'])}.` });
    }
  });
  return stops;
}

/** Each reader has a trace of its own, numbered from 1, whose time begins now. */
function sendEvents({ stack, clock }: Controlled, outbox: Outbox): () => void {
  const origin = clock.now();
  const now = (): number => (clock.now() - origin) / 1000;
  const tracer = new Tracer({
    canAskBoard: stack.board !== undefined,
    onEvent: (event) => outbox.offer(() => eventObject(event)),
  });
  outbox.send({ type: 'following', epochMs: Date.now() });
  const stop = follow(tracer, stack, now);
  const beat = setInterval(() => tracer.tick(now()), BEAT_MS);
  beat.unref();
  return () => {
    clearInterval(beat);
    stop();
  };
}

function sendLine({ tap }: Controlled, outbox: Outbox): (() => void)[] {
  if (tap === undefined) {
    outbox.send({ type: 'error', message: 'The board is emulated: it has no line that could be looked at.' });
    return [];
  }
  outbox.send({ type: 'following', epochMs: Date.now() });
  return [
    tap.onOctets((octets) => outbox.offer(() => ({ type: 'line', data: Buffer.from(octets).toString('base64') }))),
  ];
}

/** The folder lets nobody else in; the socket's own mode says so too. */
async function listening(server: Server, path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  if (process.platform !== 'win32') chmodSync(path, 0o600);
}
