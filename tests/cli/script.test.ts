// slipway script: what it prints, and its exit codes.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { build, ROOT, slipway } from './slipway.js';

const PASSING = path.join(ROOT, 'tests/scripts/user-calls/open/passive.pkt');
const FOREIGN = path.join(ROOT, 'tests/script-runner/foreign/linux-loss.pkt');
const folder = mkdtempSync(path.join(tmpdir(), 'slipway-script-'));
const file = (name: string): string => path.join(folder, name);

before(() => {
  build();
  const opening = '0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 bind(3, ..., ...) = 0\n+0 listen(3, 1) = 0\n';
  const syn = '+0 < S 0:0(0) win 1000 <mss 1000>\n';
  writeFileSync(file('good.pkt'), `${opening}\`ls\`\n${syn}+0 > S. 0:0(0) ack 1 <...>\n`);
  writeFileSync(file('wrong.pkt'), `${opening}${syn}+0 > S. 0:0(0) ack 2 <...>\n`);
  writeFileSync(file('unknown.pkt'), `${opening}+0 epoll_create(1) = 5\n`);
});

after(() => rmSync(folder, { recursive: true }));

test('a script that passes: one line that counts, exit 0', () => {
  const { status, stdout } = slipway(['script', PASSING]);
  assert.equal(stdout, '1 passed, 0 failed, 0 not supported\n');
  assert.equal(status, 0);
});

test('a script with one wrong number fails and says which, with file and line: exit 1', () => {
  const { status, stdout } = slipway(['script', file('wrong.pkt')]);
  assert.equal(status, 1);
  assert.match(
    stdout,
    /^FAIL .*wrong\.pkt:5\n {2}expected > S\. 0:0\(0\) ack 2 <\.\.\.> at 0\.000 s\n {2}got .*: ack 1, not 2\n/,
  );
  assert.match(stdout, /\n0 passed, 1 failed, 0 not supported\n$/);
});

test('what is not supported is listed apart, is no pass, and exits 1', () => {
  const { status, stdout } = slipway(['script', file('good.pkt'), file('unknown.pkt')]);
  assert.equal(status, 1);
  assert.match(
    stdout,
    /^not supported .*unknown\.pkt:4\n {2}the call epoll_create\(\)\n1 passed, 0 failed, 1 not supported\n$/,
  );
});

test('--json prints one object a script and nothing else', () => {
  const { status, stdout } = slipway(['script', folder, '--json']);
  assert.equal(status, 1);
  const objects = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    objects.map(({ file: name, result, line }) => [path.basename(String(name)), result, line]),
    [
      ['good.pkt', 'pass', undefined],
      ['unknown.pkt', 'unsupported', 4],
      ['wrong.pkt', 'fail', 5],
    ],
  );
  assert.deepEqual(Object.keys(objects[2] ?? {}), ['file', 'result', 'line', 'expected', 'got']);
});

test('--verbose names those that pass, and what was skipped', () => {
  const { stdout } = slipway(['script', file('good.pkt'), '--verbose']);
  assert.match(stdout, /^pass .*good\.pkt\n {2}note: line 4: skipped `ls`\n1 passed/);
});

test('--peer fits a foreign script, and prints what it looked away from', () => {
  assert.equal(slipway(['script', FOREIGN]).status, 1);
  const { status, stdout } = slipway(['script', FOREIGN, '--peer', 'linux']);
  assert.equal(status, 0);
  assert.match(stdout, /^pass .*\n {2}relaxed: line 11: options .* taken for .*\n1 passed/);
  const json = slipway(['script', FOREIGN, '--peer', 'linux', '--json']).stdout;
  assert.equal((JSON.parse(json) as { relaxations: string[] }).relaxations.length, 1);
});

test('--profile chooses the module', () => {
  assert.equal(slipway(['script', PASSING, '--profile', 'micro']).status, 0);
});

const MISUSES: readonly (readonly [args: string[], says: RegExp])[] = [
  [['script'], /missing.*path|path.*argument/i],
  [['script', 'nowhere.pkt'], /no file or folder 'nowhere\.pkt'; name a script/],
  [['script', 'docs'], /no \.pkt script in 'docs'; name a script/],
  [['script', PASSING, '--peer', 'plan9'], /no peer 'plan9'; use freebsd, linux/],
  [['script', PASSING, '--profile', 'huge'], /no profile 'huge'; use micro, board, host/],
];

for (const [args, says] of MISUSES) {
  test(`slipway ${args.map((arg) => path.basename(arg)).join(' ')}: exit 2 and one sentence`, () => {
    const { status, stderr } = slipway(args);
    assert.match(stderr, says);
    assert.match(stderr, /^[^\n]+\.\n$/);
    assert.equal(status, 2);
  });
}
