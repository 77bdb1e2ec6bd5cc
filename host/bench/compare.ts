// This run against one that was saved: what has become worse, by more than chance.
import { type Figure, isExact, isMoreBetter, keyOf } from './figure.js';
import { short } from './table.js';

/** What is timed differs from run to run by so much, whatever is measured. */
const NOISE = 0.25;

export interface Regression {
  figure: Figure;
  before: Figure;
}

/** What is counted must not have grown at all; what is timed not by more than a quarter. */
export function regressions(figures: readonly Figure[], saved: readonly Figure[]): Regression[] {
  const known = new Map(saved.map((figure) => [keyOf(figure), figure]));
  return figures.flatMap((figure) => {
    const before = known.get(keyOf(figure));
    return before !== undefined && isWorse(figure, before) ? [{ figure, before }] : [];
  });
}

function isWorse(figure: Figure, before: Figure): boolean {
  const allowed = isExact(figure) ? 0 : NOISE;
  if (isMoreBetter(figure.unit)) return figure.median < before.median * (1 - allowed);
  return figure.median > before.median * (1 + allowed) && figure.median - before.median > (isExact(figure) ? 0 : 5);
}

export function sentenceOf({ figure, before }: Regression): string {
  const { case: name, octets, engine, profile, peer, unit, median } = figure;
  const what = `${name}${octets > 0 ? ` ${octets}` : ''} on ${engine}, ${peer} ${profile}`;
  const percent = (100 * (median - before.median)) / before.median;
  return `Worse: ${what}: ${short(before.median)} ${unit} before, ${short(median)} now (${percent > 0 ? '+' : ''}${percent.toFixed(1)} %).`;
}

/** The lines of a run with --json; undefined when they are none. */
export function readSaved(text: string): Figure[] | undefined {
  try {
    const figures = text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line) as Figure);
    const isFigure = (one: Figure): boolean => typeof one.case === 'string' && typeof one.median === 'number';
    return figures.length > 0 && figures.every(isFigure) ? figures : undefined;
  } catch {
    return undefined;
  }
}
