// slipway demo under real programs: curl, and a browser.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, type AddressInfo } from 'node:net';
import { before, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { build, demo, slipway, start, without } from '../cli/slipway.js';
import { openBrowser, openPage } from './browser.js';
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
const skip = without('curl');

test('curl: the page, the state of the board, a megabyte down, a megabyte up and down', { skip }, async (t) => {
  const { url } = await demo(t);
  await fetchesPage(url);
  await fetchesNetstat(url);
  await fetchesMegabyte(url);
  await postsMegabyte(url);
});

test('20 parallel fetches on four connections end within 60 s, each right', { skip }, async (t) => {
  const { url } = await demo(t);
  const begun = Date.now();
  await fetchesInParallel(url, 20);
  assert.ok(Date.now() - begun < 60_000);
  const { sizes } = await netstat(url);
  assert.equal(sizes.connections, 4);
});

test(
  'a browser loads the page, and meanwhile curl is answered within 2 s',
  { skip: without('curl', 'chromium') },
  async (t) => {
    const { url } = await demo(t);
    const beside = await serverBeside(t);
    const browser = await openBrowser(t);
    const page = await openPage(browser);
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('requestfailed', (request) => complaints.push(request.url()));
    const loaded = page.goto(`${url}/`, { waitUntil: 'load' });
    assert.ok((await longerThan(beside, `${url}/netstat.json`)) < 2000, 'while it loads');
    assert.equal((await loaded)?.status(), 200);
    assert.match((await page.textContent('body')) ?? '', /ESTABLISHED/);
    // The browser keeps its connections open and opens spare ones: they must not shut others out.
    for (let round = 0; round < 5; round += 1) {
      assert.ok((await longerThan(beside, `${url}/`)) < 2000, `round ${round}`);
    }
    await page.reload();
    assert.deepEqual(complaints, []);
  },
);

test('three tabs at once on four connections', { skip: without('chromium') }, async (t) => {
  const { url } = await demo(t);
  const browser = await openBrowser(t);
  const pages = await Promise.all([1, 2, 3].map(async () => openPage(browser)));
  const answers = await Promise.all(pages.map(async (page) => page.goto(`${url}/`)));
  for (const answer of answers) assert.equal(answer?.status(), 200);
});

test('Ctrl-C closes open connections with FIN, says the last line and exits 0', { skip }, async (t) => {
  const { running, url } = await demo(t);
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  await running.says(/│ ESTABLISHED/);
  const ended = once(socket, 'end');
  socket.resume();
  assert.equal(await running.stop(), 0);
  await ended;
  assert.match(running.stdout, /FIN-ACK .*│ CLOSE-WAIT/);
  assert.doesNotMatch(running.stdout, /RST/);
  assert.match(running.stdout.trimEnd().split('\n').at(-1) ?? '', /sha256 [0-9a-f]{64}, memory .*allocations: none$/);
});

test('a port that is taken: named, it is an error; not named, the next one is used', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  t.after(() => taken.close());
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const { status, stderr } = slipway(['demo', '--port', `${port}`]);
  assert.equal(status, 1);
  assert.match(stderr, new RegExp(`^Port ${port} is taken by another program; choose another\\.\\n$`));
  const [one, other] = [await demo(t), await demo(t)];
  assert.notEqual(one.url, other.url);
});

test(
  'keys: a dropped segment is repeated, a half close is seen at both ends, a pulled cable mends, q quits',
  { skip },
  async (t) => {
    const { running, url } = await demo(t, ['--app', 'http']);
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', allowHalfOpen: true });
    t.after(() => socket.destroy());
    await once(socket, 'connect');
    await running.says(/│ ESTABLISHED/);
    running.process.stdin.write('d');
    await running.says(/The next segment of each end will be lost/);
    socket.write('GET /bytes/10 HTTP/1.1\r\nHost: board\r\n\r\n');
    await running.says(/✗/);
    await running.says(/retransmission|tail probe/);
    running.process.stdin.write('p');
    await running.says(/cable is pulled/);
    socket.write('GET /bytes/11 HTTP/1.1\r\nHost: board\r\n\r\n');
    await sleep(500);
    running.process.stdin.write('p');
    await running.says(/plugged in again/);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1\.1 200/);
    running.process.stdin.write('h');
    await running.says(/FIN-WAIT-1 │.*│ CLOSE-WAIT/);
    running.process.stdin.write('q');
    assert.equal(await running.ended, 0);
  },
);

test('a client that resets: the board hears it, and its slot is free again', { skip }, async (t) => {
  const { running, url } = await demo(t);
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write('GET /bytes/100000000 HTTP/1.1\r\nHost: board\r\n\r\n');
  await once(socket, 'data');
  socket.resetAndDestroy();
  await running.says(/RST.*│ CLOSED/);
  const { connections } = await netstat(url);
  assert.deepEqual(
    connections.map(({ state }) => state),
    ['ESTABLISHED'],
    'the one that asks',
  );
});

test('a client that does not read stops the board; when it reads again nothing is missing', { skip }, async (t) => {
  const { running, url } = await demo(t);
  const length = 20_000_000;
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  t.after(() => socket.destroy());
  socket.pause();
  socket.write(`GET /bytes/${length} HTTP/1.1\r\nHost: board\r\nConnection: close\r\n\r\n`);
  await running.says(/ win 0 /);
  let received = 0;
  socket.on('data', (octets: Buffer) => (received += octets.length));
  socket.resume();
  await once(socket, 'end');
  assert.ok(received > length && received < length + 1000, `${received} octets with the head`);
});

test('echo as the app', async (t) => {
  const running = start(t, ['demo', '--app', 'echo']);
  const [, port] = await running.says(/The board's echo is at 127\.0\.0\.1:(\d+)/);
  const socket = connect(Number(port), '127.0.0.1');
  socket.end('to and fro');
  const [text] = (await once(socket, 'data')) as [Buffer];
  assert.equal(text.toString(), 'to and fro');
});

/** The URL of a server that has nothing to do with the board. */
async function serverBeside(t: TestContext): Promise<string> {
  const server = createHttpServer((_request, response) => response.end('beside it')).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** ms that a fetch takes longer than another at the same time: what the machine is busy with is not the board's fault. */
async function longerThan(beside: string, url: string): Promise<number> {
  const ms = async (which: string): Promise<number> => {
    const begun = performance.now();
    await curl(which);
    return performance.now() - begun;
  };
  const [other, own] = await Promise.all([ms(beside), ms(url)]);
  return own - other;
}
