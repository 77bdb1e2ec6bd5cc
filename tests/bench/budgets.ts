// Budgets of instructions: budgets.json has the most that a round of a case may execute.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { countedOnBoards } from '../../host/bench/board-figures.js';
import { CASES } from '../../host/bench/cases.js';
import type { Figure } from '../../host/bench/figure.js';
import { count, subtractBelow } from '../../host/bench/measure.js';
import { readModule } from '../../host/board/module.js';
import { modulePath } from '../../host/modules.js';
import { ROOT } from '../cli/slipway.js';
import { subjectOf } from './bench-modules.js';

const FILE = path.join(ROOT, 'tests/bench/budgets.json');

/** By engine and profile, then by case. */
export type Budgets = Record<string, Record<string, number>>;

export function readBudgets(): Budgets {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Budgets;
}

export function placeOf({ engine, profile }: Figure): string {
  return `${engine} ${profile}`;
}

export function nameOf({ case: name, octets }: Figure): string {
  return octets > 0 ? `${name} ${octets}` : name;
}

/** Instructions of WebAssembly in every profile. */
export async function countedInWasm(): Promise<Figure[]> {
  const profiles = ['micro', 'board', 'host'];
  const subjects = await Promise.all(profiles.map((profile) => subjectOf('slipway', profile, profile, true)));
  const cases = CASES.filter(({ name }) => name !== 'boundary');
  return subtractBelow(cases.flatMap((one) => count(one, subjects)));
}

/** Instructions of the Cortex-M3 and M0. */
export async function countedOnCortex(): Promise<Figure[]> {
  const figures = await countedOnBoards(await readModule(modulePath('board')));
  return figures.filter(({ peer }) => peer === 'slipway');
}

/** What has grown past its budget, in sentences; a figure without a budget is one of them. */
export function excessOf(figures: readonly Figure[], budgets: Budgets): string[] {
  return figures.flatMap((figure) => {
    const most = budgets[placeOf(figure)]?.[nameOf(figure)];
    const what = `${nameOf(figure)} on ${placeOf(figure)} takes ${figure.median} ${figure.unit}`;
    if (most === undefined) return [`${what} and has no budget in tests/bench/budgets.json.`];
    return figure.median > most ? [`${what}, ${figure.median - most} above its budget of ${most}.`] : [];
  });
}

/** Of what is measured a budget leaves so much room: for a fix that has to cost something. */
const ROOM = 1.02;

/** Budgets only shrink here; to raise one is an edit of the file, with its reason in the commit. */
export function settled(figures: readonly Figure[], budgets: Budgets): Budgets {
  const next: Budgets = Object.fromEntries(Object.entries(budgets).map(([place, own]) => [place, { ...own }]));
  for (const figure of figures) {
    const own = (next[placeOf(figure)] ??= {});
    const name = nameOf(figure);
    own[name] = Math.min(own[name] ?? Infinity, Math.ceil(figure.median * ROOM));
  }
  return next;
}

export function writeBudgets(budgets: Budgets): void {
  writeFileSync(FILE, `${JSON.stringify(budgets, null, 2)}\n`);
}
