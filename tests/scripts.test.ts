import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { coreProvider } from '../host/script/core-provider.js';
import { findScripts } from '../host/script/files.js';
import { runScript } from '../host/script/run-script.js';
import { matrix } from './script-matrix/matrix.js';

const FOLDER = fileURLToPath(new URL('scripts/', import.meta.url));
/** As many as the project promises of its own. */
const SCRIPTS_MIN = 250;

const files = await findScripts([FOLDER]);
const core = coreProvider('host');
const smaller = ['board', 'micro'] as const;

for (const file of files) {
  const text = await readFile(file, 'utf8');
  // The first line names the section and the rule that a script proves: it is the test's name.
  const [first = ''] = text.split('\n');
  test(`${relative(FOLDER, file)} ${first}`, async () => {
    const { result, line, expected, got } = await runScript(file, text, { core });
    assert.equal(result, 'pass', `line ${line}: expected ${expected}, got ${got}`);
  });
}

// What the eleven states answer does not depend on how large the rings are.
for (const profile of smaller) {
  test(`the scripts of segment-arrives pass on the profile ${profile} too`, async () => {
    const provide = coreProvider(profile);
    for (const file of await findScripts([`${FOLDER}segment-arrives`])) {
      const { result, line, got } = await runScript(file, await readFile(file, 'utf8'), { core: provide });
      assert.equal(result, 'pass', `${relative(FOLDER, file)}:${line}: ${got}`);
    }
  });
}

/** Where a clock of milliseconds, and our sequence numbers, wrap in the middle of a script. */
const WRAPS: readonly { origin?: number; iss?: number }[] = [
  { origin: 2 ** 32 - 10 },
  { origin: 2 ** 32 - 250 },
  { origin: 2 ** 32 - 3000 },
  { iss: 2 ** 32 - 1 },
  { iss: 2 ** 32 - 2000 },
  { iss: 2 ** 31 - 1 },
];

for (const wrap of WRAPS) {
  test(`every script passes with ${JSON.stringify(wrap)} too`, async () => {
    const failed: string[] = [];
    for (const file of files) {
      // A cookie is our first number there, and no clock leads it.
      if (wrap.iss !== undefined && file.includes('syn-cookies')) continue;
      const { result, line, got } = await runScript(file, await readFile(file, 'utf8'), { core, ...wrap });
      if (result !== 'pass') failed.push(`${relative(FOLDER, file)}:${line}: ${got}`);
    }
    assert.deepEqual(failed, []);
  });
}

test('every script begins with the section that it proves', async () => {
  for (const file of files) assert.match(await readFile(file, 'utf8'), /^\/\/ (RFC \d+|\d+\.\d+)/, file);
});

test(`there are at least ${SCRIPTS_MIN} scripts`, () => {
  assert.ok(files.length >= SCRIPTS_MIN, `${files.length} scripts`);
});

test('the scripts of the matrix are as its rules write them', async () => {
  for (const [path, text] of matrix()) {
    const file = `${FOLDER}segment-arrives/${path}`;
    const written = await readFile(file, 'utf8').catch(() => '');
    assert.equal(written, text, `${path}: run 'npx tsx tests/script-matrix/write.ts'`);
  }
});
