// What differs from node:net and is to stay so: each item of docs/net.md, shown in both worlds.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type World, connected, errorOf, eventsOf, kernel, listening, slipway, thrown } from './net-suite/world.js';

const ours = slipway();

describe('what differs from node:net', { timeout: 60_000 }, () => {
  before(ours.begin);
  after(ours.end);

  test('1: a name is unknown but for board, unless a lookup is given; node:net asks the system', async () => {
    const unknown = ours.connect(80, 'localhost');
    const events = eventsOf(unknown);
    const error = await errorOf(unknown);
    assert.deepEqual([error.code, error.syscall, error.hostname], ['ENOTFOUND', 'getaddrinfo', 'localhost']);
    assert.deepEqual(events.slice(0, 1), ['lookup ENOTFOUND']);

    const { port, close } = await listening(ours, (socket) => socket.end());
    for (const host of ['board', undefined]) {
      const client = ours.connect({ port, host } as net.TcpNetConnectOpts).resume();
      await once(client, 'connect');
      assert.equal(client.remoteAddress, ours.host);
      await once(client, 'close');
    }
    await close();

    const real = await listening(kernel, (socket) => socket.end());
    const client = kernel.connect({ port: real.port, host: 'localhost', family: 4 }).resume();
    await once(client, 'close');
    await real.close();
  });

  test('2: paths, handles and descriptors are refused', async () => {
    const file = path.join(os.tmpdir(), `slipway-${process.pid}.sock`);
    const server = kernel.createServer().listen(file);
    await once(server, 'listening');
    assert.equal(server.address(), file);
    await new Promise((resolve) => server.close(resolve));

    const refused = thrown('ERR_INVALID_ARG_VALUE', 'TypeError');
    assert.throws(() => ours.connect(file as unknown as number), refused);
    assert.throws(() => ours.connect({ path: file }), refused);
    assert.throws(() => ours.createServer().listen(file), refused);
    assert.throws(() => ours.createServer().listen({ path: file }), /A path cannot be listened on/);
    assert.throws(() => ours.createServer().listen({ fd: 0 }), refused);
    assert.throws(() => new ours.Socket({ fd: 0 }), refused);
  });

  test('3: IPv4 alone', async () => {
    const everywhere = async (world: World): Promise<unknown> => {
      const server = world.createServer().listen(0);
      await once(server, 'listening');
      const { family } = server.address() as net.AddressInfo;
      await new Promise((resolve) => server.close(resolve));
      return family;
    };
    assert.equal(await everywhere(ours), 'IPv4');
    assert.ok(['IPv4', 'IPv6'].includes(String(await everywhere(kernel))), 'IPv6 where the machine has it');
    assert.equal((await errorOf(ours.connect(80, '::1'))).code, 'ENOTFOUND');
    assert.equal((await errorOf(ours.createServer().listen(0, '::1'))).code, 'ENOTFOUND');
  });

  test('4: a write that is under way when its socket is destroyed fails; node:net calls back without an error', async () => {
    const outcome = async (world: World): Promise<unknown> => {
      const { client, peer, close } = await connected(world);
      peer.pause();
      const told = new Promise<NodeJS.ErrnoException | null | undefined>((resolve) => {
        client.write(Buffer.alloc(20_000_000), resolve);
      });
      client.destroy();
      const error = await told;
      await close();
      return error?.code;
    };
    assert.equal(await outcome(ours), 'ERR_SOCKET_CLOSED');
    assert.equal(await outcome(kernel), undefined);
  });
});
