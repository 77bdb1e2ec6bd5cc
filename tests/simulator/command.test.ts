// 'slipway simulate' as people use it: a failing seed names itself, is made small, and can be run again, told and captured.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, describe, test } from 'node:test';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'slipway-simulate-'));
after(() => rmSync(folder, { recursive: true }));

interface Ran {
  status: number | null;
  stdout: string;
  stderr: string;
}

function simulate(...parameters: string[]): Ran {
  const argv = ['--import', 'tsx', join(ROOT, 'host/cli/main.ts'), 'simulate', ...parameters];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, TMPDIR: folder },
  });
  return { status, stdout, stderr };
}

describe('slipway simulate', () => {
  test('says how many seeds passed, in what time and how many a second, and exits with 0', () => {
    const { status, stdout } = simulate('--seeds', '20', '--profile', 'board');
    assert.match(stdout, /^20 seeds pass in \d+\.\d s \([\d,]+ a second\): [\d,]+ datagrams/);
    assert.equal(status, 0);
  });

  test('tells a passing run step by step, and as JSON in one object', () => {
    const { status, stdout } = simulate('--seed', '3', '--verbose');
    assert.match(stdout, /station 0: .*\n(.*\n)*.*SYN-ACK.*\n(.*\n)*Seed 3 passes: \d+ datagrams/);
    assert.equal(status, 0);
    const json = JSON.parse(simulate('--seed', '3', '--json').stdout) as Record<string, unknown>;
    assert.equal(json['result'], 'pass');
    assert.equal(json['seeds'], 1);
  });

  test('names what is wrong with a command and exits with 2', () => {
    for (const [parameters, says] of [
      [['--profile', 'large'], /no profile 'large'; use micro, board, host/],
      [['--seeds', 'many'], /many/],
      [['--plan', 'missing.json'], /plan missing.json cannot be read/],
      [['--patch', 'missing.diff'], /patch missing.diff cannot be read/],
    ] as const) {
      const { status, stderr } = simulate(...parameters);
      assert.match(stderr, says);
      assert.equal(status, 2);
    }
  });

  test('a failing seed prints itself and the command that replays it, shrinks, and leaves a capture', () => {
    const patch = join(folder, 'bug.json');
    const search = '  tcb.rcv.nxt += 1;\n';
    const bug = { file: 'assembly/tcp/segment-arrives/other-states/8-fin.ts', search, replace: '' };
    writeFileSync(patch, JSON.stringify(bug));
    const failing = simulate('--patch', patch, '--profile', 'micro', '--seeds', '200');
    assert.equal(failing.status, 1, failing.stderr);
    const [, seed = '', invariant = ''] = /^Seed (\d+) breaks '([a-z-]+)': /.exec(failing.stdout) ?? [];
    assert.notEqual(invariant, '', failing.stdout);
    assert.match(failing.stdout, /Shrunk, it still says: /);
    assert.ok(failing.stdout.includes(`slipway simulate --seed ${seed} --profile micro --patch ${patch} --verbose`));

    const plan = /--plan (\S+)/.exec(failing.stdout)?.[1] ?? '';
    const capture = /capture: +(\S+)/.exec(failing.stdout)?.[1] ?? '';
    assert.ok((JSON.parse(readFileSync(plan, 'utf8')) as { faults: unknown[] }).faults.length <= 2);
    checkCapture(readFileSync(capture));

    const again = simulate('--plan', plan, '--patch', patch, '--profile', 'micro', '--verbose');
    assert.equal(again.status, 1);
    assert.ok(again.stdout.includes(`Seed ${seed} breaks '${invariant}'`), again.stdout.slice(-2000));
  });
});

/** A section, an interface, and packets behind one another up to the last octet. */
function checkCapture(octets: Buffer): void {
  const kinds: number[] = [];
  for (let at = 0; at < octets.length;) {
    const length = octets.readUInt32LE(at + 4);
    assert.equal(octets.readUInt32LE(at + length - 4), length, 'a block ends with its length');
    kinds.push(octets.readUInt32LE(at));
    at += length;
  }
  assert.deepEqual(kinds.slice(0, 2), [0x0a0d0d0a, 1]);
  assert.ok(kinds.filter((kind) => kind === 6).length >= 3, 'the handshake at least is captured');
}
