// The recipes of docs/net.md, run as they stand there.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { until } from '../host/links.js';

const ROOT = path.dirname(path.dirname(import.meta.dirname));
const AsyncFunction = (async () => {}).constructor as new (
  ...args: string[]
) => (...values: unknown[]) => Promise<unknown>;

const IMPORT = /^import (.+) from '(.+)';\n/gm;

/** The code below a heading of docs/net.md. */
export function recipe(heading: string): string {
  const document = readFileSync(path.join(ROOT, 'docs/net.md'), 'utf8');
  const section = document.split(/^#+ /m).find((text) => text.startsWith(`${heading}\n`));
  const code = section === undefined ? undefined : /```js\n([^]*?)```/.exec(section)?.[1];
  if (code === undefined) throw new Error(`docs/net.md has no recipe '${heading}'.`);
  return code;
}

export interface Ran {
  /** What console.log has been told, one line for each call. */
  lines: string[];
  /** The variables that the caller asked for. */
  values: Record<string, unknown>;
  /** Until so many lines are there. */
  told(count: number): Promise<string[]>;
}

/** Runs a recipe with `scope` in sight, of which `stack` is the most common; `wanted` names variables of its own. */
export async function runRecipe(heading: string, scope: Record<string, unknown>, wanted: string[] = []): Promise<Ran> {
  const lines: string[] = [];
  const console = { log: (...words: unknown[]) => lines.push(words.map(String).join(' ')) };
  const names: Record<string, unknown> = { ...scope, console };
  const text = recipe(heading);
  for (const [, what = '', from = ''] of text.matchAll(IMPORT)) Object.assign(names, await bring(what, from));
  const code = text.replace(IMPORT, '');
  const body = new AsyncFunction(...Object.keys(names), `${code}\nreturn { ${wanted.join(', ')} };`);
  const values = (await body(...Object.values(names))) as Record<string, unknown>;
  const told = async (count: number): Promise<string[]> => {
    await until(() => lines.length >= count, `${count} lines of '${heading}', of which there are ${lines.length}`);
    return lines;
  };
  return { lines, values, told };
}

/** `import a from`, `import { a, b } from`. */
async function bring(what: string, from: string): Promise<Record<string, unknown>> {
  const module = (await import(from === 'slipway' ? '../../host/index.js' : from)) as Record<string, unknown>;
  const list = /^\{ (.+) \}$/.exec(what)?.[1]?.split(', ');
  return list === undefined
    ? { [what]: module['default'] }
    : Object.fromEntries(list.map((name) => [name, module[name]]));
}
