// What a segment costs a microcontroller: instructions, exactly, of the code that ships; and, beside it, how long the same C takes
// on this machine.
import { join } from 'node:path';
import { type Board, readBoard } from '../board/board.js';
import { type Image, tool } from '../board/compile.js';
import { type Count, countInstructions, countingImage, timeNatively, timeProgram } from '../board/count.js';
import { type Cost, measureImage } from '../board/cost.js';
import { type BoardModule, readModule } from '../board/module.js';
import { isInstalled } from '../board/toolchain.js';
import { modulePath, packageRoot } from '../modules.js';
import { type Engine, type Figure, spread } from './figure.js';
import type { Laboratory } from './laboratory.js';
import { sha256Of } from './lwip.js';

/** Cases of boards/cost/cost.c, by the names that the other engines have for the same. */
const NAMES: Readonly<Record<string, { case: string; octets: number; isFloor?: boolean }>> = {
  'receive 1': { case: 'receive', octets: 1 },
  'receive 536': { case: 'receive', octets: 536 },
  'receive 1460': { case: 'receive', octets: 1460 },
  'send 1': { case: 'send', octets: 1 },
  'send 536': { case: 'send', octets: 536 },
  'send 1460': { case: 'send', octets: 1460 },
  'floor receive 1': { case: 'receive', octets: 1, isFloor: true },
  'floor receive 536': { case: 'receive', octets: 536, isFloor: true },
  'floor receive 1460': { case: 'receive', octets: 1460, isFloor: true },
  'slip in 1500': { case: 'slip-decode', octets: 1500 },
  'open and close': { case: 'open-close', octets: 0 },
  'syn and reset': { case: 'syn-reset', octets: 0 },
  'no connection': { case: 'no-connection', octets: 0 },
};

/** What cost.ts tells of an image. */
const SIZES = { 'size-text': 'text', 'size-stack': 'stack', 'size-ram': 'RAM' } as const;

export const BOARD_CASES = [...new Set(Object.values(NAMES).map((one) => one.case)), ...Object.keys(SIZES)];

export async function boardFigures({ peers }: Laboratory, notes: string[]): Promise<Figure[]> {
  const board = await readBoard('mps2-an385');
  for (const [program, packageName] of [
    [tool(board, 'gcc'), board.build.package],
    ['qemu-system-arm', 'qemu-system-arm'],
    ['cc', 'gcc'],
  ] as const) {
    if (isInstalled(program)) continue;
    notes.push(`Nothing was counted on a Cortex-M: apt install ${packageName}`);
    return [];
  }
  const figures: Figure[] = [];
  const module = await readModule(modulePath('board'));
  for (const engine of ['cortex-m3', 'cortex-m0'] as const) {
    const folder = join(packageRoot(), 'build', 'cost', engine);
    const image = await countingImage(module, folder, 'c32', engine);
    const counts = await countInstructions(image, folder);
    figures.push(...figuresOf(counts, { engine, profile: 'board', peer: 'slipway', sha256: module.sha256 }));
    if (engine === 'cortex-m3') figures.push(...(await sizesOf(board, module, image)));
  }
  const native = await timeNatively(module, join(packageRoot(), 'build', 'cost', 'native'));
  figures.push(...figuresOf(native, { engine: 'native', profile: 'board', peer: 'slipway', sha256: module.sha256 }));
  if (peers === undefined) return figures;
  for (const { profile, program } of peers.native) {
    const sha256 = await sha256Of(program);
    figures.push(...figuresOf(await timeProgram(program), { engine: 'native', profile, peer: 'lwIP', sha256 }));
  }
  if (peers.image !== undefined) {
    const counts = await countInstructions(peers.image, join(packageRoot(), 'build', 'bench', 'lwip-m3'));
    const sha256 = await sha256Of(peers.image.elf);
    figures.push(...figuresOf(counts, { engine: 'cortex-m3', profile: '-O2', peer: 'lwIP', sha256 }));
  }
  return figures.filter((figure) => figure.peer !== 'floor' || figure.sha256 === module.sha256);
}

type Common = Pick<Figure, 'profile' | 'peer' | 'sha256'> & { engine: Engine };

function figuresOf(counts: readonly Count[], common: Common): Figure[] {
  const unit = common.engine === 'native' ? 'ns' : 'instructions';
  return counts.flatMap(({ name, rounds }) => {
    const known = NAMES[name];
    if (known === undefined) return [];
    const { isFloor = false, ...what } = known;
    // The first rounds differ while windows and estimates settle.
    const settled = rounds.slice(Math.floor(rounds.length / 4));
    return [{ ...what, unit, ...common, ...(isFloor ? { peer: 'floor' } : {}), ...spread(settled) }];
  });
}

async function sizesOf(board: Board, module: BoardModule, image: Image): Promise<Figure[]> {
  const cost: Cost = { sha256: module.sha256, figures: [], notes: [] };
  await measureImage(board, module, image, cost);
  const { sha256, figures } = cost;
  const common = { octets: 0, engine: 'cortex-m3', profile: 'board', peer: 'slipway', unit: 'octets', sha256 } as const;
  return Object.entries(SIZES).map(([name, told]) => {
    const value = figures.find((figure) => figure.name === `Cortex-M3 ${told} of the core`)?.value ?? NaN;
    return { case: name, ...common, ...spread([value]) };
  });
}
