import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { conformance, summary } from './conformance.js';
import { complaints, requirements, withoutFault } from './ledger.js';

// npm run requirements: the ledger as a table; exit 1 when an id has neither test nor reason, or when
// docs/conformance.md is out of date. `-- --write` writes it.

const DOCUMENT = fileURLToPath(new URL('../../docs/conformance.md', import.meta.url));

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
const rows = requirements();
for (const { id, section, tests, reason } of rows) {
  const shown =
    tests.length > 0 ? `${tests[0] ?? ''}${tests.length > 1 ? ` and ${tests.length - 1} more` : ''}` : reason;
  console.log(`${id.padEnd(8)} ${section.padEnd(9)} ${shown ?? 'NOTHING'}`);
}
console.log(summary(rows));
const faultless = withoutFault(rows).map(({ id }) => id);
if (faultless.length > 0) console.log(`No fault to plant for ${faultless.length}: ${faultless.join(' ')}`);

const text = conformance(rows);
if (values.write) writeFileSync(DOCUMENT, text);
const found = complaints(rows);
if (read(DOCUMENT) !== text) found.push("docs/conformance.md is out of date; run 'npm run requirements -- --write'.");
for (const complaint of found) console.error(complaint);
process.exitCode = found.length === 0 ? 0 : 1;

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
