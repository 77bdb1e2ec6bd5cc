// slipway board and slipway forward as two programs on one cable: a pair of ptys, or a socket.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { before, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { build, folder, slipway, start, without, type Running } from '../cli/slipway.js';
import {
  curl,
  fetchesInParallel,
  fetchesMegabyte,
  fetchesNetstat,
  fetchesPage,
  netstat,
  postsMegabyte,
} from './transfers.js';

before(build);
const skip = without('socat', 'curl');

test('over a pty pair: page, state, a megabyte down, a megabyte up and down, 20 in parallel', { skip }, async (t) => {
  const { url } = await overPtys(t);
  await fetchesPage(url);
  await fetchesNetstat(url);
  await fetchesMegabyte(url);
  await postsMegabyte(url);
  await fetchesInParallel(url, 20);
});

test(
  'the board is killed in mid-transfer and started again: its former connections are reset, new ones work',
  { skip },
  async (t) => {
    const { url, board, startBoard } = await overPtys(t);
    await fetchesPage(url);
    const cut = curl(`${url}/bytes/100000000`).then(
      () => 'finished',
      (error: Error) => error.message,
    );
    await sleep(300);
    await board.stop('SIGKILL');
    await startBoard();
    assert.match(await cut, /curl.*(reset|closed|outstanding)/i);
    await fetchesPage(url);
    await fetchesMegabyte(url);
  },
);

test(
  'the laptop is killed in mid-transfer and started again: the board serves its new connections',
  { skip },
  async (t) => {
    const { url, forward, startForward } = await overPtys(t);
    const cut = curl(`${url}/bytes/100000000`).catch(() => 'cut');
    await sleep(300);
    await forward.stop('SIGKILL');
    assert.equal(await cut, 'cut');
    await startForward();
    await fetchesPage(url);
    await fetchesMegabyte(url);
    // The connection of the former life is gone: a restarted end answers its segments with RST.
    const { connections, counters } = await netstat(url);
    assert.equal(connections.filter(({ state }) => state === 'ESTABLISHED').length, 1);
    assert.ok((counters['resets'] ?? 0) > 0);
  },
);

test('over a UNIX socket, killing either and starting it again recovers', { skip: without('curl') }, async (t) => {
  const link = `unix:${path.join(folder(t), 'cable')}`;
  const startBoard = (): Promise<Running> => running(t, ['board', '--link', link], /Waiting for the laptop/);
  let board = await startBoard();
  const port = await freePort();
  const startForward = (): Promise<Running> => running(t, ['forward', '--link', link, `${port}:80`], /leads to/);
  const forward = await startForward();
  const url = `http://127.0.0.1:${port}`;
  await fetchesPage(url);
  await forward.stop('SIGKILL');
  await startForward();
  await fetchesPage(url);
  await board.stop('SIGKILL');
  board = await startBoard();
  await sleep(1500);
  await fetchesPage(url);
  assert.equal(await board.stop(), 0);
});

test('a device that is not there is told in one sentence with exit 1', () => {
  for (const command of [['board'], ['forward', '8080:80'], ['ping']]) {
    const { status, stderr } = slipway([...command, '--link', 'slip:/dev/not-there']);
    assert.equal(status, 1);
    assert.match(stderr, /^The serial device \/dev\/not-there does not exist; [^\n]+\.\n$/);
  }
});

interface Pair {
  url: string;
  board: Running;
  forward: Running;
  startBoard: () => Promise<Running>;
  startForward: () => Promise<Running>;
}

/** Two programs on one cable, each with its end of a pty pair. */
async function overPtys(t: TestContext): Promise<Pair> {
  const [one, other] = await ptys(t);
  const port = await freePort();
  const startBoard = (): Promise<Running> => running(t, ['board', '--link', `slip:${one}`], /The board runs http/);
  const startForward = (): Promise<Running> =>
    running(t, ['forward', '--link', `slip:${other}`, `${port}:80`], /leads to 192\.168\.7\.2:80/);
  const [board, forward] = [await startBoard(), await startForward()];
  return { url: `http://127.0.0.1:${port}`, board, forward, startBoard, startForward };
}

async function running(t: TestContext, args: string[], isReady: RegExp): Promise<Running> {
  const started = start(t, args);
  await started.says(isReady);
  return started;
}

/** Two names for the ends of a cable. It outlives whoever is plugged in. */
async function ptys(t: TestContext): Promise<[string, string]> {
  const place = folder(t);
  const names: [string, string] = [path.join(place, 'board'), path.join(place, 'laptop')];
  const ends = names.map((name) => `pty,raw,echo=0,link=${name},ignoreeof`);
  const socat = spawn('socat', ['-d', '-d', ...ends]);
  t.after(() => socat.kill());
  let log = '';
  for await (const text of socat.stderr) {
    log += String(text);
    if (log.includes('starting data transfer loop')) return names;
  }
  throw new Error(`socat did not start: ${log}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
