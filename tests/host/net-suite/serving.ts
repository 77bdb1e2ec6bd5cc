import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import type net from 'node:net';
import { test } from 'node:test';
import {
  type World,
  closed,
  connected,
  errorOf,
  eventsOf,
  lap,
  listening,
  portOf,
  textOf,
  thrown,
  turn,
} from './world.js';

async function count(server: net.Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, number) => {
      if (error === null) resolve(number);
      else reject(error);
    });
  });
}

/** Connections that arrive: accepting, counting, turning away, closing. */
export function serving(world: World): void {
  test('a server is an EventEmitter, and connection has the socket', async () => {
    const { server, port, close } = await listening(world);
    assert.ok(server instanceof EventEmitter);
    const accepted = once(server, 'connection');
    const client = world.connect(port, world.host);
    const [peer] = (await accepted) as [net.Socket];
    assert.deepEqual([peer.connecting, peer.pending, peer.readyState], [false, false, 'open']);
    client.destroy();
    peer.destroy();
    await close();
  });

  test('an accepted socket tells neither connect nor ready', async () => {
    const { server, port, close } = await listening(world);
    const accepted = once(server, 'connection');
    const client = world.connect(port, world.host);
    const [peer] = (await accepted) as [net.Socket];
    const events = eventsOf(peer);
    peer.resume();
    client.resume();
    client.end();
    await once(peer, 'close');
    assert.deepEqual(events, ['end', 'finish', 'close false']);
    await close();
  });

  test('a server that writes first is heard', async () => {
    const { port, close } = await listening(world, (socket) => socket.end('welcome'));
    assert.equal(await textOf(world.connect(port, world.host)), 'welcome');
    await close();
  });

  test('text that came with the connection waits for its reader', async () => {
    const { server, port, close } = await listening(world);
    const accepted = once(server, 'connection');
    const client = world.connect(port, world.host);
    client.end('early');
    const [peer] = (await accepted) as [net.Socket];
    await lap(world);
    assert.equal(await textOf(peer), 'early');
    client.destroy();
    await close();
  });

  test('getConnections() counts those that are open', async () => {
    const { server, port, close } = await listening(world);
    assert.equal(await count(server), 0);
    const clients = [];
    for (let number = 1; number <= 3; number++) {
      const accepted = once(server, 'connection');
      clients.push(world.connect(port, world.host));
      await accepted;
      assert.equal(await count(server), number);
    }
    for (const client of clients) client.destroy();
    server.on('connection', () => assert.fail('nobody came'));
    await close().then(async () => assert.equal(await count(server), 0));
  });

  test('getConnections() answers the server, and calls back in a later turn', async () => {
    const { server, close } = await listening(world);
    let isCalled = false;
    assert.equal(
      server.getConnections(() => (isCalled = true)),
      server,
    );
    assert.equal(isCalled, false);
    await turn();
    assert.equal(isCalled, true);
    assert.throws(() => server.getConnections(undefined as never), thrown('ERR_INVALID_ARG_TYPE'));
    await close();
  });

  test('maxConnections turns away with drop, and those that are there stay', async () => {
    const { server, client, peer, port, close } = await connected(world);
    server.maxConnections = 1;
    server.on('connection', () => assert.fail('there is no room'));
    const dropped = once(server, 'drop');
    const second = world.connect(port, world.host);
    second.on('error', () => {});
    second.resume();
    const addresses = once(second, 'connect').then(() => [second.localAddress, second.localPort]);
    const [drop] = (await dropped) as [net.DropArgument];
    assert.deepEqual([drop.localAddress, drop.localPort, drop.localFamily], [world.host, port, 'IPv4']);
    assert.equal(drop.remoteFamily, 'IPv4');
    assert.deepEqual([drop.remoteAddress, drop.remotePort], await addresses);
    if (!second.closed) await once(second, 'close');
    assert.deepEqual([peer.destroyed, client.destroyed], [false, false]);
    await close();
  });

  test('when one leaves another may come', async () => {
    const { server, client, peer, port, close } = await connected(world);
    server.maxConnections = 1;
    client.destroy();
    peer.resume();
    await once(peer, 'close');
    const accepted = once(server, 'connection');
    const second = world.connect(port, world.host);
    const [other] = (await accepted) as [net.Socket];
    assert.equal(other.remotePort, second.localPort ?? other.remotePort);
    second.destroy();
    other.destroy();
    await close();
  });

  test('pauseOnConnect: the socket is paused until it is resumed', async () => {
    const { client, peer, close } = await connected(world, { pauseOnConnect: true });
    assert.equal(peer.isPaused(), true);
    let got = '';
    peer.on('data', (text: Buffer) => (got += text.toString()));
    client.write('hello');
    await lap(world);
    assert.equal(got, '');
    peer.resume();
    await once(peer, 'data');
    assert.equal(got, 'hello');
    await close();
  });

  test('close() takes no new connections, and is complete when the last has ended', async () => {
    const { server, client, peer, port } = await connected(world);
    let isClosed = false;
    assert.equal(
      server.close(() => (isClosed = true)),
      server,
    );
    assert.deepEqual([server.listening, server.address()], [false, null]);
    const refused = world.connect(port, world.host);
    assert.equal((await errorOf(refused)).code, 'ECONNREFUSED');
    client.write('still open');
    assert.equal(String((await once(peer, 'data'))[0]), 'still open');
    assert.equal(isClosed, false);
    client.end();
    client.resume();
    await once(server, 'close');
    assert.equal(isClosed, true);
  });

  test('close() of a server that does not listen tells its callback ERR_SERVER_NOT_RUNNING', async () => {
    const server = world.createServer();
    const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => server.close(resolve));
    assert.deepEqual([error?.code, error?.message], ['ERR_SERVER_NOT_RUNNING', 'Server is not running.']);
  });

  test('close() a second time tells the second callback ERR_SERVER_NOT_RUNNING', async () => {
    const { server, close } = await listening(world);
    await close();
    const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => server.close(resolve));
    assert.equal(error?.code, 'ERR_SERVER_NOT_RUNNING');
  });

  test('close is told once, in a later turn', async () => {
    const { server } = await listening(world);
    let calls = 0;
    server.on('close', () => calls++);
    server.close();
    assert.equal(calls, 0);
    await once(server, 'close');
    await turn();
    assert.equal(calls, 1);
  });

  test('the connections of a server that is closed go on until they end', async () => {
    const { server, client, peer } = await connected(world);
    const isClosed = closed(server);
    peer.pipe(peer);
    client.end('x'.repeat(100_000));
    assert.equal((await textOf(client)).length, 100_000);
    await isClosed;
  });

  test('two servers do not meet', async () => {
    const one = await listening(world, (socket) => socket.end('one'));
    const two = await listening(world, (socket) => socket.end('two'));
    const answers = await Promise.all([one, two].map(({ port }) => textOf(world.connect(port, world.host))));
    assert.deepEqual(answers, ['one', 'two']);
    await Promise.all([one.close(), two.close()]);
  });

  test('a server’s own listener and others all hear of a connection', async () => {
    const heard: string[] = [];
    const server = world.createServer(() => heard.push('own'));
    server.on('connection', (socket) => {
      heard.push('other');
      socket.end();
    });
    server.listen(0, world.host);
    await once(server, 'listening');
    await textOf(world.connect(portOf(server), world.host));
    assert.deepEqual(heard, ['own', 'other']);
    await closed(server);
  });

  test('a hundred connections one after the other leave nothing behind', async () => {
    const { server, port, close } = await listening(world, (socket) => socket.end('.'));
    for (let times = 0; times < 100; times++) await textOf(world.connect(port, world.host));
    await lap(world);
    assert.equal(await count(server), 0);
    await close();
  });
}
