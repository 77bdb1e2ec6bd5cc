// A board's image: the module as C, boards/common, the family's startup and the board's one C file, compiled and linked.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { boardsFolder, type Board } from './board.js';
import { BuildError } from './build-error.js';
import { generate } from './generate.js';
import type { Access } from './glue.js';
import type { BoardModule } from './module.js';

const run = promisify(execFile);

export interface CompileOptions {
  access: Access;
  /** Where everything generated goes. */
  folder: string;
  /** C files in place of common/main.c, for images that measure or test. */
  main?: string[];
  /** More words for the compiler. */
  flags?: string[];
}

export interface Image {
  elf: string;
  /** One object file for each C file; beside each lies its call graph with stack usage (.ci). */
  objects: string[];
}

/** What every build says to the compiler, whatever the processor. */
const FLAGS = ['-std=gnu11', '-O2', '-g', '-Wall', '-Wextra', '-Werror', '-ffunction-sections', '-fdata-sections'];
const CALL_GRAPH = '-fcallgraph-info=su';
const LINK = ['-nostartfiles', '-static', '-Wl,--gc-sections'];

/** Builds `<folder>/<board>.elf`. */
export async function compile(board: Board, module: BoardModule, options: CompileOptions): Promise<Image> {
  const { folder } = options;
  await generate(module, folder, options.access);
  const common = boardsFolder('common');
  const includes = [folder, common, boardsFolder()].map((path) => `-I${path}`);
  const words = [...FLAGS, ...board.build.flags, ...definitions(board), ...includes, ...(options.flags ?? [])];
  const core = join(folder, 'slipway.c');
  const objects: string[] = [];
  for (const source of [core, ...sources(board, options.main ?? [join(common, 'main.c')])]) {
    const object = join(folder, `${basename(source, '.c')}.o`);
    const command = [...words, CALL_GRAPH, '-c', source, '-o', object];
    if (source === core) await unlessDone(object, [...command, module.sha256], () => compiler(board, command));
    else await compiler(board, command);
    objects.push(object);
  }
  const elf = join(folder, `${board.name}.elf`);
  const linker = [
    ...(await linking(board, folder)),
    ...(options.flags ?? []).filter((word) => word.startsWith('-Wl,')),
  ];
  await compiler(board, [...board.build.flags, ...objects, ...linker, '-o', elf]);
  return { elf, objects };
}

/** The module's C is by far the most; it is compiled again only when something that it is made from has changed. */
async function unlessDone(object: string, made: string[], work: () => Promise<void>): Promise<void> {
  const headers = ['c32.h', 'wasm-rt.h'].map((name) => readFileSync(boardsFolder('common', name), 'utf8'));
  const glue = readFileSync(made[made.indexOf('-c') + 1] ?? '', 'utf8');
  const key = createHash('sha256')
    .update(JSON.stringify([made, headers, glue]))
    .digest('hex');
  const stamp = `${object}.from`;
  if (existsSync(object) && existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return;
  await work();
  await writeFile(stamp, key);
}

/** The name of a program of the board's toolchain: size, objdump, objcopy, nm. */
export function tool(board: Board, name: string): string {
  return `${board.build.prefix}${name}`;
}

/** Runs the board's compiler. */
async function compiler(board: Board, words: string[]): Promise<void> {
  const program = board.family === 'host' ? 'cc' : tool(board, 'gcc');
  try {
    await run(program, words, { maxBuffer: 1 << 24 });
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code === 'ENOENT') throw new BuildError(`${board.name} needs ${program}: apt install ${board.build.package}`);
    throw new BuildError(`${program} failed on ${board.name}:\n${stderr ?? String(error)}`);
  }
}

function definitions(board: Board): string[] {
  const { receiveRing, transmitRing, baud } = board.uart;
  const all = {
    BOARD_NAME: `"${board.name}"`,
    RECEIVE_RING: receiveRing,
    TRANSMIT_RING: transmitRing,
    BAUD: baud,
    ...(board.uart.rtscts ? { FLOW_CONTROL: 1 } : {}),
    ...(board.slack === undefined ? {} : { C32_SLACK: `${board.slack}u` }),
    ...board.defines,
  };
  return Object.entries(all).map(([name, value]) => `-D${name}=${value}`);
}

const FAMILY_SOURCES = {
  'cortex-m': ['uart-rings.c', 'octets.c', 'noise.c', 'cortex-m/startup.c', 'cortex-m/cortex-m.c'],
  riscv: ['uart-rings.c', 'octets.c', 'noise.c', 'riscv/startup.c', 'riscv/riscv.c'],
  host: [],
};

function sources(board: Board, main: string[]): string[] {
  const own = board.sources.map((name) => join(board.family, name));
  const common = ['log.c', 'overruns.c', 'trap.c', ...FAMILY_SOURCES[board.family], ...own];
  return [...main, ...common.map((name) => boardsFolder('common', name)), join(board.folder, 'board.c')];
}

/** The linker's words. The script says this board's memory and then includes the family's sections. */
async function linking(board: Board, folder: string): Promise<string[]> {
  const { flash, ram } = board;
  if (board.family === 'host') return [];
  if (!flash || !ram) throw new BuildError(`${board.name}/board.json has no flash or no ram.`);
  const script = [
    'MEMORY {',
    `  FLASH (rx) : ORIGIN = ${flash.origin}, LENGTH = ${flash.octets}`,
    `  RAM (rwx) : ORIGIN = ${ram.origin}, LENGTH = ${ram.octets}`,
    '}',
    `stack_octets = ${board.stack};`,
    `INCLUDE ${join(boardsFolder('common'), board.family, 'sections.ld')}`,
    '',
  ];
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'link.ld'), script.join('\n'));
  return [...LINK, '-T', join(folder, 'link.ld'), `-Wl,-Map=${join(folder, `${board.name}.map`)}`];
}
