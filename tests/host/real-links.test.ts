// Stacks over the links that leave the process, in real time: what the links' own tests cannot show.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { test } from 'node:test';
import { open } from '../../host/index.js';
import type { Link } from '../../host/link/link.js';
import { acceptStream, openStream } from '../../host/link/stream.js';
import { openSerial } from '../../host/link/serial.js';
import type { Stack } from '../../host/stack.js';
import { until } from './links.js';
import { ptyPair, withoutSocat } from './pty.js';
import { FAR, NEAR, pattern, sha256 } from './stacks.js';
import { tunNetwork, withoutTun } from './tun-network.js';

const OCTETS = pattern(300_000);

async function stacksOver([near, far]: [Link, Link]): Promise<[Stack, Stack]> {
  return [await open(near, { seed: 1 }), await open(far, { seed: 2, address: FAR, peer: NEAR })];
}

/** Sends octets to a server that sends them back. */
async function echo(connect: () => Duplex, octets: Buffer): Promise<Buffer> {
  const client = connect();
  const chunks: Buffer[] = [];
  client.on('data', (chunk: Buffer) => chunks.push(chunk));
  client.end(octets);
  await once(client, 'end');
  return Buffer.concat(chunks);
}

async function echoOver(links: [Link, Link]): Promise<[Stack, Stack]> {
  const [near, far] = await stacksOver(links);
  far.createServer((socket) => socket.on('error', () => {}).pipe(socket)).listen(7);
  assert.equal(sha256(await echo(() => near.connect(7), OCTETS)), sha256(OCTETS));
  return [near, far];
}

test('two stacks over a UNIX socket; the one that is left hears ENETDOWN', { timeout: 240_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-'));
  const path = join(folder, 'link');
  let isListening = (): void => undefined;
  const listening = new Promise<void>((resolve) => (isListening = resolve));
  const accepted = acceptStream({ path }, isListening);
  await listening;
  const [near, far] = await echoOver([await openStream({ path }), await accepted]);
  const client = near.connect(7);
  await once(client, 'connect');
  const failed = once(client, 'error');
  await far.link.close();
  assert.equal(((await failed) as [NodeJS.ErrnoException])[0].code, 'ENETDOWN');
  await Promise.all([near.close(), far.close()]);
  await rm(folder, { recursive: true });
});

test(
  'two stacks over a serial line; unplugging it in mid-transfer ends the sockets',
  { skip: withoutSocat, timeout: 240_000 },
  async () => {
    const pair = await ptyPair();
    try {
      const speed = { baud: 115_200 };
      const [near, far] = await echoOver([
        await openSerial(pair.paths[0], speed),
        await openSerial(pair.paths[1], speed),
      ]);
      const client = near.connect(7);
      const failed = once(client, 'error');
      client.resume();
      client.write(pattern(5_000_000));
      await until(() => client.bytesRead > 100_000, 'a transfer under way');
      pair.socat.kill();
      assert.equal(((await failed) as [NodeJS.ErrnoException])[0].code, 'ENETDOWN');
      await Promise.all([near.close(), far.close()]);
    } finally {
      await pair.remove();
    }
  },
);

test('the kernel’s TCP as the peer, both ways, over a TUN device', { skip: withoutTun, timeout: 240_000 }, async () => {
  const { device, kernel, ours } = tunNetwork(3);
  const stack = await open(`tun:${device}?address=${kernel}&peer=${ours}`, { address: ours, peer: kernel });
  const server = net.createServer((socket) => socket.pipe(socket)).listen(0, kernel);
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  assert.equal(sha256(await echo(() => stack.connect(port), OCTETS)), sha256(OCTETS));
  const listener = stack.createServer((socket) => socket.pipe(socket)).listen(7);
  assert.equal(sha256(await echo(() => net.connect(7, ours), OCTETS)), sha256(OCTETS));
  const refused = net.connect(9, ours);
  assert.equal(((await once(refused, 'error')) as [NodeJS.ErrnoException])[0].code, 'ECONNREFUSED');
  server.close();
  listener.close();
  await stack.close();
});
