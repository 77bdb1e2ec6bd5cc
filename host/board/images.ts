// The files that are flashed, made from the .elf.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Board } from './board.js';
import { tool } from './compile.js';

const run = promisify(execFile);

/** Makes the board's images beside its .elf and answers their paths by kind, the .elf among them. */
export async function makeImages(board: Board, elf: string): Promise<Record<string, string>> {
  const images: Record<string, string> = { elf };
  for (const kind of board.images ?? []) {
    const path = elf.replace(/\.elf$/, `.${kind}`);
    await objcopy(board, kind, elf, path);
    images[kind] = path;
  }
  return images;
}

async function objcopy(board: Board, kind: string, elf: string, path: string): Promise<void> {
  const formats: Record<string, string> = { bin: 'binary', hex: 'ihex' };
  await run(tool(board, 'objcopy'), ['-O', formats[kind] ?? kind, elf, path]);
}
