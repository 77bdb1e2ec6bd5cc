// slipway board and slipway forward as two programs on one cable: a pair of ptys, or a socket.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { before, test, type TestContext } from 'node:test';
import { build, folder, slipway, start, without, type Running } from '../cli/slipway.js';
import { until } from './namespace.js';
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
    const cut = await underWay(url);
    await board.stop('SIGKILL');
    await startBoard();
    assert.match(await cut.ended, /curl.*(reset|closed|outstanding)/i);
    await fetchesPage(url);
    await fetchesMegabyte(url);
  },
);

test(
  'the laptop is killed in mid-transfer and started again: the board serves its new connections',
  { skip },
  async (t) => {
    const { url, forward, startForward } = await overPtys(t);
    const cut = await underWay(url);
    await forward.stop('SIGKILL');
    assert.match(await cut.ended, /^curl/);
    const again = await startForward();
    await fetchesPage(again.url);
    await fetchesMegabyte(again.url);
    // The connection of the former life goes: a restarted end answers its segments with RST, once the board repeats one.
    await until(
      async () => {
        const { connections, counters } = await netstat(again.url);
        return [connections.filter(({ state }) => state === 'ESTABLISHED').length, counters['resets'] ?? 0] as const;
      },
      ([established, resets]) => established === 1 && resets > 0,
      'the only connection should be the one that asks, and the former one reset',
    );
  },
);

test('over a UNIX socket, killing either and starting it again recovers', { skip: without('curl') }, async (t) => {
  const link = `unix:${path.join(folder(t), 'cable')}`;
  const startBoard = (): Promise<Running> => running(t, ['board', '--link', link], /Waiting for the laptop/);
  let board = await startBoard();
  const first = await forwarding(t, link);
  await fetchesPage(first.url);
  await first.forward.stop('SIGKILL');
  const { url, forward } = await forwarding(t, link);
  await fetchesPage(url);
  await board.stop('SIGKILL');
  board = await startBoard();
  await forward.says(/The link .* is back/);
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

interface Forwarding {
  url: string;
  forward: Running;
}

interface Pair extends Forwarding {
  board: Running;
  startBoard: () => Promise<Running>;
  startForward: () => Promise<Forwarding>;
}

/** Two programs on one cable, each with its end of a pty pair. */
async function overPtys(t: TestContext): Promise<Pair> {
  const [one, other] = await ptys(t);
  const startBoard = (): Promise<Running> => running(t, ['board', '--link', `slip:${one}`], /The board runs http/);
  const startForward = (): Promise<Forwarding> => forwarding(t, `slip:${other}`);
  const board = await startBoard();
  return { board, startBoard, startForward, ...(await startForward()) };
}

/** The laptop's end of a cable, at a port of its own choice. */
async function forwarding(t: TestContext, link: string): Promise<Forwarding> {
  const forward = start(t, ['forward', '--link', link, '0:80']);
  const [, address = ''] = await forward.says(/(127\.0\.0\.1:\d+) leads to 192\.168\.7\.2:80/);
  return { forward, url: `http://${address}` };
}

/** A fetch of more than can arrive, of which some has arrived; `ended` tells why it came to nothing. */
async function underWay(url: string): Promise<{ ended: Promise<string> }> {
  let begins = (): void => undefined;
  const begun = new Promise<void>((resolve) => (begins = resolve));
  const ended = curl(`${url}/bytes/100000000`, { onBody: begins }).then(
    () => 'finished',
    (error: Error) => error.message,
  );
  await Promise.race([begun, ended]);
  return { ended };
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
  const socat = spawn('socat', ends, { stdio: 'ignore' });
  t.after(() => socat.kill());
  await until(
    () => names.filter((name) => existsSync(name)).length,
    (count) => count === 2,
    'socat should make two ptys',
  );
  return names;
}
