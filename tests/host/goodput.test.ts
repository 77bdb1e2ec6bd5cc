// One connection over links that lose, in virtual time: the same figures in each run. docs/goodput.md says what is measured.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  LOSSES,
  SEEDS,
  SERIAL_MOST,
  SERIAL_PAIRS,
  SHARE_LEAST,
  coreRates,
  median,
  serialTransfer,
} from '../../host/bench/goodput.js';
import { readLinux } from '../../host/bench/linux-figures.js';

for (const loss of LOSSES) {
  test(`at ${loss * 100} % loss a connection gets nine tenths of what Linux gets with Reno`, async (t) => {
    const linux = median(readLinux().mbits[String(loss)] ?? []);
    const ours = median(await coreRates(loss));
    t.diagnostic(`${ours.toFixed(3)} Mbit/s, Linux ${linux.toFixed(3)}: ${(ours / linux).toFixed(3)}`);
    assert.ok(ours >= SHARE_LEAST * linux);
  });
}

for (const [sender, receiver] of SERIAL_PAIRS) {
  test(`${sender} to ${receiver}, a serial line with 4 % loss: a megabyte in little more than it needs`, async (t) => {
    for (const seed of SEEDS) {
      const { seconds, leastSeconds, frames } = await serialTransfer(sender, receiver, seed);
      const ratio = seconds / leastSeconds;
      t.diagnostic(`seed ${seed}: ${seconds.toFixed(1)} s, ${ratio.toFixed(3)} of the least`);
      assert.ok(ratio >= 1, 'nobody is faster than the line');
      assert.ok(ratio <= SERIAL_MOST);
      assert.ok(frames.repeated < 2 * frames.lost);
    }
  });
}
