// node:http, undici and fetch over Slipway's sockets, as clients and as servers.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { Agent, Client, fetch, request } from 'undici';
import { agent, connector } from '../../host/index.js';
import { type Stacks, pattern, sha256 } from '../host/stacks.js';
import { runRecipe } from './recipe.js';
import { stacksFor } from './stacks.js';

/** Two stacks, and an HTTP server at the far one, which answers what `onRequest` says. */
async function served(t: TestContext, onRequest: http.RequestListener): Promise<Stacks<unknown> & { sockets: number }> {
  const stacks = await stacksFor(t);
  const pages = http.createServer(onRequest);
  const served = { ...stacks, sockets: 0 };
  stacks.far
    .createServer((socket) => {
      served.sockets += 1;
      pages.emit('connection', socket);
    })
    .listen(80);
  return served;
}

const page: http.RequestListener = (asked, answer) => answer.end(`this is ${asked.url}`);

async function get(options: http.RequestOptions): Promise<{ status: number | undefined; body: string }> {
  const [answer] = (await once(http.get({ host: 'board', ...options }), 'response')) as [http.IncomingMessage];
  return { status: answer.statusCode, body: await text(answer) };
}

test('recipe: http', async (t) => {
  const { near } = await served(t, page);
  const { told } = await runRecipe('http', { stack: near });
  assert.deepEqual(await told(1), ['200 this is /']);
});

test('recipe: an HTTP server', async (t) => {
  const stacks = await stacksFor(t);
  await runRecipe('An HTTP server', { stack: stacks.far });
  assert.deepEqual(await get({ path: '/there', agent: agent(stacks.near) }), { status: 200, body: 'this is /there' });
});

test('recipe: undici and fetch', async (t) => {
  const { near } = await served(t, page);
  const { lines, values } = await runRecipe('undici and fetch', { stack: near }, ['dispatcher']);
  assert.deepEqual(lines, ['200 this is /']);
  await (values['dispatcher'] as Agent).close();
});

test('http.Agent: three requests one after the other share a connection, three at once have their own', async (t) => {
  const world = await served(t, page);
  const shared = agent(world.near);
  for (const path of ['/1', '/2', '/3']) assert.equal((await get({ path, agent: shared })).body, `this is ${path}`);
  assert.equal(world.sockets, 1);
  await Promise.all(['/1', '/2', '/3'].map((path) => get({ path, agent: shared })));
  assert.equal(world.sockets, 3);
  shared.destroy();
});

test('http.request without an agent: createConnection is a function that connects', async (t) => {
  const { near } = await served(t, page);
  const answer = await get({ path: '/plain', createConnection: () => near.connect(80) });
  assert.equal(answer.body, 'this is /plain');
});

test('http: a megabyte up and a megabyte down, equal to the octet', async (t) => {
  const { near } = await served(t, (asked, answer) => asked.pipe(answer));
  const octets = pattern(1_000_000);
  const asking = http.request({ host: 'board', method: 'POST', agent: agent(near, { keepAlive: false }) });
  asking.end(octets);
  const [answer] = (await once(asking, 'response')) as [http.IncomingMessage];
  const got: Buffer[] = [];
  for await (const piece of answer) got.push(piece as Buffer);
  assert.equal(sha256(Buffer.concat(got)), sha256(octets));
});

test('http: a port that is closed is ECONNREFUSED, and a time-out is told', async (t) => {
  const { near } = await served(t, () => undefined);
  const refused = http.get({ host: 'board', port: 81, agent: agent(near) });
  const [error] = (await once(refused, 'error')) as [NodeJS.ErrnoException];
  assert.equal(error.code, 'ECONNREFUSED');
  const silent = http.get({ host: 'board', agent: agent(near), timeout: 50 });
  silent.on('error', () => undefined);
  await once(silent, 'timeout');
  silent.destroy();
});

test('http: Upgrade hands over the socket itself', async (t) => {
  const stacks = await stacksFor(t);
  const pages = http.createServer().on('upgrade', (_asked, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
    socket.pipe(socket);
  });
  stacks.far.createServer((socket) => pages.emit('connection', socket)).listen(80);
  const asking = http.get({
    host: 'board',
    agent: agent(stacks.near),
    headers: { Connection: 'Upgrade', Upgrade: 'echo' },
  });
  const [, socket] = (await once(asking, 'upgrade')) as [unknown, import('node:net').Socket];
  socket.write('raw');
  assert.equal(String((await once(socket, 'data'))[0]), 'raw');
  socket.destroy();
});

test('undici: request, pipelining and a body of a megabyte', async (t) => {
  const { near } = await served(t, (asked, answer) => asked.pipe(answer));
  const octets = pattern(1_000_000);
  const client = new Client('http://board', { connect: connector(near), pipelining: 4 });
  const posts = [1, 2, 3].map(async () => {
    const { body, statusCode } = await client.request({ path: '/', method: 'POST', body: octets });
    assert.equal(statusCode, 200);
    return sha256(Buffer.from(await body.arrayBuffer()));
  });
  assert.deepEqual(new Set(await Promise.all(posts)), new Set([sha256(octets)]));
  await client.close();
});

test('undici: a refused connection is told as ECONNREFUSED', async (t) => {
  const { near } = await served(t, page);
  const dispatcher = new Agent({ connect: connector(near) });
  await assert.rejects(request('http://board:81/', { dispatcher }), { code: 'ECONNREFUSED' });
  await dispatcher.close();
});

test('fetch: an answer that is abandoned ends its connection', async (t) => {
  let isGone: (value?: unknown) => void = () => undefined;
  const gone = new Promise((resolve) => (isGone = resolve));
  const { near } = await served(t, (asked, answer) => {
    asked.socket.once('close', isGone);
    answer.write('the beginning');
  });
  const dispatcher = new Agent({ connect: connector(near) });
  const controller = new AbortController();
  const answer = await fetch('http://board/', { dispatcher, signal: controller.signal });
  controller.abort();
  await assert.rejects(answer.text(), { name: 'AbortError' });
  await gone;
  await dispatcher.close();
});
