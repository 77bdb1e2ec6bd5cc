// npm run cost: what the core takes of a board. Sizes of the module and of its Cortex-M3 code, the worst-case stack, and
// the exact instructions that a segment costs. With --check the figures are held against boards/budgets.json, which --settle
// lowers to what was measured; to raise a budget is an edit of that file, with its reason in the commit.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { modulePath, packageRoot } from '../modules.js';
import { boardsFolder, readBoard, type Board } from './board.js';
import { BuildError } from './build-error.js';
import { tool, type Image } from './compile.js';
import { countInstructions, countingImage, timeNatively, typical } from './count.js';
import { readModule, type BoardModule } from './module.js';
import { sizes } from './sizes.js';
import { callGraph, deepest, type StackBound } from './stack.js';
import { isInstalled } from './toolchain.js';

export interface Figure {
  name: string;
  value: number;
  unit: 'octets' | 'instructions' | 'ns';
}

export interface Cost {
  /** The module that everything here was taken from. */
  sha256: string;
  figures: Figure[];
  /** What could not be measured here, or is no bound, in sentences. */
  notes: string[];
}

/** Measures a module of build/, such as `board`. */
export async function measure(name: string): Promise<Cost> {
  const module = await readModule(modulePath(name));
  const cost: Cost = { sha256: module.sha256, figures: [], notes: [] };
  const octets = (figure: string, value: number) => cost.figures.push({ name: figure, value, unit: 'octets' });
  octets('wasm', module.wasm.length);
  octets('linear memory', module.heapBase);
  const board = await readBoard('mps2-an385');
  if (!isInstalled(tool(board, 'gcc'))) {
    cost.notes.push(`Nothing was compiled for Cortex-M3: apt install ${board.build.package}`);
    return cost;
  }
  const folder = join(packageRoot(), 'build', 'cost', name);
  const image = await countingImage(module, folder, 'c32');
  await measureImage(board, module, image, cost);
  if (isInstalled('qemu-system-arm')) await measureSegments(image, folder, cost);
  else cost.notes.push('No instructions were counted: apt install qemu-system-arm');
  if (isInstalled('cc')) await measureNatively(module, join(folder, 'native'), cost);
  return cost;
}

/** Nanoseconds differ from machine to machine and from minute to minute: they have no budget. */
async function measureNatively(module: BoardModule, folder: string, cost: Cost): Promise<void> {
  for (const count of await timeNatively(module, folder)) {
    cost.figures.push({ name: `${count.name}, here`, value: typical(count), unit: 'ns' });
  }
}

/** Code, memory and the worst-case stack of the core in an image. */
export async function measureImage(board: Board, module: BoardModule, image: Image, cost: Cost): Promise<void> {
  const core = await sizes(image.objects[0] ?? '', tool(board, 'size'));
  const stack = await coreStack(board, module, image);
  const octets = (figure: string, value: number) => cost.figures.push({ name: figure, value, unit: 'octets' });
  octets('Cortex-M3 text of the core', core.text);
  octets('Cortex-M3 RAM of the core', core.data + core.bss);
  octets('Cortex-M3 stack of the core', stack.octets);
  cost.notes.push(`The deepest path is ${stack.path.join(' > ')}.`);
  if (stack.doubts.length > 0) cost.notes.push(`The stack's number is no bound: ${stack.doubts.join(', ')}.`);
}

/** The worst of all calls that a board can make. */
async function coreStack(board: Board, module: BoardModule, image: Image): Promise<StackBound> {
  const graph = await callGraph(image.objects, image.elf, tool(board, 'objdump'));
  const roots = [...graph.keys()].filter((name) => name.startsWith('slipway_'));
  if (roots.length <= module.functions.length) throw new BuildError('The call graph lacks exported functions.');
  const bounds = roots.map((root) => deepest(graph, root));
  const worst = bounds.reduce((a, b) => (b.octets > a.octets ? b : a));
  return { ...worst, doubts: [...new Set(bounds.flatMap((bound) => bound.doubts))] };
}

async function measureSegments(image: Image, folder: string, cost: Cost): Promise<void> {
  for (const count of await countInstructions(image, folder)) {
    cost.figures.push({ name: count.name, value: typical(count), unit: 'instructions' });
  }
}

/** The figures that have grown past their budget, as sentences; a figure without a budget is one of them. */
export function overBudget(name: string, cost: Cost, budgets: Budgets): string[] {
  const allowed = budgets[name] ?? {};
  return cost.figures.flatMap(({ name: figure, value, unit }) => {
    if (unit === 'ns') return [];
    const most = allowed[figure];
    if (most === undefined) return [`${name}: ${figure} has no budget; it is ${value} ${unit}.`];
    return value > most ? [`${name}: ${figure} is ${value} ${unit}, ${value - most} above its budget of ${most}.`] : [];
  });
}

function table(name: string, cost: Cost): string {
  const width = Math.max(...cost.figures.map((figure) => figure.name.length));
  const rows = cost.figures.map(({ name: figure, value, unit }) => {
    return `  ${figure.padEnd(width)} ${value.toLocaleString('en-GB').padStart(8)} ${unit}`;
  });
  return [`${name}  (SHA-256 ${cost.sha256})`, ...rows, ...cost.notes.map((note) => `  ${note}`), ''].join('\n');
}

type Budgets = Record<string, Record<string, number>>;

/** Budgets only shrink here; a figure without one gets what was measured. */
export function settled(name: string, cost: Cost, budgets: Budgets): Budgets {
  const own = { ...budgets[name] };
  for (const { name: figure, value, unit } of cost.figures) {
    if (unit !== 'ns') own[figure] = Math.min(value, own[figure] ?? value);
  }
  return { ...budgets, [name]: own };
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean' }, check: { type: 'boolean' }, settle: { type: 'boolean' } },
  });
  const names = positionals.length > 0 ? positionals : ['board'];
  const costs: Record<string, Cost> = {};
  for (const name of names) costs[name] = await measure(name);
  if (values.json) console.log(JSON.stringify(costs, null, 2));
  else for (const [name, cost] of Object.entries(costs)) console.log(table(name, cost));
  const path = boardsFolder('budgets.json');
  let budgets = JSON.parse(await readFile(path, 'utf8').catch(() => '{}')) as Budgets;
  const excess = Object.entries(costs).flatMap(([name, cost]) => (values.check ? overBudget(name, cost, budgets) : []));
  for (const sentence of excess) console.error(sentence);
  if (excess.length > 0) process.exitCode = 1;
  if (!values.settle) return;
  for (const [name, cost] of Object.entries(costs)) budgets = settled(name, cost, budgets);
  await writeFile(path, JSON.stringify(budgets, null, 2) + '\n');
}

if (process.argv[1] !== undefined && /\bcost\.[jt]s$/.test(process.argv[1])) {
  await main().catch((error: unknown) => {
    if (!(error instanceof BuildError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  });
}
