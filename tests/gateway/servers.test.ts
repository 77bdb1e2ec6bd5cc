// Servers that others have written, as a board meets them through its gateway: nginx for TCP, dnsmasq for UDP.
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { folder, without } from '../cli/slipway.js';
import { freePort } from '../host/free-port.js';
import { until } from '../host/links.js';
import { pattern, sha256 } from '../host/stacks.js';
import { BOARD, GATEWAY, held, LOOPBACK, pair, readAll } from './pair.js';

test('nginx: a page and a file of 100 KB, twenty times, to a board', { skip: without('nginx') }, async (t) => {
  const place = folder(t);
  const port = await freePort();
  mkdirSync(path.join(place, 'www'));
  const file = pattern(100_000);
  writeFileSync(path.join(place, 'www', 'file'), file);
  writeFileSync(path.join(place, 'www', 'index.html'), 'a page of nginx');
  writeFileSync(path.join(place, 'nginx.conf'), nginxConfiguration(place, port));
  run(t, 'nginx', ['-p', place, '-c', path.join(place, 'nginx.conf'), '-e', path.join(place, 'error.log')]);
  await listens(port);
  const { board } = await pair(t, { boardModule: 'board', access: [`allow ${LOOPBACK}:${port}`] });
  const get = async (target: string): Promise<Buffer> => {
    const socket = board.connect(port, GATEWAY);
    socket.write(`GET ${target} HTTP/1.0\r\nHost: gateway\r\n\r\n`);
    const answer = await readAll(socket);
    assert.match(answer.subarray(0, 100).toString('latin1'), /^HTTP\/1\.1 200 OK\r\n/);
    return answer.subarray(answer.indexOf('\r\n\r\n') + 4);
  };
  assert.equal((await get('/')).toString(), 'a page of nginx');
  const sums: string[] = [];
  // The board has four connections, and each must have been given back before the next four.
  for (let round = 0; round < 5; round += 1) {
    await until(() => held(board).length === 0, 'the board has all of its connections');
    const files = await Promise.all(Array.from({ length: 4 }, () => get('/file')));
    sums.push(...files.map(sha256));
  }
  assert.deepEqual(new Set(sums), new Set([sha256(file)]));
  assert.equal(sums.length, 20);
});

test('dnsmasq: the address of a name, asked from a board', { skip: without('dnsmasq') }, async (t) => {
  const port = await freePort();
  const place = folder(t);
  writeFileSync(path.join(place, 'conf'), '');
  // It removes its pid file when it ends, whatever that is: the test's own, then.
  const files = [`--conf-file=${path.join(place, 'conf')}`, `--pid-file=${path.join(place, 'pid')}`];
  const options = ['--no-daemon', '--no-resolv', '--no-hosts', ...files];
  const where = [`--port=${port}`, `--listen-address=${LOOPBACK}`, '--bind-interfaces', '--user=root'];
  run(t, 'dnsmasq', [...options, ...where, `--address=/board.example/${BOARD}`]);
  await listens(port);
  const { board } = await pair(t, { boardModule: 'board', access: [`allow ${LOOPBACK}:${port}`] });
  const resolver = board.createDatagramSocket();
  const answered = once(resolver, 'message') as Promise<[Buffer]>;
  resolver.send(
    Buffer.from('beef01000001000000000000' + '05626f617264076578616d706c6500' + '00010001', 'hex'),
    port,
    GATEWAY,
  );
  const [answer] = await answered;
  assert.equal(answer.readUInt16BE(0), 0xbeef);
  assert.equal(answer.readUInt16BE(6), 1, 'one answer');
  assert.deepEqual([...answer.subarray(-4)], BOARD.split('.').map(Number));
});

/** A server in the foreground that does not outlive the test. */
function run(t: TestContext, command: string, args: string[]): ChildProcess {
  const child = spawn(command, args, {
    stdio: 'ignore',
    env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` },
  });
  t.after(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
  return child;
}

function nginxConfiguration(place: string, port: number): string {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${place}/${name};`,
  );
  return `daemon off;
master_process off;
pid ${place}/pid;
events {}
http {
  access_log off;
  ${paths.join('\n  ')}
  server { listen ${LOOPBACK}:${port}; root ${place}/www; }
}
`;
}

/** Until it does: a server takes a moment to begin. */
async function listens(port: number): Promise<void> {
  await until(async () => {
    const probe = connect(port, LOOPBACK);
    const isThere = await new Promise<boolean>((resolve) => {
      probe.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    probe.destroy();
    return isThere;
  }, `a server on port ${port}`);
}
