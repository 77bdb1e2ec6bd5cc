// What a board's build has to know of a module, read from the module itself.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { BuildError } from './build-error.js';

/** asc leaves the addresses below unused from -O2 on, so that a field of a null pointer is nobody's octet. */
export const LOW_MEMORY_OCTETS = 1024;

export interface BoardModule {
  path: string;
  wasm: Uint8Array<ArrayBuffer>;
  sha256: string;
  /** The exported constants, by name. */
  constants: Map<string, number>;
  /** The names of the exported functions. */
  functions: string[];
  /** The octets of linear memory that the module uses: no address from here on is ever touched. */
  heapBase: number;
}

export async function readModule(path: string): Promise<BoardModule> {
  const wasm = new Uint8Array(await readFile(path).catch(() => missing(path)));
  if (!WebAssembly.validate(wasm)) throw new BuildError(`${path} is not a WebAssembly module.`);
  const compiled = new WebAssembly.Module(wasm);
  if (WebAssembly.Module.imports(compiled).length > 0) {
    throw new BuildError(`${path} imports something, and a board has nothing to give: build it with asc --use abort=.`);
  }
  const exports = Object.entries(new WebAssembly.Instance(compiled).exports);
  const constants = new Map<string, number>();
  for (const [name, value] of exports) {
    if (value instanceof WebAssembly.Global) constants.set(name, Number(value.value));
  }
  const heapBase = constants.get('__heap_base');
  if (heapBase === undefined)
    throw new BuildError(`${path} does not export __heap_base, so its memory cannot be sized.`);
  return {
    path,
    wasm,
    sha256: createHash('sha256').update(wasm).digest('hex'),
    constants,
    functions: exports.filter(([, value]) => typeof value === 'function').map(([name]) => name),
    heapBase,
  };
}

function missing(path: string): never {
  throw new BuildError(`There is no module at ${path}: run npm run build:wasm first.`);
}
