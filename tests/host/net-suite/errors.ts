import assert from 'node:assert/strict';
import { once } from 'node:events';
import type net from 'node:net';
import { test } from 'node:test';
import { type World, closeOf, connected, errorOf, eventsOf, freePort, listening, thrown, turn } from './world.js';

/** What fails, with which code, and where it is told. */
export function errors(world: World): void {
  test('a port that nobody listens on is ECONNREFUSED with the address', async () => {
    const port = await freePort(world);
    const client = world.connect(port, world.host);
    const events = eventsOf(client);
    const isClosed = closeOf(client);
    const error = await errorOf(client);
    await isClosed;
    assert.deepEqual(events, ['error ECONNREFUSED', 'close true']);
    assert.deepEqual(
      [error.syscall, error.errno, error.address, error.port, error.message],
      ['connect', -111, world.host, port, `connect ECONNREFUSED ${world.host}:${port}`],
    );
    assert.deepEqual([client.connecting, client.destroyed, client.errored], [false, true, error]);
  });

  test('a refused connection fails what was written', async () => {
    const client = world.connect(await freePort(world), world.host);
    const failed = errorOf(client);
    const failure = new Promise<NodeJS.ErrnoException>((resolve) => client.write('never', resolve as () => void));
    assert.equal((await failure).code, 'ERR_SOCKET_CLOSED_BEFORE_CONNECTION');
    assert.equal((await failed).code, 'ECONNREFUSED');
  });

  test('a refused connection calls no connect listener', async () => {
    const client = world.connect(await freePort(world), world.host, () => assert.fail('it was refused'));
    client.on('ready', () => assert.fail('it was refused'));
    await errorOf(client);
    await turn();
  });

  test('a write after one’s own end is ERR_STREAM_WRITE_AFTER_END', async () => {
    const { client, close } = await connected(world);
    const failed = errorOf(client);
    client.end();
    client.write('late');
    assert.equal((await failed).code, 'ERR_STREAM_WRITE_AFTER_END');
    await close();
  });

  test('the callback of a write after the end hears the error too', async () => {
    const { client, close } = await connected(world);
    const failed = errorOf(client);
    client.end();
    const told = new Promise((resolve) => client.write('late', resolve));
    assert.equal(await told, await failed);
    await close();
  });

  test('a write to a destroyed socket is ERR_STREAM_DESTROYED to its callback, and no event', async () => {
    const { client, close } = await connected(world);
    const events = eventsOf(client);
    client.destroy();
    const error = await new Promise<NodeJS.ErrnoException>((resolve) => client.write('late', resolve as () => void));
    assert.equal(error.code, 'ERR_STREAM_DESTROYED');
    await turn();
    assert.deepEqual(events, ['close false']);
    await close();
  });

  for (const [name, use] of Object.entries({
    'resetAndDestroy()': (socket: net.Socket) => socket.resetAndDestroy(),
    'write()': (socket: net.Socket) => socket.write('x'),
  })) {
    test(`${name} on a socket that was never connected is ERR_SOCKET_CLOSED`, async () => {
      const socket = new world.Socket();
      const failed = errorOf(socket);
      use(socket);
      const error = await failed;
      assert.deepEqual([error.code, error.message], ['ERR_SOCKET_CLOSED', 'Socket is closed']);
    });
  }

  test('destroy() of a socket that waits to write calls back, and fails what waits behind', async () => {
    const { client, peer, close } = await connected(world);
    peer.pause();
    const first = new Promise((resolve) => client.write(Buffer.alloc(20_000_000), resolve));
    const second = new Promise((resolve) => client.write('behind', resolve));
    client.destroy();
    await first;
    assert.ok((await second) instanceof Error);
    await close();
  });

  test('an error without a listener is thrown to the process, as for any emitter', async () => {
    const client = world.connect(await freePort(world), world.host);
    const [error] = (await once(client, 'error')) as [NodeJS.ErrnoException];
    assert.throws(() => client.emit('error', error), thrown('ECONNREFUSED'));
  });

  test('only strings and octets can be written', async () => {
    const { client, close } = await connected(world);
    assert.throws(() => client.write(1 as never), thrown('ERR_INVALID_ARG_TYPE', 'TypeError'));
    assert.throws(() => client.write(null as never), thrown('ERR_STREAM_NULL_VALUES', 'TypeError'));
    assert.throws(() => client.end({} as never), thrown('ERR_INVALID_ARG_TYPE', 'TypeError'));
    await close();
  });

  test('an encoding that there is not is ERR_UNKNOWN_ENCODING', async () => {
    const { client, close } = await connected(world);
    assert.throws(() => client.setEncoding('nope' as never), thrown('ERR_UNKNOWN_ENCODING'));
    assert.throws(() => client.write('x', 'nope' as never), thrown('ERR_UNKNOWN_ENCODING'));
    await close();
  });

  test('the peer goes on when one of many is reset', async () => {
    const { server, port, close } = await listening(world, (socket) => {
      socket.on('error', () => {});
      socket.pipe(socket);
    });
    const [first, second] = [world.connect(port, world.host), world.connect(port, world.host)];
    await Promise.all([once(first, 'connect'), once(second, 'connect')]);
    first.resetAndDestroy();
    second.write('still here');
    assert.equal(String((await once(second, 'data'))[0]), 'still here');
    assert.equal(server.listening, true);
    second.destroy();
    await close();
  });
}
