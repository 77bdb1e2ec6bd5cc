// What a segment costs a microcontroller: instructions, exactly, of the code that ships; and, beside it, how long the same C takes
// on this machine.
import { dirname, join } from 'node:path';
import { type Board, readBoard } from '../board/board.js';
import { type Image, tool } from '../board/compile.js';
import { type Count, countInstructions, countingImage, timeNatively, timeProgram } from '../board/count.js';
import { type Cost, measureImage } from '../board/cost.js';
import { type BoardModule, readModule } from '../board/module.js';
import { isInstalled } from '../board/toolchain.js';
import { modulePath, packageRoot } from '../modules.js';
import { type Engine, type Figure, spread } from './figure.js';
import type { Laboratory } from './laboratory.js';
import { type BuiltPeer, sha256Of } from './lwip.js';

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
  const lacking = lackingForBoards(await readBoard('mps2-an385'));
  if (lacking !== undefined) {
    notes.push(`Nothing was counted on a Cortex-M: apt install ${lacking}`);
    return [];
  }
  const module = await readModule(modulePath('board'));
  const figures = await countedOnBoards(module);
  const native = await timeNatively(module, join(packageRoot(), 'build', 'cost', 'native'));
  figures.push(...figuresOf(native, { engine: 'native', profile: 'board', peer: 'slipway', sha256: module.sha256 }));
  return peers === undefined ? figures : [...figures, ...(await peerFigures(peers))];
}

/** The package with a program that is missing here. */
function lackingForBoards(board: Board): string | undefined {
  const needed = [
    [tool(board, 'gcc'), board.build.package],
    ['qemu-system-arm', 'qemu-system-arm'],
    ['cc', 'gcc'],
  ] as const;
  return needed.find(([program]) => !isInstalled(program))?.[1];
}

/** Instructions on both processors, and the sizes of the code: all that is the same on every machine. */
export async function countedOnBoards(module: BoardModule): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const engine of ['cortex-m3', 'cortex-m0'] as const) {
    const folder = join(packageRoot(), 'build', 'cost', engine);
    const image = await countingImage(module, folder, 'c32', engine);
    const counts = await countInstructions(image, folder);
    figures.push(...figuresOf(counts, { engine, profile: 'board', peer: 'slipway', sha256: module.sha256 }));
    if (engine === 'cortex-m3') figures.push(...(await sizesOf(await readBoard('mps2-an385'), module, image)));
  }
  return figures;
}

/** The other stack in the same cases; the floor that it has been linked with is the same as ours. */
async function peerFigures(peers: BuiltPeer): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { profile, program } of peers.native) {
    const sha256 = await sha256Of(program);
    figures.push(...figuresOf(await timeProgram(program), { engine: 'native', profile, peer: 'lwIP', sha256 }));
  }
  if (peers.image !== undefined) {
    const counts = await countInstructions(peers.image, dirname(peers.image.elf));
    const sha256 = await sha256Of(peers.image.elf);
    figures.push(...figuresOf(counts, { engine: 'cortex-m3', profile: '-O2', peer: 'lwIP', sha256 }));
  }
  return figures.filter(({ peer }) => peer !== 'floor');
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
