import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { VirtualClock } from '../../host/clock.js';
import { State } from '../../assembly/numbers.js';
import { type Core, type CoreInfo, CoreTrap } from '../../host/core.js';
import { open } from '../../host/index.js';
import type { LinkEnd } from '../../host/link/link-end.js';
import { pair } from '../../host/link/pair.js';
import type { Server } from '../../host/net/server.js';
import type { Socket } from '../../host/net/socket.js';
import { UsageError } from '../../host/usage-error.js';
import { FAR, type Stacks, type StacksOptions, pattern, virtualStacks } from './stacks.js';

interface Connected extends Stacks<VirtualClock> {
  server: Server;
  client: Socket;
  peer: Socket;
}

/** Two stacks with one connection between them; the server's end may stay half open. */
async function connected(options: StacksOptions = {}): Promise<Connected> {
  const stacks = await virtualStacks({ delayMs: 5, ...options });
  const server = stacks.far.createServer({ allowHalfOpen: true }).listen(80);
  const client = stacks.near.connect({ port: 80, allowHalfOpen: true });
  const both = Promise.all([once(server, 'connection'), once(client, 'connect')]);
  const [[peer]] = (await stacks.clock.runUntil(both)) as [[Socket], unknown];
  return { ...stacks, server, client, peer };
}

/** Lets some virtual time pass, streams and all. */
async function pass(clock: VirtualClock, ms: number): Promise<void> {
  await clock.run(() => false, ms);
}

const errorOf = async (socket: Socket): Promise<NodeJS.ErrnoException> =>
  ((await once(socket, 'error')) as [NodeJS.ErrnoException])[0];

test('3.6: a half-closed connection stands in FIN-WAIT-2 and CLOSE-WAIT until the other end closes', async () => {
  const { clock, near, far, client, peer, close } = await connected();
  assert.deepEqual([client.state, peer.state], ['ESTABLISHED', 'ESTABLISHED']);
  peer.resume();
  client.resume();
  client.end('question');
  await pass(clock, 600_000);
  assert.deepEqual([client.state, peer.state], ['FIN-WAIT-2', 'CLOSE-WAIT']);
  assert.deepEqual([client.readyState, peer.readyState], ['readOnly', 'writeOnly']);
  peer.end('answer');
  await pass(clock, 1000);
  assert.deepEqual(
    near.netstat().map((row) => [row.table, row.state]),
    [['time-wait', 'TIME-WAIT']],
  );
  assert.deepEqual(
    far.netstat().map((row) => row.state),
    ['LISTEN'],
  );
  assert.deepEqual([client.destroyed, peer.destroyed, client.state], [true, true, 'CLOSED']);
  // 3.4.2: MSL is two minutes, and TIME-WAIT lasts two of them.
  await pass(clock, 238_000);
  assert.equal(near.netstat().length, 1);
  await pass(clock, 3_000);
  assert.equal(near.netstat().length, 0);
  await close();
});

test('netstat and info tell the same addresses, states and sequence numbers as both ends have', async () => {
  const { clock, near, far, client, peer, close } = await connected();
  client.write('12345');
  peer.resume();
  await pass(clock, 1000);
  const [ours, theirs] = [client.info(), peer.info()];
  assert.ok(ours !== undefined && theirs !== undefined);
  assert.deepEqual([ours.localPort, ours.remotePort], [theirs.remotePort, theirs.localPort]);
  assert.equal(ours.snd.nxt, theirs.rcv.nxt);
  assert.equal(ours.iss, theirs.irs);
  assert.equal((ours.snd.una - ours.iss) >>> 0, 6);
  assert.ok(ours.srtt >= 9 && ours.srtt <= 12, `SRTT ${ours.srtt} over a round trip of 10 ms`);
  assert.deepEqual(
    far.netstat().map((row) => [row.table, row.state, row.localPort]),
    [
      ['listener', 'LISTEN', 80],
      ['connection', 'ESTABLISHED', 80],
    ],
  );
  assert.deepEqual(
    near.netstat().map((row) => [row.state, row.remoteAddress, row.remotePort]),
    [['ESTABLISHED', FAR, 80]],
  );
  await close();
});

test('many small writes in one turn make few segments', async () => {
  const { clock, near, client, peer, close } = await connected();
  peer.resume();
  const before = near.counters()['segmentsOut'] as number;
  for (let count = 0; count < 100; count++) client.write('ten octets');
  await pass(clock, 1000);
  assert.equal(peer.bytesRead, 1000);
  const segments = (near.counters()['segmentsOut'] as number) - before;
  assert.equal(segments, 1);
  await close();
});

test('setLinger(0): destroy() drops what is queued and resets (RFC 9293 3.9.1.5, SO_LINGER)', async () => {
  const { clock, far, client, peer, close } = await connected();
  const failed = errorOf(peer);
  client.setLinger(0).write('never to arrive, perhaps');
  client.destroy();
  assert.equal((await clock.runUntil(failed)).code, 'ECONNRESET');
  assert.deepEqual(
    far.netstat().map((row) => row.state),
    ['LISTEN'],
  );
  await close();
});

test('setLinger(ms): close waits for the acknowledgment of what is written, and is an error when it takes longer', async () => {
  const { clock, cable, near, client, peer, server, close } = await connected();
  let received = 0;
  peer.on('data', (chunk: Buffer) => (received += chunk.length));
  client.resume();
  client.setLinger(10_000).write(pattern(100_000));
  client.destroy();
  const [hadError] = (await clock.runUntil(once(client, 'close'))) as [boolean];
  assert.deepEqual([hadError, received], [false, 100_000]);

  const second = near.connect(80);
  const [other] = (await clock.runUntil(once(server, 'connection'))) as [Socket];
  other.on('error', () => {});
  const failed = errorOf(second);
  second.setLinger(2_000).write('unheard');
  cable.cut();
  const start = clock.now();
  second.destroy();
  const error = await clock.runUntil(failed, 60_000);
  assert.deepEqual([error.code, error.syscall, clock.now() - start], ['ETIMEDOUT', 'close', 2_000]);
  await close();
});

test('3.8.5: urgent text is announced, and read in line', async () => {
  const { clock, client, peer, close } = await connected();
  let urgents = 0;
  peer.on('urgent', () => urgents++);
  client.write('before ');
  client.writeUrgent('now!');
  client.write(' after');
  await pass(clock, 100);
  assert.equal(urgents, 1);
  let text = '';
  peer.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await pass(clock, 100);
  assert.equal(text, 'before now! after');
  assert.equal(peer.info()?.urgent, false, 'nothing urgent remains to be read');
  await close();
});

test('destroy() without linger delivers what is queued, in the background', async () => {
  const { clock, near, client, peer, close } = await connected();
  const octets = pattern(50_000);
  const chunks: Buffer[] = [];
  peer.on('data', (chunk: Buffer) => chunks.push(chunk));
  client.resume();
  client.write(octets);
  client.destroy();
  await pass(clock, 5_000);
  assert.ok(Buffer.concat(chunks).equals(octets));
  peer.end();
  await pass(clock, 5_000);
  assert.deepEqual(
    near.netstat().map((row) => row.state),
    ['TIME-WAIT'],
  );
  await close();
});

test('a cable pulled in mid-transfer ends both sockets with ETIMEDOUT within R2, and every slot comes back', async () => {
  const { clock, cable, near, far, client, peer, close } = await connected();
  const r2 = 100_000;
  const errors = Promise.all([errorOf(client), errorOf(peer)]);
  client.write(pattern(1_000_000));
  peer.write(pattern(1_000_000));
  client.resume();
  peer.resume();
  await pass(clock, 30);
  cable.cut();
  const cutAt = clock.now();
  const [ours, theirs] = await clock.runUntil(errors, 10 * r2);
  assert.deepEqual([ours.code, theirs.code], ['ETIMEDOUT', 'ETIMEDOUT']);
  // R2 is looked at when the timer runs out, which has then backed off to a minute at most.
  assert.ok(clock.now() - cutAt <= r2 + 60_000, `${clock.now() - cutAt} ms`);
  await pass(clock, 1000);
  assert.deepEqual([near.netstat().length, far.netstat().map((row) => row.state)], [0, ['LISTEN']]);
  await close();
});

test('a cable pulled and plugged again in time costs nothing but time', async () => {
  const { clock, cable, client, peer, close } = await connected();
  let received = 0;
  peer.on('data', (chunk: Buffer) => (received += chunk.length));
  client.end(pattern(500_000));
  await pass(clock, 30);
  cable.cut();
  await pass(clock, 20_000);
  assert.ok(received < 500_000);
  cable.plug();
  assert.equal(await clock.run(() => received === 500_000, 120_000), true);
  await close();
});

test('connecting over a pulled cable is ETIMEDOUT, with the address', async () => {
  const { clock, cable, near, close } = await virtualStacks({ configuration: { synR2: 180_000 } });
  cable.cut();
  const client = near.connect(80);
  const error = (await clock.runUntil(errorOf(client), 600_000)) as NodeJS.ErrnoException & {
    address: string;
    port: number;
  };
  assert.deepEqual([error.code, error.syscall, error.address, error.port], ['ETIMEDOUT', 'connect', FAR, 80]);
  await close();
});

test('keepalive finds out that the cable of an idle connection is pulled; without it nobody does', async () => {
  const { clock, cable, client, peer, close } = await connected();
  const failed = errorOf(client);
  client.setKeepAlive(true, 10_000);
  cable.cut();
  assert.equal((await clock.runUntil(failed, 3_600_000)).code, 'ETIMEDOUT');
  await pass(clock, 24 * 3_600_000);
  assert.equal(peer.state, 'ESTABLISHED');
  peer.destroy();
  await close();
});

test('a link that closes ends sockets and servers at once with ENETDOWN', async () => {
  const { clock, near, far, cable, client, peer, server } = await connected();
  const told = once(near, 'close');
  const errors = Promise.all([errorOf(client), errorOf(peer), once(server, 'error')]);
  (cable.a as LinkEnd).gone(new Error('unplugged'));
  await cable.b.close();
  const [ours, theirs] = await clock.runUntil(errors);
  assert.deepEqual([ours.message, theirs.code], ['unplugged', 'ENETDOWN']);
  await clock.runUntil(told);
  assert.deepEqual([near.netstat(), client.state, client.destroyed], [[], 'CLOSED', true]);
  const late = near.connect(80);
  await clock.runUntil(errorOf(late));
  await assert.rejects(near.ping());
  await Promise.all([near.close(), far.close()]);
});

test('close() ends with FIN what is open, and waits until it has been heard', async () => {
  const { clock, near, far, client, peer } = await connected();
  let received = 0;
  let hasEnded = false;
  peer.on('data', (chunk: Buffer) => (received += chunk.length));
  peer.on('end', () => (hasEnded = true));
  client.resume();
  client.write(pattern(200_000));
  await clock.runUntil(near.close(60_000));
  assert.deepEqual([received, hasEnded], [200_000, true]);
  await clock.runUntil(far.close());
});

test('close() does not wait for a cable that is pulled', async () => {
  const { clock, cable, near, far, client } = await connected();
  client.on('error', () => {});
  client.write('unheard');
  cable.cut();
  const start = clock.now();
  await clock.runUntil(near.close(2000));
  assert.ok(clock.now() - start <= 2001);
  await clock.runUntil(far.close());
});

test('await using closes a stack', async () => {
  const clock = new VirtualClock();
  const [link, other] = pair(clock);
  let isClosed = false;
  other.attach({ receive: () => {}, drain: () => {}, closed: () => (isClosed = true) });
  {
    await using stack = await open(link, { clock, seed: 1 });
    assert.deepEqual(stack.netstat(), []);
  }
  clock.advance(1);
  assert.equal(isClosed, true);
});

test('ping measures the round trip, and an address that does not answer is ETIMEDOUT', async () => {
  const { clock, near, cable, close } = await virtualStacks({ delayMs: 20 });
  assert.equal(await clock.runUntil(near.ping()), 40);
  assert.equal(await clock.runUntil(near.ping(FAR, { octets: 1000 })), 40);
  cable.cut();
  await assert.rejects(clock.runUntil(near.ping(FAR, { timeoutMs: 700 })), { code: 'ETIMEDOUT', syscall: 'ping' });
  await assert.rejects(near.ping('nobody'), { code: 'ENOTFOUND' });
  await close();
});

test('datagram links carry the same connections as octet links', async () => {
  const { clock, client, peer, close } = await connected({ kind: 'datagrams' });
  let received = 0;
  peer.on('data', (chunk: Buffer) => (received += chunk.length));
  client.end(pattern(100_000));
  assert.equal(await clock.run(() => received === 100_000, 60_000), true);
  await close();
});

test('watching the records changes no octet on the wire', async () => {
  const wire = async (isWatched: boolean): Promise<string> => {
    const stacks = await virtualStacks({ delayMs: 5, loss: 0.02, seed: 4 });
    let number = 0;
    if (isWatched) {
      stacks.near.driver.onRecord((record) => {
        assert.equal(record.number, number === 0 ? record.number : number + 1, 'no record is missed');
        ({ number } = record);
      });
    }
    const server = stacks.far.createServer((socket) => socket.pipe(socket)).listen(7);
    let echoed = 0;
    const client = stacks.near.connect(7);
    client.on('data', (chunk: Buffer) => (echoed += chunk.length));
    client.end(pattern(100_000));
    await stacks.clock.run(() => client.destroyed, 600_000);
    assert.equal(echoed, 100_000);
    server.close();
    const { octetsIn, octetsOut } = stacks.near.link.stats;
    await stacks.close();
    return `${octetsIn} ${octetsOut} ${stacks.clock.now()}`;
  };
  assert.equal(await wire(true), await wire(false));
});

test('records say who sent what and why, with the datagram', async () => {
  const { clock, near, close } = await virtualStacks({ delayMs: 5 });
  const seen: string[] = [];
  const stop = near.driver.onRecord((record, datagram) => {
    assert.equal(datagram?.length ?? 0, record.length);
    seen.push(`${record.kind} ${record.cause} ${record.before} > ${record.after}`);
  });
  near.connect(80).on('error', () => {});
  await pass(clock, 100);
  stop();
  near.connect(80).on('error', () => {});
  await pass(clock, 100);
  assert.deepEqual(seen.slice(0, 3), [
    'call none CLOSED > SYN-SENT',
    'output open SYN-SENT > SYN-SENT',
    'input none SYN-SENT > CLOSED',
  ]);
  assert.ok(seen.length <= 4);
  await close();
});

test('a trap discards the instance: everything ends with that error, and later calls say so', async () => {
  const { clock, near, far, client } = await connected();
  const [failed, told] = [errorOf(client), once(near, 'close')];
  breakState(near.core, (row) => row.state === 'ESTABLISHED');
  client.write('x');
  await clock.run(() => client.destroyed, 60_000);
  assert.ok(near.core.trap instanceof CoreTrap);
  assert.ok((await failed) instanceof CoreTrap);
  assert.ok(((await told) as [Error])[0] instanceof CoreTrap);
  assert.throws(() => near.core.call.changed(), CoreTrap);
  await Promise.all([near.close(), clock.runUntil(far.close())]);
});

/** What no wire can do: a connection's state becomes LISTEN, which no TCB has. Where the state lies, only asking tells. */
function breakState(core: Core, isIt: (row: CoreInfo) => boolean): void {
  const { handle } = core.list().find(isIt) as CoreInfo;
  const { octets, call } = core;
  for (let at = octets.indexOf(State.ESTABLISHED); at >= 0; at = octets.indexOf(State.ESTABLISHED, at + 1)) {
    octets[at] = State.LISTEN;
    if (call.status(handle) === State.LISTEN) return;
    octets[at] = State.ESTABLISHED;
  }
  assert.fail('no octet is the state');
}

test('a setting outside its range, or unknown, is a usage error', async () => {
  const clock = new VirtualClock();
  await assert.rejects(open('emulated:', { clock, configuration: { msl: -1 } }), UsageError);
  await assert.rejects(
    open('emulated:', { clock, configuration: { mls: 1 } as object }),
    /no setting 'mls'; the settings are mtu, msl/,
  );
  await assert.rejects(open('emulated:', { clock, address: '192.168.7' }), UsageError);
  await assert.rejects(open('emulated:?app=nothing', { clock }), /no app 'nothing'; use http, echo or none/);
});

test('the MTU that is set bounds every segment', async () => {
  const { clock, near, client, peer, close } = await connected({ configuration: { mtu: 296 } });
  let longest = 0;
  near.driver.onRecord((record) => (longest = Math.max(longest, record.length)));
  peer.resume();
  client.end(pattern(20_000));
  await pass(clock, 10_000);
  assert.equal(peer.bytesRead, 20_000);
  assert.equal(longest, 296);
  await close();
});

test('an error in an application’s listener costs the others nothing', async () => {
  const { clock, near, far, client, peer, close } = await connected();
  const thrown: unknown[] = [];
  const listeners = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.once('uncaughtException', (error) => thrown.push(error));
  const second = near.connect(80);
  const accepted = once(far.createServer().listen(81), 'listening');
  peer.once('data', () => {
    throw new Error('from a listener');
  });
  client.write('boom');
  await clock.run(() => second.readyState === 'open', 10_000).catch((error: unknown) => thrown.push(error));
  await pass(clock, 1000);
  for (const listener of listeners) process.on('uncaughtException', listener);
  assert.equal((thrown[0] as Error).message, 'from a listener');
  assert.equal(second.readyState, 'open');
  client.write('still here');
  await pass(clock, 1000);
  assert.equal(peer.bytesRead, 14);
  await accepted;
  await close();
});

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Runs a program that opens an emulated board, and says how it ended. */
function program(lines: string): { status: number | null; stdout: string } {
  const source = `import { open } from './host/index.js';\nconst board = await open('emulated:?app=echo');\n${lines}`;
  const node = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', source], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: 120_000,
  });
  assert.equal(node.stderr, '');
  return node;
}

test('a process lives as long as a socket is open, and no longer', () => {
  const node = program(`
    const socket = board.connect(7);
    socket.on('data', (text) => { console.log(String(text)); socket.end(); });
    setTimeout(() => socket.write('after a pause'), 300).unref();
  `);
  assert.deepEqual([node.status, node.stdout], [0, 'after a pause\n']);
});

test('unref() lets a process end although sockets and servers are open', () => {
  const node = program(`
    board.createServer().listen(80).unref();
    const socket = board.connect(7).unref();
    await new Promise((resolve) => socket.once('connect', resolve).ref());
    socket.unref();
    console.log('connected');
  `);
  assert.deepEqual([node.status, node.stdout], [0, 'connected\n']);
});
