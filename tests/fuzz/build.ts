// A module and the harness become a fuzzer: wasm2c's C, clang's libFuzzer and address sanitizer. Linear memory is a static array
// of exactly the octets that the module uses, so that the sanitizer watches both its ends; within, the harness forbids what
// nobody may read. wasm's own bounds checks stay, and a trap is a finding like any other.

import { execFile } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { generate } from '../../host/board/generate.js';
import { readModule } from '../../host/board/module.js';
import { compile } from '../../tools/compile-wasm.mjs';
import { type Profile, ROOT, sourceOf, type Target, workFolder } from './targets.js';
import type { Toolchain } from './toolchain.js';

const run = promisify(execFile);

const HARNESS = path.join(ROOT, 'tests', 'fuzz', 'harness');
const C = ['-std=gnu11', '-O1', '-g'];
const STRICT = ['-Wall', '-Wextra', '-Werror'];

/** How a binary is instrumented: to find, or to see what has been reached. */
export type Instruments = 'fuzzer' | 'coverage';

const CORE_FLAGS: Record<Instruments, string[]> = {
  fuzzer: ['-fsanitize=address,fuzzer-no-link', '-fno-omit-frame-pointer'],
  coverage: ['-fprofile-instr-generate', '-fcoverage-mapping'],
};
const LINK_FLAGS: Record<Instruments, string[]> = {
  fuzzer: ['-fsanitize=address,fuzzer'],
  coverage: ['-fsanitize=fuzzer', '-fprofile-instr-generate'],
};

/** The module's C, once for all binaries of a profile. Answers its folder. */
export async function makeC(profile: Profile): Promise<string> {
  const folder = workFolder(profile);
  await mkdir(folder, { recursive: true });
  const source = sourceOf(profile);
  let file: string;
  if ('path' in source) file = source.path;
  else {
    file = path.join(folder, `${profile}.wasm`);
    const { wasm } = await compile({ root: ROOT, target: 'board', entry: 'assembly/index.ts', use: source.use });
    await writeFile(file, wasm);
  }
  await generate(await readModule(file), folder, 'plain');
  return folder;
}

/** The core of a profile as an object file. */
export async function makeCore(toolchain: Toolchain, profile: Profile, instruments: Instruments): Promise<string> {
  const folder = workFolder(profile);
  const object = path.join(folder, `${instruments}.o`);
  const words = [...C, '-w', ...CORE_FLAGS[instruments], ...includes(folder)];
  await run(toolchain.clang, [...words, '-c', path.join(folder, 'slipway.c'), '-o', object]);
  return object;
}

/** A fuzzer: the path of the binary. */
export async function makeFuzzer(
  toolchain: Toolchain,
  profile: Profile,
  target: Target,
  instruments: Instruments,
): Promise<string> {
  const folder = workFolder(profile);
  const binary = path.join(folder, instruments === 'fuzzer' ? target : `${target}-${instruments}`);
  const sources = (await readdir(HARNESS))
    .filter((name) => name.endsWith('.c'))
    .map((name) => path.join(HARNESS, name));
  const words = [...C, ...STRICT, `-DFUZZ_${target.toUpperCase()}`, ...LINK_FLAGS[instruments], ...includes(folder)];
  await run(toolchain.clang, [...words, ...sources, path.join(folder, `${instruments}.o`), '-o', binary]);
  return binary;
}

function includes(folder: string): string[] {
  return [folder, path.join(ROOT, 'boards', 'common'), HARNESS].map((one) => `-I${one}`);
}
