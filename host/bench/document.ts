// A run as a part of a document: its tables between two marks, so that docs/performance.md never shows what nobody measured.
import { readFileSync, writeFileSync } from 'node:fs';
import { UsageError } from '../usage-error.js';

const BEGIN = '<!-- measured: begin -->';
const END = '<!-- measured: end -->';

export function writeDocument(file: string, lines: readonly string[]): void {
  let before: string;
  try {
    before = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(
      `The document ${file} cannot be read (${(error as NodeJS.ErrnoException).code}); check its path.`,
    );
  }
  const [head, tail] = [before.indexOf(BEGIN), before.indexOf(END)];
  if (head < 0 || tail < head)
    throw new UsageError(`The document ${file} has no lines '${BEGIN}' and '${END}'; add them.`);
  const measured = ['```text', ...lines, '```'].join('\n');
  writeFileSync(file, `${before.slice(0, head)}${BEGIN}\n\n${measured}\n\n${before.slice(tail)}`);
}
