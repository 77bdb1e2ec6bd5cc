import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { openLink } from '../../host/link/open.js';
import { StreamLink, acceptStream, openStream, type StreamAddress } from '../../host/link/stream.js';
import { parseLinkUrl } from '../../host/link/url.js';
import { freePort } from './free-port.js';
import { Listener, until } from './links.js';

/** Octets of every value, in an order that a lost or moved one disturbs. */
const OCTETS = Uint8Array.from({ length: 100_000 }, (_, index) => (index ^ (index >>> 8)) & 255);

async function exchange(address: StreamAddress): Promise<void> {
  let isListening = (): void => undefined;
  const listening = new Promise<void>((resolve) => (isListening = resolve));
  const accepted = acceptStream(address, isListening);
  await listening;
  const laptop = await openStream(address);
  const board = await accepted;
  const [atLaptop, atBoard] = [new Listener(laptop), new Listener(board)];
  laptop.send(OCTETS);
  board.send(OCTETS.subarray(0, 1000));
  await until(() => atBoard.octets.length === OCTETS.length && atLaptop.octets.length === 1000, 'all octets');
  assert.ok(atBoard.octets.equals(OCTETS));
  assert.ok(atLaptop.octets.equals(OCTETS.subarray(0, 1000)));
  await laptop.close();
  await until(() => atBoard.isClosed, 'the other end hears of it');
  assert.equal(atLaptop.error, undefined);
  assert.match(atBoard.error?.message ?? '', /is gone/);
  await board.close();
}

test('octets pass both ways over a UNIX socket, and its end is told', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-'));
  await exchange({ path: join(folder, 'link') });
  await rm(folder, { recursive: true });
});

test('octets pass both ways over TCP', async () => {
  await exchange({ host: '127.0.0.1', port: await freePort() });
});

test('a stream that does not take octets makes the link wait, and drains once', async () => {
  const stream = new PassThrough({ highWaterMark: 1_000_000 });
  const link = new StreamLink('stream', stream);
  const held: (() => void)[] = [];
  stream._transform = (_chunk, _encoding, done) => void held.push(done);
  const listener = new Listener(link);
  for (let sent = 0; link.hasRoom; sent++) {
    assert.ok(sent < 100, 'it never waits');
    link.send(new Uint8Array(500));
  }
  while (held.length > 0) {
    held.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(listener.drains, 1);
  assert.equal(link.hasRoom, true);
  await link.close();
});

test('a socket that nobody listens on is one sentence with what to do', async () => {
  const url = `unix:${join(tmpdir(), 'slipway-nobody.sock')}`;
  await assert.rejects(openLink(parseLinkUrl(url) as never), (error: NodeJS.ErrnoException) => {
    assert.equal(error.code, 'ENOENT');
    assert.match(error.message, /cannot be reached; start its other side first/);
    return true;
  });
});
