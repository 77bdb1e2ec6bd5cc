import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { parseWhole } from '../link/quantities.js';
import { type Condition, parseCondition } from '../replay/expression.js';
import { describeEntry } from '../replay/describe.js';
import { Recording, RecordingError } from '../replay/recording.js';
import { ReplayDifference, Replayer } from '../replay/replayer.js';
import { ReplayLadder } from '../replay/replay-ladder.js';
import { describeConnections } from '../replay/tcb.js';
import { Watch } from '../replay/watch.js';
import { UsageError } from '../usage-error.js';
import { Failure } from './failure.js';
import { columns, isColoured, print } from './terminal.js';

interface ReplayOptions {
  to?: string;
  break?: string;
  ladder?: boolean;
  all?: boolean;
  steps?: boolean;
}

export function registerReplay(program: Command): void {
  program
    .command('replay')
    .description('run a record again to the same octets, and stop where you want to look; exit 1 when it differs')
    .argument('<file>', "what 'slipway record' wrote")
    .option('--to <step>', 'stop behind this step and show both ends of every connection')
    .option('--break <expression>', 'stop behind the first step at which this holds (docs/replay.md)')
    .option('--ladder', 'draw what passed until then')
    .option('--all', 'draw every segment: do not fold runs of like data segments into one line')
    .option('--steps', 'print every step')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, options: ReplayOptions) => {
      await replay(file, options);
    });
}

const EXAMPLES = `
Examples:
  slipway replay failed.rec
  slipway replay failed.rec --ladder --to 812
  slipway replay failed.rec --break 'state == FIN-WAIT-2'
  slipway replay failed.rec --break 'board.cwnd < 1460 and not cause == retransmission'
  slipway replay failed.rec --break laptop.snd.una`;

async function replay(file: string, options: ReplayOptions): Promise<void> {
  const to = options.to === undefined ? Infinity : parseWhole(options.to, 'The step', 1, 2 ** 40);
  const condition = options.break === undefined ? undefined : parseCondition(options.break);
  const replayer = await openReplay(file);
  const ladder =
    options.ladder === true || options.all === true
      ? new ReplayLadder(replayer, {
          print,
          columns: columns(),
          isColoured: isColoured(),
          unfolds: options.all === true,
        })
      : undefined;
  try {
    const isStopped = run(replayer, { to, condition, ladder, tellsSteps: options.steps === true });
    ladder?.end();
    if (isStopped) showStop(replayer);
    else if (options.to !== undefined || condition !== undefined) showEnd(replayer, options);
    print(summary(replayer));
  } catch (error) {
    ladder?.end();
    if (!(error instanceof ReplayDifference)) throw error;
    showStop(replayer);
    throw new Failure(`The replay differs. ${error.message}`);
  }
}

async function openReplay(file: string): Promise<Replayer> {
  let octets: Uint8Array;
  try {
    octets = readFileSync(file);
  } catch (error) {
    throw new UsageError(
      `The record ${file} cannot be read (${(error as NodeJS.ErrnoException).code}); check its path.`,
    );
  }
  try {
    return await Replayer.open(new Recording(octets));
  } catch (error) {
    if (error instanceof RecordingError) throw new UsageError(`${file}: ${error.message}`);
    throw error;
  }
}

interface Run {
  to: number;
  condition: Condition | undefined;
  ladder: ReplayLadder | undefined;
  tellsSteps: boolean;
}

/** Runs until it is to stop: true, or until the record ends: false. */
function run(replayer: Replayer, { to, condition, ladder, tellsSteps }: Run): boolean {
  const watch = condition && new Watch(replayer, condition);
  for (let entry = replayer.next(); entry !== undefined; entry = replayer.next()) {
    ladder?.entry(entry);
    if (tellsSteps) print(describeEntry(entry, replayer));
    if (entry.step >= to || watch?.holds(entry) === true) return true;
  }
  return false;
}

function showStop(replayer: Replayer): void {
  if (replayer.last !== undefined) print(`\nStopped behind ${describeEntry(replayer.last, replayer)}`);
  for (const line of describeConnections(replayer.tables())) print(line);
  print('');
}

function showEnd(replayer: Replayer, options: ReplayOptions): void {
  const what = options.to === undefined ? `'${options.break}' never held` : `there is no step ${options.to}`;
  print(`The record ends behind step ${replayer.step}: ${what}.`);
}

function summary(replayer: Replayer): string {
  const { calls, outputs, outputOctets } = replayer.counts;
  const number = (value: number): string => value.toLocaleString('en-GB');
  const end = replayer.isWhole === false ? '; the record was cut off there' : '';
  return (
    `${number(replayer.step)} steps, ${(replayer.time / 1000).toFixed(3)} s: ${number(calls)} calls gave the same answers, ` +
    `and ${number(outputs)} outputs the same ${number(outputOctets)} octets${end}.`
  );
}
