import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { test } from 'node:test';
import { VirtualClock } from '../../host/clock.js';
import { type OpenOptions, open } from '../../host/index.js';
import type { Socket } from '../../host/net/socket.js';
import type { Stack } from '../../host/stack.js';
import { type Stacks, pattern, sha256, virtualStacks } from './stacks.js';

const MEGABYTE = pattern(1_000_000);

const FAULTS = { delayMs: 20, loss: 0.03, reorder: 0.05, duplicate: 0.02, corrupt: 0.01 };

/** Virtual time: an hour is more than any of these transfers may need. */
const LIMIT_MS = 3_600_000;

async function octetsOf(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'end');
  return Buffer.concat(chunks);
}

/** Sends octets from near to a server at the far end, which sends them back as they come. */
async function echo({ clock, near, far }: Stacks<VirtualClock>, octets: Buffer): Promise<Buffer> {
  const server = far.createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket)).listen(7);
  const client = near.connect({ port: 7 });
  client.end(octets);
  const echoed = await clock.runUntil(octetsOf(client), LIMIT_MS);
  await clock.runUntil(new Promise((resolve) => server.close(resolve)), LIMIT_MS);
  return echoed;
}

for (const seed of [1, 2, 3, 4, 5]) {
  test(`a megabyte comes back equal over loss, reordering, copies and flipped bits (seed ${seed})`, async () => {
    const stacks = await virtualStacks({ ...FAULTS, seed });
    const echoed = await echo(stacks, MEGABYTE);
    assert.equal(sha256(echoed), sha256(MEGABYTE));
    const { lost, reordered, duplicated, corrupted } = stacks.cable.counts;
    assert.ok(lost > 0 && reordered > 0 && duplicated > 0 && corrupted > 0);
    assert.ok((stacks.near.counters()['retransmissions'] as number) > 0);
    await stacks.close();
  });

  test(`a board sends and takes a megabyte over the same faults (seed ${seed})`, async () => {
    const stacks = await virtualStacks({ ...FAULTS, seed, farModule: 'board' });
    const echoed = await echo(stacks, MEGABYTE);
    assert.equal(sha256(echoed), sha256(MEGABYTE));
    await stacks.close();
  });
}

test('without faults nothing is sent twice', async () => {
  const stacks = await virtualStacks({ delayMs: 5 });
  assert.equal(sha256(await echo(stacks, MEGABYTE)), sha256(MEGABYTE));
  assert.equal(stacks.near.counters()['retransmissions'], 0);
  assert.equal(stacks.far.counters()['retransmissions'], 0);
  await stacks.close();
});

test('a run repeats: the same seed gives the same segments, another seed others', async () => {
  const run = async (seed: number): Promise<string> => {
    const stacks = await virtualStacks({ ...FAULTS, seed });
    const seen: string[] = [];
    stacks.near.driver.onRecord((record, datagram) => {
      seen.push(`${record.now} ${record.kind} ${record.cause} ${datagram === undefined ? '' : sha256(datagram)}`);
    });
    await echo(stacks, MEGABYTE.subarray(0, 50_000));
    await stacks.close();
    return sha256(Buffer.from(seen.join('\n')));
  };
  assert.equal(await run(8), await run(8));
  assert.notEqual(await run(8), await run(9));
});

test('a slow line is kept busy, and the queue stays in the core', async () => {
  const bandwidth = 11_520;
  const stacks = await virtualStacks({ bandwidth, farModule: 'board' });
  const octets = MEGABYTE.subarray(0, 100_000);
  const start = stacks.clock.now();
  const server = stacks.far.createServer().listen(9);
  const arrived = once(server, 'connection').then(([socket]) => octetsOf(socket as Socket));
  stacks.near.connect({ port: 9 }).end(octets);
  assert.equal(sha256(await stacks.clock.runUntil(arrived, LIMIT_MS)), sha256(octets));
  const seconds = (stacks.clock.now() - start) / 1000;
  const least = octets.length / bandwidth;
  assert.ok(seconds < least * 1.25, `${seconds} s where the octets alone need ${least} s`);
  server.close();
  await stacks.close();
});

test('memory stays bounded: a reader that pauses closes the window, and the writer waits', async () => {
  const { clock, near, far, close } = await virtualStacks({ delayMs: 1 });
  const server = far.createServer({ pauseOnConnect: true }).listen(9);
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const client = near.connect({ port: 9 });
  const [peer] = await clock.runUntil(accepted);
  let written = 0;
  while (client.write(MEGABYTE.subarray(0, 10_000))) {
    written += 10_000;
    await clock.run(() => false, 1000);
    assert.ok(written < 10 * MEGABYTE.length, 'write() never answers false');
  }
  await clock.run(() => false, 60_000);
  const { sendRing, receiveRing } = near.core.constants;
  const mostOctets = sendRing + receiveRing + client.writableHighWaterMark + peer.readableHighWaterMark + 20_000;
  assert.ok(written <= mostOctets, `${written} octets went into buffers of ${mostOctets}`);
  assert.equal(client.info()?.snd.wnd, 0, 'the window is closed');
  assert.ok(peer.readableLength <= peer.readableHighWaterMark + receiveRing);
  // ... and opens again without a loss.
  const rest = octetsOf(peer);
  client.end('the end');
  peer.resume();
  const text = await clock.runUntil(rest, LIMIT_MS);
  assert.equal(text.subarray(-7).toString(), 'the end');
  assert.equal(text.length, client.bytesWritten);
  server.close();
  await close();
});

async function board(url: string, options: OpenOptions = {}): Promise<{ clock: VirtualClock; stack: Stack }> {
  const clock = new VirtualClock();
  return { clock, stack: await open(url, { clock, ...options }) };
}

test('the emulated http board answers http.get over a Socket', async () => {
  const { request } = await import('node:http');
  const { clock, stack } = await board('emulated:?app=http&delay=5ms&seed=3');
  const get = (path: string): Promise<[number | undefined, Buffer]> =>
    new Promise((resolve, reject) => {
      const asked = request({ path, host: 'board', createConnection: () => stack.connect(80) }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          resolve([response.statusCode, Buffer.concat(chunks)]);
        });
      });
      asked.on('error', reject).end();
    });
  const [status, octets] = await clock.runUntil(get('/bytes/200000'), LIMIT_MS);
  assert.equal(status, 200);
  assert.equal(sha256(octets), sha256(pattern(200_000)));
  assert.equal((await clock.runUntil(get('/nothing'), LIMIT_MS))[0], 404);
  await clock.runUntil(stack.close());
});

test('node’s http server answers over sockets that it is handed', async () => {
  const http = await import('node:http');
  const stacks = await virtualStacks({ delayMs: 5, loss: 0.05, seed: 6 });
  const server: HttpServer = http.createServer((question, answer) => {
    question.pipe(answer.setHeader('x-from', 'slipway'));
  });
  const listener = stacks.far.createServer((socket) => server.emit('connection', socket)).listen(80);
  const posted = new Promise<Buffer>((resolve, reject) => {
    const asked = http.request({ method: 'POST', createConnection: () => stacks.near.connect(80) }, (answer) => {
      assert.equal(answer.headers['x-from'], 'slipway');
      const chunks: Buffer[] = [];
      answer
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .on('end', () => {
          resolve(Buffer.concat(chunks));
        });
    });
    asked.on('error', reject).end(MEGABYTE.subarray(0, 300_000));
  });
  assert.equal(sha256(await stacks.clock.runUntil(posted, LIMIT_MS)), sha256(MEGABYTE.subarray(0, 300_000)));
  listener.close();
  server.close();
  await stacks.close();
});

test('the emulated echo board returns a megabyte over faults', async () => {
  const { clock, stack } = await board(
    'emulated:?app=echo&loss=3%&delay=20ms&reorder=5%&duplicate=2%&corrupt=1%&seed=2',
  );
  const client = stack.connect(7);
  client.end(MEGABYTE);
  assert.equal(sha256(await clock.runUntil(octetsOf(client), LIMIT_MS)), sha256(MEGABYTE));
  await clock.runUntil(stack.close());
});
