import assert from 'node:assert/strict';
import { test } from 'node:test';
import { socketThroughput, throughputLines } from '../../host/bench/socket-throughput.js';

test('npm run throughput: both worlds carry every octet, and each line says how fast', async () => {
  const figures = await socketThroughput(1, 4 << 20);
  for (const { median } of [figures.slipway, figures.nodeNet]) assert.ok(median > 0 && Number.isFinite(median));
  const [ours, theirs] = throughputLines(figures);
  assert.match(ours ?? '', /^Slipway, two stacks in this process +\d+ MB\/s \(\d+ to \d+\); the first transfer \d+$/);
  assert.match(theirs ?? '', /^node:net on loopback +\d+ MB\/s \(\d+ to \d+\)$/);
});
