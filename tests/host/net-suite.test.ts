// What the documentation of node:net promises, asked of node:net itself and of Slipway: the same tests, the same answers.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import { Socket } from '../../host/net/socket.js';
import { type Stacks, realStacks } from './stacks.js';

/** What both have; typed as node:net, which is the point. */
interface World {
  name: string;
  host: string;
  createServer: typeof net.createServer;
  connect(port: number, listener?: () => void): net.Socket;
  connectWith(options: Omit<net.TcpNetConnectOpts, 'host'> & Record<string, unknown>): net.Socket;
  newSocket(options?: net.SocketConstructorOpts): net.Socket;
  begin(): Promise<void>;
  end(): Promise<void>;
}

const kernel: World = {
  name: 'node:net',
  host: '127.0.0.1',
  createServer: net.createServer,
  connect: (port, listener) => net.connect(port, '127.0.0.1', listener),
  connectWith: (options) => net.connect({ ...options, host: '127.0.0.1' }),
  newSocket: (options) => new net.Socket(options),
  begin: async () => {},
  end: async () => {},
};

function slipway(): World {
  let stacks: Stacks<unknown>;
  return {
    name: 'slipway',
    host: '192.168.7.2',
    createServer: ((...args: []) => stacks.far.createServer(...args)) as unknown as typeof net.createServer,
    connect: (port, listener) => stacks.near.connect(port, listener) as unknown as net.Socket,
    connectWith: (options) => stacks.near.connect(options) as unknown as net.Socket,
    newSocket: (options) => new Socket(stacks.near.network, options) as unknown as net.Socket,
    begin: async () => {
      stacks = await realStacks();
    },
    end: () => stacks.close(),
  };
}

for (const world of [kernel, slipway()]) {
  describe(world.name, { timeout: 30_000 }, () => {
    before(world.begin);
    after(world.end);
    suite(world);
  });
}

interface Connected {
  server: net.Server;
  client: net.Socket;
  peer: net.Socket;
  close(): Promise<void>;
}

/** A client and the server's socket for it. */
async function connected(
  world: World,
  serverOptions: net.ServerOpts = {},
  clientOptions: object = {},
): Promise<Connected> {
  const server = world.createServer(serverOptions);
  const port = await listening(server);
  const accepted = once(server, 'connection');
  const client = world.connectWith({ ...clientOptions, port });
  const [[peer]] = (await Promise.all([accepted, once(client, 'connect')])) as [[net.Socket], unknown];
  const close = async (): Promise<void> => {
    client.destroy();
    peer.destroy();
    await closed(server);
  };
  return { server, client, peer, close };
}

async function listening(server: net.Server): Promise<number> {
  server.listen(0);
  await once(server, 'listening');
  return (server.address() as net.AddressInfo).port;
}

async function closed(server: net.Server): Promise<void> {
  await new Promise((resolve) => server.close(resolve));
}

async function textOf(stream: Duplex): Promise<string> {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => (text += chunk));
  await once(stream, 'end');
  return text;
}

/** Names of events in the order in which they are emitted, with what distinguishes them. */
function eventsOf(socket: net.Socket): string[] {
  const events: string[] = [];
  for (const name of ['connect', 'ready', 'end', 'finish', 'timeout']) socket.on(name, () => events.push(name));
  socket.on('error', (error: NodeJS.ErrnoException) => events.push(`error ${error.code}`));
  socket.on('close', (hadError) => events.push(`close ${hadError}`));
  return events;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function suite(world: World): void {
  test('connect: connecting and pending until connect, then ready', async () => {
    const server = world.createServer((socket) => socket.end());
    const port = await listening(server);
    let calls = 0;
    const client = world.connect(port, () => calls++);
    const events = eventsOf(client);
    assert.deepEqual([client.connecting, client.pending, client.readyState], [true, true, 'opening']);
    await once(client, 'ready');
    assert.deepEqual([client.connecting, client.pending, client.readyState], [false, false, 'open']);
    client.resume();
    await once(client, 'close');
    assert.deepEqual(events, ['connect', 'ready', 'end', 'finish', 'close false']);
    assert.equal(calls, 1);
    assert.deepEqual([client.destroyed, client.readyState], [true, 'closed']);
    await closed(server);
  });

  test('both ends know the same two addresses', async () => {
    const { server, client, peer, close } = await connected(world);
    assert.equal(client.remoteAddress, world.host);
    assert.equal(client.remotePort, (server.address() as net.AddressInfo).port);
    assert.equal(client.remoteFamily, 'IPv4');
    assert.equal(client.localFamily, 'IPv4');
    assert.deepEqual([peer.localPort, peer.remotePort], [client.remotePort, client.localPort]);
    assert.equal(peer.remoteAddress?.replace('::ffff:', ''), client.localAddress);
    assert.deepEqual(client.address(), { address: client.localAddress, family: 'IPv4', port: client.localPort });
    await close();
  });

  test('text passes both ways, and end() without half open ends both', async () => {
    const { client, peer, close } = await connected(world);
    const [clientEvents, peerEvents] = [eventsOf(client), eventsOf(peer)];
    const heard = textOf(peer);
    const answered = textOf(client);
    peer.write('from the server');
    client.end('from the client');
    assert.deepEqual(await Promise.all([heard, answered]), ['from the client', 'from the server']);
    await wait(10);
    assert.deepEqual(clientEvents, ['finish', 'end', 'close false']);
    assert.deepEqual(peerEvents, ['end', 'finish', 'close false']);
    await close();
  });

  test('half close: with allowHalfOpen the server may go on writing after the client’s end', async () => {
    const { client, peer, close } = await connected(world, { allowHalfOpen: true });
    client.end('question');
    assert.equal(await textOf(peer), 'question');
    assert.equal(peer.readyState, 'writeOnly');
    await wait(20);
    const answer = textOf(client);
    assert.equal(client.readyState, 'readOnly');
    peer.write('the answer ');
    peer.end('comes later');
    assert.equal(await answer, 'the answer comes later');
    await close();
  });

  test('without allowHalfOpen a write after the peer’s end is EPIPE', async () => {
    const { client, peer, close } = await connected(world);
    client.resume();
    peer.end();
    await once(client, 'end');
    const failed = once(client, 'error');
    client.write('late');
    const [error] = (await failed) as [NodeJS.ErrnoException];
    assert.deepEqual([error.code, error.message], ['EPIPE', 'This socket has been ended by the other party']);
    await close();
  });

  test('a write after one’s own end is ERR_STREAM_WRITE_AFTER_END', async () => {
    const { client, close } = await connected(world);
    const failed = once(client, 'error');
    client.end();
    client.write('late');
    const [error] = (await failed) as [NodeJS.ErrnoException];
    assert.equal(error.code, 'ERR_STREAM_WRITE_AFTER_END');
    await close();
  });

  test('what is written before the connection is made is sent once it is, callbacks in order', async () => {
    const server = world.createServer();
    const port = await listening(server);
    const accepted = once(server, 'connection');
    const client = world.connect(port);
    const order: number[] = [];
    client.write('one ', () => order.push(1));
    client.write('two ', () => order.push(2));
    client.end('three', () => order.push(3));
    assert.equal(client.bytesWritten, 13);
    const [peer] = (await accepted) as [net.Socket];
    assert.equal(await textOf(peer), 'one two three');
    await wait(10);
    assert.deepEqual(order, [1, 2, 3]);
    assert.deepEqual([client.bytesWritten, peer.bytesRead], [13, 13]);
    client.destroy();
    await closed(server);
  });

  test('destroy() while connecting closes without an error, and fails what was written', async () => {
    const server = world.createServer((socket) => socket.destroy());
    const client = world.connect(await listening(server));
    const events = eventsOf(client);
    const failure = new Promise<NodeJS.ErrnoException>((resolve) => client.write('never', resolve as () => void));
    client.destroy();
    assert.equal(client.connecting, false);
    await once(client, 'close');
    assert.deepEqual(events, ['close false']);
    assert.equal((await failure).code, 'ERR_SOCKET_CLOSED_BEFORE_CONNECTION');
    await closed(server);
  });

  test('a port that nobody listens on is ECONNREFUSED with the address', async () => {
    const server = world.createServer();
    const port = await listening(server);
    await closed(server);
    const client = world.connect(port);
    const events = eventsOf(client);
    const failed = once(client, 'error');
    await once(client, 'close').catch(() => undefined);
    const [error] = (await failed) as [NodeJS.ErrnoException & { address: string; port: number }];
    await wait(10);
    assert.deepEqual(events, ['error ECONNREFUSED', 'close true']);
    assert.deepEqual(
      [error.syscall, error.errno, error.address, error.port, error.message],
      ['connect', -111, world.host, port, `connect ECONNREFUSED ${world.host}:${port}`],
    );
    assert.equal(client.connecting, false);
  });

  test('resetAndDestroy() is ECONNRESET at the other end', async () => {
    const { client, peer, close } = await connected(world);
    const events = eventsOf(peer);
    const failed = once(peer, 'error');
    client.resetAndDestroy();
    const [error] = (await failed) as [NodeJS.ErrnoException];
    assert.deepEqual([error.code, error.syscall, error.message], ['ECONNRESET', 'read', 'read ECONNRESET']);
    await wait(5);
    assert.deepEqual(events, ['error ECONNRESET', 'close true']);
    assert.equal(client.destroyed, true);
    await close();
  });

  test('resetAndDestroy() while connecting waits for the connection', async () => {
    const server = world.createServer();
    const failed = new Promise<NodeJS.ErrnoException>((resolve) => {
      server.once('connection', (peer) => peer.once('error', resolve));
    });
    const client = world.connect(await listening(server));
    client.resetAndDestroy();
    assert.equal(client.destroyed, false);
    assert.equal((await failed).code, 'ECONNRESET');
    await closed(server);
  });

  test('resetAndDestroy() and write() on a socket that was never connected are ERR_SOCKET_CLOSED', async () => {
    for (const use of [(socket: net.Socket) => socket.resetAndDestroy(), (socket: net.Socket) => socket.write('x')]) {
      const socket = world.newSocket();
      const failed = once(socket, 'error');
      use(socket);
      const [error] = (await failed) as [NodeJS.ErrnoException];
      assert.equal(error.code, 'ERR_SOCKET_CLOSED');
    }
  });

  test('destroy(error) emits that error and close(true)', async () => {
    const { client, close } = await connected(world);
    const events = eventsOf(client);
    client.destroy(Object.assign(new Error('mine'), { code: 'MINE' }));
    await wait(5);
    assert.deepEqual(events, ['error MINE', 'close true']);
    await close();
  });

  test('setTimeout() tells of silence and leaves the socket open; traffic puts it off; 0 stops it', async () => {
    const { client, peer, close } = await connected(world);
    let isIdle = false;
    assert.equal(
      client.setTimeout(60, () => (isIdle = true)),
      client,
    );
    assert.equal(client.timeout, 60);
    for (let count = 0; count < 5; count++) {
      await wait(25);
      client.write('.');
    }
    assert.equal(isIdle, false);
    await once(client, 'timeout');
    assert.equal(isIdle, true);
    assert.equal(client.destroyed, false);
    let again = 0;
    client.on('timeout', () => again++);
    client.setTimeout(0);
    peer.write('.');
    await wait(90);
    assert.equal(again, 0);
    await close();
  });

  test('a paused reader hears nothing, and after resume() everything, then the end', async () => {
    const { client, peer, close } = await connected(world);
    let got = '';
    client.pause();
    client.on('data', (text: Buffer) => (got += text.toString()));
    client.on('end', () => (got += '|end'));
    client.pause();
    peer.write('while paused');
    peer.end();
    await wait(30);
    assert.equal(got, '');
    client.resume();
    await once(client, 'close');
    assert.equal(got, 'while paused|end');
    await close();
  });

  test('back-pressure: write() answers false, drain follows once the reader goes on, and no octet is lost', async () => {
    const { client, peer, close } = await connected(world);
    peer.pause();
    const chunk = Buffer.alloc(64 * 1024, 'x');
    // A kernel has megabytes of buffers on loopback.
    let sent = 0;
    while (client.writableLength < 1_000_000 && sent < 64_000_000) {
      client.write(chunk);
      sent += chunk.length;
      await wait(0);
    }
    assert.equal(client.writableNeedDrain, true);
    assert.equal(client.bytesWritten, sent);
    let received = 0;
    peer.on('data', (text: Buffer) => (received += text.length));
    peer.resume();
    await once(client, 'drain');
    assert.equal(client.writableLength, 0);
    client.end();
    await once(peer, 'end');
    assert.deepEqual([received, peer.bytesRead], [sent, sent]);
    await close();
  });

  test('destroySoon() sends what is written before it closes', async () => {
    const { client, peer, close } = await connected(world);
    const heard = textOf(peer);
    client.write('a'.repeat(300_000));
    client.destroySoon();
    assert.equal((await heard).length, 300_000);
    await close();
  });

  test('a socket is a stream: pipe, for await, setEncoding, cork', async () => {
    const { client, peer, close } = await connected(world);
    peer.pipe(peer);
    client.cork();
    client.write('héllo ');
    client.write('wörld');
    client.uncork();
    client.end();
    let text = '';
    client.setEncoding('utf8');
    for await (const chunk of client) text += chunk as string;
    assert.equal(text, 'héllo wörld');
    await close();
  });

  test('an ended socket connects again', async () => {
    const server = world.createServer((socket) => socket.end('hello'));
    const port = await listening(server);
    const socket = world.newSocket();
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
    await closed(server);
  });

  test('the settings answer the socket', async () => {
    const { client, close } = await connected(
      world,
      { noDelay: true, keepAlive: true },
      { noDelay: true, keepAlive: true, keepAliveInitialDelay: 1000 },
    );
    assert.equal(client.setNoDelay(), client);
    assert.equal(client.setNoDelay(false), client);
    assert.equal(client.setKeepAlive(true, 5000), client);
    assert.equal(client.setKeepAlive(false), client);
    assert.equal(client.ref().unref().ref(), client);
    await close();
  });

  test('a signal that aborts destroys the socket with AbortError', async () => {
    const controller = new AbortController();
    const { client, close } = await connected(world, {}, { signal: controller.signal });
    const failed = once(client, 'error');
    controller.abort();
    const [error] = (await failed) as [Error];
    assert.equal(error.name, 'AbortError');
    await close();
  });

  for (const port of [-1, 65536, 1.5, 'eighty', NaN]) {
    test(`connect() refuses the port ${JSON.stringify(port)}`, () => {
      assert.throws(() => world.newSocket().connect({ port: port as number, host: world.host }), {
        code: 'ERR_SOCKET_BAD_PORT',
        name: 'RangeError',
      });
      assert.throws(() => world.createServer().listen({ port: port as number }), {
        code: 'ERR_SOCKET_BAD_PORT',
        name: 'RangeError',
      });
    });
  }

  test('connect() without a port is ERR_MISSING_ARGS', () => {
    assert.throws(() => world.newSocket().connect({} as net.SocketConnectOpts), { code: 'ERR_MISSING_ARGS' });
  });

  test('a name that does not resolve is ENOTFOUND', async () => {
    const socket = world.newSocket();
    const failed = once(socket, 'error');
    socket.connect(80, 'no-such-host.invalid');
    const [error] = (await failed) as [NodeJS.ErrnoException & { hostname: string }];
    assert.ok(error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN', error.code);
    assert.deepEqual([error.syscall, error.hostname], ['getaddrinfo', 'no-such-host.invalid']);
  });

  test('a server tells of listening in the next tick, and where', async () => {
    const server = world.createServer();
    assert.deepEqual([server.listening, server.address()], [false, null]);
    let isTold = false;
    assert.equal(
      server.listen(0, world.host, () => (isTold = true)),
      server,
    );
    assert.equal(isTold, false);
    await once(server, 'listening');
    assert.equal(isTold, true);
    const { address, family, port } = server.address() as net.AddressInfo;
    assert.deepEqual([address, family, server.listening], [world.host, 'IPv4', true]);
    assert.ok(port > 0);
    await closed(server);
    assert.deepEqual([server.listening, server.address()], [false, null]);
  });

  test('a port that is taken is EADDRINUSE', async () => {
    const server = world.createServer();
    server.listen(0, world.host);
    await once(server, 'listening');
    const { port } = server.address() as net.AddressInfo;
    const second = world.createServer();
    second.listen(port, world.host);
    const [error] = (await once(second, 'error')) as [NodeJS.ErrnoException & { address: string; port: number }];
    assert.deepEqual(
      [error.code, error.errno, error.syscall, error.address, error.port, error.message],
      [
        'EADDRINUSE',
        -98,
        'listen',
        world.host,
        port,
        `listen EADDRINUSE: address already in use ${world.host}:${port}`,
      ],
    );
    assert.equal(second.listening, false);
    await closed(server);
    second.listen(port, world.host);
    await once(second, 'listening');
    await closed(second);
  });

  test('listen() twice is ERR_SERVER_ALREADY_LISTEN', async () => {
    const server = world.createServer();
    await listening(server);
    assert.throws(() => server.listen(0), { code: 'ERR_SERVER_ALREADY_LISTEN' });
    await closed(server);
  });

  test('close() of a server that does not listen tells its callback ERR_SERVER_NOT_RUNNING', async () => {
    const server = world.createServer();
    const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => server.close(resolve));
    assert.equal(error?.code, 'ERR_SERVER_NOT_RUNNING');
  });

  test('close() takes no new connections, and is complete when the last has ended', async () => {
    const { server, client, peer } = await connected(world);
    const { port } = server.address() as net.AddressInfo;
    let isClosed = false;
    server.close(() => (isClosed = true));
    assert.equal(server.listening, false);
    const refused = world.connect(port);
    const [error] = (await once(refused, 'error')) as [NodeJS.ErrnoException];
    assert.equal(error.code, 'ECONNREFUSED');
    client.write('still open');
    const [text] = (await once(peer, 'data')) as [Buffer];
    assert.equal(text.toString(), 'still open');
    assert.equal(isClosed, false);
    client.end();
    await once(server, 'close');
    assert.equal(isClosed, true);
  });

  test('a port can be listened on again at once, although connections are in TIME-WAIT', async () => {
    const { server, client, peer } = await connected(world);
    const { port } = server.address() as net.AddressInfo;
    // The server closes first, so that TIME-WAIT is on its side.
    client.resume();
    peer.resume();
    peer.end();
    await once(peer, 'close');
    await closed(server);
    const second = world.createServer().listen(port);
    await once(second, 'listening');
    await closed(second);
  });

  test('getConnections() counts, and maxConnections turns away with drop', async () => {
    const { server, client, peer, close } = await connected(world);
    server.maxConnections = 1;
    const count = await new Promise((resolve) => {
      server.getConnections((_error, number) => {
        resolve(number);
      });
    });
    assert.equal(count, 1);
    const dropped = once(server, 'drop');
    const second = world.connect((server.address() as net.AddressInfo).port);
    second.on('error', () => {});
    second.resume();
    const [drop] = (await dropped) as [net.DropArgument];
    assert.equal(drop.localPort, client.remotePort);
    assert.equal(drop.remotePort, second.localPort);
    await once(second, 'close');
    assert.equal(peer.destroyed, false);
    await close();
  });

  test('pauseOnConnect: the socket is paused until it is resumed', async () => {
    const { client, peer, close } = await connected(world, { pauseOnConnect: true });
    assert.equal(peer.isPaused(), true);
    let got = '';
    peer.on('data', (text: Buffer) => (got += text.toString()));
    client.write('hello');
    await wait(20);
    assert.equal(got, '');
    peer.resume();
    await once(peer, 'data');
    assert.equal(got, 'hello');
    await close();
  });

  test('a signal that aborts closes the server', async () => {
    const controller = new AbortController();
    const server = world.createServer();
    server.listen({ port: 0, signal: controller.signal });
    await once(server, 'listening');
    controller.abort();
    await once(server, 'close');
    assert.equal(server.listening, false);
  });

  test('await using closes a server', async () => {
    let outside: net.Server;
    {
      await using server = world.createServer();
      await listening(server);
      outside = server;
    }
    assert.equal(outside.listening, false);
  });

  test('a connection can be made from a chosen port', async () => {
    const server = world.createServer();
    const port = await listening(server);
    const accepted = once(server, 'connection');
    const free = world.createServer();
    const localPort = await listening(free);
    await closed(free);
    const client = world.connectWith({ port, localPort });
    const [peer] = (await accepted) as [net.Socket];
    assert.equal(peer.remotePort, localPort);
    client.destroy();
    peer.destroy();
    await closed(server);
  });

  test('fifty connections at once carry fifty answers', async () => {
    const server = world.createServer((socket) => socket.pipe(socket));
    const port = await listening(server);
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const client = world.connect(port);
        client.end(`number ${index} `.repeat(1000));
        return [index, await textOf(client)] as const;
      }),
    );
    for (const [index, text] of answers) assert.equal(text, `number ${index} `.repeat(1000));
    await closed(server);
  });
}
