import type { Command } from 'commander';
import { readBoard } from '../board/board.js';
import { tool } from '../board/compile.js';
import { flash, type Flashable } from '../board/flash.js';
import { hasReadyImage, readyImage } from '../board/ready-images.js';
import { isInstalled } from '../board/toolchain.js';
import { UsageError } from '../usage-error.js';
import { boardOption, buildNamed } from './build.js';
import { print, say } from './terminal.js';

interface FlashOptions {
  board: string;
  app?: string;
  ready?: boolean;
  port?: string;
  dryRun?: boolean;
}

export function registerFlash(program: Command): void {
  program
    .command('flash')
    .description("builds a board's image and puts it onto the board")
    .addOption(boardOption())
    .option('--app <app>', 'what it runs, such as http or echo (default: what its board.json says)')
    .option('--ready', 'the image that came with the package, built already: no compiler is needed')
    .option('--port <port>', "the board's drive, or the probe's serial number, when there are several")
    .option('--dry-run', 'build, and print the command instead of running it')
    .addHelpText('after', EXAMPLES)
    .action(async (options: FlashOptions) => {
      await flash(await imageFor(options), { port: options.port, isDryRun: options.dryRun, say: print });
    });
}

/** Without a compiler the ready image serves, unless another app is wanted than it has. */
async function imageFor({ board: name, app, ready }: FlashOptions): Promise<Flashable> {
  const board = await readBoard(name);
  const isOther = app !== undefined && app !== board.app;
  if (ready === true && isOther)
    throw new UsageError(`The ready image of ${name} runs ${board.app}; leave out --ready to build ${app}.`);
  if (ready === true) return readyImage(board);
  if (isOther || isInstalled(tool(board, 'gcc')) || !hasReadyImage(board)) return buildNamed(name, app);
  say(`${tool(board, 'gcc')} is not installed: the ready image is taken.`);
  return readyImage(board);
}

const EXAMPLES = `
Examples:
  slipway flash --board pico                      hold BOOTSEL while plugging it in
  slipway flash --board pico --ready              as it came with the package
  slipway flash --board stm32f405 --dry-run`;
