import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { Failure } from './failure.js';
import { print } from './terminal.js';

interface WiresharkOptions {
  folder?: string;
}

export function registerWireshark(program: Command): void {
  const wireshark = program
    .command('wireshark')
    .description("put boards into Wireshark's list of interfaces")
    .addHelpText('after', EXAMPLES);
  wireshark
    .command('install')
    .description("add Slipway to Wireshark's own interfaces, for this user")
    .option('--folder <path>', "where Wireshark looks (default: as 'tshark -G folders' says)")
    .addHelpText('after', EXAMPLES)
    .action((options: WiresharkOptions) => install(options));
  wireshark
    .command('uninstall')
    .description('take it away again')
    .option('--folder <path>', 'where it was put')
    .addHelpText('after', EXAMPLES)
    .action((options: WiresharkOptions) => uninstall(options));
}

const EXAMPLES = `
Wireshark and tshark then list every link that 'slipway up', 'forward' or 'demo' has open.

Examples:
  slipway wireshark install
  tshark -D
  tshark -i slipway`;

const SCRIPT = process.platform === 'win32' ? 'slipway.bat' : 'slipway';

function install({ folder }: WiresharkOptions): void {
  const main = process.argv[1];
  if (main === undefined) throw new Failure('Where this program lies cannot be told; run it as slipway.');
  for (const place of folders(folder)) {
    const file = path.join(place, SCRIPT);
    try {
      mkdirSync(place, { recursive: true });
      writeFileSync(file, script(process.execPath, path.resolve(main)));
      chmodSync(file, 0o755);
    } catch (error) {
      throw new Failure(`${file} cannot be written (${(error as NodeJS.ErrnoException).code}); name another --folder.`);
    }
    print(`${file} is in place; Wireshark lists Slipway from its next start, and 'tshark -D' does now.`);
  }
}

function uninstall({ folder }: WiresharkOptions): void {
  for (const place of folders(folder)) {
    const file = path.join(place, SCRIPT);
    rmSync(file, { force: true });
    print(`${file} is gone.`);
  }
}

function script(node: string, main: string): string {
  if (process.platform === 'win32') return `@echo off\r\n"${node}" "${main}" extcap %*\r\n`;
  return `#!/bin/sh\nexec ${quoted(node)} ${quoted(main)} extcap "$@"\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Where this user's Wireshark looks. Up to 4.0 that is beside its settings, and tshark does not say so. */
function folders(named: string | undefined): string[] {
  if (named !== undefined) return [path.resolve(named)];
  const told = spawnSync('tshark', ['-G', 'folders'], { encoding: 'utf8' });
  const personal = /^Personal Extcap path:\s*(.+)$/m.exec(told.stdout ?? '')?.[1];
  if (personal !== undefined) return [personal];
  const settings = /^Personal configuration:\s*(.+)$/m.exec(told.stdout ?? '')?.[1];
  return [path.join(settings ?? defaultSettings(), 'extcap')];
}

function defaultSettings(): string {
  const { APPDATA } = process.env;
  return process.platform === 'win32' && APPDATA !== undefined
    ? path.join(APPDATA, 'Wireshark')
    : path.join(homedir(), '.config', 'wireshark');
}
