// npm run goodput: the tables of docs/goodput.md. --linux measures Linux anew (root, eight minutes) and keeps its figures in
// linux.json; --write writes the document.
import { readFileSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../modules.js';
import {
  LOSSES,
  SEEDS,
  SECONDS,
  SERIAL_MOST,
  SERIAL_PAIRS,
  SHARE_LEAST,
  coreRates,
  lossyLink,
  median,
  rateOf,
  serialTransfer,
} from './goodput.js';
import { kernelFlow } from './kernel-flow.js';
import { type LinuxFigures, readLinux, writeLinux } from './linux-figures.js';

const BEGIN = '<!-- measured: begin -->';
const END = '<!-- measured: end -->';

const { values } = parseArgs({ options: { linux: { type: 'boolean' }, write: { type: 'boolean' } } });
if (values.linux === true) writeLinux(await measureLinux());
const lossy = await lossyTable(readLinux());
const serial = await serialTable();
const text = [...lossy.lines, '', ...serial.lines].join('\n');
console.log(text);
if (values.write === true) writeDocument(text);
process.exit(lossy.isGood && serial.isGood ? 0 : 1);

async function measureLinux(): Promise<LinuxFigures> {
  const mbits: Record<string, number[]> = {};
  // By seed and not by loss, so that a busy minute of the machine falls on all three.
  for (const seed of SEEDS) {
    for (const loss of LOSSES) {
      const rate = rateOf(await kernelFlow(lossyLink(loss, seed), SECONDS * 1000));
      (mbits[String(loss)] ??= []).push(Number(rate.toFixed(3)));
      console.log(`Linux, ${loss * 100} % loss, seed ${seed}: ${rate.toFixed(3)} Mbit/s`);
    }
  }
  return { system: `Linux ${release().split('.').slice(0, 2).join('.')}, reno`, mbits };
}

interface Table {
  lines: string[];
  isGood: boolean;
}

async function lossyTable({ system, mbits }: LinuxFigures): Promise<Table> {
  const lines = [
    `| loss | the core, Mbit/s: median (five seeds) | ${system}, Mbit/s: median (five seeds) | ratio |`,
    '|---|---|---|---|',
  ];
  let isGood = true;
  for (const loss of LOSSES) {
    const ours = await coreRates(loss);
    const linux = mbits[String(loss)] ?? [];
    const ratio = median(ours) / median(linux);
    isGood &&= ratio >= SHARE_LEAST;
    lines.push(`| ${loss * 100} % | ${cell(ours)} | ${cell(linux)} | ${ratio.toFixed(3)} |`);
  }
  return { lines, isGood };
}

function cell(rates: readonly number[]): string {
  return `**${median(rates).toFixed(3)}** (${rates.map((rate) => rate.toFixed(3)).join(' ')})`;
}

async function serialTable(): Promise<Table> {
  const lines = [
    '| from | to | s: median | least s | ratio: median | worst | frames lost, repeated |',
    '|---|---|---|---|---|---|---|',
  ];
  let isGood = true;
  for (const [sender, receiver] of SERIAL_PAIRS) {
    const runs = [];
    for (const seed of SEEDS) runs.push(await serialTransfer(sender, receiver, seed));
    const ratios = runs.map(({ seconds, leastSeconds }) => seconds / leastSeconds);
    const worst = Math.max(...ratios);
    isGood &&= worst <= SERIAL_MOST;
    const seconds = median(runs.map((run) => run.seconds)).toFixed(1);
    const least = median(runs.map((run) => run.leastSeconds)).toFixed(1);
    const lost = runs.reduce((sum, { frames }) => sum + frames.lost, 0);
    const repeated = runs.reduce((sum, { frames }) => sum + frames.repeated, 0);
    lines.push(
      `| ${sender} | ${receiver} | ${seconds} | ${least} | ${median(ratios).toFixed(3)} | ${worst.toFixed(3)} | ${lost}, ${repeated} |`,
    );
  }
  return { lines, isGood };
}

function writeDocument(table: string): void {
  const file = path.join(packageRoot(), 'docs/goodput.md');
  const before = readFileSync(file, 'utf8');
  const [head = ''] = before.split(BEGIN);
  const [, tail = ''] = before.split(END);
  writeFileSync(file, `${head}${BEGIN}\n\n${table}\n\n${END}${tail}`);
}
