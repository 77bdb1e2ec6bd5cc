// What a newcomer would fetch from a board with curl, and what must come back.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Random } from '../../host/random.js';

/** Generous for a slow machine; a stalled transfer is still told from a slow one. */
const CURL_SECONDS = 240;

export interface CurlOptions {
  namespace?: string | undefined;
  input?: Uint8Array;
  args?: string[];
  /** Called when the body begins to arrive, and again with each piece of it. */
  onBody?: () => void;
}

/** The body of an answer, fetched by the real curl; fails unless the answer is a success. */
export async function curl(url: string, options: CurlOptions = {}): Promise<Buffer> {
  const { namespace, input, args = [], onBody } = options;
  const inside = namespace === undefined ? [] : ['ip', 'netns', 'exec', namespace];
  const upload = input === undefined ? [] : ['--data-binary', '@-', '-H', 'Content-Type: application/octet-stream'];
  const [command = '', ...rest] = [...inside, 'curl', '-sSf', '--max-time', `${CURL_SECONDS}`, ...upload, ...args, url];
  const child = spawn(command, rest);
  const closed = once(child, 'close');
  const body: Buffer[] = [];
  let stderr = '';
  child.stdout.on('data', (octets: Buffer) => {
    body.push(octets);
    onBody?.();
  });
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [status] = (await closed) as [number];
  assert.equal(status, 0, `curl ${url}: ${stderr}`);
  return Buffer.concat(body);
}

/** /bytes/N: octet i is the low 8 bits of i ^ (i >>> 8) ^ (i >>> 16). */
export function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => at ^ (at >>> 8) ^ (at >>> 16));
}

export function sha256(octets: Uint8Array): string {
  return createHash('sha256').update(octets).digest('hex');
}

export interface Netstat {
  board: string;
  build: string;
  sizes: { connections: number };
  listeners: { local: { port: number }; state: string }[];
  connections: { state: string; remote: { address: string; port: number } }[];
  counters: Record<string, number>;
  drops: Record<string, number>;
}

export async function netstat(url: string, namespace?: string): Promise<Netstat> {
  return JSON.parse((await curl(`${url}/netstat.json`, { namespace })).toString()) as Netstat;
}

export async function fetchesPage(url: string, namespace?: string): Promise<void> {
  const page = (await curl(`${url}/`, { namespace })).toString();
  assert.match(page, /^<!doctype html>/i);
  assert.match(page, /ESTABLISHED/, 'the connection that fetched it is in its table');
}

export async function fetchesNetstat(url: string, namespace?: string): Promise<void> {
  const { listeners, connections } = await netstat(url, namespace);
  assert.ok(listeners.some(({ local, state }) => local.port === 80 && state === 'LISTEN'));
  assert.ok(connections.some(({ state }) => state === 'ESTABLISHED'));
}

export async function fetchesMegabyte(url: string, namespace?: string): Promise<void> {
  const octets = await curl(`${url}/bytes/1000000`, { namespace });
  assert.equal(sha256(octets), sha256(pattern(1_000_000)));
}

export async function postsMegabyte(url: string, namespace?: string): Promise<void> {
  const random = new Random(1);
  const input = Uint8Array.from({ length: 1_000_000 }, () => random.next());
  const answer = await curl(`${url}/echo`, { namespace, input });
  assert.equal(sha256(answer), sha256(input));
}

/** More at once than the board has connections: all are served, one after the other. */
export async function fetchesInParallel(url: string, count: number, namespace?: string): Promise<void> {
  const lengths = Array.from({ length: count }, (_, number) => 10_000 + number * 997);
  const bodies = await Promise.all(lengths.map((length) => curl(`${url}/bytes/${length}`, { namespace })));
  for (const [number, length] of lengths.entries()) {
    assert.equal(sha256(bodies[number] ?? new Uint8Array()), sha256(pattern(length)), `fetch ${number}`);
  }
}
