import { type Command, Option } from 'commander';
import { attach } from '../control/client.js';
import { floods } from '../control/floods.js';
import type { NetstatReport } from '../control/netstat.js';
import { parseDuration } from '../link/quantities.js';
import { Failure } from './failure.js';
import { interrupted } from './interrupt.js';
import { linkOption } from './links.js';
import { linuxLines, netstatLines } from './netstat-text.js';
import { print } from './terminal.js';

interface NetstatOptions {
  link?: string;
  watch?: boolean;
  interval: string;
  json?: boolean;
  names: 'rfc' | 'linux';
  board: boolean;
}

export function registerNetstat(program: Command): void {
  program
    .command('netstat')
    .description("both ends' connections: states, queues, RTO, cwnd, what is left of TIME-WAIT")
    .addOption(linkOption())
    .option('--watch', 'again and again, until Ctrl-C')
    .option('--interval <time>', 'from one to the next with --watch', '1s')
    .option('--json', 'one report a line as JSON (docs/gateway.md)')
    .addOption(
      new Option('--names <manner>', "the RFC's words, or Linux's table").choices(['rfc', 'linux']).default('rfc'),
    )
    .option('--no-board', 'do not ask the board for its table')
    .option('-n', 'numbers and no names, as it always is')
    .addOption(new Option('-p <protocol>', 'tcp, as it always is').choices(['tcp']))
    .addHelpText('after', EXAMPLES)
    .action(async (options: NetstatOptions) => run(options));
}

const EXAMPLES = `
It looks at a link that another program has open: slipway up, forward or demo.

Examples:
  slipway netstat
  slipway netstat --watch --link slip:/dev/ttyACM0
  slipway netstat -n -p tcp --names linux | grep SYN_RECV`;

async function run(options: NetstatOptions): Promise<void> {
  const intervalMs = parseDuration(options.interval, 'The interval');
  const control = await attach(options.link);
  const stop = options.watch === true ? interrupted() : undefined;
  try {
    do {
      const report = await control.netstat({ board: options.board });
      if (report === undefined) throw new Failure(`The link ${control.hello.link} was closed by its owner.`);
      show(report, options);
    } while (stop !== undefined && (await passes(intervalMs, [stop, control.closed])));
  } finally {
    await control.close();
  }
}

/** True once the time has passed; false when something ends it before. */
async function passes(ms: number, ends: Promise<void>[]): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(true), ms);
  });
  const result = await Promise.race([passed, ...ends.map((end) => end.then(() => false))]);
  clearTimeout(timer);
  return result;
}

function show(report: NetstatReport, { json, names, watch }: NetstatOptions): void {
  if (json === true) return print(JSON.stringify(withFloods(report)));
  const lines = names === 'linux' ? linuxLines(report) : netstatLines(report);
  if (watch === true) print(process.stdout.isTTY ? '\x1b[H\x1b[2J' : new Date(report.at).toISOString());
  for (const line of lines) print(line);
  if (watch === true && !process.stdout.isTTY) print('');
}

function withFloods(report: NetstatReport): object {
  const of = (table: NetstatReport['board']): object | null =>
    table === null ? null : { ...table, floods: floods(table.rows, table.synQueue) };
  return { ...report, laptop: of(report.laptop), board: of(report.board) };
}
