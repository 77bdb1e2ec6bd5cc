// A board's datagrams out through the laptop and their answers back, and the laptop's in.
import assert from 'node:assert/strict';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { VirtualClock } from '../../host/clock.js';
import { Flows } from '../../host/gateway/flows.js';
import { forwardUdp } from '../../host/gateway/udp-forward.js';
import type { DatagramSocket } from '../../host/net/datagram-socket.js';
import { until } from '../host/links.js';
import { BOARD, GATEWAY, LOOPBACK, openFiles, pair } from './pair.js';

/** A question for the address of board.example, as a name server gets it, and its answer: 192.0.2.7. */
const QUESTION = Buffer.from('beef01000001000000000000' + '05626f617264076578616d706c6500' + '00010001', 'hex');
const ANSWER = Buffer.concat([
  Buffer.from('beef818000010001', 'hex'),
  QUESTION.subarray(8),
  Buffer.from('c00c00010001000000780004c0000207', 'hex'),
]);

/** On a link of its own. */
const OTHER_BOARD = '192.168.7.3';

interface Heard {
  text: Buffer;
  from: RemoteInfo;
}

/** A UDP server of the laptop's own, gone after the test. */
async function realSocket(t: TestContext): Promise<{ socket: Socket; port: number; heard: Heard[] }> {
  const socket = createSocket('udp4');
  const heard: Heard[] = [];
  socket.on('message', (text, from) => heard.push({ text, from }));
  socket.bind(0, LOOPBACK);
  await once(socket, 'listening');
  t.after(() => socket.close());
  return { socket, port: socket.address().port, heard };
}

async function nextMessage(socket: DatagramSocket): Promise<{ text: string; from: { address: string; port: number } }> {
  const [text, { address, port }] = (await once(socket, 'message')) as [Buffer, RemoteInfo];
  return { text: text.toString('latin1'), from: { address, port } };
}

test('a question to a name server is answered, from whom it was asked', async (t) => {
  const server = await realSocket(t);
  server.socket.on('message', (text, from) => {
    assert.deepEqual(text, QUESTION);
    server.socket.send(ANSWER, from.port, from.address);
  });
  const { board, udp } = await pair(t, { boardModule: 'board', access: [`allow ${LOOPBACK}:${server.port}`] });
  const resolver = board.createDatagramSocket();
  const answered = nextMessage(resolver);
  resolver.send(QUESTION, server.port, GATEWAY);
  const { text, from } = await answered;
  assert.equal(text, ANSWER.toString('latin1'));
  assert.deepEqual(from, { address: GATEWAY, port: server.port });
  assert.deepEqual([udp.flows, udp.counts.out, udp.counts.in], [1, 1, 1]);
});

test('what is meant for a board on another link goes there, by the rules, and its answer comes back', async (t) => {
  const other = await pair(t, { boardAddress: OTHER_BOARD });
  const { board, udp } = await pair(t, {
    access: [`deny ${OTHER_BOARD}:9`],
    neighbours: new Map([[OTHER_BOARD, other.gateway]]),
  });
  const echo = other.board.createDatagramSocket();
  const ports: number[] = [];
  echo.on('message', (text: Buffer, { port, address }: RemoteInfo) => {
    ports.push(port);
    echo.send(Buffer.concat([Buffer.from('heard '), text]), port, address);
  });
  echo.bind(7);
  const socket = board.createDatagramSocket();
  for (const word of ['one', 'two']) {
    const answered = nextMessage(socket);
    socket.send(word, 7, OTHER_BOARD);
    const { text, from } = await answered;
    assert.equal(text, `heard ${word}`);
    assert.deepEqual(from, { address: OTHER_BOARD, port: 7 });
  }
  assert.equal(ports[0], ports[1], 'one flow');
  socket.send('no', 9, OTHER_BOARD);
  await until(() => udp.counts.denied === 1, 'the rules hold for neighbours');
});

test("the laptop's loopback is refused", async (t) => {
  const server = await realSocket(t);
  const { board, udp, troubles } = await pair(t);
  board.createDatagramSocket().send('text', server.port, GATEWAY);
  await until(() => udp.counts.denied === 1, 'the datagram is judged');
  assert.deepEqual([udp.flows, troubles[0]?.protocol, troubles[0]?.what], [0, 'udp', 'denied']);
  await sleep(20);
  assert.equal(server.heard.length, 0);
});

test('only those who were asked may answer; each endpoint of the board is one port of the laptop', async (t) => {
  const [one, other, stranger] = [await realSocket(t), await realSocket(t), await realSocket(t)];
  const { board, udp } = await pair(t, { access: [`allow ${LOOPBACK}:*`] });
  const [first, second] = [board.createDatagramSocket(), board.createDatagramSocket()];
  const heard: string[] = [];
  first.on('message', (text: Buffer) => heard.push(text.toString()));
  first.send('a', one.port, GATEWAY);
  first.send('b', other.port, GATEWAY);
  second.send('c', one.port, GATEWAY);
  await until(() => one.heard.length === 2 && other.heard.length === 1, 'all have arrived');
  const ports = [...one.heard, ...other.heard].map(({ text, from }) => [text.toString(), from.port] as const);
  const portOf = new Map(ports);
  assert.equal(portOf.get('a'), portOf.get('b'), 'one endpoint, one port');
  assert.notEqual(portOf.get('a'), portOf.get('c'));
  stranger.socket.send('unasked', portOf.get('a') ?? 0, LOOPBACK);
  await until(() => udp.counts.unasked === 1, 'the stranger is heard and not passed on');
  other.socket.send('asked', portOf.get('a') ?? 0, LOOPBACK);
  await until(() => heard.length > 0, 'an answer');
  assert.deepEqual(heard, ['asked']);
});

const HOUR_MS = 3_600_000;

for (const [which, idle, left] of [
  ['one that has asked name servers only', { idleMs: HOUR_MS, idleDnsMs: 50 }, 1],
  ['any other', { idleMs: 50, idleDnsMs: HOUR_MS }, 1],
  ['each', { idleMs: 50, idleDnsMs: 50 }, 0],
] as const)
  test(`a flow that is idle for its time ends and gives its socket back: ${which}`, async (t) => {
    const server = await realSocket(t);
    const { board, udp } = await pair(t, { access: [`allow ${LOOPBACK}:*`], ...idle });
    const before = openFiles();
    board.createDatagramSocket().send('text', server.port, GATEWAY);
    board.createDatagramSocket().send('text', 53, GATEWAY);
    await until(() => udp.counts.out === 2, 'both have left');
    await until(() => udp.flows === left, 'those that have been idle end');
    await until(() => openFiles() <= before + left, 'their sockets are given back');
  });

test('the flow that was idle for longest makes room for a new one', async (t) => {
  const server = await realSocket(t);
  const { board, udp } = await pair(t, { access: [`allow ${LOOPBACK}:*`], flowsMax: 4 });
  const before = openFiles();
  const sockets = Array.from({ length: 20 }, () => board.createDatagramSocket());
  for (const socket of sockets) socket.send('text', server.port, GATEWAY);
  await until(() => server.heard.length === 20, 'all have arrived');
  assert.equal(udp.flows, 4);
  await until(() => openFiles() <= before + 4, 'sixteen sockets are given back');
});

test('an answer that the cable cannot carry is counted and lost', async (t) => {
  const server = await realSocket(t);
  server.socket.on('message', (_text, from) => server.socket.send(Buffer.alloc(1473), from.port, from.address));
  const { board, udp } = await pair(t, { access: [`allow ${LOOPBACK}:*`] });
  board.createDatagramSocket().send('text', server.port, GATEWAY);
  await until(() => udp.counts.tooLong === 1, 'it is counted');
  assert.equal(udp.counts.in, 0);
});

test('a forward: local programs ask a port of the board, and each gets its own answers', async (t) => {
  const { board, gateway } = await pair(t);
  const echo = board.createDatagramSocket((text, from) =>
    echo.send(`echo ${text.toString()}`, from.port, from.address),
  );
  echo.bind(7);
  const createSocket = (): DatagramSocket => gateway.createDatagramSocket();
  const clock = new VirtualClock();
  const through = await forwardUdp({ port: 0, board: { address: BOARD, port: 7 }, createSocket, idleMs: 200, clock });
  const before = openFiles();
  const clients = [await realSocket(t), await realSocket(t)];
  clients.forEach(({ socket }, index) => socket.send(`of ${index}`, through.port, LOOPBACK));
  await until(() => clients.every(({ heard }) => heard.length === 1), 'both are answered');
  assert.deepEqual(
    clients.map(({ heard }) => heard[0]?.text.toString()),
    ['echo of 0', 'echo of 1'],
  );
  assert.deepEqual([clients[0]?.heard[0]?.from.port, through.flows], [through.port, 2]);
  clock.advance(200);
  assert.equal(through.flows, 0, 'idle flows end');
  await through.close();
  await until(() => openFiles() < before + 2, 'its socket is given back');
});

test('flows: used again they stay, idle they end, and none outlives its time by being looked at', async () => {
  const clock = new VirtualClock(0);
  const ended: string[] = [];
  const flows = new Flows<{ idleMs: number; end: () => void }>(clock, 2);
  const use = (name: string): unknown => flows.use(name, () => ({ idleMs: 100, end: () => ended.push(name) }));
  use('a');
  clock.advance(60);
  flows.touch('a');
  use('b');
  clock.advance(60);
  assert.deepEqual(ended, []);
  clock.advance(50);
  assert.deepEqual(ended.splice(0).sort(), ['a', 'b'], 'both at 160');
  use('c');
  use('d');
  use('c');
  use('e');
  assert.deepEqual(ended.splice(0), ['d'], 'c was used behind d');
  flows.endAll();
  assert.deepEqual([ended, flows.size], [['c', 'e'], 0]);
});
