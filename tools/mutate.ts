// npm run mutate: makes small mistakes in assembly/tcp/, one at a time, and sees whether the tests notice.
//
// A mutant counts when it compiles and its module differs from the original's; it is caught when a test fails or does
// not end. Fewer than nine in ten caught is a failure.

import { readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildWasm, readBuilt } from './build-wasm.mjs';
import { mutationsOf, type Mutation } from './mutate/mutations.js';
import { Plan } from './mutate/plan.js';
import { diffOf, isExplained, lineOf, SURVIVORS, writeSurvivors, type Verdict } from './mutate/report.js';
import { STAGES } from './mutate/stages.js';
import { Workshop } from './mutate/workshop.js';

const ROOT = path.dirname(import.meta.dirname);
const ROOM = 'assembly/tcp';
const NAMES = [...new Set(STAGES.flatMap((stage) => stage.modules))];
const WANTED = 0.9;
/** A stage may take this many times as long as with the original module, and never less than the floor. */
const PATIENCE = 6;
const LIMIT_FLOOR_MS = 30_000;

interface Settings {
  count: number;
  seed: number;
  jobs: number;
  file?: string | undefined;
}

interface Baseline {
  modules: ReadonlyMap<string, Buffer>;
  limits: ReadonlyMap<string, number>;
}

process.exitCode = await main(settingsFrom(process.argv.slice(2)));

async function main(settings: Settings): Promise<number> {
  const began = Date.now();
  await buildWasm({ root: ROOT, names: NAMES });
  const workshops = Array.from({ length: settings.jobs }, () => openWorkshop());
  process.once('SIGINT', () => {
    for (const workshop of workshops) workshop.close();
    process.exit(130);
  });
  try {
    const baseline = await measure(workshops[0] as Workshop);
    if (baseline === undefined) return 1;
    const plan = new Plan(candidates(settings.file), settings.count, settings.seed);
    const verdicts: Verdict[] = [];
    await Promise.all(workshops.map((workshop) => work(workshop, plan, baseline, verdicts, settings.count)));
    return conclude(verdicts, settings, Date.now() - began);
  } finally {
    for (const workshop of workshops) workshop.close();
  }
}

/** One worker: takes mutations until the plan has no more. */
async function work(
  workshop: Workshop,
  plan: Plan,
  baseline: Baseline,
  verdicts: Verdict[],
  count: number,
): Promise<void> {
  for (let mutation = plan.next(); mutation !== undefined; mutation = plan.next()) {
    const verdict = await judge(workshop, mutation, baseline);
    if (verdict === undefined) {
      plan.discard(mutation);
      continue;
    }
    verdicts.push(verdict);
    console.error(`[${verdicts.length}/${count}] ${lineOf(verdict)}`);
    if (verdict.caughtBy === undefined) console.error(diffOf(ROOT, mutation));
  }
}

/** Builds a mutant for each stage in turn until one catches it; undefined when it does not compile or changes nothing. */
async function judge(workshop: Workshop, mutation: Mutation, baseline: Baseline): Promise<Verdict | undefined> {
  // A script may name another module than its stage's: none of an earlier mutant may be left there.
  for (const [name, wasm] of baseline.modules) workshop.install(name, wasm);
  const built = new Map<string, Buffer>();
  let differs = false;
  for (const stage of STAGES.filter(({ concerns }) => concerns?.test(mutation.file) ?? true)) {
    for (const name of stage.modules.filter((module) => !built.has(module))) {
      const wasm = await workshop.build(name, mutation);
      if (wasm === undefined) return undefined;
      built.set(name, wasm);
      workshop.install(name, wasm);
      if (!wasm.equals(baseline.modules.get(name) as Buffer)) differs = true;
    }
    if (!differs) continue;
    const outcome = await workshop.run(stage, baseline.limits.get(stage.name) as number);
    if (!outcome.passed) return { mutation, caughtBy: stage.name, how: outcome.how };
  }
  return differs ? { mutation, how: '' } : undefined;
}

function openWorkshop(): Workshop {
  return new Workshop(ROOT, new Map(NAMES.map((name) => [name, readBuilt(ROOT, name).pages])));
}

/** The original's modules, and how long each stage may take; undefined when the original itself does not pass. */
async function measure(workshop: Workshop): Promise<Baseline | undefined> {
  const modules = new Map<string, Buffer>();
  for (const name of NAMES) {
    const wasm = await workshop.build(name);
    if (wasm === undefined) throw new Error(`The module '${name}' does not compile without a mutation.`);
    modules.set(name, wasm);
    workshop.install(name, wasm);
  }
  const limits = new Map<string, number>();
  for (const stage of STAGES) {
    const { passed, how, ms } = await workshop.run(stage, 600_000);
    console.error(`without a mutation: ${stage.name} ${passed ? 'passes' : `fails (${how})`} in ${ms} ms`);
    if (!passed) {
      await workshop.run(stage, 600_000, true);
      console.error(`Mutants would tell nothing: mend what fails above first.`);
      return undefined;
    }
    limits.set(stage.name, Math.max(LIMIT_FLOOR_MS, PATIENCE * ms));
  }
  return { modules, limits };
}

function candidates(only: string | undefined): Mutation[] {
  const files = readdirSync(path.join(ROOT, ROOM), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${ROOM}/${file.split(path.sep).join('/')}`)
    .filter((file) => only === undefined || file.includes(only))
    .sort();
  if (files.length === 0) misuse(`No file of ${ROOM}/ has '${only}' in its name.`);
  return files.flatMap((file) => mutationsOf(ROOT, file));
}

function conclude(verdicts: readonly Verdict[], { seed }: Settings, ms: number): number {
  const survivors = verdicts.filter(({ caughtBy }) => caughtBy === undefined);
  const unexplained = survivors.filter(({ mutation }) => !isExplained(ROOT, mutation));
  writeSurvivors(ROOT, verdicts, seed);
  for (const { mutation } of survivors) console.log(diffOf(ROOT, mutation) + '\n');
  const caught = verdicts.length - survivors.length;
  const share = ((100 * caught) / Math.max(1, verdicts.length)).toFixed(1);
  const files = new Set(verdicts.map(({ mutation }) => mutation.file)).size;
  console.log(
    `${verdicts.length} mutants in ${files} files of ${ROOM}/, seed ${seed}: ${caught} caught (${share} %) in ${Math.round(ms / 1000)} s.`,
  );
  console.log(
    `${survivors.length} survived, ${unexplained.length} of them unexplained in docs/mutation.md: ${SURVIVORS}`,
  );
  return verdicts.length > 0 && caught / verdicts.length >= WANTED ? 0 : 1;
}

function settingsFrom(argv: string[]): Settings {
  const options = {
    count: { type: 'string' },
    seed: { type: 'string' },
    jobs: { type: 'string' },
    file: { type: 'string' },
  } as const;
  try {
    const { values } = parseArgs({ args: argv, options });
    const { count = '120', seed = '1', jobs = '2', file } = values;
    return { count: whole('--count', count), seed: whole('--seed', seed), jobs: whole('--jobs', jobs), file };
  } catch (error) {
    return misuse(`${(error as Error).message} Use: npm run mutate -- [--count N] [--seed S] [--file PART] [--jobs N]`);
  }
}

function whole(name: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text)) misuse(`${name} takes a whole number above 0, not '${text}'.`);
  return Number(text);
}

function misuse(message: string): never {
  console.error(message);
  process.exit(2);
}
