// RFC 4987: ten thousand datagrams a second that nobody meant well, and ten real clients a second who are all
// served, at the pace of a quiet day, with no more memory than before.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PROFILES } from '../../host/simulator/plan.js';
import { ATTACKS } from './attacks.js';
import { flood, percentile } from './flood.js';

/** The SYN flood in full length; the others a fifth of it. */
const DATAGRAMS = 100_000;

for (const attack of Object.keys(ATTACKS)) {
  describe(`a flood of ${attack}`, () => {
    for (const profile of PROFILES) {
      test(`every real client is served, and nothing is left behind (${profile})`, async (t) => {
        const datagrams = attack === 'syn' ? DATAGRAMS : DATAGRAMS / 5;
        const result = await flood({ attack, profile, datagrams, rate: 10_000, clients: 10 });
        const { tried, served, connectTimes, entriesMost } = result;
        const p99 = percentile(connectTimes, 99);
        t.diagnostic(`${served} of ${tried} served, connect p99 ${p99} ms, at most ${entriesMost} entries`);
        assert.ok(tried >= datagrams / 1500, `${tried} clients came`);
        assert.equal(served, tried);
        // Who meets a half-open connection that was made in his name ends it by a RST and comes again behind his RTO (3.5.1).
        const most = attack === 'syn-as-client' ? 1050 : 50;
        assert.ok(p99 <= most, `connect p99 is ${p99} ms where a round trip takes 10`);
        assert.equal(result.memoryAfter, result.memoryBefore);
        assert.equal(result.entriesAfter, result.entriesBefore);
        if (attack === 'syn') assert.ok(result.cookiesSent > 0.9 * datagrams && result.cookiesAccepted > 0);
      });
    }
  });
}
