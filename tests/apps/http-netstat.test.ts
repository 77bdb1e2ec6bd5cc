// What the web server tells of the stack, in JSON and as a page, against what the core's own calls tell.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildWasm } from '../../tools/build-wasm.mjs';
import { answersIn } from './message.js';
import { World } from './world.js';

const MODULES = ['board-http', 'micro-http'] as const;
await buildWasm({ names: [...MODULES, 'board'] });

interface Netstat {
  board: string;
  build: string;
  uptimeMs: number;
  memoryOctets: number;
  sizes: Record<string, number>;
  listeners: { local: End; state: string; waiting: number; backlog: number }[];
  connections: Connection[];
  counters: Record<string, number>;
  drops: Record<string, number>;
}

interface End {
  address: string;
  port: number;
}

interface Connection {
  local: End;
  remote: End;
  state: string;
  sendQueue?: number;
  receiveQueue?: number;
  rtoMs?: number;
  srttMs?: number;
  cwnd?: number;
  ssthresh?: number;
  retransmissions?: number;
  timeWaitLeftMs?: number;
}

function fetchText(world: World, target: string): string {
  const client = world.connect(80);
  client.write(`GET ${target} HTTP/1.1\r\nHost: board\r\nConnection: close\r\n\r\n`);
  const [answer] = answersIn(client.readToEnd());
  assert.equal(answer?.status, 200);
  client.close();
  return answer.body.toString('latin1');
}

const netstat = (world: World) => JSON.parse(fetchText(world, '/netstat.json')) as Netstat;

for (const module of MODULES) {
  const create = () => World.create({ module });

  describe(`${module}: /netstat.json`, () => {
    test('tells the board, its build, its memory and its sizes', async () => {
      const world = await create();
      const told = netstat(world);
      const { constants } = world.board;
      assert.equal(told.board, 'emulated');
      assert.match(told.build, /^[0-9a-f]{8}$/);
      assert.notEqual(told.build, '00000000');
      assert.equal(told.memoryOctets, constants.heapBase);
      const { connections, sendRing, receiveRing, mtu } = constants;
      assert.deepEqual(told.sizes, { connections, sendRing, receiveRing, mtu });
    });

    test('tells the uptime in ms, beyond 2^32 of them, too', async () => {
      const world = await create();
      const before = netstat(world).uptimeMs;
      world.pass(12_345);
      const after = netstat(world).uptimeMs;
      assert.ok(after - before >= 12_345 && after - before < 13_000, `${String(before)} ${String(after)}`);
      for (let i = 0; i < 60; i++) world.jump(2 ** 31 - 1);
      const late = netstat(world).uptimeMs;
      assert.ok(late > 60 * (2 ** 31 - 1) && late < 60 * 2 ** 31 + 100_000, String(late));
    });

    test('tells the uptime to the millisecond, however often it is asked', async () => {
      const world = await create();
      const started = world.now;
      for (let i = 0; i < 100; i++) {
        world.pass(777);
        const before = world.now;
        const { uptimeMs } = netstat(world);
        assert.ok(uptimeMs >= before - started && uptimeMs <= world.now - started, String(uptimeMs));
      }
    });

    test('tells the name and the build id that were written into the module before start()', async () => {
      const world = await create();
      world.label('name', 'nameOctets', 'stm32f100 "<&\\>"');
      world.label('build', 'buildOctets', '0123456789abcdefNOT THIS');
      world.startBoard();
      const told = netstat(world);
      assert.equal(told.board, 'stm32f100 >', 'without what would need escaping');
      assert.equal(told.build, '0123456789abcdef');
      assert.match(fetchText(world, '/'), /<h1>stm32f100 ><\/h1>/);
    });

    test('tells listeners and connections as list() does, and states as the RFC prints them', async () => {
      const world = await create();
      const idle = world.connect(80);
      const told = netstat(world);
      assert.deepEqual(told.listeners, [
        {
          local: { address: '0.0.0.0', port: 80 },
          state: 'LISTEN',
          waiting: 0,
          backlog: world.board.constants.connections,
        },
      ]);
      assert.equal(told.connections.length, 2);
      const port = world.laptop.info(idle.handle)?.localPort;
      const row = told.connections.find(({ remote }) => remote.port === port);
      const { rto, srtt, cwnd, ssthresh } = world.board.list().find(({ remotePort }) => remotePort === port) ?? {};
      assert.deepEqual(row, {
        local: { address: '192.168.7.2', port: 80 },
        remote: { address: '192.168.7.1', port },
        state: 'ESTABLISHED',
        sendQueue: 0,
        receiveQueue: 0,
        rtoMs: rto,
        srttMs: srtt,
        cwnd,
        ssthresh,
        retransmissions: 0,
      });
    });

    test('tells what waits in the rings, and connections in TIME-WAIT with the time they have left', async () => {
      const world = await create();
      const first = world.connect(80);
      first.write('GET /bytes/0 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
      first.readToEnd();
      first.close();
      world.pass(1000);
      const slow = world.connect(80);
      slow.write('GET /bytes/1000000 HTTP/1.1\r\nHost: x\r\n\r\nmore to read');
      world.pass(2000);
      const told = netstat(world);
      const busy = told.connections.find(({ sendQueue }) => sendQueue !== undefined && sendQueue > 0);
      assert.equal(busy?.receiveQueue, 'more to read'.length);
      assert.equal(busy.sendQueue, world.board.constants.sendRing);
      const [gone] = told.connections.filter(({ state }) => state === 'TIME-WAIT');
      assert.ok(gone !== undefined && gone.timeWaitLeftMs !== undefined && gone.sendQueue === undefined);
      assert.ok(gone.timeWaitLeftMs > 200_000 && gone.timeWaitLeftMs < 240_000, 'of 2 MSL = 240 s');
    });

    test('does not count the FIN among the octets that wait to be read', async () => {
      for (const rest of ['', 'four']) {
        const world = await create();
        const client = world.connect(80);
        client.write(`GET /bytes/1000000 HTTP/1.1\r\nHost: x\r\n\r\n${rest}`);
        client.end();
        const row = netstat(world).connections.find(({ state }) => state === 'CLOSE-WAIT');
        assert.equal(row?.receiveQueue, rest.length);
      }
    });

    test('tells every counter and every drop that has happened, by the names that the host has for them', async () => {
      const world = await create();
      for (let i = 0; i < 10; i++) {
        world.board.octets.fill(i, world.board.constants.rx, world.board.constants.rx + 40);
        world.board.call.input(i + 15, world.now);
      }
      const told = netstat(world);
      const { drops, ...counters } = world.board.counters();
      assert.deepEqual(Object.keys(told.counters), Object.keys(counters));
      assert.deepEqual(
        Object.keys(told.drops),
        Object.keys(drops).filter((name) => (drops[name] ?? 0) > 0),
      );
      for (const [name, value] of Object.entries(told.counters)) assert.ok(value <= Number(counters[name]), name);
      assert.ok(Object.keys(told.drops).length > 0);
      assert.equal(told.drops['too-short'], drops['too-short']);
    });
  });

  describe(`${module}: /`, () => {
    test('the page tells the same for people', async () => {
      const world = await create();
      world.pass(3_723_000);
      const page = fetchText(world, '/');
      assert.match(page, /^<!doctype html><html lang="en"><meta charset="utf-8">/);
      assert.match(page, /<title>emulated - Slipway<\/title>/);
      assert.match(page, /Up <b>01:02:0\d\.\d{3}<\/b>/);
      assert.match(page, /<tr><td><b>LISTEN<\/b><td>\*:80<td>/);
      assert.match(page, /<tr><td><b>ESTABLISHED<\/b><td>192\.168\.7\.2:80<td>192\.168\.7\.1:\d+<td>\d+<td>0<td>/);
      assert.match(page, /<dt>segments in<dd>\d+/);
      assert.doesNotMatch(page, /segmentsIn/);
    });

    test('the page asks the browser for nothing more: no script, no other file', async () => {
      const world = await create();
      const page = fetchText(world, '/');
      assert.doesNotMatch(page, /<script|src=|@import|url\(|https?:/);
    });

    test('every byte of the page is plain ASCII', async () => {
      const world = await create();
      assert.match(fetchText(world, '/'), /^[\n -~]*$/);
    });
  });
}
