import { closeSync, openSync, writeSync } from 'node:fs';
import type { Command } from 'commander';
import { attach, type Control } from '../control/client.js';
import { parseDuration, parseWhole } from '../link/quantities.js';
import type { TraceEvent } from '../trace/event.js';
import { parseFilter } from '../trace/filter.js';
import { Pcapng } from '../trace/pcapng.js';
import { UsageError } from '../usage-error.js';
import { Failure } from './failure.js';
import { interrupted } from './interrupt.js';
import { linkOption } from './links.js';
import { say } from './terminal.js';

interface CaptureOptions {
  link?: string;
  output?: string;
  filter?: string;
  count?: string;
  duration?: string;
}

export function registerCapture(program: Command): void {
  program
    .command('capture')
    .description(
      'write what passes on an open link to a pcapng file for Wireshark, with states and reasons as comments',
    )
    .addOption(linkOption())
    .option('-o, --output <file>', 'where to write; - is the standard output')
    .option('--filter <words>', "only what is meant: 'tcp and port 80', 'connection 3 or icmp'")
    .option('--count <number>', 'end after so many datagrams')
    .option('--duration <time>', 'end after that time')
    .addHelpText('after', EXAMPLES)
    .action(async (options: CaptureOptions) => run(options));
}

const EXAMPLES = `
It looks at a link that another program has open: slipway up, forward or demo. Ctrl-C ends it.

Examples:
  slipway capture -o board.pcapng
  slipway capture -o syn.pcapng --filter 'syn or fin or rst' --duration 10s
  slipway capture -o - | tshark -r -`;

async function run({ link, output, filter, count, duration }: CaptureOptions): Promise<void> {
  if (output === undefined) throw new UsageError('No file is named; give -o FILE.pcapng, or -o - for the output.');
  const limits = {
    count: count === undefined ? Infinity : parseWhole(count, 'The count', 1, 1e9),
    durationMs: duration === undefined ? undefined : parseDuration(duration, 'The duration'),
  };
  const accepts = filter === undefined ? undefined : parseFilter(filter);
  const control = await attach(link);
  try {
    const stop = interrupted();
    const file = openCapture(output);
    try {
      if (output !== '-') say(`Capturing ${control.hello.link} to ${output}; Ctrl-C ends it.`);
      const taken = await captureTo(control, file.write, { ...limits, accepts, stop });
      if (output !== '-') say(`${taken} datagrams in ${output}`);
    } finally {
      file.close();
    }
  } finally {
    await control.close();
  }
}

export interface CaptureLimits {
  count: number;
  durationMs: number | undefined;
  accepts: ((event: TraceEvent) => boolean) | undefined;
  /** The user has had enough. */
  stop: Promise<void>;
}

/** Writes what passes until a limit is reached or the link is closed; how many datagrams that were. */
export async function captureTo(
  control: Control,
  write: (octets: Uint8Array) => void,
  { count, durationMs, accepts = () => true, stop }: CaptureLimits,
): Promise<number> {
  let pcapng: Pcapng | undefined;
  let [taken, time] = [0, 0];
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => {
    if (durationMs !== undefined) timer = setTimeout(resolve, durationMs);
    control.follow({
      begun: (epochMs) => (pcapng = new Pcapng(write, epochMs)),
      missed: (missed) => pcapng?.note(`${missed} events are missing here: the reader was too slow`),
      event: (event) => {
        if (taken >= count || !accepts(event)) return;
        if (event.type !== 'copy') time = event.time;
        pcapng?.event(event);
        if (event.type === 'datagram') taken += 1;
        if (taken >= count) resolve();
      },
    });
  });
  await Promise.race([enough, stop, control.closed]);
  clearTimeout(timer);
  pcapng?.end(time);
  return taken;
}

const STANDARD_OUTPUT = 1;

/** Written through at once, so that a reader of the file, and an end without warning, lose nothing. */
function openCapture(file: string): { write: (octets: Uint8Array) => void; close: () => void } {
  if (file === '-') return { write: (octets) => void writeSync(STANDARD_OUTPUT, octets), close: () => undefined };
  try {
    const descriptor = openSync(file, 'w');
    return { write: (octets) => void writeSync(descriptor, octets), close: () => closeSync(descriptor) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Failure(`The capture file ${file} cannot be written (${code}); choose another with -o.`);
  }
}
