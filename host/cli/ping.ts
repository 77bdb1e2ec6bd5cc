import type { Command } from 'commander';
import { setTimeout as sleep } from 'node:timers/promises';
import { open, parseAddress, type Stack } from '../index.js';
import { parseDuration, parseWhole } from '../link/quantities.js';
import { Failure } from './failure.js';
import { addresses } from './forward.js';
import { linkOption, openLaptopEnd } from './links.js';
import { print } from './terminal.js';

interface PingOptions {
  link: string;
  count: string;
  interval: string;
  size: string;
  timeout: string;
  address?: string;
  peer?: string;
}

export function registerPing(program: Command): void {
  program
    .command('ping')
    .description('send ICMP echo requests to the board')
    .addOption(linkOption().default('emulated:', 'a board of its own'))
    .option('--count <number>', 'how many', '4')
    .option('--interval <time>', 'from one to the next', '1s')
    .option('--size <octets>', 'octets of text in each', '56')
    .option('--timeout <time>', 'how long to wait for each answer', '5s')
    .option('--address <address>', "the laptop's address (default: 192.168.7.1)")
    .option('--peer <address>', 'whom to ask (default: 192.168.7.2, the board)')
    .addHelpText('after', '\nExample:\n  slipway ping --link slip:/dev/ttyACM0 --count 3')
    .action(async (options: PingOptions) => run(options));
}

async function run(options: PingOptions): Promise<void> {
  const count = parseWhole(options.count, 'The count', 1, 1e9);
  const intervalMs = parseDuration(options.interval, 'The interval');
  const octets = parseWhole(options.size, 'The size', 0, 1472);
  const timeoutMs = parseDuration(options.timeout, 'The timeout');
  if (options.peer !== undefined) parseAddress(options.peer);
  const stack = await open(await openLaptopEnd(options.link), addresses(options));
  try {
    const times = await pingAll(stack, count, { intervalMs, octets, timeoutMs });
    print(summary(count, times));
    if (times.length === 0)
      throw new Failure(
        `${stack.network.peer} does not answer; check the cable, the speed of the line and the address.`,
      );
  } finally {
    await stack.close(0);
  }
}

interface Pace {
  intervalMs: number;
  octets: number;
  timeoutMs: number;
}

/** One after the other; answers the round-trip times, in ms, of those that were answered. */
async function pingAll(stack: Stack, count: number, { intervalMs, octets, timeoutMs }: Pace): Promise<number[]> {
  const times: number[] = [];
  for (let number = 1; number <= count; number += 1) {
    const host = stack.network.peer;
    try {
      const ms = await stack.ping(host, { octets, timeoutMs });
      times.push(ms);
      print(`${octets + 8} octets from ${host}: seq ${number}, ${ms.toFixed(2)} ms`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ETIMEDOUT') throw error;
      print(`No answer from ${host}: seq ${number}, ${timeoutMs} ms`);
    }
    if (number < count) await sleep(intervalMs);
  }
  return times;
}

function summary(count: number, times: number[]): string {
  const lost = `${count} sent, ${times.length} answered`;
  if (times.length === 0) return lost;
  const mean = times.reduce((sum, ms) => sum + ms, 0) / times.length;
  const figures = [Math.min(...times), mean, Math.max(...times)].map((ms) => ms.toFixed(2)).join('/');
  return `${lost}, least/mean/most ${figures} ms`;
}
