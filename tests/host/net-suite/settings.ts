import assert from 'node:assert/strict';
import { once } from 'node:events';
import type net from 'node:net';
import { test } from 'node:test';
import { type World, closed, connected, listening, portOf, thrown } from './world.js';

/** Options and fields: addresses, noDelay, keepAlive, ref, abort signals. */
export function settings(world: World): void {
  test('both ends know the same two addresses', async () => {
    const { port, client, peer, close } = await connected(world);
    assert.deepEqual([client.remoteAddress, client.remotePort], [world.host, port]);
    assert.deepEqual([client.localAddress, client.remoteFamily, client.localFamily], [world.localHost, 'IPv4', 'IPv4']);
    assert.deepEqual([peer.localPort, peer.remotePort], [client.remotePort, client.localPort]);
    assert.deepEqual([peer.localAddress, peer.remoteAddress], [client.remoteAddress, client.localAddress]);
    assert.deepEqual(client.address(), { address: client.localAddress, family: 'IPv4', port: client.localPort });
    assert.deepEqual(peer.address(), { address: world.host, family: 'IPv4', port });
    await close();
  });

  test('before the connection is made no address is known', async () => {
    const { port, close } = await listening(world, (socket) => socket.end());
    const client = world.connect(port, world.host);
    assert.deepEqual([client.localAddress, client.localPort, client.localFamily], [undefined, undefined, undefined]);
    assert.deepEqual([client.remoteAddress, client.remotePort, client.remoteFamily], [undefined, undefined, undefined]);
    assert.deepEqual(client.address(), {});
    client.resume();
    await once(client, 'close');
    await close();
  });

  test('after close the local address is gone', async () => {
    const { client, close } = await connected(world);
    client.destroy();
    await once(client, 'close');
    assert.deepEqual([client.localAddress, client.localPort, client.localFamily], [undefined, undefined, undefined]);
    assert.deepEqual(client.address(), {});
    await close();
  });

  test('readyState: opening, open, readOnly, writeOnly, closed', async () => {
    const { server, port, close } = await listening(world, undefined, { allowHalfOpen: true });
    const accepted = once(server, 'connection');
    const client = world.connect({ port, host: world.host });
    const states: string[] = [client.readyState];
    await once(client, 'connect');
    states.push(client.readyState);
    const [peer] = (await accepted) as [net.Socket];
    peer.resume();
    client.end();
    states.push(client.readyState);
    await once(peer, 'end');
    assert.equal(peer.readyState, 'writeOnly');
    client.resume();
    peer.end();
    await once(client, 'close');
    states.push(client.readyState);
    assert.deepEqual(states, ['opening', 'open', 'readOnly', 'closed']);
    await close();
  });

  test('setNoDelay() and setKeepAlive() answer the socket, before, while and after it is connected', async () => {
    const socket = new world.Socket();
    const set = (): void => {
      for (const same of [
        socket.setNoDelay(),
        socket.setNoDelay(false),
        socket.setKeepAlive(),
        socket.setKeepAlive(true, 5000),
      ]) {
        assert.equal(same, socket);
      }
    };
    set();
    const { port, close } = await listening(world, (peer) => peer.end());
    socket.connect(port, world.host);
    set();
    await once(socket, 'connect');
    set();
    socket.resume();
    await once(socket, 'close');
    set();
    await close();
  });

  test('noDelay, keepAlive and keepAliveInitialDelay are options of sockets and servers', async () => {
    const options = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 1000 };
    const { client, peer, close } = await connected(world, options, options);
    client.write('works');
    assert.equal(String((await once(peer, 'data'))[0]), 'works');
    assert.throws(
      () => new world.Socket({ keepAliveInitialDelay: 'x' } as unknown as net.SocketConstructorOpts),
      thrown('ERR_INVALID_ARG_TYPE'),
    );
    assert.throws(
      () => world.createServer({ keepAliveInitialDelay: 'x' } as unknown as net.ServerOpts),
      thrown('ERR_INVALID_ARG_TYPE'),
    );
    await close();
  });

  test('with noDelay each write is a segment of its own that does not wait for an acknowledgment', async () => {
    const { client, peer, close } = await connected(world, {}, { noDelay: true });
    peer.resume();
    client.write('one');
    await once(peer, 'data');
    client.write('two');
    client.write('three');
    let rest = '';
    while (rest.length < 8) rest += String((await once(peer, 'data'))[0]);
    assert.equal(rest, 'twothree');
    await close();
  });

  test('ref() and unref() answer the socket and the server', async () => {
    const { server, client, close } = await connected(world);
    assert.equal(client.ref().unref().ref(), client);
    assert.equal(server.ref().unref().ref(), server);
    await close();
  });

  test('a signal that aborts destroys the socket with AbortError', async () => {
    const controller = new AbortController();
    const { client, close } = await connected(world, {}, { signal: controller.signal });
    const failed = once(client, 'error');
    controller.abort();
    const [error] = (await failed) as [NodeJS.ErrnoException];
    assert.deepEqual([error.name, error.code, client.destroyed], ['AbortError', 'ABORT_ERR', true]);
    await close();
  });

  test('a signal that has aborted before is told as well', async () => {
    const socket = new world.Socket({ signal: AbortSignal.abort() });
    const [error] = (await once(socket, 'error')) as [Error];
    assert.equal(error.name, 'AbortError');
  });

  test('the reason of a signal is the cause of the error', async () => {
    const controller = new AbortController();
    const { client, close } = await connected(world, {}, { signal: controller.signal });
    const failed = once(client, 'error');
    controller.abort('enough');
    const [error] = (await failed) as [Error];
    assert.equal(error.cause, 'enough');
    await close();
  });

  test('a signal that aborts closes the server', async () => {
    const controller = new AbortController();
    const server = world.createServer().listen({ port: 0, host: world.host, signal: controller.signal });
    await once(server, 'listening');
    controller.abort();
    await once(server, 'close');
    assert.equal(server.listening, false);
  });

  test('a signal that has aborted before closes the server at once', async () => {
    const server = world.createServer();
    server.listen({ port: 0, host: world.host, signal: AbortSignal.abort() });
    await once(server, 'close');
    assert.equal(server.listening, false);
  });

  test('await using closes a server', async () => {
    let outside: net.Server;
    {
      await using server = world.createServer().listen(0, world.host);
      await once(server, 'listening');
      outside = server;
    }
    assert.equal(outside.listening, false);
  });

  test('Symbol.asyncDispose waits for the last connection', async () => {
    const { server, client, peer } = await connected(world);
    let isClosed = false;
    server.on('close', () => (isClosed = true));
    const disposed = server[Symbol.asyncDispose]();
    assert.equal(server.listening, false);
    client.resume();
    peer.resume();
    client.write('.');
    await once(peer, 'data');
    assert.equal(isClosed, false);
    client.end();
    await disposed;
    assert.equal(isClosed, true);
  });

  test('Symbol.asyncDispose of a server that does not listen settles', async () => {
    const server = world.createServer();
    await server[Symbol.asyncDispose]();
    server.listen(0, world.host);
    await once(server, 'listening');
    assert.ok(portOf(server) > 0);
    await closed(server);
  });

  test('Symbol.asyncDispose of a socket destroys it', async () => {
    const { client, close } = await connected(world);
    const dispose = (client as unknown as AsyncDisposable)[Symbol.asyncDispose];
    await dispose.call(client).then(undefined, (error: Error) => assert.equal(error.name, 'AbortError'));
    assert.equal(client.destroyed, true);
    await close();
  });
}
