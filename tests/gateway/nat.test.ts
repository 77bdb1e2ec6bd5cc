// A board's connections out through the laptop, to real sockets on loopback that a rule lets it reach.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { connect, type AddressInfo, type Socket as RealSocket } from 'node:net';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../host/links.js';
import { sha256, pattern } from '../host/stacks.js';
import { CLOSED_PORT, failure, GATEWAY, held, LOOPBACK, openFiles, pair, readAll, realServer } from './pair.js';

const halfOpen = (port: number, host = GATEWAY): { port: number; host: string; allowHalfOpen: true } => ({
  port,
  host,
  allowHalfOpen: true,
});

test('from a board, a page of an HTTP server on the laptop', async (t) => {
  const server = createHttpServer((request, response) => response.end(`you asked for ${request.url ?? ''}`));
  await once(server.listen(0, LOOPBACK), 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const { board } = await pair(t, { boardModule: 'board', access: [`allow ${LOOPBACK}:${port}`] });
  const socket = board.connect(port, GATEWAY);
  socket.end('GET /here HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n');
  const answer = (await readAll(socket)).toString();
  assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
  assert.match(answer, /you asked for \/here$/);
});

describe('what is not allowed', () => {
  test("the laptop's loopback is refused, and nobody there hears of it", async (t) => {
    let heard = 0;
    const { port } = await realServer(t, () => (heard += 1));
    const { board, tcp, troubles } = await pair(t, { boardModule: 'board' });
    assert.equal(await failure(board.connect(port, GATEWAY)), 'ECONNREFUSED');
    assert.equal(heard, 0);
    assert.equal(tcp.counts.denied, 1);
    assert.deepEqual(
      troubles.map(({ to, what, why }) => [to, what, why]),
      [[`${GATEWAY}:${port}`, 'denied', 'deny 127.0.0.0/8:*']],
    );
  });

  test('a rule that allows one port of the laptop opens no other', async (t) => {
    const { port } = await realServer(t, (socket) => socket.end('open'));
    const other = await realServer(t, (socket) => socket.end('closed'));
    const { board } = await pair(t, { access: [`allow ${LOOPBACK}:${port}`] });
    assert.equal((await readAll(board.connect(port, GATEWAY))).toString(), 'open');
    assert.equal(await failure(board.connect(other.port, GATEWAY)), 'ECONNREFUSED');
  });
});

describe('what the far end says arrives in its own words', () => {
  test('a port that is closed: RST', async (t) => {
    const { board, tcp, troubles } = await pair(t, { access: [`allow ${LOOPBACK}:*`] });
    assert.equal(await failure(board.connect(CLOSED_PORT, GATEWAY)), 'ECONNREFUSED');
    assert.deepEqual([tcp.counts.failed, tcp.waiting, troubles[0]?.why], [1, 0, 'ECONNREFUSED']);
  });

  const failing = (code: string) => (): RealSocket => {
    const socket = connect({ port: 1, lookup: () => undefined, host: 'nowhere.invalid', allowHalfOpen: true });
    process.nextTick(() => socket.destroy(Object.assign(new Error(code), { code })));
    return socket;
  };
  for (const [code, told] of [
    ['EHOSTUNREACH', 'EHOSTUNREACH'],
    ['ETIMEDOUT', 'EHOSTUNREACH'],
    ['ENETUNREACH', 'ENETUNREACH'],
  ] as const)
    test(`${code} becomes ICMP, which the board's socket tells as ${told}`, async (t) => {
      const { board, tcp } = await pair(t, { dial: failing(code) });
      const socket = board.connect(80, '192.0.2.1');
      const [error] = (await once(socket, 'soft-error')) as [NodeJS.ErrnoException];
      assert.equal(error.code, told);
      assert.equal(tcp.counts.failed, 1);
      socket.destroy();
    });

  test('a host that is silent is given up in time, and nothing of it stays', async (t) => {
    const dialled: RealSocket[] = [];
    const silent = (): RealSocket => {
      const socket = connect({ port: 1, lookup: () => undefined, host: 'nowhere.invalid', allowHalfOpen: true });
      dialled.push(socket);
      return socket;
    };
    const { board, tcp, gateway } = await pair(t, { dial: silent, connectMs: 100 });
    const socket = board.connect(80, '192.0.2.1');
    const [error] = (await once(socket, 'soft-error')) as [NodeJS.ErrnoException];
    assert.equal(error.code, 'EHOSTUNREACH');
    socket.destroy();
    assert.equal(dialled[0]?.destroyed, true);
    assert.equal(tcp.waiting, 0);
    assert.deepEqual(held(gateway), []);
  });
});

describe('both connections are one', () => {
  test('half closes pass in both directions, each alone', async (t) => {
    const { port } = await realServer(t, (socket) => {
      void readAll(socket).then((question) => socket.end(`${question.toString()}, answered`));
    });
    const { board } = await pair(t, { boardModule: 'board', access: [`allow ${LOOPBACK}:*`] });
    const socket = board.connect(halfOpen(port));
    socket.end('asked');
    assert.equal((await readAll(socket)).toString(), 'asked, answered');
  });

  test('the far end may end first, and still reads', async (t) => {
    let received: Promise<Buffer> | undefined;
    const { port } = await realServer(t, (socket) => {
      socket.end('banner');
      received = readAll(socket);
    });
    const { board } = await pair(t, { access: [`allow ${LOOPBACK}:*`] });
    const socket = board.connect(halfOpen(port));
    assert.equal((await readAll(socket)).toString(), 'banner');
    socket.end('late');
    assert.equal((await received)?.toString(), 'late');
  });

  test("a reset of the board's is a reset at the far end", async (t) => {
    const { port, server } = await realServer(t, (socket) => socket.resume());
    const { board } = await pair(t, { access: [`allow ${LOOPBACK}:*`] });
    const socket = board.connect(port, GATEWAY);
    const [far] = (await once(server, 'connection')) as [RealSocket];
    const failed = failure(far);
    socket.write('text');
    await once(far, 'data');
    socket.resetAndDestroy();
    assert.equal(await failed, 'ECONNRESET');
  });

  test("a reset of the far end's is a reset at the board", async (t) => {
    const { port } = await realServer(t, (socket) => {
      socket.once('data', () => socket.resetAndDestroy());
    });
    const { board } = await pair(t, { boardModule: 'board', access: [`allow ${LOOPBACK}:*`] });
    const socket = board.connect(port, GATEWAY);
    socket.write('text');
    assert.equal(await failure(socket), 'ECONNRESET');
  });

  test('a reader at the far end that stops stops the board', async (t) => {
    const { port, server } = await realServer(t, () => undefined);
    const { board } = await pair(t, { access: [`allow ${LOOPBACK}:*`] });
    const socket = board.connect(halfOpen(port));
    const [far] = (await once(server, 'connection')) as [RealSocket];
    const piece = Buffer.alloc(65_536);
    let sent = 0;
    for (const LIMIT = 100e6; sent < LIMIT;) {
      sent += piece.length;
      if (socket.write(piece)) continue;
      if (await Promise.race([once(socket, 'drain').then(() => false), sleep(1000).then(() => true)])) break;
    }
    assert.ok(sent < 60e6, `${sent} octets were taken by nobody`);
    socket.end();
    assert.equal((await readAll(far)).length, sent);
  });
});

describe('peers that give up', () => {
  test('a board that has gone before the far end answers: the real connection is reset, and nothing stays', async (t) => {
    const { port, server } = await realServer(t, () => undefined);
    let letGo: () => void = () => undefined;
    // Connects when it is told to, and until then is as slow as a far end may be.
    const late = (): RealSocket => {
      const lookup = (
        _name: string,
        _options: unknown,
        done: (error: null, address: string, family: number) => void,
      ) => {
        letGo = () => done(null, LOOPBACK, 4);
      };
      return connect({ host: 'far.invalid', port, lookup: lookup, allowHalfOpen: true, autoSelectFamily: false });
    };
    const { board, gateway, tcp } = await pair(t, { dial: late, sweepMs: 50 });
    const socket = board.connect(80, '192.0.2.1');
    await until(() => tcp.waiting === 1, 'the SYN is with the gateway');
    socket.destroy();
    const connected = once(server, 'connection') as Promise<[RealSocket]>;
    letGo();
    const [far] = await connected;
    // The SYN-ACK meets a RST: nobody is there any more.
    assert.equal(await failure(far), 'ECONNRESET');
    assert.deepEqual([tcp.waiting, tcp.counts.abandoned, tcp.counts.joined], [0, 1, 0]);
    assert.deepEqual(held(gateway), []);
  });

  test('the far end gives up between its answer and the board: the board is reset', async (t) => {
    const { port } = await realServer(t, (socket) => void setTimeout(() => socket.resetAndDestroy(), 20));
    const { board, gateway, tcp } = await pair(t, { access: [`allow ${LOOPBACK}:*`], cable: { delayMs: 200 } });
    const socket = board.connect(port, GATEWAY);
    socket.on('connect', () => socket.write('text'));
    assert.equal(await failure(socket), 'ECONNRESET');
    await until(() => tcp.waiting + tcp.connections === 0, 'both are gone');
    await until(() => held(gateway).length === 0, 'the core holds nothing');
  });
});

describe('many at once', () => {
  const MEGABYTE = pattern(1_000_000);

  test('200 connections of two host-profile stacks, a megabyte each, equal to the octet, and nothing is left', async (t) => {
    const { port } = await realServer(t, (socket) => {
      void readAll(socket).then((text) => socket.end(text));
    });
    const { board, gateway, tcp } = await pair(t, { access: [`allow ${LOOPBACK}:*`], cable: { kind: 'datagrams' } });
    const before = openFiles();
    const expected = sha256(MEGABYTE);
    const echoed = async (): Promise<string> => {
      const socket = board.connect(halfOpen(port));
      socket.end(MEGABYTE);
      return sha256(await readAll(socket));
    };
    const began = performance.now();
    const sums = await Promise.all(Array.from({ length: 200 }, echoed));
    t.diagnostic(`200 MB there and back in ${Math.round(performance.now() - began)} ms`);
    assert.equal(sums.filter((sum) => sum === expected).length, 200);
    await until(() => tcp.connections === 0, 'everything is closed');
    await until(() => openFiles() <= before, 'every file is given back');
    await until(() => held(gateway).length + held(board).length === 0, 'every slot is given back');
    assert.deepEqual(
      { ...tcp.counts, requested: 0 },
      { requested: 0, joined: 200, denied: 0, failed: 0, abandoned: 0 },
    );
  });

  test('more SYNs than there is room for: all get through, one after the other', async (t) => {
    const { port } = await realServer(t, (socket) => socket.end('done'));
    const { board, gateway, tcp } = await pair(t, { access: [`allow ${LOOPBACK}:*`], boardModule: 'board' });
    let done = 0;
    const next = async (): Promise<void> => {
      for (let count = 0; count < 50; count += 1) {
        assert.equal((await readAll(board.connect(port, GATEWAY))).toString(), 'done');
        done += 1;
      }
    };
    await Promise.all([next(), next(), next()]);
    assert.equal(done, 150);
    await until(() => tcp.connections === 0 && held(gateway).length === 0, 'everything is closed');
  });
});
