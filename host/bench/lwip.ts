// lwIP, built in all the ways that it is measured in: as a module of WebAssembly without and with SIMD, natively, and for a
// Cortex-M3. The glue and the options are ours (boards/cost/lwip); nothing of lwIP is in the repository.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { boardsFolder, readBoard } from '../board/board.js';
import { BuildError } from '../board/build-error.js';
import { compile, type Image } from '../board/compile.js';
import { readModule } from '../board/module.js';
import { isInstalled } from '../board/toolchain.js';
import { modulePath, packageRoot } from '../modules.js';
import { type LwipSource, lwipSource } from './lwip-source.js';
import { type SubjectModule, subjectModule } from './subject.js';

const run = promisify(execFile);

export interface BuiltPeer {
  name: 'lwIP';
  version: string;
  modules: SubjectModule[];
  /** Programs of this machine's own processor, by how they were built. */
  native: { profile: string; program: string }[];
  /** For counting on a Cortex-M3; undefined without its compiler. */
  image: Image | undefined;
}

/** As many connections as a board has, and as much window as our profile on the same engine. */
const HOST_SIZES = ['-DMEASURED_CONNECTIONS=8', '-DMEASURED_WINDOW=131072'];
const BOARD_SIZES = ['-DMEASURED_CONNECTIONS=4', '-DMEASURED_WINDOW=4096'];

export async function buildPeers(onProgress?: (what: string) => void): Promise<BuiltPeer> {
  for (const [program, packageName] of [
    ['clang', 'clang'],
    ['wasm-ld', 'lld'],
    ['gcc', 'gcc'],
  ] as const) {
    if (!isInstalled(program)) throw new BuildError(`Building lwIP takes ${program}: apt install ${packageName}`);
  }
  const source = await lwipSource(onProgress);
  onProgress?.(`building lwIP ${source.version}`);
  const folder = path.join(packageRoot(), 'build', 'bench');
  await mkdir(folder, { recursive: true });
  const modules: SubjectModule[] = [];
  for (const [profile, words] of [
    ['scalar', []],
    ['simd', ['-msimd128']],
  ] as const) {
    const file = path.join(folder, `lwip-${profile}.wasm`);
    await buildModule(source, words, file);
    modules.push(subjectModule('lwIP', profile, new Uint8Array(await readFile(file))));
  }
  const native: BuiltPeer['native'] = [];
  for (const [profile, words] of [
    ['-O2', ['-O2']],
    ['-O3 LTO', ['-O3', '-flto']],
  ] as const) {
    const program = path.join(folder, `lwip${profile.replace(/\W+/g, '')}`);
    await buildNative(source, words, program);
    native.push({ profile, program });
  }
  return { name: 'lwIP', version: source.version, modules, native, image: await buildImage(source, folder) };
}

/** Core, IPv4 and glue; what lwipopts.h leaves out compiles to nothing. */
function files({ folder }: LwipSource): string[] {
  const core = path.join(folder, 'core');
  const own = readdirSync(core).filter((name) => name.endsWith('.c'));
  const ipv4 = ['icmp.c', 'ip4.c', 'ip4_addr.c', 'ip4_frag.c'].map((name) => path.join('ipv4', name));
  return [...[...own, ...ipv4].map((name) => path.join(core, name)), glue('stack-lwip.c')];
}

function glue(name: string): string {
  return boardsFolder('cost', 'lwip', name);
}

function includes({ folder }: LwipSource): string[] {
  return [`-I${boardsFolder('cost', 'lwip')}`, `-I${path.join(folder, 'include')}`, '-w'];
}

/** What the peer and the bulk transfer call of the module. */
const EXPORTS = [
  ...['start', 'rx', 'tx', 'take', 'hear', 'give', 'accept', 'write', 'close', 'abort', 'consumed'],
  ...['be', 'open', 'check_timers'],
].map((name) => `stack_${name}`);

async function buildModule(source: LwipSource, words: readonly string[], output: string): Promise<void> {
  await compiler('clang', [
    ...['--target=wasm32', '-O3', '-flto', '-mbulk-memory', ...words],
    ...['-nostdlib', '-ffreestanding', '-fbuiltin', '-Wl,--no-entry', '-Wl,--lto-O3'],
    `-Wl,${EXPORTS.map((name) => `--export=${name}`).join(',')}`,
    ...[`-I${glue('freestanding')}`, ...includes(source), ...HOST_SIZES],
    ...[...files(source), glue(path.join('freestanding', 'string.c')), '-o', output],
  ]);
}

const NATIVE_ROUNDS = 4001;

async function buildNative(source: LwipSource, words: readonly string[], output: string): Promise<void> {
  const cost = ['cost', 'peer', 'floor', 'mark-native'].map((name) => boardsFolder('cost', `${name}.c`));
  const definitions = ['-DANOTHER_STACK', `-DROUNDS=${NATIVE_ROUNDS}`, ...HOST_SIZES];
  await compiler('gcc', [
    ...words,
    ...definitions,
    ...includes(source),
    `-I${boardsFolder('cost')}`,
    ...cost,
    ...files(source),
    '-o',
    output,
  ]);
}

/** With the flags, the startup and the memory functions of our own board: only the stack is another. */
async function buildImage(source: LwipSource, folder: string): Promise<Image | undefined> {
  const board = await readBoard('mps2-an385');
  if (!isInstalled(`${board.build.prefix}gcc`)) return undefined;
  const main = ['cost', 'peer', 'floor', 'mark-qemu'].map((name) => boardsFolder('cost', `${name}.c`));
  const flags = [`-I${boardsFolder('cost')}`, ...includes(source), ...BOARD_SIZES, '-DANOTHER_STACK'];
  return compile(board, await readModule(modulePath('board')), {
    folder: path.join(folder, 'lwip-m3'),
    access: 'c32',
    main: [...main, ...files(source)],
    flags,
  });
}

async function compiler(program: string, words: string[]): Promise<void> {
  try {
    await run(program, words, { maxBuffer: 1 << 24 });
  } catch (error) {
    throw new BuildError(`${program} failed on lwIP:\n${(error as { stderr?: string }).stderr ?? String(error)}`);
  }
}

/** Of an image or a program. */
export async function sha256Of(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}
