// What the documentation of node:dgram promises, asked of node:dgram itself and of Slipway.
import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { type Stacks, pattern, realStacks, virtualStacks } from './stacks.js';

interface World {
  name: string;
  host: string;
  near(): dgram.Socket;
  far(): dgram.Socket;
  begin(): Promise<void>;
  end(): Promise<void>;
}

const kernel: World = {
  name: 'node:dgram',
  host: '127.0.0.1',
  near: () => dgram.createSocket('udp4'),
  far: () => dgram.createSocket('udp4'),
  begin: async () => {},
  end: async () => {},
};

function slipway(): World {
  let stacks: Stacks<unknown>;
  return {
    name: 'slipway',
    host: '192.168.7.2',
    near: () => stacks.near.createDatagramSocket() as unknown as dgram.Socket,
    far: () => stacks.far.createDatagramSocket() as unknown as dgram.Socket,
    begin: async () => {
      stacks = await realStacks();
    },
    end: () => stacks.close(),
  };
}

for (const world of [kernel, slipway()]) {
  describe(world.name, { timeout: 240_000 }, () => {
    before(world.begin);
    after(world.end);
    suite(world);
  });
}

async function bound(socket: dgram.Socket, host: string): Promise<number> {
  socket.bind(0, host);
  await once(socket, 'listening');
  return socket.address().port;
}

function suite(world: World): void {
  test('a datagram arrives whole, with who sent it, and can be answered', async () => {
    const [near, far] = [world.near(), world.far()];
    const port = await bound(far, world.host);
    assert.deepEqual(far.address(), { address: world.host, family: 'IPv4', port });
    far.on('message', (message, from) => {
      far.send(`${message.toString()} of ${from.size}`, from.port, from.address);
    });
    const sent = new Promise<[Error | null, number]>((resolve) => {
      near.send('question', port, world.host, (error, octets) => {
        resolve([error, octets]);
      });
    });
    const [answer, from] = (await once(near, 'message')) as [Buffer, dgram.RemoteInfo];
    assert.equal(answer.toString(), 'question of 8');
    assert.deepEqual(from, { address: world.host, family: 'IPv4', port, size: 13 });
    assert.deepEqual(await sent, [null, 8]);
    near.close();
    far.close();
  });

  test('boundaries are kept: as many messages as sends, one of them empty', async () => {
    const [near, far] = [world.near(), world.far()];
    const port = await bound(far, world.host);
    const got: number[] = [];
    const all = new Promise<void>((resolve) => {
      far.on('message', (message) => {
        got.push(message.length);
        if (got.length === 4) resolve();
      });
    });
    for (const octets of [1, 1000, 0, 7]) near.send(Buffer.alloc(octets), port, world.host);
    await all;
    assert.deepEqual(got, [1, 1000, 0, 7]);
    near.close();
    far.close();
  });

  test('a port that is taken is EADDRINUSE', async () => {
    const [first, second] = [world.far(), world.far()];
    const port = await bound(first, world.host);
    second.bind(port, world.host);
    const [error] = (await once(second, 'error')) as [NodeJS.ErrnoException];
    assert.deepEqual(
      [error.code, error.syscall, error.message],
      ['EADDRINUSE', 'bind', `bind EADDRINUSE ${world.host}:${port}`],
    );
    first.close();
  });

  test('close is told once, and what follows it throws', async () => {
    const socket = world.near();
    await bound(socket, '0.0.0.0');
    socket.close();
    await once(socket, 'close');
    assert.throws(() => socket.send('late', 1000), { code: 'ERR_SOCKET_DGRAM_NOT_RUNNING' });
    assert.throws(() => socket.close(), { code: 'ERR_SOCKET_DGRAM_NOT_RUNNING' });
  });

  test('a bad port throws, and binding twice too', async () => {
    const socket = world.near();
    assert.throws(
      () => {
        socket.send('x', 0, world.host);
      },
      { code: 'ERR_SOCKET_BAD_PORT' },
    );
    assert.throws(
      () => {
        socket.send('x', 65536, world.host);
      },
      { code: 'ERR_SOCKET_BAD_PORT' },
    );
    await bound(socket, '0.0.0.0');
    assert.throws(() => socket.bind(0), { code: 'ERR_SOCKET_ALREADY_BOUND' });
    socket.close();
  });

  test('what is too long for a datagram is EMSGSIZE', async () => {
    const socket = world.near();
    const error = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
      socket.send(Buffer.alloc(70_000), 9, world.host, resolve);
    });
    assert.deepEqual([error?.code, error?.syscall], ['EMSGSIZE', 'send']);
    socket.close();
  });
}

test('datagrams are lost with the wire, and none is damaged', async () => {
  const { clock, cable, near, far, close } = await virtualStacks({ loss: 0.2, corrupt: 0.1, duplicate: 0.05, seed: 3 });
  const got: Buffer[] = [];
  far.createDatagramSocket((message) => got.push(message)).bind(9);
  const socket = near.createDatagramSocket();
  const octets = pattern(1000);
  for (let count = 0; count < 200; count++) {
    socket.send(octets, 9);
    await clock.run(() => false, 10);
  }
  const { lost, corrupted, duplicated } = cable.counts;
  assert.ok(lost > 20 && corrupted > 5);
  assert.ok(got.length >= 200 - lost - 2 * corrupted && got.length <= 200 - lost + duplicated, String(got.length));
  for (const message of got) assert.ok(message.equals(octets));
  socket.close();
  await close();
});

test('a full ring is EAGAIN, and goes on once it has room', async () => {
  const { clock, near, close } = await virtualStacks({ bandwidth: 1000 });
  const socket = near.createDatagramSocket();
  const errors: string[] = [];
  for (let count = 0; count < 100; count++) {
    socket.send(Buffer.alloc(1000), 9, undefined, (error) => {
      if (error !== null) errors.push((error as NodeJS.ErrnoException).code ?? '');
    });
  }
  await clock.run(() => false, 1);
  assert.ok(errors.length > 0 && errors.length < 100);
  assert.deepEqual([...new Set(errors)], ['EAGAIN']);
  await clock.run(() => false, 100_000);
  const sent = new Promise<Error | null>((resolve) => {
    socket.send('again', 9, undefined, resolve);
  });
  assert.equal(await clock.runUntil(sent), null);
  await close();
});

test('one octet more than the MTU leaves is EMSGSIZE, and touches nothing of the core', async () => {
  const { clock, near, far, close } = await virtualStacks();
  const got: number[] = [];
  far.createDatagramSocket((message) => got.push(message.length)).bind(9);
  const socket = near.createDatagramSocket();
  const most = near.core.constants.mtu - 28;
  socket.send(Buffer.alloc(most, 1), 9);
  await clock.run(() => false, 10);
  const before = near.core.octets.slice(0, near.core.constants.heapBase);
  const error = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
    socket.send(Buffer.alloc(most + 1, 2), 9, undefined, resolve);
  });
  assert.equal(error?.code, 'EMSGSIZE');
  assert.ok(Buffer.from(before).equals(near.core.octets.subarray(0, before.length)));
  assert.deepEqual(got, [most]);
  await close();
});
