// The figures as a table that a person can read: a block for each engine, a line for each case, a column for each stack.
import { type Figure, isMoreBetter } from './figure.js';

export interface TableOptions {
  isColoured: boolean;
}

const TITLES: Readonly<Record<Figure['engine'], string>> = {
  v8: 'in V8, driven from inside WebAssembly; median, and the tenth to the ninetieth percentile where they differ by more than a tenth',
  wasm: 'instructions of WebAssembly executed in the stack, and octets of the modules',
  'cortex-m3': 'instructions of a Cortex-M3, bounds checks on, in QEMU; octets of its code and memory',
  'cortex-m0': 'instructions of a Cortex-M0, bounds checks on, in QEMU',
  native: "the same C on this machine's own processor",
  line: 'over an emulated line, in virtual time',
};

const ORDER = Object.keys(TITLES) as Figure['engine'][];

/** The whole of it, line by line. */
export function tableOf(figures: readonly Figure[], options: TableOptions): string[] {
  const lines: string[] = [];
  for (const engine of ORDER) {
    const here = figures.filter((figure) => figure.engine === engine);
    if (here.length > 0) lines.push(...block(engine, here, options), '');
  }
  return [...lines, ...modulesOf(figures)];
}

function block(engine: Figure['engine'], figures: readonly Figure[], { isColoured }: TableOptions): string[] {
  const columns = distinct(figures.map(columnOf));
  const rows = distinct(figures.map(rowOf));
  const cells = rows.map((row) => [row, ...columns.map((column) => cellOf(figures, row, column))]);
  const table = [['', ...columns], ...cells];
  const widths = table[0]?.map((_, i) => Math.max(...table.map((line) => line[i]?.length ?? 0))) ?? [];
  const told = table.map((line) =>
    line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  '),
  );
  return [bold(engineTitle(engine), isColoured), ...told.map((line) => `  ${line.trimEnd()}`)];
}

function engineTitle(engine: Figure['engine']): string {
  return `${engine}: ${TITLES[engine]}`;
}

function columnOf({ peer, profile }: Figure): string {
  return peer === 'slipway' ? profile : `${peer} ${profile}`;
}

function rowOf({ case: name, octets, unit }: Figure): string {
  return `${name}${octets > 0 ? ` ${octets}` : ''}, ${unit}`;
}

function cellOf(figures: readonly Figure[], row: string, column: string): string {
  const figure = figures.find((one) => rowOf(one) === row && columnOf(one) === column);
  if (figure === undefined) return '';
  const { median, low, high, ratio } = figure;
  const spread = high - low > Math.abs(median) / 10 ? ` (${short(low)}-${short(high)})` : '';
  return `${short(median)}${spread}${ratio === undefined ? '' : ` x${ratio.toFixed(1)}`}`;
}

/** As many digits as mean something. */
export function short(value: number): string {
  if (Math.abs(value) >= 100 || Number.isInteger(value)) return Math.round(value).toLocaleString('en-GB');
  return value.toFixed(1);
}

function modulesOf(figures: readonly Figure[]): string[] {
  const modules = distinct(figures.map((figure) => `  ${columnOf(figure).padEnd(16)} SHA-256 ${figure.sha256}`));
  return [
    'x: how many times the floor, the least that any stack can do (docs/performance.md). Taken from:',
    ...modules,
  ];
}

function bold(text: string, isColoured: boolean): string {
  return isColoured ? `\x1b[1m${text}\x1b[0m` : text;
}

function distinct(words: readonly string[]): string[] {
  return [...new Set(words)];
}

/** Ours against another stack, pair by pair: only with --peers. */
export function pairsOf(figures: readonly Figure[]): string[] {
  const lines = figures.flatMap((theirs) => {
    if (theirs.peer !== 'lwIP') return [];
    return PAIRS.flatMap(([engine, profile, ourEngine, ourProfile]) => {
      if (engine !== theirs.engine || profile !== theirs.profile) return [];
      const own = figures.find(
        (one) =>
          one.peer === 'slipway' &&
          one.profile === ourProfile &&
          one.engine === ourEngine &&
          rowOf(one) === rowOf(theirs),
      );
      return own === undefined ? [] : [pairLine(own, theirs)];
    });
  });
  return lines.length === 0 ? [] : ['Pair by pair (ours divided by theirs; of MB/s more is better):', ...lines.sort()];
}

function pairLine(own: Figure, theirs: Figure): string {
  const ratio = own.median / theirs.median;
  const isAhead = isMoreBetter(own.unit) ? ratio >= 1 : ratio <= 1;
  const what = `${own.engine} ${columnOf(own)} : ${theirs.engine} ${columnOf(theirs)}`;
  return `  ${what.padEnd(40)} ${rowOf(own).padEnd(28)} ${ratio.toFixed(2)}${isAhead ? '' : '  behind'}`;
}

/** Engine and profile of the other stack, then of ours that is held against it. */
const PAIRS: readonly (readonly [Figure['engine'], string, Figure['engine'], string])[] = [
  ['v8', 'simd', 'v8', 'host'],
  ['v8', 'scalar', 'v8', 'host-scalar'],
  ['wasm', 'simd', 'wasm', 'host'],
  ['cortex-m3', '-O2', 'cortex-m3', 'board'],
  ['native', '-O3 LTO', 'native', 'board'],
  ['native', '-O3 LTO', 'v8', 'host'],
  ['native', '-O2', 'native', 'board'],
];
