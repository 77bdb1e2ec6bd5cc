import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { request, type IncomingMessage } from 'node:http';
import type { Stack } from '../../host/index.js';

/** One exchange with the board's web server, on a connection of its own. */
export async function fetchFrom(stack: Stack, path: string, body?: Buffer): Promise<Buffer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const method = body ? 'POST' : 'GET';
    const headers = { connection: 'close', ...(body ? { 'content-length': body.length } : {}) };
    const createConnection = () => stack.connect({ port: 80 }) as never;
    request({ path, method, headers, createConnection }, resolve).on('error', reject).end(body);
  });
  assert.equal(response.statusCode, 200);
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** What /bytes/N answers. */
export function bytes(length: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, i) => i ^ (i >>> 8) ^ (i >>> 16)));
}

export const sha256 = (octets: Buffer): string => createHash('sha256').update(octets).digest('hex');
