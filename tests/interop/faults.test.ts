// The transfers of demo.test.ts over a cable with every fault: equal to the octet, and the faults really happened.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { build, demo, without } from '../cli/slipway.js';
import { fetchesInParallel, fetchesMegabyte, fetchesNetstat, fetchesPage, postsMegabyte } from './transfers.js';

before(build);
const skip = without('curl');

const FAULTS = ['--loss', '3%', '--reorder', '5%', '--duplicate', '2%', '--corrupt', '1%', '--delay', '20ms'];
const LIMIT_MS = 60_000;

// They wait for the cable more than they work: at once they take no longer than one alone.
describe('over a cable with every fault', { concurrency: 3 }, () => {
  for (const seed of ['1', '2', '3']) {
    test(`loss, reordering, copies, corruption and delay, seed ${seed}`, { skip }, async (t) => {
      const { running, url } = await demo(t, [...FAULTS, '--seed', seed]);
      const transfers = { fetchesPage, fetchesNetstat, fetchesMegabyte, postsMegabyte, fetchesInParallel: twenty };
      for (const [name, transfer] of Object.entries(transfers)) {
        const begun = Date.now();
        await transfer(url);
        const ms = Date.now() - begun;
        t.diagnostic(`${name}: ${(ms / 1000).toFixed(1)} s`);
        assert.ok(ms < LIMIT_MS, `${name} took ${ms} ms`);
      }
      assert.equal(await running.stop(), 0);
      const [, counts = ''] = /^The cable: (.*)$/m.exec(running.stdout) ?? [];
      t.diagnostic(counts);
      for (const fault of ['lost', 'reordered', 'duplicated', 'corrupted', 'segments sent again:']) {
        assert.match(counts, new RegExp(`[1-9]\\d* ${fault}|${fault} [1-9]`), fault);
      }
    });
  }
});

async function twenty(url: string): Promise<void> {
  await fetchesInParallel(url, 20);
}
