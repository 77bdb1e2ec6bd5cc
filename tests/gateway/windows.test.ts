// Windows on one link as programs: an owner, and netstat, capture, ladder, monitor and Wireshark beside it.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { before, beforeEach, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { build, folder, slipway, start, without, type Running } from '../cli/slipway.js';
import { count, frames } from '../interop/tshark.js';
import { until } from '../host/links.js';
import { LOOPBACK, readAll } from './pair.js';

before(build);

/** Each test has control sockets and settings of its own. */
beforeEach((t) => {
  const place = folder(t as TestContext);
  process.env['SLIPWAY_RUNTIME_DIR'] = path.join(place, 'run');
  process.env['XDG_CONFIG_HOME'] = path.join(place, 'config');
});

async function up(t: TestContext): Promise<{ owner: Running; fetchOctets: (octets: number) => Promise<Buffer> }> {
  const owner = start(t, ['up', '--link', 'emulated:', '--forward', '0:80']);
  const [, port] = await owner.says(/127\.0\.0\.1:(\d+) leads to/);
  const fetchOctets = async (octets: number): Promise<Buffer> => {
    const socket = connect(Number(port), LOOPBACK);
    socket.write(`GET /bytes/${octets} HTTP/1.1\r\nHost: board\r\nConnection: close\r\n\r\n`);
    return readAll(socket);
  };
  return { owner, fetchOctets };
}

/** Fetches that are whole in the capture, at least. */
const CAPTURED = 3;

test('netstat, ladder and capture at once; tshark finds nothing malformed', { skip: without('tshark') }, async (t) => {
  const { owner, fetchOctets } = await up(t);
  const file = path.join(folder(t), 'board.pcapng');
  const capture = start(t, ['capture', '-o', file]);
  const ladder = start(t, ['ladder', '--filter', 'syn or fin', '--all']);
  await capture.says(/Capturing emulated: to /);
  await until(() => existsSync(file) && statSync(file).size > 0, 'the capture has begun');
  // The ladder says nothing before something passes, and may begin in the midst of it: ask until it has all of one.
  const whole = /── SYN [^]*─ SYN-ACK [^]*FIN-ACK /;
  for (let round = 0; round < 500 && !whole.test(ladder.stdout); round += 1) await fetchOctets(20_000);
  await ladder.says(whole);
  for (let round = 0; round < CAPTURED; round += 1) await fetchOctets(20_000);
  const ends = (): number => readFileSync(file).toString('latin1').split('board: ESTABLISHED -> FIN-WAIT-1').length - 1;
  await until(() => ends() >= CAPTURED, 'the capture has as many ends of connections');
  assert.doesNotMatch(ladder.stdout, /(?<!FIN-)PSH/);
  const { status, stdout } = slipway(['netstat']);
  assert.equal(status, 0);
  assert.match(stdout, /^laptop 192\.168\.7\.1: segments in \d+/);
  assert.match(stdout, /\nTIME-WAIT +192\.168\.7\.\d:\d+ +192\.168\.7\.\d:\d+ .* \d+\.\d s\n/);
  assert.match(stdout, /\nboard 192\.168\.7\.2: .*\n.*\nLISTEN +\*:80/);
  const linux = slipway(['netstat', '-n', '-p', 'tcp', '--names', 'linux']);
  assert.match(linux.stdout, /^tcp +0 +0 192\.168\.7\.\d:\d+ +192\.168\.7\.\d:\d+ +TIME_WAIT$/m);
  const json = JSON.parse(slipway(['netstat', '--json']).stdout) as { type: string; board: { floods: unknown[] } };
  assert.deepEqual([json.type, json.board.floods], ['netstat', []]);
  assert.deepEqual([await capture.stop(), await ladder.stop()], [0, 0]);
  const [, told] = /(\d+) datagrams in /.exec(capture.stderr) ?? [];
  assert.equal(count(file, 'ip'), Number(told));
  assert.equal(count(file, '_ws.malformed || tcp.checksum.status == 0 || ip.checksum.status == 0'), 0);
  const comments = frames(file, ['frame.comment']).flat().join('\n');
  assert.match(comments, /laptop: CLOSED -> SYN-SENT/);
  assert.match(comments, /board: ESTABLISHED -> FIN-WAIT-1/);
  assert.ok(
    count(file, 'frame.p2p_dir == 0') > 10 && count(file, 'frame.p2p_dir == 1') > 10,
    'both directions are marked',
  );
  assert.equal(await owner.stop(), 0);
});

test('Wireshark lists the link, and tshark captures 100 packets of it', { skip: without('tshark') }, async (t) => {
  const { fetchOctets } = await up(t);
  assert.match(slipway(['wireshark', 'install']).stdout, /extcap\/slipway is in place/);
  const list = spawnSync('tshark', ['-D'], { encoding: 'utf8' });
  assert.match(list.stdout, /^\d+\. slipway \(Slipway: the link that is open\)$/m);
  assert.match(list.stdout, /^\d+\. slipway-emulated \(Slipway: emulated:\)$/m);
  const file = path.join(folder(t), 'wireshark.pcapng');
  const tshark = spawn('tshark', ['-i', 'slipway-emulated', '-c', '100', '-w', file], { stdio: 'ignore' });
  t.after(() => tshark.kill('SIGKILL'));
  for (const limit = Date.now() + 240_000; tshark.exitCode === null && Date.now() < limit; await sleep(100))
    await fetchOctets(20_000);
  assert.equal(tshark.exitCode, 0, 'it has its hundred packets');
  assert.equal(count(file, 'tcp'), 100);
  assert.equal(count(file, '_ws.malformed'), 0);
  assert.match(frames(file, ['frame.comment']).flat().join('\n'), /Sent: (ACK|written)/);
  assert.match(slipway(['wireshark', 'uninstall']).stdout, /is gone/);
  assert.doesNotMatch(spawnSync('tshark', ['-D'], { encoding: 'utf8' }).stdout, /slipway/);
});

test("monitor watches a board's line through the program that has it", { skip: without('socat') }, async (t) => {
  const place = folder(t);
  const link = `unix:${path.join(place, 'cable')}`;
  const server = spawn('socat', ['-d', '-d', `UNIX-LISTEN:${path.join(place, 'cable')}`, '-']);
  t.after(() => server.kill());
  // The socket's file is there before anybody listens.
  let said = '';
  server.stderr.on('data', (text: Buffer) => (said += text.toString()));
  await until(() => said.includes('listening on'), 'socat listens');
  const owner = start(t, ['up', '--link', link]);
  await owner.says(/reaches the network/);
  const monitor = start(t, ['monitor', '--link', link]);
  await monitor.says(/is watched through it/);
  for (let round = 0; round < 600 && monitor.stdout === ''; round += 1) {
    server.stdin.write(Buffer.from('\xc0\nclock at 72 MHz\n\xc0', 'latin1'));
    await sleep(100);
  }
  assert.match(monitor.stdout, /^clock at 72 MHz\n/);
  assert.equal(await monitor.stop(), 0);
  assert.equal(await owner.stop(), 0);
});

test('nobody has a link open: each window says what to start, and exits 1', () => {
  for (const command of [['netstat'], ['ladder'], ['capture', '-o', '-']]) {
    const { status, stderr } = slipway(command);
    assert.deepEqual(
      [status, stderr],
      [1, "No program has a link open; start 'slipway up --link slip:/dev/ttyACM0' first.\n"],
    );
  }
  const named = slipway(['netstat', '--link', 'slip:/dev/ttyUSB0']);
  assert.match(
    named.stderr,
    /^No program has the link slip:\/dev\/ttyUSB0 open; start 'slipway up --link slip:\/dev\/ttyUSB0' first\.\n$/,
  );
});

test('misuse of the windows exits 2 in one sentence', () => {
  for (const [args, says] of [
    [['capture'], /No file is named; give -o FILE\.pcapng/],
    [['capture', '-o', 'x', '--filter', 'port http'], /cannot be read, 'http' is no such number; its words are/],
    [['ladder', '--filter', 'tcp udp'], /'udp' has no place there/],
    [['netstat', '--names', 'bsd'], /Allowed choices are rfc, linux/],
    [['extcap'], /This command is Wireshark's; type 'slipway wireshark install'/],
  ] as const) {
    const { status, stderr } = slipway([...args]);
    assert.match(stderr, says);
    assert.match(stderr, /^[A-Z'][^\n]*[.?]\n$/);
    assert.equal(status, 2);
  }
});
