import type { Command } from 'commander';
import { parseDuration, parseShare, parseWhole } from '../link/quantities.js';
import { soak, type SoakReport } from '../soak/soak.js';
import { UsageError } from '../usage-error.js';
import { print, say } from './terminal.js';

interface SoakCommandOptions {
  minutes: string;
  loss: string;
  duplicate: string;
  corrupt: string;
  pull: string;
  out: string;
  patience: string;
  seed: string;
  json?: boolean;
}

export function registerSoak(program: Command): void {
  program
    .command('soak')
    .description(
      'use two boards on ptys without rest while frames are lost and cables pulled; exit 1 on any loss or leak',
    )
    .option('--minutes <number>', 'how long', '10')
    .option('--loss <share>', 'frames lost, in each direction', '2%')
    .option('--duplicate <share>', 'frames that arrive twice', '0.5%')
    .option('--corrupt <share>', 'frames in which a bit is flipped', '0.5%')
    .option('--pull <time>', 'how often each cable is pulled', '60s')
    .option('--out <time>', 'how long it stays out', '3s')
    .option('--patience <time>', 'how long one act may take before it counts as lost', '90s')
    .option('--seed <number>', 'which traffic and which faults', '1')
    .option('--json', 'one JSON object at the end')
    .addHelpText('after', '\nExample:\n  slipway soak --minutes 60 --loss 5%')
    .action(async (options: SoakCommandOptions) => {
      process.exitCode = await soakCommand(options);
    });
}

async function soakCommand(options: SoakCommandOptions): Promise<number> {
  const isLive = process.stderr.isTTY && options.json !== true;
  const report = await soak({
    durationMs: parseMinutes(options.minutes),
    faults: {
      loss: parseShare(options.loss, 'The loss'),
      duplicate: parseShare(options.duplicate, 'The share of copies'),
      corrupt: parseShare(options.corrupt, 'The share of damaged frames'),
    },
    pullEveryMs: parseDuration(options.pull, 'The time'),
    pulledMs: parseDuration(options.out, 'The time'),
    patienceMs: parseDuration(options.patience, 'The patience'),
    seed: parseWhole(options.seed, 'The seed', 0, 2 ** 31),
    onProgress: isLive
      ? (so) => say(`${so.seconds.toFixed(0)} s: ${sumOf(so.acts)} acts, ${so.lost.length} lost`)
      : undefined,
  });
  const isWell = report.lost.length === 0 && report.leaked.length === 0;
  if (options.json === true) print(JSON.stringify({ result: isWell ? 'pass' : 'fail', ...report }));
  else for (const line of describe(report)) print(line);
  return isWell ? 0 : 1;
}

function parseMinutes(text: string): number {
  const minutes = Number(text);
  if (minutes > 0 && minutes <= 10_000) return minutes * 60_000;
  throw new UsageError(`The minutes '${text}' are not a number above 0; write --minutes 10.`);
}

function describe(report: SoakReport): string[] {
  const { acts, octets, pulls, faults, retransmissions, timeouts, connections, lost, leaked, before, after } = report;
  const number = (value: number): string => Math.round(value).toLocaleString('en-GB');
  const counts = (all: Record<string, number>): string =>
    Object.entries(all)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${number(count)} ${name}`)
      .join(', ');
  return [
    `${number(sumOf(acts))} acts in ${report.seconds.toFixed(0)} s: ${counts(acts)}`,
    `${number(octets)} octets came back right, over ${number(connections)} connections`,
    `survived: ${number(pulls)} pulls of a cable; frames ${counts(faults)}; segments sent again ${number(retransmissions)}, time-outs ${number(timeouts)}`,
    `held: ${before.descriptors} file descriptors, then ${after.descriptors}; ${number(before.memory)} octets of memory, then ${number(after.memory)}`,
    ...lost.slice(0, SHOWN).map((line) => `LOST ${line}`),
    ...leaked.map((line) => `LEAKED ${line}`),
    lost.length + leaked.length === 0
      ? 'Nothing lost, nothing leaked.'
      : `${lost.length} lost, ${leaked.length} leaked.`,
  ];
}

/** Of what was lost, lines that are shown; --json has them all. */
const SHOWN = 20;

function sumOf(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
