// How much flash and RAM an image or an object takes, as the toolchain's `size` tells it.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Sizes {
  /** Code and constants. */
  text: number;
  /** Variables with a first value: in RAM, and their value in flash. */
  data: number;
  /** Variables that begin as zero, linear memory among them. */
  bss: number;
}

/** `sizeTool` is the toolchain's size; the stack, a section of its own that needs no room in the file, is left out. */
export async function sizes(file: string, sizeTool: string): Promise<Sizes> {
  const { stdout } = await run(sizeTool, ['-A', '-d', file]);
  const total = { text: 0, data: 0, bss: 0 };
  for (const [, name, octets] of stdout.matchAll(/^\.(text|rodata|data|bss)\S*\s+(\d+)/gm)) {
    total[name === 'rodata' ? 'text' : (name as keyof Sizes)] += Number(octets);
  }
  return total;
}
