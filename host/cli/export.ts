import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { exportStack } from '../board/export.js';
import { readModule } from '../board/module.js';
import { modulePath } from '../index.js';
import { UsageError } from '../usage-error.js';
import { print } from './terminal.js';

interface ExportOptions {
  profile: string;
  app: string;
}

export function registerExport(program: Command): void {
  program
    .command('export')
    .description('the stack as one .c and one .h with an example, for firmware that is there already')
    .argument('<folder>', 'where the files go')
    .option('--profile <profile>', 'micro or board', 'board')
    .option('--app <app>', 'what runs beside the core, such as http or echo', 'http')
    .addHelpText('after', EXAMPLES)
    .action(async (folder: string, { profile, app }: ExportOptions) => {
      const path = modulePath(`${profile}-${app}`);
      if (!existsSync(path)) {
        throw new UsageError(`There is no module of profile '${profile}' with the app '${app}'; try board and http.`);
      }
      for (const file of await exportStack(await readModule(path), folder)) print(file);
    });
}

const EXAMPLES = `
Examples:
  slipway export firmware/slipway --profile micro --app echo`;
