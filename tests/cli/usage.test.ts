// Bad input: one sentence that names the fix; exit 2 for misuse, 1 for what the world refuses.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { before, test } from 'node:test';
import path from 'node:path';
import { build, ROOT, slipway, start, without } from './slipway.js';

before(build);

const MISUSES: readonly (readonly [args: string[], says: RegExp])[] = [
  [['dmeo'], /'dmeo'; did you mean demo\?/],
  [['fly'], /^Unknown command 'fly'; .*--help/],
  [['demo', '--los', '3%'], /'--los'; did you mean --loss\?/],
  [['demo', '--frobnicate'], /'--frobnicate'; .*--help/],
  [['demo', 'now'], /demo.*--help/],
  [['demo', '--loss'], /--loss <share>.*argument/],
  [['demo', '--loss', 'much'], /loss 'much'.*write it as 3%/],
  [['demo', '--loss', '101%'], /loss '101%'/],
  [['demo', '--delay', '20 parsecs'], /delay '20 parsecs'.*write it as 20ms/],
  [['demo', '--bandwidth', '0'], /bandwidth '0'.*write it as 115200baud/],
  [['demo', '--seed', 'abc'], /seed 'abc'/],
  [['demo', '--msl', '-1'], /MSL '-1'.*write it as/],
  [['demo', '--cookies', 'maybe'], /'maybe' is invalid\. Allowed choices are auto, always, never/],
  [['demo', '--once', '--syn-queue', '100'], /synQueue cannot be 100/],
  [['demo', '--syn-timeout', 'soon'], /SYN time-out 'soon'.*write it as/],
  [['demo', '--port', '0'], /port '0'/],
  [['demo', '--port', '65536'], /port '65536'/],
  [['demo', '--port', 'http'], /port 'http'/],
  [['demo', '--app', 'ftp'], /no app 'ftp'; use http/],
  [['forward', '8080:80'], /No link is named; give --link/],
  [['forward', '--link', 'emulated:'], /rules/],
  [['forward', '--link', 'emulated:', '8080:0'], /'8080:0' is not a forward; write .* 8080:80/],
  [['forward', '--link', 'emulated:', 'a:b'], /'a:b' is not a forward/],
  [['forward', '--link', 'serial:/dev/ttyACM0', '8080:80'], /'serial:\/dev\/ttyACM0' is not a link; write slip:/],
  [['forward', '--link', 'slip:', '8080:80'], /names no serial device/],
  [['forward', '--link', 'slip:/dev/x?bawd=9600', '8080:80'], /no option 'bawd'/],
  [['forward', '--link', 'tun:slip0', '8080:80'], /'slipway tun/],
  [['forward', '--link', 'emulated:', '--address', '192.168.7', '8080:80'], /'192\.168\.7' is not an IPv4 address/],
  [['board'], /No link is named/],
  [['board', '--link', 'emulated:'], /has its board already/],
  [['board', '--link', 'unix:/tmp/x', '--connect', 'here'], /'here' is nowhere to connect to; write/],
  [['board', '--link', 'unix:/tmp/x', '--connect', '1.2.3.4:80', '--app', 'http'], /leave out --app or --connect/],
  [['ping', '--count', '0'], /count '0'/],
  [['ping', '--size', '1473'], /size '1473'/],
  [['ping', '--peer', 'board.example'], /'board\.example' is not an IPv4 address/],
  [['tun', '--link', 'emulated:', '--name', 'a name that is too long'], /'a name that is too long' cannot be the name/],
  [['tun', '--link', 'emulated:', '--mtu', '20'], /MTU '20'/],
];

for (const [args, says] of MISUSES) {
  test(`slipway ${args.join(' ')}: exit 2 and one sentence`, () => {
    const { status, stdout, stderr } = slipway(args);
    assert.match(stderr, says);
    assert.match(stderr, /^[A-Z'][^\n]*[.?]\n$/, 'one line, with a beginning and an end');
    assert.equal(status, 2);
    assert.equal(stdout, '');
  });
}

test('without a command the help is shown, and it was misuse', () => {
  const { status, stdout, stderr } = slipway([]);
  assert.equal(status, 2);
  assert.match(stdout + stderr, /Usage: slipway/);
});

test('--help and --version are no misuse; every command has a help with an example', () => {
  assert.match(slipway(['--version']).stdout, /^\d+\.\d+\.\d+\n$/);
  const { status, stdout } = slipway(['--help']);
  assert.equal(status, 0);
  const commands = [...stdout.matchAll(/^ {2}([a-z]+)(?: \[options\])?/gm)].map(([, name = '']) => name);
  for (const name of ['demo', 'board', 'forward', 'tun', 'ping']) {
    assert.ok(commands.includes(name), name);
    const help = slipway([name, '--help']);
    assert.equal(help.status, 0);
    assert.match(help.stdout, /Examples?:\n {2}slipway /, name);
  }
});

test('a stream that nobody listens on exits 1 and says what to start', () => {
  const { status, stderr } = slipway(['forward', '--link', 'unix:/nowhere/cable', '8080:80']);
  assert.equal(status, 1);
  assert.match(stderr, /^unix:\/nowhere\/cable cannot be reached; start its other side first \(ENOENT\)\.\n$/);
});

test('ping: answered by an emulated board; unanswered it exits 1', () => {
  const good = slipway(['ping', '--count', '2', '--interval', '10ms', '--timeout', '60s']);
  assert.equal(good.status, 0, good.stderr);
  assert.match(good.stdout, /64 octets from 192\.168\.7\.2: seq 2, /);
  assert.match(good.stdout, /2 sent, 2 answered, least\/mean\/most /);
  const bad = slipway(['ping', '--count', '1', '--timeout', '100ms', '--link', 'emulated:?loss=100%']);
  assert.equal(bad.status, 1);
  assert.match(bad.stdout, /No answer from 192\.168\.7\.2: seq 1/);
  assert.match(bad.stderr, /^192\.168\.7\.2 does not answer; check [^\n]+\.\n$/);
});

test('SLIPWAY_LINK stands for --link', () => {
  const { status, stderr } = slipway(['forward', '8080:80'], { env: { SLIPWAY_LINK: 'slip:/dev/not-there' } });
  assert.equal(status, 1);
  assert.match(stderr, /\/dev\/not-there/);
});

test('a reader that has seen enough ends it quietly', { skip: without('bash') }, () => {
  const main = path.join(ROOT, 'dist/host/cli/main.js');
  const command = `"${process.execPath}" "${main}" demo --once --json | head -1; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', command], { cwd: ROOT, encoding: 'utf8' });
  assert.match(stdout, /^\{"type":"datagram","number":1,.*\}\n0\n$/);
  assert.equal(stderr.includes('EPIPE'), false);
});

test('Ctrl-C before anything has happened exits 0', async (t) => {
  const running = start(t, ['forward', '--link', 'emulated:', '0:80']);
  await running.says(/leads to 192\.168\.7\.2:80/);
  assert.equal(await running.stop(), 0);
  assert.equal(running.stderr, '');
});

test('a second Ctrl-C does not wait', async (t) => {
  const running = start(t, ['demo', '--delay', '60s']);
  await running.says(/The board is at/);
  running.process.kill('SIGINT');
  await running.stop();
});
