// "The core never allocates", held by the compiler: every entry compiles with a runtime that refuses to allocate, and
// that this would be noticed is shown by adding an allocation to the core and seeing the same compilation fail.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { check, CompileError } from './compile-wasm.mjs';
import { MODULES } from './modules.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const entries = [...new Set(MODULES.map((module) => module.entry))].filter((entry) =>
  existsSync(path.join(root, entry)),
);

const ALLOCATIONS = [
  'export function allocates(): i32 { return new Uint8Array(1).length; }',
  'class Managed { field: i32 = 0 } export function allocates(): i32 { return new Managed().field; }',
  'export function allocates(n: i32): i32 { return [n].length; }',
  'export function allocates(n: i32): i32 { return n.toString().length; }',
];

for (const entry of entries) {
  try {
    await check({ root, target: 'check', entry });
  } catch (error) {
    fail(`${entry} does not compile without an allocator:\n${reason(error)}`);
  }
}
for (const line of ALLOCATIONS) {
  if (await compiles(line)) fail(`This line was added to the core and compiled, although it allocates: ${line}`);
}
console.log(
  `No allocation in ${entries.join(', ')}; ${ALLOCATIONS.length} of ${ALLOCATIONS.length} allocations added to the core were refused.`,
);

/**
 * Whether the core still compiles with a line added to it. A refusal for another reason than the allocation is a failure.
 *
 * @param {string} line
 */
async function compiles(line) {
  const entry = 'assembly/index.ts';
  const text = `${readFileSync(path.join(root, entry), 'utf8')}\n${line}\n`;
  try {
    await check({ root, target: 'check', entry, readSource: (file) => (file === entry ? text : null) });
    return true;
  } catch (error) {
    if (!reason(error).includes('The core never allocates'))
      fail(`Refused for another reason: ${line}\n${reason(error)}`);
    return false;
  }
}

/** @param {unknown} error */
function reason(error) {
  if (!(error instanceof CompileError)) throw error;
  return error.message;
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(message);
  process.exit(1);
}
