// Planting a bug: both forms of a patch, what is said of one that does not fit, and the list of bugs that is kept.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, test } from 'node:test';
import { loadModules } from '../../host/simulator/machine.js';
import { applyPatch } from '../../host/simulator/patch.js';
import { UsageError } from '../../host/usage-error.js';
import { hunt, plantedBugs } from './planted.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TEXT = 'one\ntwo\nthree\nfour\n';
const read = (file: string): string | undefined => (file === 'assembly/a.ts' ? TEXT : undefined);
const misfit = (patch: string, says: RegExp): void => {
  assert.throws(
    () => applyPatch(patch, read),
    (error) => error instanceof UsageError && says.test(error.message),
  );
};

describe('simulator: a patch', () => {
  test('in JSON replaces what it searches for, one or several in a list', () => {
    const one = { file: 'assembly/a.ts', search: 'two', replace: '2' };
    assert.equal(applyPatch(JSON.stringify(one), read).get('assembly/a.ts'), 'one\n2\nthree\nfour\n');
    const list = [one, { ...one, search: 'four', replace: '4' }];
    assert.equal(applyPatch(JSON.stringify(list), read).get('assembly/a.ts'), 'one\n2\nthree\n4\n');
  });

  test('as a unified diff goes where its lines are, though they have moved', () => {
    const diff = `diff --git a/assembly/a.ts b/assembly/a.ts
--- a/assembly/a.ts
+++ b/assembly/a.ts
@@ -40,3 +40,3 @@ somewhere
 two
-three
+3
 four
`;
    assert.equal(applyPatch(diff, read).get('assembly/a.ts'), 'one\ntwo\n3\nfour\n');
  });

  test('that does not fit is refused in one sentence', () => {
    misfit('{"file": "assembly/a.ts", "search": "five", "replace": ""}', /does not contain/);
    misfit('{"file": "assembly/a.ts", "search": "o", "replace": ""}', /more than once/);
    misfit('{"file": "assembly/b.ts", "search": "o", "replace": ""}', /does not exist/);
    misfit('{"file": "assembly/a.ts"}', /needs the texts/);
    misfit('{"file": ', /is not JSON/);
    misfit(
      '--- a/assembly/a.ts\n+++ b/assembly/a.ts\n@@ -1,1 +1,1 @@\n-five\n+5\n',
      /does not fit assembly\/a.ts near line 1/,
    );
    misfit('nothing', /changes nothing/);
  });
});

describe('simulator: the planted bugs', () => {
  const bugs = plantedBugs();

  test('each fits the present sources', () => {
    for (const bug of bugs) {
      const sources = applyPatch(JSON.stringify(bug), (file) =>
        existsSync(ROOT + file) ? readFileSync(ROOT + file, 'utf8') : undefined,
      );
      assert.notEqual(sources.get(bug.file), readFileSync(ROOT + bug.file, 'utf8'), bug.what);
    }
  });

  // A bug is built for one profile here and caught by the first of few seeds; npm run planted tries them all on every profile.
  for (const what of ['the time-out does not double', 'a closed window is never probed']) {
    test(`${what}: caught`, async (t) => {
      const bug = bugs.find((one) => one.what === what);
      assert.ok(bug !== undefined);
      const { seeds, invariant } = await hunt(bug, await loadModules(), 'micro', 500);
      assert.notEqual(invariant, '', `${what} escapes ${seeds} seeds`);
      t.diagnostic(`seed ${seeds} breaks ${invariant}`);
    });
  }
});
