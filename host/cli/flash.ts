import type { Command } from 'commander';
import { flash } from '../board/flash.js';
import { boardOption, buildNamed } from './build.js';
import { print } from './terminal.js';

interface FlashOptions {
  board: string;
  app?: string;
  port?: string;
  dryRun?: boolean;
}

export function registerFlash(program: Command): void {
  program
    .command('flash')
    .description("builds a board's image and puts it onto the board")
    .addOption(boardOption())
    .option('--app <app>', 'what it runs, such as http or echo (default: what its board.json says)')
    .option('--port <port>', "the board's drive, or the probe's serial number, when there are several")
    .option('--dry-run', 'build, and print the command instead of running it')
    .addHelpText('after', EXAMPLES)
    .action(async ({ board, app, port, dryRun }: FlashOptions) => {
      await flash(await buildNamed(board, app), { port, isDryRun: dryRun, say: print });
    });
}

const EXAMPLES = `
Examples:
  slipway flash --board pico                      hold BOOTSEL while plugging it in
  slipway flash --board stm32f405 --dry-run`;
