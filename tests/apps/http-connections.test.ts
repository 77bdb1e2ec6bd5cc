// The web server and its connections: half closes, silence, resets, more clients than connections, a restart.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildWasm } from '../../tools/build-wasm.mjs';
import { answersIn, pattern } from './message.js';
import { type Client, World } from './world.js';

const MODULES = ['board-http', 'micro-http'] as const;
await buildWasm({ names: [...MODULES, 'host'] });

const HOST = 'Host: board\r\n';
const get = (target: string, fields = '') => `GET ${target} HTTP/1.1\r\n${HOST}${fields}\r\n`;

/** Connections with a TCB, whoever holds them. */
const tcbs = (world: World) => world.board.list().filter((row) => row.table === 'connection');

for (const module of MODULES) {
  const create = () => World.create({ module, laptop: 'host' });

  describe(`${module}: ends of connections`, () => {
    test('a client that half closes behind its request still gets the whole answer, then FIN', async () => {
      const world = await create();
      const client = world.connect(80);
      client.write(get('/bytes/20000'));
      client.end();
      const [answer] = answersIn(client.readToEnd());
      assert.ok(answer?.body.equals(pattern(20_000)));
      world.pass(1000);
      assert.deepEqual(tcbs(world), []);
    });

    test('a client that half closes behind pipelined requests gets all answers', async () => {
      const world = await create();
      const client = world.connect(80);
      client.write(get('/bytes/3000') + get('/nope') + get('/bytes/2000'));
      client.end();
      assert.deepEqual(
        answersIn(client.readToEnd()).map((answer) => answer.status),
        [200, 404, 200],
      );
    });

    test('a client that closes without a word is let go', async () => {
      const world = await create();
      const client = world.connect(80);
      client.end();
      client.readToEnd();
      assert.equal(client.text, '');
      world.pass(1000);
      assert.deepEqual(tcbs(world), []);
    });

    test('a client that half closes in the middle of a request gets 400', async () => {
      const world = await create();
      const client = world.connect(80);
      client.write('GET / HTTP/1.1\r\nHo');
      client.end();
      assert.deepEqual(
        answersIn(client.readToEnd()).map((answer) => answer.status),
        [400],
      );
    });

    test('a body that ends too early resets the connection: its answer cannot be completed', async () => {
      const world = await create();
      const client = world.connect(80);
      client.write(`POST /echo HTTP/1.1\r\n${HOST}Content-Length: 10\r\n\r\nabc`);
      client.end();
      world.pass(1000);
      client.readAll();
      assert.notEqual(client.fault, 0);
    });

    test('a reset in the middle of an answer frees the connection', async () => {
      const world = await create();
      for (let i = 0; i < 10; i++) {
        const client = world.connect(80);
        client.write(get('/bytes/1000000'));
        client.abort();
        world.pass(100);
        assert.deepEqual(tcbs(world), []);
      }
      const client = world.connect(80);
      client.write(get('/bytes/1'));
      client.readAll();
      assert.equal(answersIn(client.received)[0]?.status, 200);
    });

    test('a client that goes on sending behind the last answer still gets it, and no reset overtakes it', async () => {
      const world = await create();
      const client = world.connect(80);
      client.write(`POST / HTTP/1.1\r\n${HOST}Content-Length: 100000\r\n\r\n`);
      for (let i = 0; i < 20; i++) {
        client.write('x'.repeat(100));
        world.pass(50);
      }
      assert.equal(answersIn(client.readToEnd())[0]?.status, 405);
      assert.equal(client.fault, 0);
    });

    test('a client that never stops sending behind the last answer is reset after 30 s', async () => {
      const world = await create();
      const client = world.connect(80);
      client.write(`POST / HTTP/1.1\r\n${HOST}Content-Length: 100000\r\n\r\n`);
      client.readToEnd();
      assert.throws(() => {
        for (let i = 0; i < 320; i++) {
          client.write('x'.repeat(100));
          world.pass(100);
        }
      }, /sendRoom/);
      assert.deepEqual(tcbs(world), []);
    });
  });

  describe(`${module}: silence`, () => {
    test('an idle connection ends after 30 s, with FIN', async () => {
      const world = await create();
      const client = world.connect(80);
      client.write(get('/bytes/1'));
      client.readAll();
      world.pass(29_000);
      client.read();
      assert.equal(client.isEnded, false);
      world.pass(2000);
      client.read();
      assert.equal(client.isEnded, true);
    });

    test('a request that does not come to its end within 30 s gets 408, however busily it comes', async () => {
      const world = await create();
      const client = world.connect(80);
      const began = world.now;
      client.write('GET / HTTP/1.1\r\nCookie: ');
      while (!client.isEnded && world.now - began < 60_000) {
        world.pass(1000);
        client.read();
        if (!client.isEnded) client.write('x');
      }
      assert.deepEqual(
        answersIn(client.received).map((answer) => answer.status),
        [408],
      );
      assert.ok(Math.abs(world.now - began - 30_000) <= 2000);
    });

    test('an answer that nobody reads for two minutes is given up', async () => {
      const world = await create();
      const client = world.connect(80);
      client.write(get('/bytes/1000000'));
      world.pass(110_000);
      assert.equal(tcbs(world).length, 1);
      world.pass(20_000);
      assert.deepEqual(tcbs(world), []);
    });

    test('a body that stands still for two minutes is given up', async () => {
      const world = await create();
      const client = world.connect(80);
      client.write(`POST /echo HTTP/1.1\r\n${HOST}Content-Length: 10\r\n\r\nabc`);
      world.pass(125_000);
      client.readAll();
      assert.notEqual(client.fault, 0);
      assert.deepEqual(tcbs(world), []);
    });

    test('a reader that takes an octet a second is not given up', async () => {
      const world = await create();
      const client = world.connect(80);
      client.write(get('/bytes/1000000'));
      for (let i = 0; i < 300; i++) {
        client.read(40);
        world.pass(1000);
      }
      assert.equal(client.fault, 0);
      assert.equal(tcbs(world).length, 1);
    });
  });

  describe(`${module}: more clients than connections`, () => {
    test('an idle connection yields when another waits', async () => {
      const world = await create();
      const idle = fill(world);
      for (const client of idle) client.write(get('/bytes/1'));
      const late = world.connect(80);
      late.write(get('/bytes/7'));
      world.until(() => {
        for (const client of idle.filter(({ isEnded }) => !isEnded)) {
          client.read();
          if (client.isEnded) client.close();
        }
        late.read();
        return late.received.length > 0;
      }, 10_000);
      assert.equal(answersIn(late.received)[0]?.body.length, 7);
      assert.deepEqual(
        idle.map((client) => client.isEnded),
        idle.map((_, i) => i === 0),
        'one has yielded: the one idle for longest',
      );
      assert.ok(idle.every((client) => client.fault === 0));
    });

    test('an idle connection whose client does not close in its turn is reset when another waits', async () => {
      const world = await create();
      const idle = fill(world);
      for (const client of idle) client.write(get('/bytes/1'));
      const late = world.connect(80);
      late.write(get('/bytes/7'));
      late.readTo(1, 10_000);
      assert.equal(answersIn(late.received)[0]?.body.length, 7);
      for (const client of idle) client.read();
      assert.equal(idle.filter((client) => client.fault !== 0).length, 1);
    });

    test('a connection that has not had its request yet is given five seconds before it yields', async () => {
      const world = await create();
      const silent = fill(world);
      world.pass(1000);
      const late = world.connect(80);
      late.write(get('/bytes/7'));
      world.pass(3000);
      for (const client of silent) client.write(get('/bytes/2'));
      late.readTo(1, 20_000);
      for (const client of silent) {
        client.read();
        assert.equal(answersIn(client.received)[0]?.body.length, 2);
      }
    });

    test('nobody yields while nobody waits', async () => {
      const world = await create();
      const clients = fill(world);
      for (const client of clients) {
        client.write(get('/bytes/1'));
        client.readAll();
      }
      world.pass(20_000);
      for (const client of clients) client.read();
      assert.ok(clients.every((client) => !client.isEnded));
    });

    test('a busy connection does not yield', async () => {
      const world = await create();
      const busy = fill(world);
      for (const client of busy) client.write(get('/bytes/100000'));
      const late = world.connect(80);
      late.write(get('/bytes/7'));
      world.pass(3000);
      assert.equal(late.readAll(), '');
      for (const client of busy) {
        const [answer] = answersIn(client.readTo(100_000 + client.received.indexOf('\r\n\r\n') + 4));
        assert.ok(answer?.body.equals(pattern(100_000)));
      }
      late.readTo(1, 30_000);
      assert.equal(answersIn(late.received)[0]?.body.length, 7);
    });

    test('five clients for each connection, all at once, are all served', async () => {
      const world = await create();
      const clients = Array.from({ length: 5 * world.board.constants.connections }, () => world.connect(80));
      const length = 5000;
      for (const client of clients) client.write(get(`/bytes/${String(length)}`));
      const isServed = (client: Client) => client.received.length > length;
      world.until(() => {
        for (const client of clients) {
          if (client.isEnded && isServed(client)) continue;
          client.read();
          if (isServed(client)) client.close();
        }
        return clients.every(isServed);
      }, 60_000);
      for (const client of clients) {
        assert.equal(client.fault, 0);
        assert.ok(answersIn(client.received)[0]?.body.equals(pattern(length)));
      }
    });
  });

  describe(`${module}: restart`, () => {
    test('after start() the server listens again, answers old connections with RST and counts its uptime anew', async () => {
      const world = await create();
      const old = world.connect(80);
      old.write(get('/bytes/1000000'));
      world.pass(90_000);
      world.startBoard();
      const client = world.connect(80);
      client.write(get('/netstat.json', 'Connection: close\r\n'));
      const [answer] = answersIn(client.readToEnd());
      const netstat = JSON.parse(String(answer?.body)) as { uptimeMs: number };
      assert.ok(netstat.uptimeMs < 1000, String(netstat.uptimeMs));
      old.readAll();
      world.pass(60_000);
      old.readAll();
      assert.notEqual(old.fault, 0);
    });
  });
}

/** As many clients as the board has connections. */
function fill(world: World): Client[] {
  return Array.from({ length: world.board.constants.connections }, () => {
    world.pass(100);
    return world.connect(80);
  });
}
