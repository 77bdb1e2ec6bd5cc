// Forwards into a board that has few connections, on a cable that comes and goes.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { open, type Stack } from '../../host/index.js';
import { forward, type Forward, type ForwardOptions } from '../../host/gateway/forward.js';
import { until } from '../host/links.js';
import { pattern, sha256 } from '../host/stacks.js';
import { failure, held, LOOPBACK, openFiles, readAll } from './pair.js';

/** An emulated board with its web server, and a local port that leads to one of its ports. */
async function forwarded(
  t: TestContext,
  port: number,
  options: Partial<ForwardOptions> = {},
): Promise<{ stack: Stack; through: Forward; codes: string[] }> {
  const stack = await open('emulated:?app=http');
  const codes: string[] = [];
  const through = await forward({
    port: 0,
    connect: () => stack.connect({ port, allowHalfOpen: true }),
    onFailed: (code) => codes.push(code),
    ...options,
  });
  t.after(async () => {
    await through.close(0);
    await stack.close(100);
  });
  return { stack, through, codes };
}

const get = (port: number, target: string): Socket => {
  const socket = connect(port, LOOPBACK);
  socket.write(`GET ${target} HTTP/1.1\r\nHost: board\r\nConnection: close\r\n\r\n`);
  return socket;
};

test('twenty at once to one board, 100 KB each, equal to the octet, and nothing is left', async (t) => {
  const { stack, through } = await forwarded(t, 80);
  const before = openFiles();
  const expected = sha256(pattern(100_000));
  const sums = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const answer = await readAll(get(through.port, '/bytes/100000'));
      return sha256(answer.subarray(answer.indexOf('\r\n\r\n') + 4));
    }),
  );
  assert.equal(sums.filter((sum) => sum === expected).length, 20);
  await until(() => through.connections === 0 && openFiles() <= before, 'every file is given back');
  await until(() => held(stack).length === 0, 'every slot is given back');
});

test("a port of the board's that is closed: the local program is reset and the reason is told", async (t) => {
  const { through, codes } = await forwarded(t, 81);
  assert.equal(await failure(connect(through.port, LOOPBACK)), 'ECONNRESET');
  assert.deepEqual(codes, ['ECONNREFUSED']);
});

test('a board that does not answer: the local program is reset in time', async (t) => {
  const { stack, through, codes } = await forwarded(t, 80, { connectMs: 100 });
  stack.cable?.cut();
  assert.equal(await failure(connect(through.port, LOOPBACK)), 'ECONNRESET');
  assert.deepEqual(codes, ['ETIMEDOUT']);
  await until(() => held(stack).length === 0, 'nothing stays of it');
});

test('while the cable is away connections wait for it', async (t) => {
  let plug: (isThere: boolean) => void = () => undefined;
  const cable = new Promise<boolean>((resolve) => (plug = resolve));
  let isAsked = false;
  const isReachable = (): Promise<boolean> => {
    isAsked = true;
    return cable;
  };
  const { stack, through, codes } = await forwarded(t, 80, { isReachable });
  const answer = readAll(get(through.port, '/bytes/10'));
  await until(() => isAsked, 'it is asked whether there is a cable');
  await sleep(50);
  assert.deepEqual([stack.netstat().length, through.connections], [0, 0], 'nothing is opened yet');
  plug(true);
  assert.match((await answer).toString('latin1'), /^HTTP\/1\.1 200 /);
  assert.deepEqual(codes, []);
});

test('a cable that stays away: the local program is reset and told to plug it in', async (t) => {
  const { through, codes } = await forwarded(t, 80, { isReachable: () => sleep(50, false) });
  assert.equal(await failure(connect(through.port, LOOPBACK)), 'ECONNRESET');
  assert.deepEqual(codes, ['ENETDOWN']);
});

test('a local program that has given up meanwhile costs the board no connection', async (t) => {
  let plug: (isThere: boolean) => void = () => undefined;
  let isAsked = false;
  const isReachable = (): Promise<boolean> => {
    isAsked = true;
    return new Promise((resolve) => (plug = resolve));
  };
  const { stack, through } = await forwarded(t, 80, { isReachable });
  const local = connect(through.port, LOOPBACK);
  await until(() => isAsked && !local.connecting, 'it waits for the cable');
  local.resetAndDestroy();
  await once(local, 'close');
  // The reset lies with the other end's socket: the second time that events were polled for it has been told.
  for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  plug(true);
  await sleep(100);
  assert.deepEqual([stack.netstat().length, through.connections], [0, 0]);
});

test('a thousand at once: each is served or reset, and neither a file nor a slot is left', async (t) => {
  const { stack, through } = await forwarded(t, 80, { connectMs: 3000 });
  const before = openFiles();
  const ends = await Promise.all(
    Array.from({ length: 1000 }, async () => {
      const socket = get(through.port, '/bytes/10');
      const served = readAll(socket).then((answer) => (answer.includes('200 OK') ? 'served' : 'cut'));
      return Promise.race([served, failure(socket)]).catch((error: NodeJS.ErrnoException) => error.code);
    }),
  );
  const served = ends.filter((end) => end === 'served').length;
  t.diagnostic(`${served} served, ${1000 - served} reset`);
  assert.ok(served >= 4, `${served} served`);
  assert.equal(
    ends.filter((end) => end === 'ECONNRESET' || end === 'EPIPE').length,
    1000 - served,
    [...new Set(ends)].join(),
  );
  await until(() => through.connections === 0 && openFiles() <= before, 'every file is given back');
  await until(() => held(stack).length === 0 && heldByBoard(stack) === 0, 'every slot is given back');
  const again = await readAll(get(through.port, '/bytes/10'));
  assert.match(again.toString('latin1'), /^HTTP\/1\.1 200 /);
});

/** Connections that the board itself still has. */
function heldByBoard(stack: Stack): number {
  const rows = stack.board?.core.list() ?? [];
  return rows.filter(({ table, state }) => table !== 'listener' && state !== 'TIME-WAIT').length;
}
