import type { Command } from 'commander';
import { startEmulator, type RunningBoard } from '../board/emulator.js';
import { LogTap } from '../board/log-tap.js';
import { open, openLink, parseLinkUrl, RealClock, type Link } from '../index.js';
import { boardOption, buildNamed } from './build.js';
import { Failure } from './failure.js';
import { trapped } from './forward.js';
import { interrupted } from './interrupt.js';
import { connectTo, forwardNamed, parseRule, type ForwardRule } from './ports.js';
import { print, say } from './terminal.js';
import { addTraceOptions, trace, type TraceOptions } from './trace-output.js';

interface RunOptions extends TraceOptions {
  board: string;
  app?: string;
  forward?: string[];
  ladder?: boolean;
}

export function registerRun(program: Command): void {
  const command = program
    .command('run')
    .description("a board's own image in its emulator, joined to the laptop's end of the cable")
    .addOption(boardOption())
    .option('--app <app>', 'what it runs, such as http or echo (default: what its board.json says)')
    .option('--forward <rules...>', "local port and the board's, such as 8080:80")
    .option('--ladder', 'draw what passes');
  addTraceOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (options: RunOptions) => {
      const rules = (options.forward ?? []).map(parseRule);
      const build = await buildNamed(options.board, options.app);
      const running = await startEmulator(build.board, build.images);
      try {
        await join(running, rules, options);
      } finally {
        await running.stop();
      }
    });
}

const EXAMPLES = `
Examples:
  slipway run --board microbit --forward 8080:80
  slipway run --board native --app echo --forward 7777:7 --ladder`;

async function join(running: RunningBoard, rules: ForwardRule[], options: RunOptions): Promise<void> {
  const clock = new RealClock();
  const link = new LogTap(await openBoardLink(running.link), (text) => say(`${options.board}: ${text}`));
  const stack = await open(link, { clock });
  const hasLadder = options.ladder === true || options.all === true;
  const tracing = trace({ ...options, stack, clock, epochMs: Date.now(), hasLadder });
  const ended = interrupted();
  try {
    const forwards = [];
    for (const { local, board } of rules) {
      const forward = await forwardNamed(local, () => connectTo(stack, board));
      forwards.push(forward);
      if (options.json !== true) print(`${forward.host}:${forward.port} leads to ${stack.network.peer}:${board}`);
    }
    if (rules.length === 0) say(`The board runs; Ctrl-C ends it.`);
    await Promise.race([ended, trapped(stack), emulatorEnded(running)]);
    await Promise.all(forwards.map((forward) => forward.close()));
  } finally {
    await stack.close();
    tracing.end();
  }
}

async function openBoardLink(url: string): Promise<Link> {
  const spec = parseLinkUrl(url);
  if (spec.scheme === 'emulated') throw new Failure('An emulator has a line of its own.');
  return openLink(spec);
}

/** Rejects when the emulator ends before the user wants it to. */
async function emulatorEnded({ process: child }: RunningBoard): Promise<void> {
  await new Promise<void>((_resolve, reject) => {
    child.once('exit', (code) => reject(new Failure(`The emulator ended by itself (exit ${code ?? 'by a signal'}).`)));
  });
}
