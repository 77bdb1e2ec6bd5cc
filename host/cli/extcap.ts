// Wireshark's side of 'slipway wireshark install': the extcap interface. Wireshark asks for interfaces, then has one captured
// into a FIFO. (doc/extcap in Wireshark's sources says what is asked and answered.)
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Command } from 'commander';
import { attach, openLinks } from '../control/client.js';
import { parseFilter } from '../trace/filter.js';
import { UsageError } from '../usage-error.js';
import { captureTo } from './capture.js';
import { interrupted } from './interrupt.js';
import { print } from './terminal.js';

export function registerExtcap(program: Command): void {
  program
    .command('extcap', { hidden: true })
    .description('what Wireshark runs')
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText('after', '\nExample:\n  slipway extcap --extcap-interfaces')
    .action(async (_options: object, command: Command) => run(command.args));
}

/** Whatever link is open: an interface that is there even when none is. */
const ANY = 'slipway';

async function run(words: string[]): Promise<void> {
  const asks = readWords(words);
  if (asks.has('extcap-interfaces')) return tellInterfaces();
  if (asks.has('extcap-dlts')) return print('dlt {number=101}{name=RAW}{display=Raw IPv4}');
  if (asks.has('extcap-config')) return tellConfiguration();
  if (asks.has('capture')) return capture(asks);
  // Wireshark colours a capture filter by whether this fails.
  if (asks.has('extcap-capture-filter')) return void filterOf(asks);
  throw new UsageError("This command is Wireshark's; type 'slipway wireshark install' and look at Wireshark's list.");
}

/** `--name value`, `--name=value` and `--name`. */
function readWords(words: string[]): Map<string, string> {
  const asks = new Map<string, string>();
  for (const [index, word] of words.entries()) {
    const [, name, , value] = /^--([^=]+)(=(.*))?$/s.exec(word) ?? [];
    const next = words[index + 1];
    if (name !== undefined) asks.set(name, value ?? (next?.startsWith('--') === false ? next : ''));
  }
  return asks;
}

async function tellInterfaces(): Promise<void> {
  print('extcap {version=1.0}{display=Slipway}');
  const links = await names();
  const any = links.size === 0 ? "no link is open: start 'slipway up'" : 'the link that is open';
  print(`interface {value=${ANY}}{display=Slipway: ${any}}`);
  for (const [name, link] of links) print(`interface {value=${name}}{display=Slipway: ${link.replace(/[{}]/g, '')}}`);
}

/** A name that lasts as long as the link is called the same, for each link that is open. */
async function names(): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const control of await openLinks()) {
    const { link } = control.hello;
    const slug = `${ANY}-${link
      .replace(/\?.*/s, '')
      .replace(/[^A-Za-z0-9]+/g, '-')
      .replace(/-$/, '')}`;
    found.set(found.has(slug) ? `${slug}-${control.hello.pid}` : slug, link);
    await control.close();
  }
  return found;
}

function tellConfiguration(): void {
  const tip = 'such as: tcp and port 80, or: connection 3 or icmp';
  print(`arg {number=0}{call=--filter}{display=Filter of Slipway}{type=string}{required=false}{tooltip=${tip}}`);
}

function filterOf(asks: Map<string, string>): ReturnType<typeof parseFilter> | undefined {
  const text = asks.get('filter') ?? asks.get('extcap-capture-filter') ?? '';
  return text === '' ? undefined : parseFilter(text);
}

async function capture(asks: Map<string, string>): Promise<void> {
  const fifo = asks.get('fifo');
  const name = asks.get('extcap-interface') ?? ANY;
  if (fifo === undefined || fifo === '')
    throw new UsageError('No FIFO is named to capture to; Wireshark gives --fifo.');
  const accepts = filterOf(asks);
  const control = await attach(name === ANY ? undefined : ((await names()).get(name) ?? name));
  const stop = interrupted();
  const descriptor = openSync(fifo, 'w');
  let leave: () => void = () => undefined;
  const left = new Promise<void>((resolve) => (leave = resolve));
  const write = (octets: Uint8Array): void => {
    try {
      writeSync(descriptor, octets);
    } catch (error) {
      // Wireshark has seen enough.
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
      leave();
    }
  };
  try {
    await captureTo(control, write, {
      count: Infinity,
      durationMs: undefined,
      accepts,
      stop: Promise.race([stop, left]),
    });
  } finally {
    closeSync(descriptor);
    await control.close();
  }
}
