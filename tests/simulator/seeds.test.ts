// A bounded share of the simulator's seeds: a fixed stretch, one that nobody has chosen, and some of each profile alone.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { drawPlan } from '../../host/simulator/draw.js';
import { loadModules } from '../../host/simulator/machine.js';
import type { Spectator } from '../../host/simulator/network.js';
import { type Profile, PROFILES } from '../../host/simulator/plan.js';
import { run } from '../../host/simulator/run.js';
import { simulate } from '../../host/simulator/simulate.js';

const modules = await loadModules();

function pass(from: number, count: number, profile?: Profile): string {
  const { totals, failure } = simulate({ modules, from, count, profile });
  const again = `slipway simulate --seed ${failure?.seed}${profile === undefined ? '' : ` --profile ${profile}`}`;
  assert.equal(failure, undefined, `${failure?.invariant}: ${failure?.message}; ${again}`);
  const rate = ((totals.seeds * 1000) / totals.elapsed).toFixed(0);
  return `${totals.seeds} seeds from ${from} in ${(totals.elapsed / 1000).toFixed(1)} s, ${rate} a second`;
}

describe('simulator: nothing is lost, whatever the network does', () => {
  test('seeds 1 to 600 pass on every mix of profiles', (t) => {
    t.diagnostic(pass(1, 600));
  });

  test('100 seeds from anywhere in the first 20,000 pass, all of which a sweep is known to pass', (t) => {
    const from = 1 + Math.floor(Math.random() * 19_900);
    t.diagnostic(pass(from, 100));
  });

  for (const profile of PROFILES) {
    test(`100 seeds pass on the profile ${profile} alone`, (t) => {
      t.diagnostic(pass(100_000, 100, profile));
    });
  }
});

describe('simulator: a seed is a run', () => {
  /** Every datagram that leaves, with its time and fate. */
  function digest(seed: number): string {
    const hash = createHash('sha256');
    const spectator: Spectator = {
      sent: (from, to, octets, at, length, fate, time) => {
        hash.update(`${from.index} ${to.index} ${time} ${fate.isLost} ${fate.corruption} ${fate.delay}`);
        hash.update(octets.subarray(at, at + length));
      },
    };
    const { failure } = run(drawPlan(seed), modules, spectator);
    assert.equal(failure, undefined);
    return hash.digest('hex');
  }

  test('the same seed gives the same octets at the same times, whatever ran before', () => {
    const seeds = [11, 12, 13, 14, 15, 16];
    const first = seeds.map(digest);
    pass(200, 20);
    assert.deepEqual([...seeds].reverse().map(digest).reverse(), first);
    assert.equal(new Set(first).size, seeds.length);
  });
});
