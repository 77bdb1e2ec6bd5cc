import { parseArgs } from 'node:util';
import { requirements } from './ledger.js';
import { catcher, faultyRows, shuffled } from './planting.js';

// npm run plant: plants the faults of the ledger in copies of the core, one at a time, and sees a script that names the
// requirement fail. `-- --count 10 --seed 1` takes ten of them, `-- MUST-13` those that are named.

const { values, positionals } = parseArgs({
  options: { count: { type: 'string' }, seed: { type: 'string', default: String(Date.now() % 1e6) } },
  allowPositionals: true,
});
const rows = faultyRows(requirements());
const unknown = positionals.find((id) => !rows.some((row) => row.id === id));
if (unknown !== undefined) {
  console.error(`tests/requirements/faults.json has no fault for '${unknown}'; add one, or name another requirement.`);
  process.exit(2);
}
const asked = positionals.length > 0 ? rows.filter(({ id }) => positionals.includes(id)) : rows;
const chosen = values.count === undefined ? asked : shuffled(asked, Number(values.seed)).slice(0, Number(values.count));

let unnoticed = 0;
for (const row of chosen) {
  const script = await catcher(row);
  console.log(`${row.id.padEnd(8)} ${script === undefined ? 'UNNOTICED' : `caught by ${script}`}`);
  if (script === undefined) unnoticed += 1;
}
const which = values.count === undefined ? '' : `, seed ${values.seed}`;
console.log(`${chosen.length - unnoticed} of ${chosen.length} faults caught${which}`);
process.exitCode = unnoticed === 0 ? 0 : 1;
