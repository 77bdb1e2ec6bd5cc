import type { Command } from 'commander';
import { Slipmux } from '../board/slipmux.js';
import { openLinks, type Control } from '../control/client.js';
import { canonicalLink } from '../control/place.js';
import { openLink, parseLinkUrl } from '../index.js';
import { decode, type Datagram } from '../trace/decode.js';
import { flagNames } from '../trace/names.js';
import { UsageError } from '../usage-error.js';
import { Failure } from './failure.js';
import { interrupted } from './interrupt.js';
import { linkOption } from './links.js';
import { print, say } from './terminal.js';

interface MonitorOptions {
  port?: string;
  link?: string;
}

export function registerMonitor(program: Command): void {
  program
    .command('monitor')
    .description('what a board says on its line: its log, and the datagrams it sends')
    .option('--port <path>', 'the serial port, such as /dev/ttyACM0')
    .addOption(linkOption())
    .addHelpText('after', EXAMPLES)
    .action(async (options: MonitorOptions) => run(linkOf(options)));
}

const EXAMPLES = `
Examples:
  slipway monitor --port /dev/ttyACM0
  slipway monitor --link unix:/tmp/board`;

function linkOf({ port, link }: MonitorOptions): string {
  if (port !== undefined) return `slip:${port}`;
  if (link !== undefined) return link;
  throw new UsageError('No port is named; give --port /dev/ttyACM0 or --link URL.');
}

async function run(url: string): Promise<void> {
  const [open] = await openWindow(url);
  await (open === undefined ? watchPort(url) : watchOpen(open));
}

/** The line through a program that has it open already. */
async function openWindow(url: string): Promise<Control[]> {
  const open = await openLinks().catch(() => []);
  const found = open.find(({ hello }) => canonicalLink(hello.link) === canonicalLink(url));
  await Promise.all(open.filter((control) => control !== found).map((control) => control.close()));
  return found === undefined ? [] : [found];
}

async function watchOpen(control: Control): Promise<void> {
  const slipmux = printing();
  try {
    const stop = interrupted();
    const refused = new Promise<void>((_resolve, reject) => {
      control.watchLine(
        (octets) => slipmux.push(octets),
        (message) => reject(new Failure(message)),
      );
    });
    say(`The line is open in 'slipway ${control.hello.command}' and is watched through it; Ctrl-C ends it.`);
    await Promise.race([stop, refused, control.closed]);
  } finally {
    await control.close();
  }
}

function printing(): Slipmux {
  return new Slipmux({
    log: (text) => print(text.trimEnd()),
    datagram: (octets) => print(summary(decode(octets))),
    noise: (octets) => print(printable(octets)),
  });
}

async function watchPort(url: string): Promise<void> {
  const spec = parseLinkUrl(url);
  if (spec.scheme === 'emulated' || spec.scheme === 'tun')
    throw new UsageError(`'${url}' is no board's line; give --port /dev/ttyACM0.`);
  const link = await openLink(spec);
  const slipmux = printing();
  try {
    await Promise.race([
      interrupted(),
      new Promise<void>((_resolve, reject) => {
        link.attach({
          receive: (octets) => slipmux.push(octets),
          drain: () => undefined,
          closed: (error) => reject(new Failure(`The line is gone: ${error?.message ?? 'closed'}.`)),
        });
      }),
    ]);
  } finally {
    await link.close();
  }
}

function summary({ octets, source, destination, tcp, udp, icmp, malformed }: Datagram): string {
  const head = `datagram of ${octets} octets`;
  if (malformed !== undefined) return `${head}: ${malformed}`;
  if (tcp) {
    const { sourcePort, destinationPort, flags, length } = tcp;
    return `${head}: TCP ${source}:${sourcePort} > ${destination}:${destinationPort} ${flagNames(flags).join(' ')} ${length}`;
  }
  if (udp) return `${head}: UDP ${source}:${udp.sourcePort} > ${destination}:${udp.destinationPort} ${udp.length}`;
  return `${head}: ${icmp ? `ICMP ${icmp.type}` : 'IPv4'} ${source} > ${destination}`;
}

/** What is no frame: a boot ROM's text, or a line at another speed. */
function printable(octets: Uint8Array): string {
  const text = Buffer.from(octets)
    .toString('latin1')
    .replace(/[^\x20-\x7e\n]/g, '.');
  return `noise: ${text.slice(0, 200).trim()}`;
}
