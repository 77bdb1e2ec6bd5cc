import type { Command } from 'commander';
import {
  BOARD_ADDRESS,
  LAPTOP_ADDRESS,
  loadBoard,
  loadModule,
  open,
  RealClock,
  secretFrom,
  Station,
  type Configuration,
} from '../index.js';
import type { Connection } from '../gateway/join.js';
import { parseDuration, parseWhole } from '../link/quantities.js';
import { UsageError } from '../usage-error.js';
import { interrupted } from './interrupt.js';
import { linkOption, openBoardEnd, requireLink } from './links.js';
import { addSynQueueOptions, synQueueConfiguration, type SynQueueOptions } from './syn-queue-options.js';
import { say } from './terminal.js';

interface BoardOptions extends SynQueueOptions {
  link?: string;
  app?: string;
  address: string;
  peer: string;
  msl?: string;
  seed?: string;
  connect?: string;
}

export function registerBoard(program: Command): void {
  const command = program
    .command('board')
    .description("an emulated board alone, at the board's end of a cable")
    .addOption(linkOption())
    .option('--app <app>', 'what it runs: http, echo or none (default: http)')
    .option('--address <address>', "the board's address", BOARD_ADDRESS)
    .option('--peer <address>', "the laptop's address", LAPTOP_ADDRESS)
    .option('--msl <time>', 'maximum segment lifetime: twice as long is spent in TIME-WAIT (default: 120s)')
    .option('--seed <number>', 'make initial sequence numbers and ports repeatable')
    .option('--connect <host:port>', 'instead of an app: open a connection, and join it to this input and output');
  addSynQueueOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (options: BoardOptions) => {
      await (options.connect === undefined ? runApp(options) : runConnect(options, options.connect));
    });
}

const EXAMPLES = `
Examples:
  slipway board --link slip:/dev/pts/3 --app http
  slipway board --link unix:/tmp/board                     waits there for 'slipway forward'
  slipway board --link unix:/tmp/board --connect 192.168.7.1:9000`;

async function runApp(options: BoardOptions): Promise<void> {
  const app = options.app ?? 'http';
  const settings = settingsOf(options);
  const module = await loadBoard(app);
  const link = await openBoardEnd(requireLink(options.link));
  const station = await Station.create({ module, link, clock: new RealClock(), address: options.address, ...settings });
  station.driver.start();
  const stop = interrupted();
  say(`The board runs ${app} at ${link.name} as ${options.address}; Ctrl-C ends it.`);
  await stop;
  await station.close();
}

/** The board's module under sockets instead of an app, so that the board can be the one that opens. */
async function runConnect(options: BoardOptions, target: string): Promise<void> {
  const match = /^([\d.]+):(\d+)$/.exec(target);
  if (match === null)
    throw new UsageError(
      `'${target}' is nowhere to connect to; write an address and a port, such as 192.168.7.1:9000.`,
    );
  if (options.app !== undefined && options.app !== 'none')
    throw new UsageError('A board that connects runs no app; leave out --app or --connect.');
  const port = parseWhole(match[2] ?? '', 'The port', 1, 65_535);
  const { secret: _unused, ...settings } = settingsOf(options);
  const link = await openBoardEnd(requireLink(options.link));
  const { address, peer, seed } = options;
  const stack = await open(link, {
    module: await loadModule('board'),
    address,
    peer,
    ...settings,
    ...(seed === undefined ? {} : { seed: Number(seed) }),
  });
  try {
    const request = { port, host: match[1], allowHalfOpen: true };
    const socket = stack.connect(request);
    await Promise.race([joinStandard(socket), interrupted()]);
  } finally {
    await stack.close();
  }
}

function settingsOf(options: BoardOptions): {
  secret: ReturnType<typeof secretFrom>;
  configuration: Configuration;
} {
  const { msl, seed } = options;
  const configuration = {
    ...synQueueConfiguration(options),
    ...(msl !== undefined && { msl: parseDuration(msl, 'The MSL') }),
  };
  return {
    secret: secretFrom(seed === undefined ? undefined : parseWhole(seed, 'The seed', 0, 2 ** 31)),
    configuration,
  };
}

/** What is typed goes out, what arrives is printed; the end of the input is a half close. */
async function joinStandard(socket: Connection): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', resolve);
    process.stdin.pipe(socket);
    socket.pipe(process.stdout, { end: false });
  });
}
