import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Stack } from '../index.js';
import { modulePath } from '../modules.js';

/** Which module the board ran, what it needs, and that it allocated nothing. */
export async function moduleLine(stack: Stack, app: string): Promise<string> {
  const octets = await readFile(modulePath(app === 'none' ? 'board' : `board-${app}`));
  const hash = createHash('sha256').update(octets).digest('hex');
  const core = stack.board?.core;
  const used = core?.constants.heapBase ?? 0;
  const fixed = core?.octets.length ?? 0;
  const count = (number: number): string => number.toLocaleString('en-US');
  return `Board module sha256 ${hash}, memory ${count(used)} octets of ${count(fixed)}, allocations: ${allocations(octets)}`;
}

/** Memory that cannot grow and a module without an allocator leave nothing to allocate from. */
function allocations(octets: Uint8Array<ArrayBuffer>): string {
  const exports = WebAssembly.Module.exports(new WebAssembly.Module(octets)).map(({ name }) => name);
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(octets));
  const hasAllocator = imports.length > 0 || exports.some((name) => ['__new', '__pin', '__collect'].includes(name));
  return hasAllocator ? 'possible' : 'none';
}
