// The files that are flashed, made from the .elf.

import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Board } from './board.js';
import { tool } from './compile.js';
import { uf2 } from './uf2.js';

const run = promisify(execFile);

const FORMATS = { bin: 'binary', hex: 'ihex' };

/** Makes the board's images beside its .elf and answers their paths by kind, the .elf among them. */
export async function makeImages(board: Board, elf: string): Promise<Record<string, string>> {
  const images: Record<string, string> = { elf };
  for (const kind of board.images ?? []) {
    const path = elf.replace(/\.elf$/, `.${kind}`);
    if (kind === 'uf2') await writeFile(path, uf2(await readFile(images['bin'] ?? ''), Number(board.flash?.origin)));
    else await run(tool(board, 'objcopy'), ['-O', FORMATS[kind], elf, path]);
    images[kind] = path;
  }
  return images;
}
