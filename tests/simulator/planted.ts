// Bugs that are planted in the core on purpose: planted-bugs.json is a list of patches (docs/testing.md), each with its class
// and what it does wrong.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Modules } from '../../host/simulator/machine.js';
import { patchedModules } from '../../host/simulator/patched-modules.js';
import { type Profile, PROFILES } from '../../host/simulator/plan.js';
import { simulate } from '../../host/simulator/simulate.js';

export interface PlantedBug {
  class: string;
  what: string;
  file: string;
  search: string;
  replace: string;
  /** Why the simulator does not see it; undefined: it does. */
  missed?: string;
}

export interface Finding {
  bug: PlantedBug;
  /** How many seeds were run, the last of which fails. */
  seeds: number;
  /** Empty: none failed. */
  invariant: string;
}

/** Each is to be caught within so many. */
export const SEEDS_MOST = 2000;

export function plantedBugs(): PlantedBug[] {
  const file = fileURLToPath(new URL('planted-bugs.json', import.meta.url));
  return JSON.parse(readFileSync(file, 'utf8')) as PlantedBug[];
}

/** Plants the bug and runs seeds from 1 on until one fails. */
export async function hunt(bug: PlantedBug, clean: Modules, profile?: Profile, count = SEEDS_MOST): Promise<Finding> {
  const profiles = profile === undefined ? PROFILES : [profile];
  const modules = await patchedModules(JSON.stringify(bug), clean, profiles);
  const { totals, failure } = simulate({ modules, from: 1, count, profile });
  return { bug, seeds: totals.seeds, invariant: failure?.invariant ?? '' };
}

const BEGIN = '<!-- npm run planted -- --write -->';
const END = '<!-- end -->';

/** The document with the table of findings between its two marks. */
export function withTable(text: string, findings: readonly Finding[]): string {
  const rows = findings.map(({ bug, seeds, invariant }) => {
    const result = invariant === '' ? `not seen: ${bug.missed ?? 'it escapes'}` : `${seeds} | ${invariant}`;
    return `| ${bug.class} | ${bug.what} | ${invariant === '' ? `– | ${result}` : result} |`;
  });
  const head = ['| class | the bug | seeds | caught by |', '|---|---|---|---|'];
  const at = text.indexOf(BEGIN) + BEGIN.length;
  return `${text.slice(0, at)}\n\n${[...head, ...rows].join('\n')}\n\n${text.slice(text.indexOf(END))}`;
}
