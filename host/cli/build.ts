import { Option, type Command } from 'commander';
import { readBoard } from '../board/board.js';
import { buildBoard, type BoardBuild } from '../board/build.js';
import { report } from '../board/report.js';
import { print, say } from './terminal.js';

interface BuildOptions {
  board: string;
  app?: string;
  json?: boolean;
}

export function registerBuild(program: Command): void {
  program
    .command('build')
    .description('the image of a board: the module by asc, C by wasm2c, then the compiler of that board')
    .addOption(boardOption())
    .option('--app <app>', 'what it runs, such as http or echo (default: what its board.json says)')
    .option('--json', 'print what it costs as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async ({ board, app, json }: BuildOptions) => {
      const built = await buildNamed(board, app);
      const { images, buildId, memory, module } = built;
      if (json === true) print(JSON.stringify({ board, buildId, sha256: module.sha256, images, memory }, null, 2));
      else for (const line of report(built)) print(line);
    });
}

const EXAMPLES = `
Examples:
  slipway build --board pico
  slipway build --board stm32f100 --app echo`;

/** Builds the board of that name, saying so, because it takes a while. */
export async function buildNamed(name: string, app: string | undefined): Promise<BoardBuild> {
  await readBoard(name);
  say(`Building ${name}`);
  return buildBoard(name, { app });
}

/** --board, by a name that 'slipway boards' lists. */
export function boardOption(): Option {
  return new Option('--board <name>', "a board by the name that 'slipway boards' lists").makeOptionMandatory();
}
