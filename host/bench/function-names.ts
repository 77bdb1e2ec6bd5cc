// The names of a module's functions, from the custom section that a build with --debug has.
import { Reader, Section, readSections } from './wasm-binary.js';

const CUSTOM = 0;
const FUNCTION_NAMES = 1;

/** The names of the functions that the module defines itself, in their order: undefined where it has none. */
export function functionNames(wasm: Uint8Array): (string | undefined)[] {
  const sections = readSections(wasm);
  const functions = sections.find(({ id }) => id === Section.FUNCTION);
  const names = new Array<string | undefined>(functions ? new Reader(functions.octets).number() : 0).fill(undefined);
  for (const { id, octets } of sections) {
    if (id !== CUSTOM) continue;
    const reader = new Reader(octets);
    if (text(reader) === 'name') readNames(reader, names);
  }
  return names;
}

/** The modules that are profiled import nothing, so that a function's number is its place. */
function readNames(reader: Reader, names: (string | undefined)[]): void {
  while (!reader.isAtEnd) {
    const kind = reader.octet();
    const part = new Reader(reader.take(reader.number()));
    if (kind !== FUNCTION_NAMES) continue;
    for (let left = part.number(); left > 0; left -= 1) {
      const index = part.number();
      names[index] = text(part);
    }
  }
}

function text(reader: Reader): string {
  return new TextDecoder().decode(reader.take(reader.number()));
}
