import type { Command } from 'commander';
import { holdersOf, listSerialPorts, type SerialPortInfo } from '../link/serial-ports.js';
import { print, say } from './terminal.js';

interface PortsOptions {
  json?: boolean;
}

export function registerPorts(program: Command): void {
  program
    .command('ports')
    .description('which serial ports there are, what is behind them, and who has them open')
    .option('--json', 'one port a line as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (options: PortsOptions) => run(options));
}

const EXAMPLES = `
Examples:
  slipway ports
  slipway ports --json | jq -r .path`;

async function run({ json }: PortsOptions): Promise<void> {
  const ports = await listSerialPorts();
  for (const port of ports) {
    const holders = holdersOf(port.path);
    print(json === true ? JSON.stringify({ ...port, holders }) : portLine(port, holders));
  }
  if (ports.length === 0) say("There is no serial port; plug a board in, or type 'slipway doctor'.");
}

/** Exported for its test. */
export function portLine(port: SerialPortInfo, holders: { pid: number; command: string }[]): string {
  const { vendorId, productId, manufacturer, product } = port;
  const what = [manufacturer, product].filter((word) => word !== undefined).join(' ');
  const ids = vendorId === undefined ? 'no USB device' : `${vendorId}:${productId ?? '?'}`;
  const held = holders.map(({ pid, command }) => `in use by ${command} (${pid})`).join(', ');
  const state = port.isAllowed ? held || 'free' : 'not allowed to you';
  return [port.path.padEnd(14), ids, what, state].filter((word) => word !== '').join('  ');
}
