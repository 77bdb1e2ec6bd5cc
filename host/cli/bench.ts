import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { bench, caseNames, profileLines } from '../bench/bench.js';
import { chartOf } from '../bench/chart.js';
import { readSaved, regressions, sentenceOf } from '../bench/compare.js';
import { writeDocument } from '../bench/document.js';
import type { Figure } from '../bench/figure.js';
import { pairsOf, tableOf } from '../bench/table.js';
import { targetLines } from '../bench/targets.js';
import { UsageError } from '../usage-error.js';
import { isColoured, print, say } from './terminal.js';

interface BenchCommandOptions {
  case?: string[];
  peers?: boolean;
  profile?: boolean;
  json?: boolean;
  compare?: string;
  chart?: string;
  document?: string;
  from?: string;
}

export function registerBench(program: Command): void {
  program
    .command('bench')
    .description('measure what a segment costs, on every engine that is here; with --peers beside lwIP')
    .option('--case <name...>', `only these: ${caseNames().join(', ')}`)
    .option('--peers', "build lwIP from Debian's source package and measure it the same way")
    .option('--profile', 'tell where the instructions of WebAssembly go, function by function')
    .option('--json', 'one JSON object a figure')
    .option('--compare <file>', 'name what is worse than in a run that was saved with --json; exit 1 if anything is')
    .option('--chart <file>', 'draw the figures as an SVG')
    .option('--document <file>', 'put the tables into a Markdown file, between its marks')
    .option('--from <file>', 'measure nothing: take the figures of a saved run')
    .addHelpText(
      'after',
      '\nExample:\n  slipway bench --json > before.json\n  slipway bench --case receive --compare before.json',
    )
    .action(async (options: BenchCommandOptions) => {
      process.exitCode = await benchCommand(options);
    });
}

/** The exit code: 1 only if --compare has found something. */
async function benchCommand(options: BenchCommandOptions): Promise<number> {
  if (options.profile === true) {
    for (const line of await profileLines(options.case)) print(line);
    return 0;
  }
  const saved = options.compare === undefined ? undefined : readRun(options.compare);
  const { figures, notes } =
    options.from === undefined ? await measure(options) : { figures: readRun(options.from), notes: [] };
  if (options.json === true) for (const figure of figures) print(JSON.stringify(figure));
  else for (const line of linesOf(figures, isColoured())) print(line);
  if (options.document !== undefined) writeDocument(options.document, linesOf(figures, false));
  for (const note of notes) say(note);
  if (options.chart !== undefined) writeChart(options.chart, figures);
  if (saved === undefined) return 0;
  const worse = regressions(figures, saved).map(sentenceOf);
  for (const sentence of worse) say(sentence);
  if (worse.length === 0) say(`Nothing is worse than in ${options.compare}.`);
  return worse.length === 0 ? 0 : 1;
}

function linesOf(figures: readonly Figure[], isColoured: boolean): string[] {
  const parts = [tableOf(figures, { isColoured }), pairsOf(figures), targetLines(figures)];
  return parts.filter((part) => part.length > 0).flatMap((part, i) => (i > 0 ? ['', ...part] : part));
}

async function measure(options: BenchCommandOptions): ReturnType<typeof bench> {
  const isLive = process.stderr.isTTY;
  const result = await bench({
    cases: options.case,
    withPeers: options.peers,
    onProgress: (what) => {
      if (isLive) process.stderr.write(`\r\x1b[K${what}`);
      else say(what);
    },
  });
  if (isLive) process.stderr.write('\r\x1b[K');
  return result;
}

function readRun(file: string): Figure[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`The run ${file} cannot be read (${(error as NodeJS.ErrnoException).code}); check its path.`);
  }
  const figures = readSaved(text);
  if (figures === undefined)
    throw new UsageError(`The file ${file} is no saved run; make one with slipway bench --json > ${file}.`);
  return figures;
}

function writeChart(file: string, figures: readonly Figure[]): void {
  try {
    writeFileSync(file, chartOf(figures));
  } catch (error) {
    throw new UsageError(
      `The chart cannot be written to ${file} (${(error as NodeJS.ErrnoException).code}); check its path.`,
    );
  }
}
