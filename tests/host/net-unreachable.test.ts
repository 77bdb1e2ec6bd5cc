// Connections that cannot be made: what node:net says in a network namespace of the test's own, and Slipway in the same words.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { describe, test } from 'node:test';
import { withoutRoot, without } from '../cli/slipway.js';
import { pair } from '../gateway/pair.js';
import { virtualStacks } from './stacks.js';

interface Told {
  code: string;
  errno: number;
  syscall: string;
  address: string;
  port: number;
  message: string;
  hadError: boolean;
}

/** What both worlds are to tell of a connection to port 80 of `address`. */
function expected(code: string, errno: number, address: string): Told {
  const message = `connect ${code} ${address}:80`;
  return { code, errno, syscall: 'connect', address, port: 80, message, hadError: true };
}

const CASES = [
  expected('EHOSTUNREACH', -113, '198.51.100.1'),
  expected('ENETUNREACH', -101, '192.0.2.1'),
  expected('ETIMEDOUT', -110, '203.0.113.9'),
];

async function told(socket: net.Socket): Promise<Told> {
  const [[error], [hadError]] = (await Promise.all([
    new Promise((resolve) => socket.once('error', (reason) => resolve([reason]))),
    new Promise((resolve) => socket.once('close', (...args) => resolve(args))),
  ])) as [[Told], [boolean]];
  const { code, errno, syscall, address, port } = error;
  // Of an attempt that the kernel refuses at once Node also tells the local address, which is none yet.
  const message = error.message.replace(/ - Local .*/, '');
  return { code, errno, syscall, address, port, message, hadError };
}

/** A route that leads nowhere, no route, and a neighbour that is never there. */
const NETWORK = `
ip link set lo up && ip route add unreachable 198.51.100.1 &&
ip link add v0 type veth peer name v1 && ip link set v0 up && ip link set v1 up &&
ip address add 203.0.113.1/24 dev v0 && ip neighbour add 203.0.113.9 lladdr 02:00:00:00:00:09 dev v0 nud permanent &&
echo 1 > /proc/sys/net/ipv4/tcp_syn_retries && exec "$0" --input-type=commonjs --eval "$1"`;

const PROGRAM = `
const net = require('node:net');
${told.toString()}
Promise.all(process.argv.slice(1).map((address) => told(net.connect(80, address)))).then((all) =>
  process.stdout.write(JSON.stringify(all)));`;

describe('a connection that cannot be made', { timeout: 120_000 }, () => {
  test('node:net, asked of Linux', { skip: withoutRoot() || without('unshare', 'ip') }, () => {
    const script = NETWORK.replace('"$1"', `"$1" ${CASES.map(({ address }) => address).join(' ')}`);
    const output = execFileSync('unshare', ['--net', 'sh', '-c', script, process.execPath, PROGRAM], {
      encoding: 'utf8',
    });
    assert.deepEqual(JSON.parse(output), CASES);
  });

  for (const { code, address, ...rest } of CASES.slice(0, 2)) {
    test(`Slipway, told by ICMP: ${code}`, async (t) => {
      const dial = (): net.Socket => {
        const socket = new net.Socket();
        process.nextTick(() => socket.destroy(Object.assign(new Error(code), { code })));
        return socket;
      };
      const { board } = await pair(t, { dial });
      assert.deepEqual(await told(board.connect(80, address) as unknown as net.Socket), { code, address, ...rest });
    });
  }

  test('Slipway, told by nobody: ETIMEDOUT', async () => {
    const { clock, cable, near, close } = await virtualStacks({ configuration: { synR2: 180_000 } });
    cable.cut();
    const failed = told(near.connect(80, '203.0.113.9') as unknown as net.Socket);
    assert.deepEqual(await clock.runUntil(failed, 600_000), CASES[2]);
    await close();
  });

  test('Slipway, told by nobody for a while: the attempt goes on, and is made when the cable is back', async () => {
    const { clock, cable, near, far, close } = await virtualStacks();
    far.createServer((socket) => socket.end('at last')).listen(80);
    cable.cut();
    const socket = near.connect(80);
    const heard = once(socket, 'data') as Promise<[Buffer]>;
    await clock.run(() => false, 60_000); // far beyond R1
    assert.equal(socket.connecting, true);
    cable.plug();
    assert.equal(String((await clock.runUntil(heard, 600_000))[0]), 'at last');
    await close();
  });

  test('who listens for soft-error decides: the attempt goes on, and is made when there is a way', async (t) => {
    let isThere = false;
    const server = net.createServer((socket) => socket.end('at last')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const { board } = await pair(t, {
      dial: () => {
        if (isThere) return net.connect({ port: (server.address() as net.AddressInfo).port, allowHalfOpen: true });
        const socket = new net.Socket();
        process.nextTick(() => socket.destroy(Object.assign(new Error('no way'), { code: 'EHOSTUNREACH' })));
        return socket;
      },
    });
    const socket = board.connect(80, '198.51.100.1');
    const [error] = (await once(socket, 'soft-error')) as [NodeJS.ErrnoException];
    assert.deepEqual([error.code, socket.connecting], ['EHOSTUNREACH', true]);
    isThere = true;
    assert.equal(String((await once(socket, 'data'))[0]), 'at last');
  });
});
