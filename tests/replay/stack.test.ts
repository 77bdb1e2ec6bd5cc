// Snapshots of what open() gives: sockets and servers over a core that is put back.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import type { Server } from '../../host/net/server.js';
import type { Socket } from '../../host/net/socket.js';
import { EmulatedCable } from '../../host/link/emulated.js';
import type { Stacks } from '../host/stacks.js';
import { pattern, virtualStacks } from '../host/stacks.js';
import type { VirtualClock } from '../../host/clock.js';
import { SnapshotError } from '../../host/replay/snapshot.js';

interface Connected {
  stacks: Stacks<VirtualClock>;
  server: Server;
  near: Socket;
  far: Socket;
}

/** A server at the far end, and a connection to it. */
async function connected(): Promise<Connected> {
  const stacks = await virtualStacks({ delayMs: 5 });
  const server = stacks.far.createServer({ allowHalfOpen: true });
  server.listen(80);
  const accepted = once(server, 'connection');
  const near = stacks.near.connect(80, '192.168.7.2');
  near.on('error', () => undefined);
  const [far] = (await stacks.clock.runUntil(accepted)) as [Socket];
  far.on('error', () => undefined);
  await stacks.clock.runUntil(settled(stacks.clock));
  return { stacks, server, near, far };
}

const settled = (clock: VirtualClock): Promise<void> => new Promise((resolve) => void clock.setTimer(100, resolve));

async function readAll(clock: VirtualClock, socket: Socket, octets: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  socket.on('data', (piece: Buffer) => pieces.push(piece));
  await clock.run(() => pieces.reduce((sum, { length }) => sum + length, 0) >= octets, 60_000);
  return Buffer.concat(pieces);
}

test('both ends put back: the sockets that restore() answers go on where the snapshot was taken', async () => {
  const { stacks, near, far } = await connected();
  const { clock } = stacks;
  near.write('first ');
  assert.equal((await readAll(clock, far, 6)).toString(), 'first ');
  const snapshots = [stacks.near.snapshot(), stacks.far.snapshot()] as const;
  near.write('forgotten');
  await clock.runUntil(settled(clock));

  const ended = once(near, 'error');
  const [nearAgain] = stacks.near.restore(snapshots[0]);
  const [farAgain] = stacks.far.restore(snapshots[1]);
  const [error] = (await clock.runUntil(ended)) as [NodeJS.ErrnoException];
  assert.equal(error.code, 'ECONNABORTED');
  assert.ok(near.destroyed && nearAgain !== undefined && farAgain !== undefined);
  nearAgain.write('second');
  assert.equal((await readAll(clock, farAgain, 6)).toString(), 'second');
  farAgain.end('and back');
  assert.equal((await readAll(clock, nearAgain, 8)).toString(), 'and back');
  nearAgain.end();
  await stacks.close();
});

test('a server goes on over restore() if it listened then, and ends if it did not', async () => {
  const { stacks, server } = await connected();
  const { clock, far } = stacks;
  const snapshot = far.snapshot();
  const later = far.createServer();
  later.on('error', () => undefined);
  later.listen(81);
  await clock.runUntil(once(later, 'listening'));
  const ended = new Promise((resolve) => later.once('close', resolve));
  far.restore(snapshot);
  await clock.runUntil(ended);
  assert.equal(later.listening, false);
  assert.equal(server.listening, true);
  const accepted = once(server, 'connection');
  const socket = stacks.near.connect(80, '192.168.7.2');
  await clock.runUntil(accepted);
  socket.destroy();
  await stacks.close();
});

test('resume(): the socket of a connection that its peer has ended meanwhile hears ECONNRESET when it speaks', async () => {
  const { stacks, near, far } = await connected();
  const { clock } = stacks;
  const snapshot = stacks.near.snapshot();
  near.end();
  far.end();
  clock.advance(600_000);
  await clock.runUntil(settled(clock));
  const [stale] = stacks.near.resume(snapshot);
  assert.ok(stale !== undefined);
  assert.equal(stale.state, 'ESTABLISHED');
  const ended = once(stale, 'error');
  stale.write('is anybody there');
  const [error] = (await clock.runUntil(ended)) as [NodeJS.ErrnoException];
  assert.equal(error.code, 'ECONNRESET');
  await stacks.close();
});

test('fork(): a second stack on another link knows the same connections, and the first goes on alone', async () => {
  const { stacks, near, far } = await connected();
  const { clock } = stacks;
  const cable = new EmulatedCable(clock);
  const { stack: twin, sockets } = await stacks.near.fork(cable.a);
  assert.equal(sockets.length, 1);
  sockets[0]?.on('error', () => undefined);
  sockets[0]?.resetAndDestroy();
  await clock.runUntil(settled(clock));
  near.write(pattern(100));
  assert.deepEqual(await readAll(clock, far, 100), pattern(100));
  await clock.runUntil(twin.close(0));
  near.end();
  far.end();
  await stacks.close();
});

test('a snapshot of another profile is refused before anything is ended for it', async () => {
  const { stacks, near, far } = await connected();
  const { clock } = stacks;
  const other = await virtualStacks({ farModule: 'board' });
  assert.throws(() => stacks.near.restore(other.far.snapshot()), SnapshotError);
  near.write('still here');
  assert.equal((await readAll(clock, far, 10)).toString(), 'still here');
  near.end();
  far.end();
  await stacks.close();
  await other.close();
});
