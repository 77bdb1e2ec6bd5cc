import { createWriteStream, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import type { Command } from 'commander';
import { parseWhole } from '../link/quantities.js';
import { describePlan } from '../simulator/describe.js';
import { loadModules, type Modules } from '../simulator/machine.js';
import { Narrator } from '../simulator/narrator.js';
import { patchedModules } from '../simulator/patched-modules.js';
import { type Plan, type Profile, PROFILES } from '../simulator/plan.js';
import { run } from '../simulator/run.js';
import { drawPlan } from '../simulator/draw.js';
import { type Failure, failureOf, shrinkFailure, simulate, type Totals } from '../simulator/simulate.js';
import { UsageError } from '../usage-error.js';
import { print } from './terminal.js';

export interface SimulateCommandOptions {
  seeds?: string;
  seed?: string;
  profile?: string;
  patch?: string;
  plan?: string;
  capture?: string;
  json?: boolean;
  verbose?: boolean;
  shrink: boolean;
}

const SEEDS_MOST = 2 ** 31;

export function registerSimulate(program: Command): void {
  program
    .command('simulate')
    .description('torture cores over a bad network, all from one seed; exit 1 when a seed fails')
    .option('--seeds <number>', 'how many (default: 1000, or 1 with --seed)')
    .option('--seed <number>', 'the first (default: 1)')
    .option('--profile <name>', 'only this module: micro, board or host')
    .option('--patch <file>', 'plant this bug first: a unified diff of assembly/, or JSON {file, search, replace}')
    .option('--plan <file>', 'run a plan that an earlier failure has written')
    .option('--verbose', 'tell the run step by step')
    .option('--capture <file>', 'write a pcapng of the run')
    .option('--no-shrink', 'leave a failing seed as it is')
    .option('--json', 'one JSON object at the end')
    .addHelpText('after', '\nExample:\n  slipway simulate --seeds 20000\n  slipway simulate --seed 1234 --verbose')
    .action(async (options: SimulateCommandOptions) => {
      process.exitCode = await simulateCommand(options);
    });
}

/** The exit code: 0 only if every seed passed. */
export async function simulateCommand(options: SimulateCommandOptions): Promise<number> {
  const profile = options.profile === undefined ? undefined : profileName(options.profile);
  const from = options.seed === undefined ? 1 : parseWhole(options.seed, 'The seed', 0, SEEDS_MOST);
  const count =
    options.seeds === undefined
      ? options.seed === undefined
        ? 1000
        : 1
      : parseWhole(options.seeds, 'The number of seeds', 1, SEEDS_MOST);
  const given = options.plan === undefined ? undefined : readPlan(options.plan);
  const modules = await modulesOf(options.patch, profile);
  if (given !== undefined || (count === 1 && (options.verbose === true || options.capture !== undefined))) {
    return runOne(given ?? drawPlan(from, { profile }), modules, options);
  }
  const onProgress = options.json !== true && process.stderr.isTTY ? showProgress : undefined;
  const { totals, failure } = simulate({ modules, from, count, profile, onProgress });
  if (onProgress !== undefined) process.stderr.write('\r\x1b[K');
  if (failure === undefined) {
    if (options.json === true) print(JSON.stringify({ result: 'pass', from, profile, ...totals }));
    else print(`${summary(totals)}.`);
    return 0;
  }
  const small = options.shrink ? shrinkFailure(failure, modules) : failure;
  const files = await writeFindings(small, modules, options.capture);
  if (options.json === true)
    print(JSON.stringify({ result: 'fail', profile, ...totals, ...findings(failure, small), ...files }));
  else tellFailure(failure, small, files, totals, options);
  return 1;
}

function profileName(name: string): Profile {
  const profile = PROFILES.find((known) => known === name);
  if (profile === undefined) throw new UsageError(`There is no profile '${name}'; use ${PROFILES.join(', ')}.`);
  return profile;
}

function readPlan(file: string): Plan {
  return JSON.parse(readText(file, 'plan')) as Plan;
}

function readText(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(
      `The ${what} ${file} cannot be read (${(error as NodeJS.ErrnoException).code}); check its path.`,
    );
  }
}

async function modulesOf(patch: string | undefined, profile: Profile | undefined): Promise<Modules> {
  const modules = await loadModules();
  if (patch === undefined) return modules;
  return patchedModules(readText(patch, 'patch'), modules, profile === undefined ? PROFILES : [profile]);
}

/** One run, told or captured. */
async function runOne(plan: Plan, modules: Modules, options: SimulateCommandOptions): Promise<number> {
  if (options.verbose === true) for (const line of describePlan(plan)) print(line);
  const capture = options.capture === undefined ? undefined : createWriteStream(options.capture);
  const narrator = new Narrator({
    print: options.verbose === true ? print : undefined,
    write: capture && ((octets) => void capture.write(octets)),
    columns: process.stdout.columns,
  });
  const result = run(plan, modules, narrator, [narrator.acts]);
  narrator.end();
  if (capture !== undefined) await once(capture.end(), 'finish');
  const failure = failureOf(plan, result);
  if (options.json === true)
    print(JSON.stringify({ result: failure === undefined ? 'pass' : 'fail', seed: plan.seed, ...failure }));
  else if (failure === undefined)
    print(`Seed ${plan.seed} passes: ${result.datagrams} datagrams in ${(result.time / 1000).toFixed(3)} s.`);
  else print(`Seed ${plan.seed} breaks '${failure.invariant}': ${failure.message}\n  ${failure.sentence}`);
  return failure === undefined ? 0 : 1;
}

function showProgress(totals: Totals): void {
  process.stderr.write(`\r\x1b[K${summary(totals)}`);
}

function summary({ seeds, elapsed, datagrams, octets, faults, simulated }: Totals): string {
  const number = (value: number): string => Math.round(value).toLocaleString('en-GB');
  const rate = number((seeds * 1000) / Math.max(elapsed, 1));
  return (
    `${number(seeds)} ${seeds === 1 ? 'seed passes' : 'seeds pass'} in ${(elapsed / 1000).toFixed(1)} s (${rate} a second): ` +
    `${number(datagrams)} datagrams, ${number(faults)} faults, ${number(octets)} octets delivered, ${number(simulated / 3_600_000)} h simulated`
  );
}

interface Files {
  planFile: string;
  captureFile: string;
}

/** The plan, for --plan, and the capture of its run. */
async function writeFindings({ plan, seed }: Failure, modules: Modules, capture: string | undefined): Promise<Files> {
  const planFile = join(tmpdir(), `slipway-seed-${seed}.json`);
  const captureFile = capture ?? join(tmpdir(), `slipway-seed-${seed}.pcapng`);
  writeFileSync(planFile, JSON.stringify(plan, null, 1));
  const pieces: Uint8Array[] = [];
  const narrator = new Narrator({ write: (octets) => void pieces.push(octets) });
  run(plan, modules, narrator, [narrator.acts]);
  narrator.end();
  writeFileSync(captureFile, Buffer.concat(pieces));
  return { planFile, captureFile };
}

function findings({ seed, invariant, sentence, message }: Failure, small: Failure): object {
  const { plan } = small;
  return { seed, invariant, sentence, message, shrunk: { message: small.message, plan } };
}

function tellFailure(
  failure: Failure,
  small: Failure,
  files: Files,
  totals: Totals,
  options: SimulateCommandOptions,
): void {
  const patch = options.patch === undefined ? '' : ` --patch ${options.patch}`;
  const profile = options.profile === undefined ? '' : ` --profile ${options.profile}`;
  print(`Seed ${failure.seed} breaks '${failure.invariant}': ${failure.message}`);
  print(`  ${failure.sentence}`);
  print(`  (${summary({ ...totals, seeds: totals.seeds - 1 })})`);
  print(`\nShrunk, it still says: ${small.message}`);
  for (const line of describePlan(small.plan)) print(`  ${line}`);
  print(`\nStep by step:  slipway simulate --seed ${failure.seed}${profile}${patch} --verbose`);
  print(`  and shrunk:  slipway simulate --plan ${files.planFile}${patch} --verbose`);
  print(`     capture:  ${files.captureFile}`);
}
