// The Linux kernel's own TCP as the peer, through slipway tun: neither notices that the other is not of its kind.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import path from 'node:path';
import { before, test } from 'node:test';
import { build, folder, start } from '../cli/slipway.js';
import { Namespace, until, withoutKernel } from './namespace.js';
import {
  fetchesInParallel,
  fetchesMegabyte,
  fetchesNetstat,
  fetchesPage,
  netstat,
  pattern,
  postsMegabyte,
  sha256,
} from './transfers.js';

before(build);
const skip = withoutKernel();
const BOARD = 'http://192.168.7.2';

test(
  "the kernel's ping and curl reach the board: a megabyte either way, 20 connections in parallel",
  { skip },
  async (t) => {
    const kernel = new Namespace(t);
    const tun = await kernel.join(t, 'emulated:?app=http');
    assert.match(kernel.run(['ping', '-c', '3', '-i', '0.2', '-W', '30', '192.168.7.2']), /3 received, 0% packet loss/);
    assert.match(
      kernel.run(['ping', '-c', '1', '-s', '1472', '-W', '30', '192.168.7.2']),
      /1 received/,
      'as long as the MTU takes',
    );
    await fetchesPage(BOARD, kernel.name);
    await fetchesNetstat(BOARD, kernel.name);
    await fetchesMegabyte(BOARD, kernel.name);
    await postsMegabyte(BOARD, kernel.name);
    await fetchesInParallel(BOARD, 20, kernel.name);
    assert.equal(await tun.stop(), 0);
    assert.doesNotMatch(kernel.run(['ip', 'link']), /slip0/, 'the device is gone with the program');
  },
);

test('the same over a cable with faults', { skip }, async (t) => {
  const kernel = new Namespace(t);
  await kernel.join(t, 'emulated:?app=http&loss=3%&reorder=5%&duplicate=2%&corrupt=1%&delay=5ms&seed=5');
  await fetchesPage(BOARD, kernel.name);
  await fetchesMegabyte(BOARD, kernel.name);
  await postsMegabyte(BOARD, kernel.name);
  const { counters, drops } = await netstat(BOARD, kernel.name);
  assert.ok((counters['retransmissions'] ?? 0) > 0);
  assert.ok(Object.keys(drops).length > 0);
});

test('the kernel in FIN-WAIT-2 beside the board in CLOSE-WAIT', { skip }, async (t) => {
  const kernel = new Namespace(t);
  await kernel.join(t, 'emulated:?app=http');
  // It asks for more than it reads, and closes its own direction: the board has more to say than it can.
  kernel.node(
    t,
    client(
      "'GET /bytes/10000000 HTTP/1.1\\r\\nHost: board\\r\\n\\r\\n'",
      'socket.pause(); socket.end(); setInterval(() => {}, 1000);',
    ),
  );
  await until(
    () => kernel.states(80),
    (states) => states.includes('FIN-WAIT-2'),
    'the kernel should be in FIN-WAIT-2',
  );
  const { connections } = await netstat(BOARD, kernel.name);
  assert.ok(
    connections.some(({ state }) => state === 'CLOSE-WAIT'),
    JSON.stringify(connections),
  );
  assert.ok(kernel.states(80).includes('FIN-WAIT-2'));
});

test('the board in FIN-WAIT-2 beside the kernel in CLOSE-WAIT', { skip }, async (t) => {
  const kernel = new Namespace(t);
  await kernel.join(t, 'emulated:?app=http');
  // The board closes behind its answer; the kernel's side stays open, and its process alive.
  const request = "'GET /bytes/10 HTTP/1.1\\r\\nHost: board\\r\\nConnection: close\\r\\n\\r\\n'";
  kernel.node(t, client(request, "socket.resume(); socket.on('end', () => setInterval(() => {}, 1000));"));
  await until(
    () => kernel.states(80),
    (states) => states.includes('CLOSE-WAIT'),
    'the kernel should be in CLOSE-WAIT',
  );
  // The kernel delays its ACK of the FIN: until that has come the board is in FIN-WAIT-1.
  await until(
    async () => (await netstat(BOARD, kernel.name)).connections.map(({ state }) => state),
    (states) => states.includes('FIN-WAIT-2'),
    'the board should be in FIN-WAIT-2',
  );
  assert.ok(kernel.states(80).includes('CLOSE-WAIT'));
});

test('the kernel closes first and passes through TIME-WAIT; the board forgets the connection', { skip }, async (t) => {
  const kernel = new Namespace(t);
  await kernel.join(t, 'emulated:?app=http');
  await fetchesPage(BOARD, kernel.name);
  await until(
    () => kernel.states(80),
    (states) => states.join() === 'TIME-WAIT',
    'the kernel should be in TIME-WAIT alone',
  );
  const { connections } = await netstat(BOARD, kernel.name);
  assert.deepEqual(
    connections.map(({ state }) => state),
    ['ESTABLISHED'],
    'the one that asks',
  );
});

test('the board connects out to a listener of the kernel: a megabyte there and back', { skip }, async (t) => {
  const kernel = new Namespace(t);
  const link = `unix:${path.join(folder(t), 'cable')}`;
  const board = start(t, ['board', '--link', link, '--connect', '192.168.7.1:9000']);
  board.process.stdout.setEncoding('latin1');
  await board.says(/Waiting for the laptop's end/);
  const listener = kernel.node(t, LISTENER);
  await once(listener.stdout, 'data');
  await kernel.join(t, link);
  const sent = pattern(1_000_000);
  board.process.stdin.end(sent);
  assert.equal(await board.ended, 0);
  assert.equal(sha256(Buffer.from(board.stdout, 'latin1')), sha256(sent));
});

test('where nobody listens, the kernel refuses the board and the board says so', { skip }, async (t) => {
  const kernel = new Namespace(t);
  const link = `unix:${path.join(folder(t), 'cable')}`;
  const board = start(t, ['board', '--link', link, '--connect', '192.168.7.1:9001']);
  await board.says(/Waiting for the laptop's end/);
  await kernel.join(t, link);
  assert.equal(await board.ended, 1);
  assert.match(board.stderr, /ECONNREFUSED 192\.168\.7\.1:9001/);
});

/** A client under the kernel's TCP: sends a request, then does something with the socket. */
function client(request: string, then: string): string {
  return `import { connect } from 'node:net';
    const socket = connect({ host: '192.168.7.2', port: 80, allowHalfOpen: true }, () => {
      socket.write(${request});
      ${then}
    });`;
}

/** Sends back what it gets, the end included. */
const LISTENER = `import { createServer } from 'node:net';
  createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket)).listen(9000, '0.0.0.0', () => console.log('ready'));`;
