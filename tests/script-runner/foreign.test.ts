import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { coreProvider } from '../../host/script/core-provider.js';
import type { PeerName } from '../../host/script/relaxations.js';
import { runScript, type ScriptResult } from '../../host/script/run-script.js';

// Scripts as people have them for other stacks: each passes with --peer, which says every thing that it looked away from,
// and fails without, at the first line that its own stack would have done otherwise.

const core = coreProvider('host');

async function run(name: string, peer?: PeerName): Promise<ScriptResult> {
  const text = await readFile(new URL(`foreign/${name}.pkt`, import.meta.url), 'utf8');
  return runScript(name, text, { core, peer });
}

const SYN_OPTIONS = (line: number): RegExp => new RegExp(`^line ${line}: options <mss 1460,.*> taken for <mss 1460,`);

const SCRIPTS: readonly (readonly [name: string, peer: PeerName, strictLine: number, relaxed: RegExp[]])[] = [
  ['linux-server', 'linux', 15, [SYN_OPTIONS(15)]],
  ['linux-loss', 'linux', 11, [SYN_OPTIONS(11)]],
  ['google-connect', 'linux', 13, [SYN_OPTIONS(13)]],
  [
    'freebsd-edges',
    'freebsd',
    12,
    [/^line 12: SO_RCVBUF is/, SYN_OPTIONS(14), /^line 27: win 65534 taken for/, /^line 30: win 65534 taken for/],
  ],
];

for (const [name, peer, strictLine, relaxed] of SCRIPTS) {
  test(`${name}.pkt passes with --peer ${peer}, which says what it looked away from`, async () => {
    const { result, line, expected, got, relaxations } = await run(name, peer);
    assert.equal(result, 'pass', `line ${line}: expected ${expected}, got ${got}`);
    assert.equal(relaxations.length, relaxed.length, relaxations.join('\n'));
    for (const [at, pattern] of relaxed.entries()) assert.match(relaxations[at] as string, pattern);
  });

  test(`${name}.pkt fails without --peer, at line ${strictLine}`, async () => {
    const { result, line, relaxations } = await run(name);
    assert.equal(result, 'fail');
    assert.equal(line, strictLine);
    assert.deepEqual(relaxations, []);
  });
}

test('the shell lines of a foreign script are noted, and none is run', async () => {
  const { notes } = await run('freebsd-edges', 'freebsd');
  assert.equal(notes.length, 3);
  assert.match(notes[0] as string, /skipped `sysctl -w net\.inet\.tcp\.rfc1323=1`$/);
});

test('with --peer too a wrong SEQ, ACK, length or flag fails', async () => {
  const text = await readFile(new URL('foreign/linux-loss.pkt', import.meta.url), 'utf8');
  const changes: readonly (readonly [from: string, to: string])[] = [
    ['+0 > . 1001:2001(1000) ack 1', '+0 > . 1002:2002(1000) ack 1'],
    ['+0 > . 1001:2001(1000) ack 1', '+0 > . 1001:2000(999) ack 1'],
    ['+0 > . 1001:2001(1000) ack 1', '+0 > P. 1001:2001(1000) ack 1'],
    ['+0 > . 1001:2001(1000) ack 1', '+0 > . 1001:2001(1000) ack 2'],
    ['+0 > . 1001:2001(1000) ack 1', '+1 > . 1001:2001(1000) ack 1'],
  ];
  for (const [from, to] of changes) {
    const { result, line } = await runScript('changed', text.replace(from, to), { core, peer: 'linux' });
    assert.deepEqual([result, line], ['fail', 17], to);
  }
});
