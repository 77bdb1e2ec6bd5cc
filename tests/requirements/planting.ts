import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Core } from '../../host/core.js';
import { runScript } from '../../host/script/run-script.js';
import type { ScriptCore } from '../../host/script/stack.js';
import { type Compiled, compile } from '../../tools/compile-wasm.mjs';
import { type Fault, type Requirement, TESTS } from './ledger.js';

const ROOT = join(TESTS, '..');

/** A requirement whose ledger names a fault. */
export type Faulty = Requirement & { fault: Fault };

export function faultyRows(rows: readonly Requirement[]): Faulty[] {
  return rows.filter((row): row is Faulty => row.fault !== undefined);
}

/** The board's module is the smaller; some scripts need the host's rings. */
const PROFILES = ['board', 'host'] as const;

/** The first script that names the requirement and fails only with its fault planted; undefined: it goes unnoticed. */
export async function catcher({ tests, fault }: Faulty): Promise<string | undefined> {
  const scripts = await Promise.all(
    scriptsOf(tests).map(async (name) => ({ name, text: await readFile(join(TESTS, name), 'utf8') })),
  );
  const cores = coresOf(fault);
  for (const profile of PROFILES) {
    for (const { name, text } of scripts) {
      const { result } = await runScript(name, text, { core: (named = profile) => cores(named) });
      if (result !== 'fail') continue;
      const sound = await runScript(name, text, { core: (named = profile) => soundCores(named) });
      if (sound.result === 'pass') return name;
    }
  }
  return undefined;
}

/** Those for one profile come last: each takes a module of its own. */
function scriptsOf(tests: readonly string[]): string[] {
  const scripts = tests.filter((test) => test.endsWith('.pkt'));
  const isParticular = (name: string): boolean => name.startsWith('scripts/profiles/');
  return [...scripts.filter((name) => !isParticular(name)), ...scripts.filter(isParticular)];
}

/** Of a line what the compiler reads: comments and indentation may change without a word to the ledger. */
const codeOf = (line: string): string => line.replace(/\/\/.*$/, '').trim();

/** The source with the fault in it: exactly one line must be as the ledger says. */
export function planted(source: string, fault: Fault): string {
  const lines = source.split('\n');
  const places = lines.flatMap((line, at) => (codeOf(line) === codeOf(fault.line) ? [at] : []));
  if (places.length !== 1) {
    throw new Error(
      `${fault.id}: the line '${fault.line}' stands ${places.length} times in ${fault.file}; ` +
        'correct tests/requirements/faults.json.',
    );
  }
  const [at = 0] = places;
  lines[at] = fault.becomes;
  return lines.join('\n');
}

/** How many pages the modules of a profile have: no fault changes that, so that it is asked once. */
const pages = new Map<string, number>();

type Cores = (profile: string) => Promise<ScriptCore>;

const soundCores = coresOf(undefined);

/** Cores with the fault, if any: compiled when a script first asks for its profile, an instance for each run. */
function coresOf(fault: Fault | undefined): Cores {
  const source = fault && planted(readFileSync(join(ROOT, fault.file), 'utf8'), fault);
  const readSource = (file: string): string | null => (file === fault?.file ? (source ?? null) : null);
  const modules = new Map<string, Promise<WebAssembly.Module>>();
  return async (profile) => {
    const module = modules.get(profile) ?? compiled(profile, readSource);
    modules.set(profile, module);
    return Core.load(await module);
  };
}

async function compiled(target: string, readSource: (file: string) => string | null): Promise<WebAssembly.Module> {
  const known = pages.get(target);
  const result: Compiled = await compile({
    root: ROOT,
    target,
    entry: 'assembly/index.ts',
    isDraft: true,
    readSource,
    ...(known !== undefined && { pages: known }),
  });
  pages.set(target, result.pages);
  return WebAssembly.compile(new Uint8Array(result.wasm));
}

/** A repeatable order: the same seed takes the same faults. */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const order = [...items];
  let state = seed >>> 0;
  for (let at = order.length - 1; at > 0; at -= 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (at + 1));
    [order[at], order[other]] = [order[other] as T, order[at] as T];
  }
  return order;
}
