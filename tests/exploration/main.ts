// The whole exploration: `npm run exploration`; --write writes docs/exploration.md, --every N tries a share.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../../host/modules.js';
import { describe, explore, type Explored } from './explore.js';
import { Probe } from './probe.js';
import { stages } from './stages.js';
import { rulesOf, table } from './table.js';

const PROFILES = ['micro', 'board'];
/** Cells that are shown of those that nothing explains. */
const SHOWN = 5;

const { values } = parseArgs({
  options: { write: { type: 'boolean', default: false }, every: { type: 'string', default: '1' } },
});
const every = Number(values.every);
const began = performance.now();
const profiles = new Map<string, Explored[]>();
for (const profile of PROFILES) {
  const probe = await Probe.open(profile);
  profiles.set(
    profile,
    stages(probe).map((stage) => {
      const explored = explore(probe, stage, every);
      const { tried, unexplained } = explored;
      console.log(`${profile.padEnd(6)} ${stage.name.padEnd(40)} ${tried} cells, ${unexplained.length} unexplained`);
      for (const one of unexplained.slice(0, SHOWN)) console.log(describe(one));
      return explored;
    }),
  );
}
const all = [...profiles.values()].flat();
const tried = all.reduce((sum, explored) => sum + explored.tried, 0);
const unexplained = all.reduce((sum, explored) => sum + explored.unexplained.length, 0);
const seconds = (performance.now() - began) / 1000;
console.log(`${tried} cells in ${seconds.toFixed(1)} s, ${rulesOf(all).size} rules cited, ${unexplained} unexplained`);
process.exitCode = unexplained === 0 ? 0 : 1;
if (every === 1) document();

/** Writes the document, or says that another one would be written now. */
function document(): void {
  const file = join(packageRoot(), 'docs/exploration.md');
  if (values.write) writeFileSync(file, table(profiles));
  else if (readFileSync(file, 'utf8') !== table(profiles))
    console.log("docs/exploration.md is out of date; 'npm run exploration -- --write' writes it.");
}
