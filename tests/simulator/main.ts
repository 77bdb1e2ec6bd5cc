import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadModules } from '../../host/simulator/machine.js';
import { type Finding, hunt, plantedBugs, SEEDS_MOST, withTable } from './planted.js';

// npm run planted: plants each bug of planted-bugs.json in the core and counts the seeds until the simulator notices; exit 1
// when one escapes. `-- --class persist` tries some of them, `-- --write` puts the table into docs/testing.md.

const DOCUMENT = fileURLToPath(new URL('../../docs/testing.md', import.meta.url));

const { values } = parseArgs({
  options: { class: { type: 'string', default: '' }, write: { type: 'boolean', default: false } },
});
const bugs = plantedBugs().filter((bug) => bug.class.includes(values.class));
const clean = await loadModules();
const findings: Finding[] = [];
for (const bug of bugs) {
  const finding = await hunt(bug, clean);
  findings.push(finding);
  const { seeds, invariant } = finding;
  const result = invariant === '' ? `not caught in ${seeds} seeds` : `seed ${seeds}, ${invariant}`;
  console.log(`${bug.class}: ${bug.what}: ${result}${bug.missed === undefined ? '' : ` (expected: ${bug.missed})`}`);
}
const escaped = findings.filter(({ bug, invariant }) => invariant === '' && bug.missed === undefined);
console.log(`${findings.length - escaped.length} of ${findings.length} as expected, within ${SEEDS_MOST} seeds each`);
if (values.write && values.class === '') {
  writeFileSync(DOCUMENT, withTable(readFileSync(DOCUMENT, 'utf8'), findings));
}
process.exitCode = escaped.length === 0 ? 0 : 1;
