import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Fault, requirements, withoutFault } from './ledger.js';
import { catcher, faultyRows, planted, shuffled } from './planting.js';

const rows = requirements();

/** Faults planted in one run; `npm run plant` plants them all. */
const COUNT = 10;
/** Others each time; SLIPWAY_SEED repeats a run. */
const SEED = Number(process.env['SLIPWAY_SEED'] ?? Date.now() % 1e6);

const FAULT: Fault = { id: 'MUST-1', file: 'x.ts', line: 'a();', becomes: 'b();' };

test('a fault is planted in the one line that it names, and nowhere else', () => {
  assert.equal(planted('f {\n  a();\n}', FAULT), 'f {\nb();\n}');
  assert.equal(planted('  a(); // why', FAULT), 'b();');
  assert.throws(() => planted('a();\na();', FAULT), /stands 2 times/);
  assert.throws(() => planted('c();', FAULT), /stands 0 times/);
});

test('every MUST that can be seen on the wire or through the ABI names a fault', () => {
  assert.deepEqual(
    withoutFault(rows).map(({ id }) => id),
    [],
  );
});

test('every fault names a line that is there', () => {
  for (const { fault } of faultyRows(rows)) {
    planted(readFileSync(new URL(`../../${fault.file}`, import.meta.url), 'utf8'), fault);
  }
});

test('a seed gives the same order each time, and another seed another', () => {
  const numbers = Array.from({ length: 63 }, (_, at) => at);
  assert.deepEqual(shuffled(numbers, 7), shuffled(numbers, 7));
  assert.notDeepEqual(shuffled(numbers, 7), shuffled(numbers, 8));
  assert.deepEqual(
    shuffled(numbers, 7).sort((a, b) => a - b),
    numbers,
  );
});

test(`${COUNT} faults of the ledger planted at random are caught (SLIPWAY_SEED=${SEED})`, async (t) => {
  const unnoticed: string[] = [];
  for (const row of shuffled(faultyRows(rows), SEED).slice(0, COUNT)) {
    const script = await catcher(row);
    t.diagnostic(`${row.id} ${script === undefined ? 'went unnoticed' : `is caught by ${script}`}`);
    if (script === undefined) unnoticed.push(row.id);
  }
  assert.deepEqual(unnoticed, [], `repeat it with SLIPWAY_SEED=${SEED}`);
});
