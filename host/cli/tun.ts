import type { Command } from 'commander';
import { bridge } from '../gateway/bridge.js';
import { BOARD_ADDRESS, LAPTOP_ADDRESS, openTun, parseAddress } from '../index.js';
import { parseWhole } from '../link/quantities.js';
import { UsageError } from '../usage-error.js';
import { interrupted } from './interrupt.js';
import { linkOption, openLaptopEnd, requireLink } from './links.js';
import { print } from './terminal.js';

interface TunOptions {
  link?: string;
  name: string;
  address: string;
  peer: string;
  mtu: string;
}

export function registerTun(program: Command): void {
  program
    .command('tun')
    .description("join a cable to the Linux kernel, whose own TCP is then the board's peer")
    .addOption(linkOption())
    .option('--name <name>', 'of the network device', 'slip0')
    .option('--address <address>', "the kernel's address on it", LAPTOP_ADDRESS)
    .option('--peer <address>', "the board's address", BOARD_ADDRESS)
    .option('--mtu <octets>', 'of the device', '1500')
    .addHelpText('after', EXAMPLES)
    .action(async (options: TunOptions) => run(options));
}

const EXAMPLES = `
It needs root, or a device prepared for you with 'ip tuntap add slip0 mode tun user NAME'.

Examples:
  slipway tun --link slip:/dev/ttyACM0
  slipway tun --link emulated:?app=http      then curl http://192.168.7.2/`;

async function run(options: TunOptions): Promise<void> {
  const { name, address, peer } = options;
  if (!/^[^\s/:]{1,15}$/.test(name))
    throw new UsageError(`'${name}' cannot be the name of a network device; choose up to 15 letters and digits.`);
  parseAddress(address);
  parseAddress(peer);
  const mtu = parseWhole(options.mtu, 'The MTU', 68, 65_535);
  const line = await openLaptopEnd(requireLink(options.link));
  try {
    const kernel = await openTun({ device: name, address, peer, mtu });
    try {
      const closed = new Promise<void>((_resolve, reject) => {
        bridge(kernel, line, (error) => {
          if (error !== undefined) reject(error);
        });
      });
      const stop = interrupted();
      print(`${kernel.name.replace(/^tun:/, '')}: the kernel is ${address} and the board ${peer}; Ctrl-C ends it.`);
      await Promise.race([stop, closed]);
    } finally {
      await kernel.close();
    }
  } finally {
    await line.close();
  }
}
