import type { Command } from 'commander';
import { boardNames, readBoard, type Board } from '../board/board.js';
import { print } from './terminal.js';

export function registerBoards(program: Command): void {
  program
    .command('boards')
    .description('the boards that can be built, what they have, and how they were tested')
    .option('--json', 'print them as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const boards = await Promise.all((await boardNames()).map(readBoard));
      if (json === true) print(JSON.stringify(boards.map(told), null, 2));
      else for (const line of table(boards)) print(line);
    });
}

function told({ name, description, mcu, core, flash, ram, uart, profile, app, tested }: Board): object {
  return { name, description, mcu, core, flash: flash?.octets, ram: ram?.octets, uart, profile, app, tested };
}

function table(boards: Board[]): string[] {
  const rows = boards.map(({ name, mcu, core, flash, ram, profile, tested }) => [
    name,
    mcu,
    core,
    kibibytes(flash?.octets),
    kibibytes(ram?.octets),
    profile,
    tested,
  ]);
  const all = [['board', 'part', 'core', 'flash', 'RAM', 'profile', 'tested'], ...rows];
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function kibibytes(octets: number | undefined): string {
  return octets === undefined ? '-' : `${octets / 1024} KiB`;
}
