import { type Command, Option } from 'commander';
import { BOARD_ADDRESS, LAPTOP_ADDRESS, open, type Clock, type Stack } from '../index.js';
import { parseBandwidth, parseDuration, parseWhole } from '../link/quantities.js';
import { live } from './demo-live.js';
import { once } from './demo-once.js';
import { list, playScenario, type ScenarioOptions } from './demo-scenario.js';
import { addSynQueueOptions, synQueueConfiguration, type SynQueueOptions } from './syn-queue-options.js';
import { addTraceOptions, type TraceOptions } from './trace-output.js';

export interface DemoOptions
  extends TraceOptions, SynQueueOptions, Pick<ScenarioOptions, 'scenario' | 'list' | 'lang'> {
  port?: string;
  app: string;
  loss?: string;
  delay?: string;
  reorder?: string | true;
  duplicate?: string | true;
  corrupt?: string | true;
  bandwidth?: string;
  seed?: string;
  msl?: string;
  once?: boolean;
}

/** What a fault without a share means: enough to see it, not so much that it hides the rest. */
const SHARE = '5%';

export function registerDemo(program: Command): void {
  const command = program
    .command('demo')
    .description('run an emulated board and reach it by a local port: SYN to TIME-WAIT over SLIP, drawn as a ladder')
    .option('--port <port>', 'the local port that leads to the board (default: 8080, or the next that is free)')
    .option('--app <app>', 'what the board runs: http or echo', 'http')
    .option('--loss <share>', 'frames that the cable loses, such as 3%')
    .option('--delay <time>', 'how long a frame is on its way, such as 20ms')
    .option('--reorder [share]', 'frames that later ones overtake')
    .option('--duplicate [share]', 'frames that arrive twice')
    .option('--corrupt [share]', 'frames in which a bit is flipped')
    .option('--bandwidth <rate>', 'speed of the line, such as 115200baud or 10Mbit')
    .option('--seed <number>', 'make the run repeatable: initial sequence numbers, ports and faults')
    .option('--msl <time>', 'maximum segment lifetime: twice as long is spent in TIME-WAIT (default: 120s)')
    .addOption(new Option('--once', 'fetch one page on a virtual clock, from SYN to CLOSED, and exit'))
    .option('--scenario <name>', 'play one of the scenarios of the page on a virtual clock, and exit')
    .option('--list', 'name the scenarios')
    .option('--lang <language>', 'the language of the scenarios: en or zh', 'en');
  addSynQueueOptions(command);
  addTraceOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (options: DemoOptions) => {
      if (options.list === true) return list(options);
      if (options.scenario !== undefined) return playScenario(options);
      await (options.once === true ? once(options) : live(options));
    });
}

const EXAMPLES = `
Keys while it runs: d drops the next segment, h half closes, p pulls or plugs the cable, q quits.

Examples:
  slipway demo                         then open http://127.0.0.1:8080/ in a browser
  slipway demo --once                  one connection from SYN to CLOSED, without waiting
  slipway demo --loss 3% --delay 20ms  a bad cable, with its retransmissions
  slipway demo --capture demo.pcapng   for Wireshark
  slipway demo --scenario last-ack-lost
  slipway demo --list --lang zh`;

/** The board, the cable between and the laptop's stack, as the options ask for them. */
export async function openDemo(
  options: DemoOptions,
  defaults: { clock?: Clock; seed?: number; delay?: string },
): Promise<Stack> {
  const seed = options.seed === undefined ? defaults.seed : parseWhole(options.seed, 'The seed', 0, 2 ** 31);
  const configuration = {
    ...synQueueConfiguration(options),
    ...(options.msl !== undefined && { msl: parseDuration(options.msl, 'The MSL') }),
  };
  return open(linkUrl(options, defaults.delay), {
    address: LAPTOP_ADDRESS,
    peer: BOARD_ADDRESS,
    ...(defaults.clock === undefined ? {} : { clock: defaults.clock }),
    ...(seed === undefined ? {} : { seed }),
    configuration,
  });
}

/** Seconds that a datagram may be on its way: its delay, and the line's time for what stands before it. */
export function transitOf({ delay, bandwidth }: DemoOptions): number {
  const line = bandwidth === undefined ? 0 : LINE_OCTETS / parseBandwidth(bandwidth, 'The bandwidth');
  return (delay === undefined ? 0 : parseDuration(delay, 'The delay') / 1000) + line;
}

/** Twice the longest frame, escapes included: the one on the line and the one behind it. */
const LINE_OCTETS = 6000;

/** The options as a link's URL, which is where they are read and refused. */
function linkUrl(options: DemoOptions, delay: string | undefined): string {
  const share = (value: string | true | undefined): string | undefined => (value === true ? SHARE : value);
  const parts = Object.entries({
    app: options.app,
    loss: options.loss,
    delay: options.delay ?? delay,
    reorder: share(options.reorder),
    duplicate: share(options.duplicate),
    corrupt: share(options.corrupt),
    bandwidth: options.bandwidth,
  });
  return `emulated:?${parts.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`])).join('&')}`;
}
