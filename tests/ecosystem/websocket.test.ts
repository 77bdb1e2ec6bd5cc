// ws, as client and as server, over Slipway's sockets.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { test, type TestContext } from 'node:test';
import WebSocket, { WebSocketServer } from 'ws';
import { agent } from '../../host/index.js';
import { type Stacks, pattern, sha256 } from '../host/stacks.js';
import { runRecipe } from './recipe.js';
import { stacksFor } from './stacks.js';

/** An echo at the far stack. */
async function echo(t: TestContext): Promise<Stacks<unknown> & { sockets: WebSocketServer }> {
  const stacks = await stacksFor(t);
  const pages = http.createServer();
  const sockets = new WebSocketServer({ server: pages });
  sockets.on('connection', (socket) =>
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })),
  );
  stacks.far.createServer((socket) => pages.emit('connection', socket)).listen(80);
  return { ...stacks, sockets };
}

async function opened(stacks: Stacks<unknown>): Promise<WebSocket> {
  const socket = new WebSocket('ws://board/', { agent: agent(stacks.near), perMessageDeflate: false });
  await once(socket, 'open');
  return socket;
}

test('recipe: WebSocket', async (t) => {
  const { near } = await echo(t);
  const { told, values } = await runRecipe('WebSocket', { stack: near }, ['socket']);
  assert.deepEqual(await told(1), ['hello']);
  (values['socket'] as WebSocket).terminate();
});

test('recipe: a WebSocket server', async (t) => {
  const stacks = await stacksFor(t);
  await runRecipe('A WebSocket server', { stack: stacks.far });
  const socket = await opened(stacks);
  socket.send('you');
  assert.equal(String((await once(socket, 'message'))[0]), 'heard you');
  socket.terminate();
});

test('a hundred messages come back in order, and one of a megabyte whole', async (t) => {
  const socket = await opened(await echo(t));
  const got: string[] = [];
  const all = new Promise<void>((resolve) => {
    socket.on('message', (data: Buffer, isBinary) => {
      got.push(isBinary ? sha256(data) : data.toString());
      if (got.length === 101) resolve();
    });
  });
  const octets = pattern(1_000_000);
  for (let index = 0; index < 100; index++) socket.send(`message ${index}`);
  socket.send(octets);
  await all;
  assert.deepEqual(got, [...Array.from({ length: 100 }, (_, index) => `message ${index}`), sha256(octets)]);
  socket.terminate();
});

test('ping is answered, and close is agreed on with its code', async (t) => {
  const stacks = await echo(t);
  const accepted = once(stacks.sockets, 'connection') as Promise<[WebSocket]>;
  const socket = await opened(stacks);
  socket.ping('there?');
  assert.equal(String((await once(socket, 'pong'))[0]), 'there?');
  const [peer] = await accepted;
  const both = Promise.all([once(socket, 'close'), once(peer, 'close')]);
  socket.close(4000, 'enough');
  for (const [code, reason] of await both) assert.deepEqual([code, String(reason)], [4000, 'enough']);
});

test('compressed messages pass, and a peer that is reset is told as 1006', async (t) => {
  const stacks = await stacksFor(t);
  const pages = http.createServer();
  const sockets = new WebSocketServer({ server: pages, perMessageDeflate: true });
  stacks.far.createServer((socket) => pages.emit('connection', socket)).listen(80);
  const accepted = once(sockets, 'connection') as Promise<[WebSocket]>;
  const socket = new WebSocket('ws://board/', { agent: agent(stacks.near), perMessageDeflate: true });
  socket.on('error', () => undefined);
  const [peer] = await accepted;
  peer.send('compress me '.repeat(1000));
  assert.equal(String((await once(socket, 'message'))[0]).length, 12_000);
  assert.equal(socket.extensions, 'permessage-deflate');
  peer.terminate();
  assert.equal((await once(socket, 'close'))[0], 1006);
});
