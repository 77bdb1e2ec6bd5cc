// Where the instructions of a round go: function by function. The module that ships carries no names; a build with names
// (tools/build-bench.mjs --names) lends its own, as long as its code is the same octet by octet.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { modulePath } from '../modules.js';
import type { Case } from './cases.js';
import { functionNames } from './function-names.js';
import { countRounds, sum } from './measure.js';
import { type Subject, readBuilt } from './subject.js';
import { Section, readSections } from './wasm-binary.js';

/** The function's share of a round, the greatest first. */
export interface Share {
  name: string;
  instructions: number;
}

/** Of the round that stands in the middle. */
export async function profileOf(one: Case, subject: Subject): Promise<Share[]> {
  const rounds = countRounds(one, subject).sort((a, b) => sum(a) - sum(b));
  const names = await namesFor(subject.profile);
  return (rounds[rounds.length >> 1] ?? [])
    .map((instructions, i) => ({ name: names[i] ?? `function ${i}`, instructions }))
    .filter(({ instructions }) => instructions > 0)
    .sort((a, b) => b.instructions - a.instructions);
}

async function namesFor(profile: string): Promise<(string | undefined)[]> {
  const path = modulePath(`bench-${profile}-names`);
  if (!existsSync(path)) return [];
  const named = new Uint8Array(await readFile(path));
  const isSame = Buffer.compare(codeOf(named), codeOf(await readBuilt(profile))) === 0;
  return isSame ? functionNames(named).map((name) => name?.replace(/^assembly\//, '')) : [];
}

function codeOf(wasm: Uint8Array): Uint8Array {
  return readSections(wasm).find(({ id }) => id === Section.CODE)?.octets ?? new Uint8Array();
}
