// Instructions, exactly: an image of boards/cost runs in QEMU under a plugin that counts between two marks.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { boardsFolder, readBoard } from './board.js';
import { BuildError } from './build-error.js';
import { compile, tool, type Image } from './compile.js';
import type { Access } from './glue.js';
import type { BoardModule } from './module.js';

const run = promisify(execFile);

/** One case of boards/cost/cost.c: the instructions of each round, the marks' own already taken off. */
export interface Count {
  name: string;
  rounds: number[];
}

/** The round that a table shows: the last, since all but the first few are alike. */
export function typical(count: Count): number {
  return count.rounds.at(-1) ?? 0;
}

const NATIVE_ROUNDS = 4001;
const MARKS = ['begin', 'pause', 'resume', 'end'];

/** What QEMU's Cortex-M3 executes: its own code, or that of a Cortex-M0, whose instructions it has all. */
export type Processor = 'cortex-m3' | 'cortex-m0';

/** Builds the image whose instructions are counted. Functions that it does not call stay in it, to be looked at. */
export async function countingImage(
  module: BoardModule,
  folder: string,
  access: Access,
  processor: Processor = 'cortex-m3',
): Promise<Image> {
  const main = ['cost', 'peer', 'floor', 'stack-slipway', 'mark-qemu'].map((name) => boardsFolder('cost', `${name}.c`));
  const flags = [`-I${boardsFolder('cost')}`, '-Wl,--no-gc-sections'];
  const board = await readBoard('mps2-an385');
  const build = { ...board.build, flags: [`-mcpu=${processor}`, '-mthumb'] };
  return compile({ ...board, build }, module, { folder, access, main, flags });
}

/** Counts every case of cost.c on the Cortex-M3. */
export async function countInstructions({ elf }: Image, folder: string): Promise<Count[]> {
  const plugin = join(folder, 'count-plugin.so');
  await run('cc', ['-shared', '-fPIC', '-O2', '-o', plugin, boardsFolder('cost', 'count-plugin.c')]);
  const { stdout: symbols } = await run(tool(await readBoard('mps2-an385'), 'nm'), [elf]);
  const marks = MARKS.map((name) => `${name}=0x${address(symbols, `mark_${name}`)}`);
  return readCounts(await emulate(elf, [plugin, ...marks].join(',')));
}

/** Nanoseconds of every case on this machine: the same C, built by its own compiler. */
export async function timeNatively(module: BoardModule, folder: string): Promise<Count[]> {
  const main = ['cost', 'peer', 'floor', 'stack-slipway', 'mark-native'].map((name) =>
    boardsFolder('cost', `${name}.c`),
  );
  const flags = [`-I${boardsFolder('cost')}`, `-DROUNDS=${NATIVE_ROUNDS}`];
  const { elf } = await compile(await readBoard('native'), module, { folder, access: 'c32', main, flags });
  return timeProgram(elf);
}

/** Runs a program of boards/cost/cost.c on this machine. */
export async function timeProgram(program: string): Promise<Count[]> {
  try {
    const { stdout } = await run(program, [], { env: { ...process.env, SLIPWAY_NATIVE_LINE: '0' } });
    return readCounts(stdout);
  } catch (error) {
    const said = (error as { stdout?: string }).stdout?.trim().split('\n').at(-1);
    throw new BuildError(`The run that takes the time natively failed: ${said ?? String(error)}.`);
  }
}

function address(symbols: string, name: string): string {
  const found = new RegExp(`^([0-9a-f]+) T ${name}$`, 'm').exec(symbols)?.[1];
  if (found === undefined) throw new BuildError(`The image for counting has no ${name}.`);
  return found;
}

async function emulate(elf: string, plugin: string): Promise<string> {
  const machine = ['-M', 'mps2-an385', '-display', 'none', '-monitor', 'none', '-serial', 'null'];
  const semihosting = ['-semihosting-config', 'enable=on,target=native'];
  try {
    const { stderr } = await run('qemu-system-arm', [...machine, ...semihosting, '-plugin', plugin, '-kernel', elf], {
      timeout: 120_000,
      maxBuffer: 1 << 24,
    });
    return stderr;
  } catch (error) {
    const said = (error as { stderr?: string }).stderr ?? '';
    const reason = said
      .split('\n')
      .filter((line) => !line.startsWith('counted '))
      .filter(Boolean)
      .at(-1);
    throw new BuildError(`The run that counts instructions failed: ${reason ?? String(error)}.`);
  }
}

/** Semihosting and the plugin both write to stderr: a line with a name, then one `counted` line for each of its rounds. */
export function readCounts(text: string): Count[] {
  const counts: (Count & { pauses: number[] })[] = [];
  for (const line of text.split('\n')) {
    const [, counted, pauses] = /^counted (\d+) pauses (\d+)$/.exec(line) ?? [];
    const last = counts.at(-1);
    if (counted === undefined) counts.push({ name: line, rounds: [], pauses: [] });
    else if (last) {
      last.rounds.push(Number(counted));
      last.pauses.push(Number(pauses));
    }
  }
  const marks = own(counts, 'empty');
  const pause = own(counts, 'pause') - marks;
  return counts
    .filter(({ name, rounds }) => rounds.length > 0 && name !== 'empty' && name !== 'pause')
    .map(({ name, rounds, pauses }) => ({ name, rounds: rounds.map((n, i) => n - marks - pause * (pauses[i] ?? 0)) }));
}

function own(counts: Count[], name: string): number {
  return typical(counts.find((one) => one.name === name) ?? { name, rounds: [] });
}
