import assert from 'node:assert/strict';
import { once } from 'node:events';
import type net from 'node:net';
import { test } from 'node:test';
import { type World, closed, connected, errorOf, freePort, portOf, thrown, turn } from './world.js';

/** listen() in all of its forms, and what goes wrong with it. */
export function listeningSuite(world: World): void {
  const { host } = world;

  test('a server tells of listening in a later turn, and where', async () => {
    const server = world.createServer();
    assert.deepEqual([server.listening, server.address()], [false, null]);
    let isTold = false;
    assert.equal(
      server.listen(0, host, () => (isTold = true)),
      server,
    );
    assert.equal(isTold, false);
    await once(server, 'listening');
    assert.equal(isTold, true);
    const { address, family, port } = server.address() as net.AddressInfo;
    assert.deepEqual([address, family, server.listening], [host, 'IPv4', true]);
    assert.ok(port > 0);
    await closed(server);
    assert.deepEqual([server.listening, server.address()], [false, null]);
  });

  const forms: Record<string, (server: net.Server, port: number, listener: () => void) => unknown> = {
    'listen(port, listener)': (server, port, listener) => server.listen(port, listener),
    'listen(digits, host, listener)': (server, port, listener) => server.listen(String(port) as never, host, listener),
    'listen(port, host, listener)': (server, port, listener) => server.listen(port, host, listener),
    'listen(port, backlog, listener)': (server, port, listener) => server.listen(port, 5, listener),
    'listen(port, host, backlog, listener)': (server, port, listener) => server.listen(port, host, 5, listener),
    'listen({ port }, listener)': (server, port, listener) => server.listen({ port }, listener),
    'listen({ port, host }, listener)': (server, port, listener) => server.listen({ port, host }, listener),
    'listen({ port, host, backlog }, listener)': (server, port, listener) =>
      server.listen({ port, host, backlog: 3 }, listener),
    'listen({ port, exclusive }, listener)': (server, port, listener) =>
      server.listen({ port, host, exclusive: true }, listener),
    'listen({ port: digits }, listener)': (server, port, listener) =>
      server.listen({ port: String(port) as never, host }, listener),
  };
  for (const [form, listen] of Object.entries(forms)) {
    test(`${form}: listens there, and calls the listener once`, async () => {
      const port = await freePort(world);
      const server = world.createServer((socket) => socket.end('here'));
      let calls = 0;
      assert.equal(
        listen(server, port, () => calls++),
        server,
      );
      await once(server, 'listening');
      assert.deepEqual([calls, portOf(server)], [1, port]);
      const client = world.connect(port, host);
      assert.equal(String((await once(client, 'data'))[0]), 'here');
      await closed(server);
    });
  }

  const random: Record<string, (server: net.Server) => unknown> = {
    'listen()': (server) => server.listen(),
    'listen(0)': (server) => server.listen(0),
    'listen(null)': (server) => server.listen(null as never),
    'listen(undefined, listener)': (server) => server.listen(undefined, () => {}),
    'listen({ port: 0 })': (server) => server.listen({ port: 0 }),
    'listen({ port: undefined })': (server) => server.listen({ port: undefined }),
    'listen(listener)': (server) => server.listen(() => {}),
  };
  for (const [form, listen] of Object.entries(random)) {
    test(`${form}: any port that is free`, async () => {
      const [first, second] = [world.createServer(), world.createServer()];
      listen(first);
      listen(second);
      await Promise.all([once(first, 'listening'), once(second, 'listening')]);
      assert.ok(portOf(first) > 0 && portOf(second) > 0);
      assert.notEqual(portOf(first), portOf(second));
      await Promise.all([closed(first), closed(second)]);
    });
  }

  test('new Server() and createServer() are the same', async () => {
    const server = new world.Server((socket) => socket.end('same'));
    server.listen(0, host);
    await once(server, 'listening');
    assert.ok(world.createServer() instanceof world.Server);
    const client = world.connect(portOf(server), host);
    assert.ok(client instanceof world.Socket);
    assert.equal(String((await once(client, 'data'))[0]), 'same');
    await closed(server);
  });

  test('new Server(options, listener) gives its sockets the options', async () => {
    const server = new world.Server({ allowHalfOpen: true }).listen(0, host);
    await once(server, 'listening');
    const accepted = once(server, 'connection');
    const client = world.connect(portOf(server), host);
    const [peer] = (await accepted) as [net.Socket];
    assert.equal(peer.allowHalfOpen, true);
    client.destroy();
    peer.destroy();
    await closed(server);
  });

  test('a port that is taken is EADDRINUSE, and the server may try again', async () => {
    const server = world.createServer().listen(0, host);
    await once(server, 'listening');
    const port = portOf(server);
    const second = world.createServer();
    second.listen(port, host);
    const error = await errorOf(second);
    assert.deepEqual(
      [error.code, error.errno, error.syscall, error.address, error.port, error.message],
      ['EADDRINUSE', -98, 'listen', host, port, `listen EADDRINUSE: address already in use ${host}:${port}`],
    );
    assert.equal(second.listening, false);
    await closed(server);
    second.listen(port, host);
    await once(second, 'listening');
    await closed(second);
  });

  test('an address that is not ours is EADDRNOTAVAIL', async () => {
    const server = world.createServer().listen(0, '192.0.2.1');
    const error = await errorOf(server);
    assert.deepEqual(
      [error.code, error.syscall, error.address, error.message],
      ['EADDRNOTAVAIL', 'listen', '192.0.2.1', 'listen EADDRNOTAVAIL: address not available 192.0.2.1'],
    );
    assert.equal(server.listening, false);
  });

  test('listen() twice is ERR_SERVER_ALREADY_LISTEN', async () => {
    const server = world.createServer().listen(0, host);
    await once(server, 'listening');
    assert.throws(() => server.listen(0, host), thrown('ERR_SERVER_ALREADY_LISTEN'));
    await closed(server);
  });

  test('a server that was closed listens again', async () => {
    const server = world.createServer((socket) => socket.end('again'));
    for (let times = 0; times < 3; times++) {
      server.listen(0, host);
      await once(server, 'listening');
      const client = world.connect(portOf(server), host);
      assert.equal(String((await once(client, 'data'))[0]), 'again');
      await closed(server);
    }
  });

  test('a port can be listened on again at once, although connections are in TIME-WAIT', async () => {
    const { server, port, client, peer } = await connected(world);
    // The server closes first, so that TIME-WAIT is on its side.
    client.resume();
    peer.resume();
    peer.end();
    await once(peer, 'close');
    await closed(server);
    const second = world.createServer().listen(port, host);
    await once(second, 'listening');
    await closed(second);
  });

  test('close() in the same turn as listen(): nothing is told of listening', async () => {
    const server = world.createServer();
    server.on('listening', () => assert.fail('it was closed'));
    server.listen({ port: 0, host });
    await closed(server).catch(() => undefined);
    await turn();
    assert.equal(server.listening, false);
  });

  for (const port of [-1, 65536, 1.5, 'eighty', NaN]) {
    test(`listen() refuses the port ${JSON.stringify(port)}`, () => {
      assert.throws(
        () => world.createServer().listen({ port: port as number }),
        thrown('ERR_SOCKET_BAD_PORT', 'RangeError'),
      );
    });
  }

  const wrong: [string, () => unknown, string][] = [
    ['no port in the options', () => world.createServer().listen({}), 'ERR_INVALID_ARG_VALUE'],
    ['true for a port', () => world.createServer().listen(true as never), 'ERR_INVALID_ARG_VALUE'],
    [
      'a signal that is none',
      () => world.createServer().listen({ port: 0, signal: 1 as never }),
      'ERR_INVALID_ARG_TYPE',
    ],
    ['options that are a string', () => world.createServer('x' as never), 'ERR_INVALID_ARG_TYPE'],
    ['options that are a number', () => world.createServer(1 as never), 'ERR_INVALID_ARG_TYPE'],
  ];
  for (const [what, use, code] of wrong) test(`${what}: ${code}`, () => assert.throws(use, thrown(code)));
}
