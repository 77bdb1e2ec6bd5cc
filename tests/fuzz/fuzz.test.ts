// The fuzzers' bounded share: what they have found so far on every profile, and half a minute of something new on the board's.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { buildWasm } from '../../tools/build-wasm.mjs';
import { makeC, makeCore, makeFuzzer } from './build.js';
import { keptScripts, openCorpus } from './corpus.js';
import { runFuzzer } from './run.js';
import { type Profile, PROFILES, ROOT, TARGETS, workIn } from './targets.js';
import { findToolchain, INSTALL } from './toolchain.js';

const SECONDS: Record<Profile, number> = { micro: 0, board: 10, host: 0 };
const toolchain = findToolchain();

describe('fuzzing', { skip: toolchain === undefined ? INSTALL : false }, () => {
  let folder = '';
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-fuzz-'));
    workIn(folder);
    await buildWasm({ root: ROOT, names: ['micro', 'board'] });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const profile of PROFILES) {
    describe(profile, () => {
      before(async () => {
        assert.ok(toolchain);
        await makeC(profile);
        await makeCore(toolchain, profile, 'fuzzer');
      });

      for (const target of TARGETS) {
        test(`${target}: nothing traps, nothing leaks, and every octet is its own connection's`, async (t) => {
          assert.ok(toolchain);
          const binary = await makeFuzzer(toolchain, profile, target, 'fuzzer');
          const corpus = await openCorpus(target);
          const kept = (await keptScripts(target)).length;
          assert.ok(kept > 0, 'the corpus is there');
          const result = await runFuzzer(binary, { seconds: SECONDS[profile], corpus });
          t.diagnostic(`${result.executions} executions in ${result.seconds} s, ${result.edges} edges`);
          assert.equal(result.finding, undefined);
          assert.ok(result.executions >= kept && result.edges > 1000);
        });
      }
    });
  }
});
