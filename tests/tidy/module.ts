// What a WebAssembly module says of itself, read with binaryen.

import { readFileSync } from 'node:fs';
import binaryen from 'binaryen';

export interface ModuleFacts {
  octets: number;
  imports: string[];
  exports: string[];
  mutableGlobals: string[];
  grows: boolean;
  memory: { initial: number; maximum: number };
  memoryEnd: number;
}

export function factsOf(file: string): ModuleFacts {
  const octets = new Uint8Array(readFileSync(file));
  const module = new WebAssembly.Module(octets);
  const binary = binaryen.readBinary(octets);
  const text = binary.emitText();
  binary.dispose();
  return {
    octets: octets.length,
    imports: WebAssembly.Module.imports(module).map(({ module: from, name }) => `${from}.${name}`),
    exports: WebAssembly.Module.exports(module).map(({ name }) => name),
    mutableGlobals: [...text.matchAll(/\(global (\S+) \(mut /g)].map((match) => match[1] ?? ''),
    grows: text.includes('memory.grow'),
    memory: memoryOf(text),
    memoryEnd: memoryEndOf(module),
  };
}

function memoryOf(text: string): { initial: number; maximum: number } {
  const found = [...text.matchAll(/\(memory \S+ (\d+)(?: (\d+))?\)/g)];
  if (found.length !== 1) throw new Error(`The module has ${found.length} memories.`);
  return { initial: Number(found[0]?.[1]), maximum: Number(found[0]?.[2] ?? Infinity) };
}

function memoryEndOf(module: WebAssembly.Module): number {
  const { __heap_base: end } = new WebAssembly.Instance(module).exports;
  if (!(end instanceof WebAssembly.Global)) throw new Error('The module does not export __heap_base.');
  return Number(end.value);
}
