// 'slipway up' as its user runs it: programs on a cable, real sockets on both sides.
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { build, folder, slipway, start, without, type Running } from '../cli/slipway.js';
import { until } from '../host/links.js';
import { LOOPBACK, readAll, realServer } from './pair.js';

before(build);

test("a board opens a connection to a server of the laptop's that a rule allows, and to no other", async (t) => {
  const { port } = await realServer(t, (socket) => {
    void readAll(socket).then((text) => socket.end(`heard: ${text.toString()}`));
  });
  const link = `unix:${path.join(folder(t), 'cable')}`;
  const ask = (target: string): Running => start(t, ['board', '--link', link, '--connect', target]);
  const board = ask(`192.168.7.1:${port}`);
  await board.says(/Waiting for the laptop/);
  const up = start(t, ['up', '--link', link, '--allow', `127.0.0.1:${port}`]);
  await up.says(/the board 192\.168\.7\.2 reaches the network through 192\.168\.7\.1/);
  board.process.stdin.end('who is there?');
  await board.says(/heard: who is there\?/);
  const refused = ask('192.168.7.1:1');
  await refused.says(/ECONNREFUSED|nothing listens/i);
  await up.says(/TCP from 192\.168\.7\.2 to 192\.168\.7\.1:1 was denied by 'deny 127\.0\.0\.0\/8:\*'/);
  assert.equal(await up.stop(), 0);
});

test('two links: each board has its address, and a forward names the one it leads to', async (t) => {
  const links = ['--link', 'emulated:?app=http', '--link', 'emulated:?app=echo'];
  const forwards = ['--forward', '0:80', '--forward', '0:192.168.7.3:7'];
  const up = start(t, ['up', ...links, ...forwards]);
  const [, http] = await up.says(/127\.0\.0\.1:(\d+) leads to 192\.168\.7\.2:80/);
  const [, echo] = await up.says(/127\.0\.0\.1:(\d+) leads to 192\.168\.7\.3:7/);
  const ask = async (port: string | undefined, text: string): Promise<string> => {
    const socket = connect(Number(port), LOOPBACK);
    socket.end(text);
    return (await readAll(socket)).toString();
  };
  assert.match(await ask(http, 'GET /bytes/1 HTTP/1.0\r\n\r\n'), /^HTTP\/1\.1 200 OK/);
  assert.equal(await ask(echo, 'to the second'), 'to the second');
  assert.equal(await up.stop(), 0);
  assert.equal(up.stderr, '');
});

test(
  'pulled in mid-transfer and put back: forwards work again within five seconds',
  { skip: without('socat') },
  async (t) => {
    const place = folder(t);
    const names = [path.join(place, 'board'), path.join(place, 'laptop')] as const;
    let cable = await plug(names);
    t.after(() => cable.kill());
    const board = start(t, ['board', '--link', `slip:${names[0]}`]);
    await board.says(/The board runs http/);
    const up = start(t, ['up', '--link', `slip:${names[1]}`, '--forward', '0:80']);
    const [, text] = await up.says(/127\.0\.0\.1:(\d+) leads to/);
    const port = Number(text);

    const cut = connect(port, LOOPBACK);
    cut.on('error', () => undefined).write('GET /bytes/100000000 HTTP/1.1\r\nHost: board\r\n\r\n');
    let received = 0;
    cut.on('data', (octets: Buffer) => (received += octets.length));
    await until(() => received > 50_000, 'the transfer is under way');
    cable.kill();
    await once(cable, 'exit');
    await up.says(/The link is gone and will be opened again/);
    // Asked while the cable is out: it waits.
    const waiting = get(port);
    await sleep(500);
    const before = received;
    cable = await plug(names);
    const began = performance.now();
    assert.match(await get(port), /^HTTP\/1\.1 200 OK/);
    const ms = Math.round(performance.now() - began);
    t.diagnostic(`a new connection was served ${ms} ms after the cable was put back`);
    assert.ok(ms < 5000, `${ms} ms`);
    assert.match(await waiting, /^HTTP\/1\.1 200 OK/);
    await until(() => received > before + 50_000, 'the transfer goes on');
    cut.destroy();
    assert.equal(await up.stop(), 0);
  },
);

async function get(port: number): Promise<string> {
  const socket = connect(port, LOOPBACK);
  socket.write('GET /bytes/10 HTTP/1.1\r\nHost: board\r\nConnection: close\r\n\r\n');
  return (await readAll(socket)).toString('latin1');
}

/** A cable between two names: a pair of ptys that are gone when it is pulled. */
async function plug(names: readonly [string, string]): Promise<ChildProcess> {
  const socat = spawn(
    'socat',
    names.map((name) => `pty,raw,echo=0,link=${name}`),
    { stdio: 'ignore' },
  );
  await until(() => names.every((name) => existsSync(name)), 'socat makes its ptys');
  return socat;
}

const MISUSES: readonly (readonly [args: string[], says: RegExp])[] = [
  [[], /No link is named; give --link/],
  [['--allow', 'all'], /'all' is not a rule; write addresses and ports, such as 10\.0\.0\.0\/8:80/],
  [['--deny', '10.1.0.0/8:*'], /behind its first 8; write 10\.0\.0\.0\/8/],
  [['--link', 'emulated:', '--forward', 'board.example:80'], /'board\.example:80' is not a forward/],
  [
    ['--link', 'emulated:', '--forward', '8080:192.168.7.9:80'],
    /No link has the board 192\.168\.7\.9; there is 192\.168\.7\.2/,
  ],
  [['--link', 'emulated:', '--peer', '192.168.7.1'], /The address 192\.168\.7\.1 is given to two/],
  [['--link', 'emulated:', '--peer', '192.168.7.2', '--peer', '192.168.7.3'], /more --peer than --link/],
  [['--link', 'emulated:', '--link', 'emulated:', '--ladder'], /With several links, follow one of them/],
];

for (const [args, says] of MISUSES) {
  test(`slipway up ${args.join(' ')}: exit 2 and one sentence`, () => {
    const { status, stdout, stderr } = slipway(['up', ...args]);
    assert.match(stderr, says);
    assert.match(stderr, /^[A-Z'][^\n]*[.?]\n$/, 'one line, with a beginning and an end');
    assert.equal(status, 2);
    assert.doesNotMatch(stdout, /leads to/);
  });
}

test('an address that is not of this machine, and a port that is taken, exit 1 and say what to choose', async (t) => {
  const { port } = await realServer(t, () => undefined);
  const taken = slipway(['up', '--link', 'emulated:', '--forward', `${port}:80`]);
  assert.deepEqual([taken.status, taken.stderr], [1, `Port ${port} is taken by another program; choose another.\n`]);
  const foreign = slipway(['up', '--link', 'emulated:', '--forward', '192.0.2.1:0:80']);
  assert.deepEqual(
    [foreign.status, foreign.stderr],
    [1, '192.0.2.1 is no address of this machine; name one that is, or none.\n'],
  );
});
