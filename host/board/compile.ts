// A board's image: the module as C, boards/common, the family's startup and the board's one C file go through one compiler run.

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { COMMON, type Board } from './board.js';
import { BuildError } from './build-error.js';
import { generate } from './generate.js';
import type { Access } from './glue.js';
import type { BoardModule } from './module.js';

const run = promisify(execFile);

export interface CompileOptions {
  access: Access;
  /** Where everything generated goes. */
  folder: string;
  /** A C file in place of common/main.c, for images that measure or test. */
  main?: string;
  /** More words for the compiler. */
  flags?: string[];
}

/** What every build says to the compiler, whatever the processor. */
const FLAGS = ['-std=gnu11', '-O2', '-g', '-Wall', '-Wextra', '-Werror', '-ffunction-sections', '-fdata-sections'];
const LINK = ['-nostartfiles', '-static', '-Wl,--gc-sections', '-Wl,--fatal-warnings'];

/** Builds `<folder>/<board>.elf` and answers its path. */
export async function compile(board: Board, module: BoardModule, options: CompileOptions): Promise<string> {
  const { folder } = options;
  await generate(module, folder, options.access);
  const elf = join(folder, `${board.name}.elf`);
  const words = [
    ...FLAGS,
    ...board.build.flags,
    ...definitions(board),
    ...['.', folder, COMMON, `${COMMON}..`].map((path) => `-I${path}`),
    ...(options.flags ?? []),
    join(folder, 'slipway.c'),
    ...(await sources(board, options.main ?? `${COMMON}main.c`)),
    ...(board.family === 'host' ? [] : await link(board, folder)),
    '-o',
    elf,
  ];
  await compiler(board, words);
  return elf;
}

/** Runs the board's compiler. */
async function compiler(board: Board, words: string[]): Promise<void> {
  const program = `${board.build.prefix}${board.build.prefix === '' ? 'cc' : 'gcc'}`;
  try {
    const { stderr } = await run(program, words, { maxBuffer: 1 << 24 });
    if (stderr !== '') process.stderr.write(stderr);
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
    ...board.defines,
  };
  return Object.entries(all).map(([name, value]) => `-D${name}=${value}`);
}

async function sources(board: Board, main: string): Promise<string[]> {
  const common = ['log.c', 'trap.c', ...(board.family === 'host' ? [] : ['uart-rings.c'])].map((name) => COMMON + name);
  const family = { 'cortex-m': ['cortex-m/startup.c', 'cortex-m/cortex-m.c'], riscv: ['riscv/startup.c', 'riscv/riscv.c'], host: [] };
  return [main, ...common, ...family[board.family].map((name) => COMMON + name), `${board.folder}board.c`];
}

/** The linker script: this board's memory, then the family's sections. */
async function link(board: Board, folder: string): Promise<string[]> {
  const { flash, ram } = board;
  if (!flash || !ram) throw new BuildError(`${board.name}/board.json has no flash or no ram.`);
  const script = join(folder, 'link.ld');
  const regions = [
    `  FLASH (rx) : ORIGIN = ${flash.origin}, LENGTH = ${flash.octets}`,
    `  RAM (rwx) : ORIGIN = ${ram.origin}, LENGTH = ${ram.octets}`,
  ];
  const text = ['MEMORY {', ...regions, '}', `stack_octets = ${board.stack};`, `INCLUDE ${COMMON}${board.family}/sections.ld`, ''];
  await mkdir(folder, { recursive: true });
  await writeFile(script, text.join('\n'));
  return [...LINK, '-T', script, `-Wl,-Map=${join(folder, `${board.name}.map`)}`];
}

/** Whether the compiler is there at all. */
export function hasCompiler(board: Board): boolean {
  const program = `${board.build.prefix}${board.build.prefix === '' ? 'cc' : 'gcc'}`;
  return (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, program)));
}
