import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { coreProvider } from '../../host/script/core-provider.js';
import { runScript } from '../../host/script/run-script.js';
import { requirements, TESTS } from './ledger.js';

// The smaller profiles keep every MUST. A script that is about another profile, or needs larger rings than a profile has,
// shows nothing of it; one that runs there must pass, and each rule needs one.

const musts = requirements().filter(
  ({ level, tests }) => level.startsWith('MUST') && tests.some((name) => name.endsWith('.pkt')),
);

for (const profile of ['board', 'micro'] as const) {
  test(`each MUST that a script shows is shown on the profile ${profile}`, async () => {
    const core = coreProvider(profile);
    const results = new Map<string, boolean>();
    const shows = async (name: string): Promise<boolean> => {
      const known = results.get(name);
      if (known !== undefined) return known;
      const text = await readFile(join(TESTS, name), 'utf8');
      const named = /^--profile=(\w+)$/m.exec(text)?.[1] ?? profile;
      const isShown = named === profile && (await runScript(name, text, { core })).result === 'pass';
      results.set(name, isShown);
      return isShown;
    };
    const missing: string[] = [];
    for (const { id, tests } of musts) {
      let isShown = false;
      for (const name of tests.filter((test) => test.endsWith('.pkt'))) isShown ||= await shows(name);
      if (!isShown) missing.push(id);
    }
    assert.deepEqual(missing, []);
  });
}
