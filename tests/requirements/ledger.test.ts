import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { conformance } from './conformance.js';
import { complaints, type Requirement, requirements } from './ledger.js';

const rows = requirements();

test('every numbered requirement of RFC 9293 is in the ledger', () => {
  const count = (prefix: string): number => rows.filter(({ id }) => id.startsWith(`${prefix}-`)).length;
  assert.deepEqual([count('MUST'), count('SHLD'), count('MAY'), count('REC'), count('UN')], [69, 31, 18, 1, 9]);
});

test('each has a test that names it or a reason, and each MUST that applies has a test', () => {
  assert.deepEqual(complaints(rows), []);
});

test('a MUST without a test is complained about, and so is a reason beside a test', () => {
  const [first] = rows as [Requirement];
  const bare = { ...first, tests: [], reason: undefined, doesNotApply: false };
  assert.deepEqual(complaints([bare]), [
    `${first.id} has neither a test nor a reason.`,
    `${first.id} is a MUST that applies, and has no test.`,
  ]);
  assert.deepEqual(complaints([{ ...first, doesNotApply: true }]), [
    `${first.id} has tests, though it is said not to apply.`,
  ]);
});

test('docs/conformance.md is as the ledger writes it', () => {
  const text = readFileSync(new URL('../../docs/conformance.md', import.meta.url), 'utf8');
  assert.equal(text, conformance(rows), "run 'npm run requirements -- --write'");
});
