import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Core } from '../../host/core.js';
import { runScript } from '../../host/script/run-script.js';
import type { ScriptCore } from '../../host/script/stack.js';
import { compile } from '../../tools/compile-wasm.mjs';
import { type Fault, type Requirement, requirements, TESTS } from './ledger.js';

// Plants faults of the ledger in copies of the core, one at a time, and sees the scripts that name the requirement fail:
// `node --import tsx tests/requirements/plant.ts --count 10 --seed 1`, or with ids for those alone.

const ROOT = join(TESTS, '..');

/** The source with the fault in it: exactly one line must be as the ledger says. */
export function planted(source: string, fault: Fault): string {
  const lines = source.split('\n');
  const places = lines.flatMap((line, at) => (line.trim() === fault.line.trim() ? [at] : []));
  if (places.length !== 1) {
    throw new Error(
      `${fault.id}: the line '${fault.line}' stands ${places.length} times in ${fault.file}; correct the ledger.`,
    );
  }
  const [at = 0] = places;
  lines[at] = fault.becomes;
  return lines.join('\n');
}

/** A core with the fault, of a profile: compiled when it is first asked for. */
function faultyCores(fault: Fault): (profile?: string) => Promise<ScriptCore> {
  const source = planted(readFileSync(join(ROOT, fault.file), 'utf8'), fault);
  const modules = new Map<string, Promise<WebAssembly.Module>>();
  return async (profile = 'host') => {
    let module = modules.get(profile);
    if (module === undefined) {
      const readSource = (file: string): string | null => (file === fault.file ? source : null);
      module = compile({ root: ROOT, target: profile, entry: 'assembly/index.ts', isHasty: true, readSource }).then(
        ({ wasm }) => WebAssembly.compile(new Uint8Array(wasm)),
      );
      modules.set(profile, module);
    }
    // An instance for each run, since a fault may break what start() relies on.
    return Core.load(await module);
  };
}

/** The first script that fails; undefined when the fault goes unnoticed. */
async function catcher(requirement: Requirement, fault: Fault): Promise<string | undefined> {
  const core = faultyCores(fault);
  for (const name of requirement.tests.filter((test) => test.endsWith('.pkt'))) {
    const { result } = await runScript(name, await readFile(join(TESTS, name), 'utf8'), { core });
    if (result !== 'pass') return name;
  }
  return undefined;
}

/** A repeatable order: the same seed takes the same faults. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  const order = [...items];
  let state = seed >>> 0;
  for (let at = order.length - 1; at > 0; at -= 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = state % (at + 1);
    [order[at], order[other]] = [order[other] as T, order[at] as T];
  }
  return order;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { count: { type: 'string', default: '10' }, seed: { type: 'string', default: String(Date.now() % 1e6) } },
    allowPositionals: true,
  });
  const rows = requirements().filter(({ fault }) => fault !== undefined);
  const asked = positionals.length > 0 ? rows.filter(({ id }) => positionals.includes(id)) : rows;
  const chosen = shuffled(asked, Number(values.seed)).slice(0, Number(values.count));
  console.log(`${chosen.length} of ${rows.length} faults, seed ${values.seed}`);
  let unnoticed = 0;
  for (const row of chosen) {
    const name = await catcher(row, row.fault as Fault);
    console.log(`${row.id.padEnd(8)} ${name === undefined ? 'UNNOTICED' : `caught by ${name}`}`);
    if (name === undefined) unnoticed += 1;
  }
  return unnoticed === 0 ? 0 : 1;
}

if (import.meta.filename === process.argv[1]) process.exitCode = await main();
