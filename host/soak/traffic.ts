// What people do with a board, mixed: each act says what it has verified, or throws when anything was lost.

import { createHash } from 'node:crypto';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { once } from 'node:events';
import type { DatagramSocket } from '../net/datagram-socket.js';
import type { Random } from '../random.js';
import type { Stack } from '../stack.js';

/** Who acts: over which stack, with which draws, and how long one act may take. */
export interface User {
  stack: Stack;
  random: Random;
  patienceMs: number;
}

/** One thing done with a board; octets that went and came back right. */
export type Act = (user: User) => Promise<number>;

const HTTP_PORT = 80;
const ECHO_PORT = 7;
const LARGEST = 40_000;
/** Octets of UDP and ICMP text that fit every board's MTU. */
const DATAGRAM_MOST = 1000;
/** What may be lost is sent again this long behind the last. */
const ATTEMPT_MS = 1000;

/** With a board that runs http. */
export const HTTP_ACTS: Readonly<Record<string, Act>> = { fetch, page, post, openAndClose, abort, breakOff, ping };
/** With a board that runs echo. */
export const ECHO_ACTS: Readonly<Record<string, Act>> = { echo, echoAndAbort, datagram, ping };

async function fetch(user: User): Promise<number> {
  const { random } = user;
  const length = random.below(LARGEST);
  const body = await exchange(user, 'GET', `/bytes/${length}`);
  demand(body.length === length && body.every((octet, at) => octet === patternAt(at)), `/bytes/${length} differs`);
  return length;
}

async function page(user: User): Promise<number> {
  const body = await exchange(user, 'GET', '/');
  const text = body.toString();
  demand(
    text.startsWith('<!doctype html>') && text.includes('netstat.json'),
    `the page of ${body.length} octets is not whole`,
  );
  return body.length;
}

async function post(user: User): Promise<number> {
  const { random } = user;
  const body = randomOctets(random, random.below(LARGEST));
  const answer = await exchange(user, 'POST', '/echo', body);
  demand(sha256(answer) === sha256(body), `/echo of ${body.length} octets differs`);
  return 2 * body.length;
}

async function openAndClose(user: User): Promise<number> {
  const { stack } = user;
  const socket = stack.connect(HTTP_PORT);
  await within(user, once(socket, 'connect'), 'connect', socket);
  socket.resume().end();
  await within(user, once(socket, 'close'), 'close', socket);
  return 0;
}

async function abort(user: User): Promise<number> {
  const { stack } = user;
  const socket = stack.connect(HTTP_PORT);
  await within(user, once(socket, 'connect'), 'connect', socket);
  socket.resetAndDestroy();
  await within(user, once(socket, 'close'), 'close', socket);
  return 0;
}

/** Leaves in the middle of an answer. */
async function breakOff(user: User): Promise<number> {
  const { stack } = user;
  const socket = stack.connect(HTTP_PORT);
  socket.write('GET /bytes/100000 HTTP/1.1\r\nHost: board\r\n\r\n');
  const [first] = (await within(user, once(socket, 'data'), 'answer', socket)) as [Buffer];
  socket.destroy();
  return first.length;
}

async function echo(user: User): Promise<number> {
  const { stack, random } = user;
  const sent = randomOctets(random, 1 + random.below(LARGEST));
  const options = { port: ECHO_PORT, allowHalfOpen: true };
  const socket = stack.connect(options);
  const pieces: Buffer[] = [];
  socket.on('data', (piece: Buffer) => pieces.push(piece));
  socket.end(sent);
  await within(user, once(socket, 'end'), 'echo', socket);
  demand(sha256(Buffer.concat(pieces)) === sha256(sent), `an echo of ${sent.length} octets differs`);
  return 2 * sent.length;
}

async function echoAndAbort(user: User): Promise<number> {
  const { stack, random } = user;
  const socket = stack.connect(ECHO_PORT);
  socket.write(randomOctets(random, 2000));
  const [first] = (await within(user, once(socket, 'data'), 'echo', socket)) as [Buffer];
  socket.resetAndDestroy();
  return first.length;
}

/** UDP promises nothing: it is sent until it comes back, and must come back as it was. */
async function datagram(user: User): Promise<number> {
  const { stack, random } = user;
  const sent = randomOctets(random, 4 + random.below(DATAGRAM_MOST));
  const socket = stack.createDatagramSocket();
  try {
    for (let waited = 0; waited < user.patienceMs; waited += ATTEMPT_MS) {
      const answer = await answered(socket, sent);
      if (answer?.equals(sent) === true) return 2 * sent.length;
      demand(answer === undefined, 'a datagram came back changed');
    }
  } finally {
    socket.close();
  }
  throw new Error(`no datagram came back in ${user.patienceMs / 1000} s`);
}

async function answered(socket: DatagramSocket, sent: Buffer): Promise<Buffer | undefined> {
  socket.send(sent, ECHO_PORT, undefined, () => undefined);
  const signal = AbortSignal.timeout(ATTEMPT_MS);
  try {
    const [message] = (await once(socket, 'message', { signal })) as [Buffer];
    return message;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

async function ping(user: User): Promise<number> {
  const { stack, random } = user;
  const octets = random.below(DATAGRAM_MOST);
  for (const until = performance.now() + user.patienceMs; performance.now() < until;) {
    try {
      await stack.ping(undefined, { octets, timeoutMs: ATTEMPT_MS });
      return 2 * octets;
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      // EAGAIN: another ping has not left yet.
      if (!['ETIMEDOUT', 'EAGAIN'].includes(code)) throw error;
      if (code === 'EAGAIN') await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  throw new Error(`no ping was answered in ${user.patienceMs / 1000} s`);
}

/** One exchange over HTTP, on a connection of its own. */
async function exchange(user: User, method: string, path: string, body?: Buffer): Promise<Buffer> {
  const socket = user.stack.connect(HTTP_PORT);
  const request = httpRequest({ method, path, createConnection: () => socket });
  request.setHeader('Connection', 'close');
  if (body !== undefined) request.setHeader('Content-Length', body.length);
  const pieces: Buffer[] = [];
  const whole = (async () => {
    request.end(body);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    demand(response.statusCode === 200, `${path} answers ${response.statusCode}`);
    for await (const piece of response) pieces.push(piece as Buffer);
  })();
  await within(user, whole, `${method} ${path}`, socket);
  return Buffer.concat(pieces);
}

/** The promise, or an error when it takes longer than anything may; the socket is gone then. */
async function within<T>(
  { patienceMs }: Pick<User, 'patienceMs'>,
  promise: Promise<T>,
  what: string,
  socket: { destroy: () => unknown },
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} has taken ${patienceMs / 1000} s`)), patienceMs);
  });
  try {
    return await Promise.race([promise, late]);
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function demand(isSo: boolean, otherwise: string): void {
  if (!isSo) throw new Error(otherwise);
}

const patternAt = (at: number): number => (at ^ (at >>> 8) ^ (at >>> 16)) & 255;

const sha256 = (octets: Uint8Array): string => createHash('sha256').update(octets).digest('hex');

function randomOctets(random: Random, length: number): Buffer {
  const octets = Buffer.allocUnsafe(length);
  for (let at = 0; at < length; at += 1) octets[at] = random.next() & 255;
  return octets;
}
