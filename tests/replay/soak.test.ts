// Half a minute of 'slipway soak': the whole is ten minutes, by hand (docs/soak.md).

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { build, slipway, without } from '../cli/slipway.js';

before(build);

interface Report {
  result: string;
  acts: Record<string, number>;
  pulls: number;
  faults: Record<string, number>;
  retransmissions: number;
  octets: number;
  lost: string[];
  leaked: string[];
}

test('half a minute of soak: nothing lost, nothing leaked', { skip: without('socat') }, (t) => {
  const args = ['soak', '--minutes', '0.5', '--pull', '12s', '--out', '2s', '--json'];
  const { status, stdout, stderr } = slipway(args, { timeoutMs: 200_000 });
  const report = JSON.parse(stdout || '{}') as Report;
  assert.deepEqual([report.lost, report.leaked], [[], []], stderr);
  assert.equal(status, 0, stderr);
  assert.equal(Object.keys(report.acts).length, 10, 'every act was done');
  assert.ok(report.pulls >= 3 && (report.faults['lost'] ?? 0) > 10 && report.retransmissions > 10, stdout);
  t.diagnostic(`${report.octets} octets, ${report.pulls} pulls, faults ${JSON.stringify(report.faults)}`);
});

test('what is lost makes it fail', { skip: without('socat') }, () => {
  // A line that loses all that is sent: no act can be done, and that is told within the time that one may take.
  const args = ['soak', '--minutes', '0.02', '--loss', '100%', '--pull', '60s', '--patience', '2s'];
  const { status, stdout } = slipway(args, { timeoutMs: 100_000 });
  assert.equal(status, 1, stdout);
  assert.match(stdout, /^LOST \d+ s, (http|echo), \w+: /m);
});

test('misuse is told in a sentence', () => {
  for (const args of [
    ['--minutes', 'x'],
    ['--minutes', '0'],
    ['--loss', '2x'],
    ['--pull', 'soon'],
  ]) {
    const { status, stderr } = slipway(['soak', ...args]);
    assert.equal(status, 2, stderr);
    assert.match(stderr, /^The .* (is|are) not /);
  }
});
