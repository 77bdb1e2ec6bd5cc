// npm run fuzz -- [--minutes M] [--target T] [--profile P] [--keep] [--coverage] [--replay FILE]
//
// Runs the fuzzers one after another, each for its share of the time, on what earlier runs have found. A finding ends it with
// exit code 1, the file that repeats it, and the command that does.

import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildWasm } from '../../tools/build-wasm.mjs';
import { makeC, makeCore, makeFuzzer } from './build.js';
import { keepCorpus, openCorpus } from './corpus.js';
import { type Coverage, coverageOf, type Share } from './coverage.js';
import { type RunResult, runFuzzer } from './run.js';
import { type Profile, PROFILES, ROOT, type Target, TARGETS, workFolder } from './targets.js';
import { findToolchain, INSTALL, type Toolchain } from './toolchain.js';

interface Settings {
  minutes: number;
  targets: readonly Target[];
  profiles: readonly Profile[];
  keep: boolean;
  coverage: boolean;
  replay?: string | undefined;
}

class Misuse extends Error {}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return error instanceof Misuse ? 2 : 1;
});

async function main(): Promise<number> {
  const settings = settingsFrom(process.argv.slice(2));
  const toolchain = findToolchain();
  if (toolchain === undefined) throw new Error(`Fuzzing needs clang with libFuzzer: ${INSTALL}`);
  await buildWasm({ root: ROOT, names: settings.profiles.filter((profile) => profile !== 'host') });
  if (settings.replay !== undefined) return replay(toolchain, settings, settings.replay);
  const runs = settings.profiles.flatMap((profile) => settings.targets.map((target) => ({ profile, target })));
  const seconds = Math.max(1, Math.round((settings.minutes * 60) / runs.length));
  const results: RunResult[] = [];
  const binaries = await buildAll(toolchain, settings);
  for (const { profile, target } of runs) {
    const corpus = await openCorpus(target);
    const result = await runFuzzer(binaries.get(`${profile} ${target}`) ?? '', { seconds, corpus });
    console.log(lineOf(profile, target, result));
    results.push(result);
    if (result.finding) return tellFinding(profile, target, result.finding);
  }
  console.log(totalOf(results));
  if (settings.keep) await keepAll(settings, binaries);
  if (settings.coverage) await tellCoverage(toolchain, settings);
  return 0;
}

function settingsFrom(args: string[]): Settings {
  const { values } = read(args);
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new Misuse(`--minutes is a number above 0, and '${values.minutes}' is not.`);
  return {
    minutes,
    targets: oneOf(values.target, TARGETS, 'target'),
    profiles: oneOf(values.profile, PROFILES, 'profile'),
    keep: values.keep,
    coverage: values.coverage,
    replay: values.replay,
  };
}

function read(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        minutes: { type: 'string', default: '1' },
        target: { type: 'string' },
        profile: { type: 'string' },
        keep: { type: 'boolean', default: false },
        coverage: { type: 'boolean', default: false },
        replay: { type: 'string' },
      },
    });
  } catch (error) {
    throw new Misuse((error as Error).message);
  }
}

function oneOf<T extends string>(name: string | undefined, all: readonly T[], what: string): readonly T[] {
  if (name === undefined) return all;
  const found = all.find((one) => one === name);
  if (found === undefined) throw new Misuse(`There is no ${what} '${name}'; use ${all.join(', ')}.`);
  return [found];
}

async function buildAll(toolchain: Toolchain, settings: Settings): Promise<Map<string, string>> {
  const binaries = new Map<string, string>();
  for (const profile of settings.profiles) {
    await makeC(profile);
    await makeCore(toolchain, profile, 'fuzzer');
    for (const target of settings.targets) {
      binaries.set(`${profile} ${target}`, await makeFuzzer(toolchain, profile, target, 'fuzzer'));
    }
  }
  return binaries;
}

/** Runs one script in one fuzzer and prints each datagram that goes in and comes out. */
async function replay(toolchain: Toolchain, settings: Settings, file: string): Promise<number> {
  const [target] = settings.targets;
  const [profile] = settings.profiles;
  if (settings.targets.length !== 1 || settings.profiles.length !== 1 || !target || !profile) {
    throw new Misuse('--replay needs to know where: add --target and --profile.');
  }
  const binary = (await buildAll(toolchain, settings)).get(`${profile} ${target}`) ?? '';
  try {
    execFileSync(binary, [file], { stdio: 'inherit', env: { ...process.env, FUZZ_TELL: '1' } });
    return 0;
  } catch {
    return 1;
  }
}

function lineOf(profile: Profile, target: Target, result: RunResult): string {
  const { executions, seconds, edges, features, scripts } = result;
  const rate = Math.round(executions / Math.max(seconds, 1));
  return (
    `${profile.padEnd(6)}${target.padEnd(10)} ${number(executions).padStart(11)} executions in ${number(Math.round(seconds))} s ` +
    `(${number(rate)}/s), ${number(edges)} edges, ${number(features)} features, ${number(scripts)} scripts, ` +
    (result.finding ? 'broken' : 'nothing broken')
  );
}

function totalOf(results: readonly RunResult[]): string {
  const sum = (pick: (result: RunResult) => number): number => results.reduce((total, one) => total + pick(one), 0);
  return `In all ${number(sum((one) => one.executions))} executions in ${number(Math.round(sum((one) => one.seconds)))} s, 0 crashes.`;
}

function tellFinding(profile: Profile, target: Target, finding: { sentence: string; file: string }): number {
  console.log(`\n${finding.sentence}`);
  const file = path.relative(process.cwd(), finding.file);
  if (finding.file) console.log(`npm run fuzz -- --target ${target} --profile ${profile} --replay ${file}`);
  return 1;
}

async function keepAll({ targets, profiles }: Settings, binaries: Map<string, string>): Promise<void> {
  for (const target of targets) {
    const profile = profiles.includes('board') ? 'board' : profiles[0];
    const kept = await keepCorpus(binaries.get(`${profile} ${target}`) ?? '', target);
    console.log(`${target}: ${kept} scripts kept of what lies in ${path.relative(ROOT, workFolder('corpus', target))}`);
  }
}

async function tellCoverage(toolchain: Toolchain, { profiles }: Settings): Promise<void> {
  for (const profile of profiles) console.log(`${profile.padEnd(6)}${describe(await coverageOf(toolchain, profile))}`);
}

function describe({ functions, regions, branches }: Coverage): string {
  return `functions ${share(functions)}, regions ${share(regions)}, branches ${share(branches)}`;
}

function share({ taken, all }: Share): string {
  return `${((100 * taken) / Math.max(all, 1)).toFixed(1)} % (${number(taken)} of ${number(all)})`;
}

function number(value: number): string {
  return value.toLocaleString('en-GB');
}
