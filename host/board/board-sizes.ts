// npm run sizes: what the image of each board takes, held against boards/sizes.json, which docs/boards-sizes.md shows.
// --settle lowers the budgets to what was measured and writes the page; to raise one is an edit of boards/sizes.json, with
// its reason in the commit.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../modules.js';
import { boardNames, boardsFolder, readBoard, type Board } from './board.js';
import { buildBoard, type BoardMemory } from './build.js';
import { BuildError } from './build-error.js';

/** Octets at most. */
export interface Budget {
  flash: number;
  ram: number;
  stack: number;
}

/** By board, then by app. */
export type Budgets = Record<string, Record<string, Budget>>;

/** Steps to which a budget is rounded up, so that another day's compiler or a changed constant breaks nothing. */
const STEPS: Budget = { flash: 2048, ram: 64, stack: 64 };

/** Boards with so little RAM keep octets that neither variables nor the stack's worst case ever touch. */
const SMALL_RAM = 16_384;
export const SPARE_OCTETS = 512;

const PAGE = join('docs', 'boards-sizes.md');

export async function readBudgets(): Promise<Budgets> {
  return JSON.parse(await readFile(boardsFolder('sizes.json'), 'utf8')) as Budgets;
}

/** Whether the board is one of those for which RAM is what decides. */
export function isSmall({ ram }: Board): boolean {
  return ram !== undefined && ram.octets <= SMALL_RAM;
}

/** What of an image is above its budget, as sentences. */
export function overBudget(board: Board, app: string, memory: BoardMemory, budgets: Budgets): string[] {
  const budget = budgets[board.name]?.[app];
  if (!budget) return [`${board.name} with ${app} has no budget: npm run sizes -- --settle`];
  const taken: Budget = { flash: memory.flash, ram: memory.ram, stack: memory.stack.octets };
  const above = (Object.keys(taken) as (keyof Budget)[]).filter((what) => taken[what] > budget[what]);
  const sentences = above.map(
    (what) => `${board.name} with ${app} takes ${taken[what]} octets of ${what}, above its budget of ${budget[what]}.`,
  );
  const left = (board.ram?.octets ?? 0) - memory.ram - memory.stack.octets;
  if (isSmall(board) && left < SPARE_OCTETS)
    sentences.push(`${board.name} with ${app} leaves ${left} octets of RAM spare, fewer than ${SPARE_OCTETS}.`);
  return sentences;
}

/** docs/boards-sizes.md. */
export function page(boards: Board[], budgets: Budgets): string {
  const rows = boards.flatMap((board) =>
    Object.entries(budgets[board.name] ?? {}).map(([app, { flash, ram, stack }]) => {
      const spare = (board.ram?.octets ?? 0) - ram - stack;
      const cells = [board.name, board.core, board.profile, app, `${kib(flash)} of ${kib(board.flash?.octets)}`];
      return [...cells, `${grouped(ram)} of ${grouped(board.ram?.octets ?? 0)}`, grouped(stack), grouped(spare)];
    }),
  );
  const head = ['board', 'core', 'profile', 'app', 'flash', 'static RAM', 'stack', 'spare RAM'];
  return `${TITLE}\n${aligned([head, ...rows])}${FOOT}`;
}

const TITLE = `# What an image takes

Octets at most, for the image that \`slipway build --board NAME --app APP\` leaves. The figures are those of boards/sizes.json;
the tests build every image and fail when one takes more. They may only shrink: \`npm run sizes -- --settle\` lowers them and
writes this page.
`;

const FOOT = `
Flash is code and constants. Static RAM is linear memory, the UART's rings and the few variables around them; nothing is
allocated later. The stack is the worst case of the run loop with the deepest interrupt on top of it, computed from the
compiler's own figures for each function (\`-fcallgraph-info=su\`) along the call graph, which has no recursion and no call
through a pointer. What the board reserves for the stack is a little more, and stands in its board.json. Spare is what the
variables and the worst case of the stack leave: on boards of up to 16 KiB at least ${SPARE_OCTETS} octets.

docs/boards.md says what each table of linear memory costs.
`;

const grouped = (octets: number): string => octets.toLocaleString('en-GB');
const kib = (octets = 0): string => `${grouped(octets / 1024)} KiB`;

/** A table as prettier would have it: text to the left. */
function aligned(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...rest] = rows;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(head), rule, ...rest.map(line), ''].join('\n');
}

/** Budgets only shrink here; an image without one gets what was measured, rounded up. */
export function settled(budget: Budget | undefined, memory: BoardMemory): Budget {
  const taken: Budget = { flash: memory.flash, ram: memory.ram, stack: memory.stack.octets };
  const fit = (what: keyof Budget): number =>
    Math.min(budget?.[what] ?? Infinity, Math.ceil(taken[what] / STEPS[what]) * STEPS[what]);
  return { flash: fit('flash'), ram: fit('ram'), stack: fit('stack') };
}

/** The apps whose images are measured: echo where RAM is tight, and what the board runs by itself. */
export function appsOf(board: Board): string[] {
  return isSmall(board) ? [board.app, 'echo'] : [board.app];
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { settle: { type: 'boolean' } } });
  const budgets = await readBudgets().catch((): Budgets => ({}));
  const boards = (await Promise.all((await boardNames()).map(readBoard))).filter(({ ram }) => ram !== undefined);
  for (const board of boards) {
    for (const app of appsOf(board)) {
      const { memory } = await buildBoard(board.name, { app });
      if (!memory) continue;
      const { flash, ram, stack, spare } = memory;
      console.log(`${board.name} ${app}: flash ${flash}, static RAM ${ram}, stack ${stack.octets}, spare ${spare}`);
      if (values.settle) (budgets[board.name] ??= {})[app] = settled(budgets[board.name]?.[app], memory);
      for (const sentence of overBudget(board, app, memory, budgets)) {
        console.error(sentence);
        process.exitCode = 1;
      }
    }
  }
  if (!values.settle) return;
  await writeFile(boardsFolder('sizes.json'), JSON.stringify(budgets, null, 2) + '\n');
  await writeFile(join(packageRoot(), PAGE), page(boards, budgets));
}

if (process.argv[1] !== undefined && /\bboard-sizes\.[jt]s$/.test(process.argv[1])) {
  await main().catch((error: unknown) => {
    if (!(error instanceof BuildError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  });
}
