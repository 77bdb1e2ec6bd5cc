// How much of the core the corpus reaches: its scripts run once more in a binary that counts, and llvm-cov says of every
// function of the core which regions and branches were taken. What wasm2c puts around the functions is not counted.

import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { makeCore, makeFuzzer } from './build.js';
import { type Profile, type Target, TARGETS, workFolder } from './targets.js';
import type { Toolchain } from './toolchain.js';

const run = promisify(execFile);
const MOST = 1 << 28;

export interface Share {
  taken: number;
  all: number;
}

export interface Coverage {
  functions: Share;
  regions: Share;
  branches: Share;
}

interface ExportedFunction {
  name: string;
  count: number;
  filenames: string[];
  /** [..., count, file, expanded file, kind]; kind 0 is code. */
  regions: number[][];
  /** [..., count when true, count when false, ...] */
  branches: number[][];
}

/** Of one profile, all targets together. */
export async function coverageOf(toolchain: Toolchain, profile: Profile): Promise<Coverage> {
  await makeCore(toolchain, profile, 'coverage');
  const binaries: string[] = [];
  const profiles: string[] = [];
  for (const target of TARGETS) {
    const binary = await makeFuzzer(toolchain, profile, target, 'coverage');
    binaries.push(binary);
    profiles.push(await replay(binary, profile, target));
  }
  const merged = workFolder(profile, 'all.profdata');
  await run(toolchain.profdata, ['merge', '-sparse', ...profiles, '-o', merged]);
  const objects = binaries.slice(1).flatMap((binary) => ['-object', binary]);
  const words = ['export', '-skip-expansions', `-instr-profile=${merged}`, binaries[0] ?? '', ...objects];
  const { stdout } = await run(toolchain.cov, words, { maxBuffer: MOST });
  const { data } = JSON.parse(stdout) as { data: [{ functions: ExportedFunction[] }] };
  return sumUp(data[0].functions.filter(isOfCore));
}

async function replay(binary: string, profile: Profile, target: Target): Promise<string> {
  const raw = workFolder(profile, `${target}.profraw`);
  const env = { ...process.env, LLVM_PROFILE_FILE: raw };
  await run(binary, ['-runs=0', workFolder('corpus', target)], { env, maxBuffer: MOST });
  return raw;
}

/** The functions of the module: wasm2c calls them w2c_core_..., and what it adds otherwise. */
function isOfCore({ name, filenames }: ExportedFunction): boolean {
  const own = name.slice(name.lastIndexOf(':') + 1);
  return own.startsWith('w2c_core_') && filenames.some((file) => path.basename(file) === 'core.c');
}

function sumUp(functions: readonly ExportedFunction[]): Coverage {
  const coverage = { functions: none(), regions: none(), branches: none() };
  for (const one of functions) {
    add(coverage.functions, one.count > 0);
    for (const region of one.regions) if (region[7] === 0) add(coverage.regions, (region[4] ?? 0) > 0);
    for (const branch of one.branches) {
      add(coverage.branches, (branch[4] ?? 0) > 0);
      add(coverage.branches, (branch[5] ?? 0) > 0);
    }
  }
  return coverage;
}

function none(): Share {
  return { taken: 0, all: 0 };
}

function add(share: Share, isTaken: boolean): void {
  share.all += 1;
  if (isTaken) share.taken += 1;
}
