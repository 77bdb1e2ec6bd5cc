import assert from 'node:assert/strict';
import { once } from 'node:events';
import type net from 'node:net';
import { test } from 'node:test';
import { type World, errorOf, eventsOf, freePort, listening, textOf, thrown } from './world.js';

/** connect() in all of its forms, what a socket is meanwhile, and names. */
export function connecting(world: World): void {
  test('connect: connecting and pending until connect, then ready', async () => {
    const { port, close } = await listening(world, (socket) => socket.end());
    let calls = 0;
    const client = world.connect(port, world.host, () => calls++);
    const events = eventsOf(client);
    assert.deepEqual([client.connecting, client.pending, client.readyState], [true, true, 'opening']);
    await once(client, 'ready');
    assert.deepEqual([client.connecting, client.pending, client.readyState], [false, false, 'open']);
    client.resume();
    await once(client, 'close');
    assert.deepEqual(events, ['connect', 'ready', 'end', 'finish', 'close false']);
    assert.equal(calls, 1);
    assert.deepEqual([client.destroyed, client.readyState], [true, 'closed']);
    await close();
  });

  const forms: Record<string, (port: number, listener: () => void) => net.Socket> = {
    'connect(port, host, listener)': (port, listener) => world.connect(port, world.host, listener),
    'connect({ port, host }, listener)': (port, listener) => world.connect({ port, host: world.host }, listener),
    'connect with digits for a port': (port, listener) =>
      world.connect({ port: String(port) as unknown as number, host: world.host }, listener),
    'connect(digits, host)': (port, listener) => world.connect(String(port) as unknown as number, world.host, listener),
    'createConnection(port, host, listener)': (port, listener) => world.createConnection(port, world.host, listener),
    'createConnection({ port, host }, listener)': (port, listener) =>
      world.createConnection({ port, host: world.host }, listener),
    'new Socket().connect(port, host, listener)': (port, listener) =>
      new world.Socket().connect(port, world.host, listener),
    'new Socket().connect({ port, host }, listener)': (port, listener) =>
      new world.Socket().connect({ port, host: world.host }, listener),
  };
  for (const [form, connect] of Object.entries(forms)) {
    test(`${form}: the listener is called once, as a method of the socket`, async () => {
      const { port, close } = await listening(world, (socket) => socket.end());
      const calls: unknown[] = [];
      const client = connect(port, function (this: unknown) {
        calls.push(this);
      });
      client.resume();
      await once(client, 'close');
      assert.equal(calls.length, 1);
      assert.equal(calls[0], client);
      await close();
    });
  }

  test('a socket that was never connected is pending, and closed by destroy() alone', async () => {
    const socket = new world.Socket();
    const events = eventsOf(socket);
    assert.deepEqual([socket.pending, socket.connecting, socket.destroyed], [true, false, false]);
    assert.deepEqual([socket.bytesRead, socket.bytesWritten], [0, 0]);
    assert.equal(socket.destroy(), socket);
    await once(socket, 'close');
    assert.deepEqual(events, ['close false']);
  });

  test('what is written before the connection is made is sent once it is, callbacks in order', async () => {
    const { server, port, close } = await listening(world);
    const accepted = once(server, 'connection');
    const client = world.connect(port, world.host);
    const order: number[] = [];
    const last = new Promise<void>((resolve) => {
      client.write('one ', () => order.push(1));
      client.write('two ', () => order.push(2));
      client.end('three', () => {
        order.push(3);
        resolve();
      });
    });
    assert.equal(client.bytesWritten, 13);
    const [peer] = (await accepted) as [net.Socket];
    assert.equal(await textOf(peer), 'one two three');
    await last;
    assert.deepEqual(order, [1, 2, 3]);
    assert.deepEqual([client.bytesWritten, peer.bytesRead], [13, 13]);
    client.destroy();
    await close();
  });

  test('destroy() while connecting closes without an error, and fails what was written', async () => {
    const { port, close } = await listening(world, (socket) => socket.destroy());
    const client = world.connect(port, world.host);
    const events = eventsOf(client);
    const failure = new Promise<NodeJS.ErrnoException>((resolve) => client.write('never', resolve as () => void));
    client.destroy();
    assert.equal(client.connecting, false);
    await once(client, 'close');
    assert.deepEqual(events, ['close false']);
    assert.equal((await failure).code, 'ERR_SOCKET_CLOSED_BEFORE_CONNECTION');
    await close();
  });

  test('a listener of connect may end at once what it has written', async () => {
    const { server, port, close } = await listening(world);
    const accepted = once(server, 'connection');
    const client = world.connect(port, world.host, () => client.end('and gone'));
    const [peer] = (await accepted) as [net.Socket];
    assert.equal(await textOf(peer), 'and gone');
    client.destroy();
    await close();
  });

  test('an ended socket connects again', async () => {
    const { port, close } = await listening(world, (socket) => socket.end('hello'));
    const socket = new world.Socket();
    for (let times = 0; times < 2; times++) {
      socket.connect(port, world.host);
      let text = '';
      const add = (chunk: Buffer): void => void (text += chunk.toString());
      socket.on('data', add);
      await once(socket, 'close');
      socket.off('data', add);
      assert.equal(text, 'hello');
      assert.equal(socket.bytesRead, 5);
    }
    await close();
  });

  test('a socket that was refused connects where it is welcome', async () => {
    const { port, close } = await listening(world, (socket) => socket.end('hello'));
    const socket = new world.Socket().connect(await freePort(world), world.host);
    assert.equal((await errorOf(socket)).code, 'ECONNREFUSED');
    if (!socket.closed) await once(socket, 'close');
    socket.connect(port, world.host);
    assert.equal(await textOf(socket), 'hello');
    await close();
  });

  test('a connection can be made from a chosen port and address', async () => {
    const { server, port, close } = await listening(world);
    const accepted = once(server, 'connection');
    const localPort = await freePort(world);
    const client = world.connect({ port, host: world.host, localPort, localAddress: world.localHost });
    const [peer] = (await accepted) as [net.Socket];
    assert.deepEqual([peer.remoteAddress, peer.remotePort], [world.localHost, localPort]);
    client.destroy();
    peer.destroy();
    await close();
  });

  test('the same two ends twice are EADDRNOTAVAIL', async () => {
    const { server, port, close } = await listening(world);
    const accepted = once(server, 'connection');
    const localPort = await freePort(world);
    const first = world.connect({ port, host: world.host, localPort });
    const [peer] = (await accepted) as [net.Socket];
    const second = world.connect({ port, host: world.host, localPort });
    const error = await errorOf(second);
    assert.deepEqual(
      [error.code, error.errno, error.syscall, error.address, error.port],
      ['EADDRNOTAVAIL', -99, 'connect', world.host, port],
    );
    first.destroy();
    peer.destroy();
    await close();
  });

  test('a local address that is not ours is EADDRNOTAVAIL of bind', async () => {
    const client = world.connect({ port: 9, host: world.host, localAddress: '192.0.2.1' });
    const error = await errorOf(client);
    assert.deepEqual(
      [error.code, error.syscall, error.address, error.message],
      ['EADDRNOTAVAIL', 'bind', '192.0.2.1', 'bind EADDRNOTAVAIL 192.0.2.1'],
    );
  });

  test('fifty connections at once carry fifty answers', async () => {
    const { port, close } = await listening(world, (socket) => socket.pipe(socket));
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const client = world.connect(port, world.host);
        client.end(`number ${index} `.repeat(1000));
        return [index, await textOf(client)] as const;
      }),
    );
    for (const [index, text] of answers) assert.equal(text, `number ${index} `.repeat(1000));
    await close();
  });

  misuse(world);
}

function misuse(world: World): void {
  const host = world.host;
  for (const port of [-1, 65536, 1.5, 'eighty', NaN, '']) {
    test(`connect() refuses the port ${JSON.stringify(port)}`, () => {
      assert.throws(
        () => new world.Socket().connect({ port: port as number, host }),
        thrown('ERR_SOCKET_BAD_PORT', 'RangeError'),
      );
    });
  }

  const wrong: [string, () => unknown, string][] = [
    ['no arguments', () => world.connect(...([] as unknown as [number])), 'ERR_MISSING_ARGS'],
    ['no port', () => world.connect({ host } as net.TcpNetConnectOpts), 'ERR_MISSING_ARGS'],
    ['null for a port', () => world.connect({ port: null as unknown as number, host }), 'ERR_INVALID_ARG_TYPE'],
    ['true for a port', () => world.connect({ port: true as unknown as number, host }), 'ERR_INVALID_ARG_TYPE'],
    ['a number for a host', () => world.connect({ port: 80, host: 5 as unknown as string }), 'ERR_INVALID_ARG_TYPE'],
    [
      'a lookup that is no function',
      () => world.connect({ port: 80, host: 'a.b', lookup: 1 as never }),
      'ERR_INVALID_ARG_TYPE',
    ],
    [
      'a local address that is none',
      () => world.connect({ port: 80, host, localAddress: 'here' }),
      'ERR_INVALID_IP_ADDRESS',
    ],
    [
      'a local port that is no number',
      () => world.connect({ port: 80, host, localPort: 'x' as never }),
      'ERR_INVALID_ARG_TYPE',
    ],
    ['a family that there is not', () => world.connect({ port: 80, host: 'a.b', family: 5 }), 'ERR_INVALID_ARG_VALUE'],
    ['object mode', () => new world.Socket({ objectMode: true } as net.SocketConstructorOpts), 'ERR_INVALID_ARG_VALUE'],
    ['a signal that is none', () => new world.Socket({ signal: 1 as never }), 'ERR_INVALID_ARG_TYPE'],
  ];
  for (const [what, use, code] of wrong) {
    test(`${what}: ${code}`, () => assert.throws(use, thrown(code)));
  }
}
