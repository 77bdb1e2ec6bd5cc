import type { Command } from 'commander';
import { open, RealClock, type OpenOptions, type Stack } from '../index.js';
import { interrupted } from './interrupt.js';
import { linkOption, openLaptopEnd, requireLink } from './links.js';
import { connectTo, forwardNamed, parseRule } from './ports.js';
import { print } from './terminal.js';
import { addTraceOptions, trace, type TraceOptions } from './trace-output.js';

interface ForwardOptions extends TraceOptions {
  link?: string;
  ladder?: boolean;
  address?: string;
  peer?: string;
}

export function registerForward(program: Command): void {
  const command = program
    .command('forward')
    .description("the laptop's end of a cable: local ports that lead to the board's")
    .argument('<rules...>', "local port and the board's, such as 8080:80")
    .addOption(linkOption())
    .option('--ladder', 'draw what passes')
    .option('--address <address>', "the laptop's address (default: 192.168.7.1)")
    .option('--peer <address>', "the board's address (default: 192.168.7.2)");
  addTraceOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (rules: string[], options: ForwardOptions) => run(rules, options));
}

const EXAMPLES = `
Examples:
  slipway forward --link slip:/dev/ttyACM0 8080:80
  slipway forward --link unix:/tmp/board 8080:80 7:7 --ladder`;

/**
 * A board that was started again while we only listened to it says nothing of its own: it is asked after so many ms of
 * silence, and its RST ends the connection of its former life.
 */
const KEEP_ALIVE = { keepAlive: true, keepAliveInitialDelay: 5000 };

async function run(texts: string[], options: ForwardOptions): Promise<void> {
  const rules = texts.map(parseRule);
  const clock = new RealClock();
  const stack = await open(await openLaptopEnd(requireLink(options.link)), { ...addresses(options), clock });
  const hasLadder = options.ladder === true || options.all === true;
  const tracing = trace({ ...options, stack, clock, epochMs: Date.now(), hasLadder });
  const stop = interrupted();
  try {
    const forwards = [];
    for (const { local, board } of rules) {
      const forward = await forwardNamed(local, () => connectTo(stack, board, KEEP_ALIVE));
      forwards.push(forward);
      if (options.json !== true) print(`${forward.host}:${forward.port} leads to ${stack.network.peer}:${board}`);
    }
    await Promise.race([stop, trapped(stack)]);
    await Promise.all(forwards.map((forward) => forward.close()));
  } finally {
    await stack.close();
    tracing.end();
  }
}

/** The options that were given; an absent one must not overrule a default. */
export function addresses({ address, peer }: { address?: string; peer?: string }): OpenOptions {
  return { ...(address === undefined ? {} : { address }), ...(peer === undefined ? {} : { peer }) };
}

/** Rejects when the stack ends by itself: its core has trapped. */
export async function trapped(stack: Stack): Promise<void> {
  await new Promise<void>((_resolve, reject) => {
    stack.once('close', (error?: Error) => {
      if (error !== undefined) reject(error);
    });
  });
}
