// slipway script: what its options make of a folder of scripts.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { build, slipway } from './slipway.js';

const folder = mkdtempSync(path.join(tmpdir(), 'slipway-scripts-'));
before(build);
after(() => rmSync(folder, { recursive: true }));

const PASSES = '0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n';
const FAILS = '0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 listen(3, 1) = -1 EINVAL (Invalid argument)\n';
for (const [file, text] of Object.entries({ 'a.pkt': PASSES, 'b.pkt': FAILS, 'c.pkt': PASSES, 'd.pkt': FAILS })) {
  writeFileSync(path.join(folder, file), text);
}

test('every script is played, and the exit code is 1 if one fails', () => {
  const { status, stdout } = slipway(['script', folder]);
  assert.equal(status, 1);
  assert.match(stdout, /^2 passed, 2 failed, 0 not supported$/m);
});

test('--bail stops behind the first that does not pass', () => {
  const { status, stdout } = slipway(['script', folder, '--bail']);
  assert.equal(status, 1);
  assert.match(stdout, /FAIL .*b\.pkt:2/);
  assert.match(stdout, /^1 passed, 1 failed, 0 not supported$/m);
});
