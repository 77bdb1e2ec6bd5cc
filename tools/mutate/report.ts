// What came of the mutants, in text: a line for each while it runs, and the survivors in a file at the end.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Mutation } from './mutations.js';

export interface Verdict {
  mutation: Mutation;
  /** The stage that caught it; undefined when it survived. */
  caughtBy?: string | undefined;
  how: string;
}

export const SURVIVORS = 'build/mutation-survivors.md';

export function lineOf({ mutation, caughtBy, how }: Verdict): string {
  const { file, line, kind, original, replacement } = mutation;
  const verdict = caughtBy === undefined ? 'SURVIVED' : `killed by ${caughtBy} (${how})`;
  return `${file}:${line} ${kind}: ${short(original)} -> ${short(replacement)}: ${verdict}`;
}

/** The changed line before and after, as a diff would show it. */
export function diffOf(root: string, { file, line, start, end, replacement }: Mutation): string {
  const text = readFileSync(path.join(root, file), 'utf8');
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const to = text.indexOf('\n', end);
  const before = text.slice(from, to);
  const after = text.slice(from, start) + replacement + text.slice(end, to);
  const marked = (sign: string, lines: string) => lines.replace(/^/gm, sign);
  return `--- ${file}:${line}\n${marked('-', before)}\n${marked('+', after)}`;
}

/** How a survivor is named in docs/mutation.md: by what it changes, since line numbers move. */
export function nameOf(root: string, mutation: Mutation): string {
  const lines = diffOf(root, mutation).split('\n').slice(1);
  const marked = (sign: string) => lines.filter((line) => line.startsWith(sign)).map((line) => line.slice(1).trim());
  return `${mutation.file}: \`${marked('-').join(' ')}\` -> \`${marked('+').join(' ')}\``;
}

/** Whether docs/mutation.md says why nothing can tell this mutant, or any of that line, from the original. */
export function isExplained(root: string, mutation: Mutation): boolean {
  const file = path.join(root, 'docs/mutation.md');
  if (!existsSync(file)) return false;
  const name = nameOf(root, mutation);
  const line = name.slice(0, name.indexOf('` -> `') + 1);
  const explained = readFileSync(file, 'utf8').split('\n');
  return explained.includes(`- ${name}`) || explained.includes(`- ${line} -> any other`);
}

export function writeSurvivors(root: string, verdicts: readonly Verdict[], seed: number): void {
  const survivors = verdicts.filter(({ caughtBy }) => caughtBy === undefined);
  const list = survivors.map(({ mutation }) => {
    const note = isExplained(root, mutation) ? 'Explained in docs/mutation.md.' : 'Not yet explained.';
    return `- ${nameOf(root, mutation)}\n\n  ${note}\n\n${indented(diffOf(root, mutation))}\n`;
  });
  mkdirSync(path.join(root, 'build'), { recursive: true });
  const head = `# Survivors\n\n${survivors.length} of ${verdicts.length} mutants, seed ${seed}.\n`;
  writeFileSync(path.join(root, SURVIVORS), [head, ...list].join('\n'));
}

const indented = (text: string) => text.replace(/^/gm, '      ');

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}
