import type { Command } from 'commander';
import { open, parseLinkUrl, RealClock, VirtualClock, type Clock, type Stack } from '../index.js';
import { parseDuration, parseWhole } from '../link/quantities.js';
import { UsageError } from '../usage-error.js';
import { addresses, trapped } from './forward.js';
import { interrupted } from './interrupt.js';
import { linkOption, openLaptopEnd } from './links.js';
import { connectTo, forwardNamed, parseRule, type ForwardRule } from './ports.js';
import { type RecordFile, recordTo } from './record-file.js';
import { print, say } from './terminal.js';

interface RecordOptions {
  link: string;
  get?: string;
  post?: string;
  pull?: string;
  forward?: string[];
  timeout: string;
  seed?: string;
  address?: string;
  peer?: string;
}

export function registerRecord(program: Command): void {
  program
    .command('record')
    .description("record a link: every octet, every user's call and the clock, for 'slipway replay'")
    .argument('<file>', 'what to write')
    .addOption(linkOption().default('emulated:?app=http', 'a board of its own'))
    .option('--get <path>', "fetch this from the board's web server and end")
    .option('--post <octets>', 'send it so many octets to /echo and end')
    .option('--forward <rules...>', "lead local ports to the board's, such as 8080:80, until Ctrl-C")
    .option('--pull <time>', 'pull an emulated cable after this time')
    .option('--timeout <time>', 'give a transfer up after so long without a word', '200s')
    .option('--seed <number>', 'make an emulated run repeatable')
    .option('--address <address>', "the laptop's address (default: 192.168.7.1)")
    .option('--peer <address>', 'the other end (default: 192.168.7.2, the board)')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, options: RecordOptions) => {
      await record(file, options);
    });
}

const EXAMPLES = `
An emulated link runs on a virtual clock when one transfer is all that is to be recorded.

Examples:
  slipway record failed.rec --link 'emulated:?app=http&delay=10ms&loss=2%' --get /bytes/90000 --pull 150ms
  slipway record board.rec --link slip:/dev/ttyACM0 --get /
  slipway record browsing.rec --link slip:/dev/ttyACM0 --forward 8080:80`;

async function record(file: string, options: RecordOptions): Promise<void> {
  const rules = (options.forward ?? []).map(parseRule);
  const isTransfer = options.get !== undefined || options.post !== undefined;
  if (isTransfer === rules.length > 0)
    throw new UsageError('Nothing says what to record; give --get /, --post 1000, or --forward 8080:80.');
  const isEmulated = parseLinkUrl(options.link).scheme === 'emulated';
  if (options.pull !== undefined && !isEmulated)
    throw new UsageError('Only an emulated cable can be pulled from here; leave --pull away and pull yours by hand.');
  const clock = isEmulated && isTransfer ? new VirtualClock(1000) : new RealClock();
  const stack = await openFor(options, clock, isEmulated);
  const recording = recordTo(file, stack, { link: options.link, began: Date.now() });
  try {
    if (options.pull !== undefined) clock.setTimer(parseDuration(options.pull, 'The time'), () => stack.cable?.cut());
    if (!isTransfer) await forward(stack, rules, recording);
    else await within(clock, transfer(stack, options, recording));
  } finally {
    await within(clock, stack.close());
    recording.end();
  }
  print(
    `${file}: ${recording.recorder.steps.toLocaleString('en-GB')} steps; look at it with 'slipway replay ${file} --ladder'.`,
  );
}

/** An emulated board stands at the other end of a cable of ours, so that both ends and the cable's faults are recorded. */
async function openFor(options: RecordOptions, clock: Clock, isEmulated: boolean): Promise<Stack> {
  const seed = options.seed === undefined ? {} : { seed: parseWhole(options.seed, 'The seed', 0, 2 ** 31) };
  const link = isEmulated ? options.link : await openLaptopEnd(options.link);
  return open(link, { clock, ...addresses(options), ...seed });
}

/** A virtual clock moves only when somebody moves it. */
async function within<T>(clock: VirtualClock | RealClock, work: Promise<T>): Promise<T> {
  return clock instanceof VirtualClock ? clock.runUntil(work, LIMIT_MS) : work;
}

/** Of virtual time: longer than any time-out of a connection. */
const LIMIT_MS = 24 * 3_600_000;

async function forward(stack: Stack, rules: readonly ForwardRule[], { recorder }: RecordFile): Promise<void> {
  const forwards = [];
  for (const { local, board } of rules) {
    const forward = await forwardNamed(local, () => connectTo(stack, board));
    forwards.push(forward);
    print(`${forward.host}:${forward.port} leads to ${stack.network.peer}:${board}`);
  }
  say('Recording; Ctrl-C ends it.');
  await Promise.race([interrupted(), trapped(stack)]);
  recorder.note('interrupted');
  await Promise.all(forwards.map((forward) => forward.close()));
}

const HTTP_PORT = 80;

/** One exchange with the board's web server. That it fails may be what is to be recorded: it is told, and no error. */
async function transfer(stack: Stack, options: RecordOptions, { recorder }: RecordFile): Promise<void> {
  const timeoutMs = parseDuration(options.timeout, 'The timeout');
  const body = Buffer.alloc(
    options.post === undefined ? 0 : parseWhole(options.post, 'The octets', 0, 1e9),
    'slipway ',
  );
  const [method, path] = options.get === undefined ? ['POST', '/echo'] : ['GET', options.get];
  const socket = stack.connect({ port: HTTP_PORT, noDelay: true });
  const pieces: Buffer[] = [];
  const length = body.length > 0 ? `Content-Length: ${body.length}\r\n` : '';
  const ended = await new Promise<string>((resolve) => {
    socket.on('data', (piece: Buffer) => pieces.push(piece));
    socket.setTimeout(timeoutMs, () => {
      resolve(`nothing was heard for ${timeoutMs / 1000} s`);
      socket.resetAndDestroy();
    });
    socket.once('error', (error) => resolve(error.message));
    socket.once('close', () => resolve('the end'));
    socket.write(`${method} ${path} HTTP/1.1\r\nHost: ${stack.network.peer}\r\n${length}Connection: close\r\n\r\n`);
    socket.write(body);
  });
  const received = Buffer.concat(pieces);
  const [status = ''] = received.toString('latin1').split('\r\n', 1);
  const told = `${method} ${path}: ${status || 'no answer'}, ${received.length} octets received, ${socket.bytesWritten} written; then ${ended}`;
  recorder.note(told);
  print(told);
}
