import { UnsupportedStatement } from './failure.js';

/** The symbol that this stack goes by in #ifdef: it has nobody's private habits. */
const DEFINED = new Set(['STANDARD', 'Standard', 'standard']);

/**
 * Takes the #ifdef branches that hold for STANDARD and blanks every other line, so that line numbers stay those of the
 * file.
 */
export function preprocess(text: string): string {
  const taken: boolean[] = [];
  const lines = text.split('\n').map((line, index) => {
    const directive = /^\s*#\s*(ifdef|ifndef|else|endif)\b\s*(\w*)/.exec(line);
    if (directive !== null) {
      branch(taken, directive[1] as string, directive[2] as string, index + 1);
      return '';
    }
    if (/^\s*#!/.test(line)) return '';
    return taken.every(Boolean) ? line : '';
  });
  if (taken.length > 0) throw new UnsupportedStatement(lines.length, 'an #ifdef without its #endif');
  return lines.join('\n');
}

function branch(taken: boolean[], directive: string, symbol: string, line: number): void {
  if (directive === 'ifdef') taken.push(DEFINED.has(symbol));
  else if (directive === 'ifndef') taken.push(!DEFINED.has(symbol));
  else if (taken.length === 0) throw new UnsupportedStatement(line, `an #${directive} without its #ifdef`);
  else if (directive === 'else') taken.push(taken.pop() !== true);
  else taken.pop();
}
