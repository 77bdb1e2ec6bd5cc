// The echo server, TCP and UDP, octet by octet.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DatagramAt, Fault } from '../../assembly/numbers.js';
import { parseAddress } from '../../host/address.js';
import { buildWasm } from '../../tools/build-wasm.mjs';
import { pattern } from './message.js';
import { World } from './world.js';

const MODULES = ['board-echo', 'micro-echo'] as const;
await buildWasm({ names: [...MODULES, 'board'] });

const BOARD = parseAddress('192.168.7.2');

for (const module of MODULES) {
  const create = () => World.create({ module });

  describe(`${module}: TCP`, () => {
    for (const fragment of [1, 3, 100, Infinity]) {
      test(`what comes goes back, ${String(fragment)} octets at a time`, async () => {
        const world = await create();
        const client = world.connect(7);
        const octets = pattern(fragment === 1 ? 700 : 20_000);
        let written = 0;
        world.until(() => {
          written += client.write(octets.subarray(written), fragment);
          client.read();
          return client.received.length === octets.length;
        }, 60_000);
        assert.ok(client.received.equals(octets));
      });
    }

    test('a client that does not read stops being read, and nothing is lost when it reads again', async () => {
      const world = await create();
      const client = world.connect(7);
      const octets = pattern(400_000);
      let written = 0;
      for (let i = 0; i < 100; i++) {
        written += client.write(octets.subarray(written));
        world.pass(1000);
      }
      const { sendRing, receiveRing } = world.board.constants;
      const held = sendRing + receiveRing + 2 * world.laptop.constants.sendRing;
      assert.ok(written < held + 1, `${String(written)} octets were taken`);
      client.readTo(written);
      assert.ok(client.received.equals(octets.subarray(0, written)));
    });

    test('a client that half closes gets everything back, then FIN', async () => {
      const world = await create();
      const client = world.connect(7);
      client.write(pattern(3000));
      client.end();
      assert.ok(client.readToEnd().equals(pattern(3000)));
      world.pass(1000);
      assert.deepEqual(
        world.board.list().filter((row) => row.table === 'connection'),
        [],
      );
    });

    test('a reset frees the connection, as often as it happens', async () => {
      const world = await create();
      for (let i = 0; i < 20; i++) {
        const client = world.connect(7);
        client.write('abc');
        client.abort();
      }
      const client = world.connect(7);
      client.write('still here');
      assert.equal(client.readAll(), 'still here');
    });

    test('every connection is served side by side', async () => {
      const world = await create();
      const clients = Array.from({ length: world.board.constants.connections }, () => world.connect(7));
      clients.forEach((client, i) => client.write(`client ${String(i)}`));
      assert.deepEqual(
        clients.map((client) => client.readAll()),
        clients.map((_, i) => `client ${String(i)}`),
      );
    });

    test('a peer that is gone is noticed and its connection freed', async () => {
      const world = await create();
      const client = world.connect(7);
      client.write('abc');
      world.isCut = true;
      world.pass(60_000 + 10 * 75_000 + 61_000);
      assert.deepEqual(
        world.board.list().filter((row) => row.table === 'connection'),
        [],
      );
    });

    test('after start() the server listens again', async () => {
      const world = await create();
      world.connect(7).write('abc');
      world.startBoard();
      const client = world.connect(7);
      client.write('again');
      assert.equal(client.readAll(), 'again');
    });
  });

  describe(`${module}: UDP`, () => {
    /** Sends a datagram from `port` and returns what comes back; undefined: nothing. */
    function echo(world: World, endpoint: number, payload: Buffer): Buffer | undefined {
      const { call, constants, octets, view } = world.laptop;
      octets.set(payload, constants.datagram + DatagramAt.PAYLOAD);
      assert.equal(call.udpSend(endpoint, BOARD, 7, payload.length), 0);
      world.settle();
      const length = call.udpReceive(endpoint);
      if (length === Fault.AGAIN) return undefined;
      assert.equal(view.getUint32(constants.datagram + DatagramAt.REMOTE_ADDRESS, true), BOARD);
      assert.equal(view.getUint16(constants.datagram + DatagramAt.REMOTE_PORT, true), 7);
      const at = constants.datagram + DatagramAt.PAYLOAD;
      return Buffer.from(octets.slice(at, at + length));
    }

    test('datagrams go back as they came, the empty one, too', async () => {
      const world = await create();
      const endpoint = world.laptop.call.udpOpen(0, 5000);
      for (const length of [0, 1, 2, 31, 100]) {
        assert.deepEqual(echo(world, endpoint, pattern(length)), pattern(length), `${String(length)} octets`);
      }
    });

    test('a datagram from an echo port is not answered: the two would go on for ever', async () => {
      const world = await create();
      const endpoint = world.laptop.call.udpOpen(0, 7);
      assert.equal(echo(world, endpoint, pattern(10)), undefined);
    });
  });
}
