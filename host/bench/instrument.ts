// Two copies of a module that are the module still. One has a larger memory, in which a peer has room beside the core: its
// code is that of the file octet by octet. The other counts in addition every instruction that it executes, function by
// function, with one addition at the head of each straight stretch; what is added is not counted.
import {
  Opcode,
  Reader,
  Section,
  type SectionOctets,
  joined,
  leb,
  readSections,
  signedLeb,
  skipInstruction,
  writeSections,
} from './wasm-binary.js';

/** Where exported counters stand: `count:7` is that of the eighth function that the module defines. */
export const COUNT = 'count:';

const I64 = 0x7e;
const GLOBAL_EXPORT = 3;

/** A copy whose memory has `pages` pages of 64 KiB. */
export function withMemory(wasm: Uint8Array, pages: number): Uint8Array<ArrayBuffer> {
  const sections = readSections(wasm).map((section) =>
    section.id === Section.MEMORY
      ? { id: section.id, octets: new Uint8Array([1, 1, ...leb(pages), ...leb(pages)]) }
      : section,
  );
  return writeSections(wasm, sections);
}

/** A copy that counts. */
export function counting(wasm: Uint8Array): Uint8Array<ArrayBuffer> {
  const sections = readSections(wasm);
  const code = sections.find(({ id }) => id === Section.CODE);
  const globals = sections.find(({ id }) => id === Section.GLOBAL);
  const exports = sections.find(({ id }) => id === Section.EXPORT);
  if (!code || !globals || !exports) throw new Error('The module has no code, no globals or no exports to count.');
  const imported = importedGlobals(sections);
  const first = imported + new Reader(globals.octets).number();
  const bodies = bodiesOf(code.octets);
  globals.octets = appended(
    globals.octets,
    bodies.map(() => [I64, 1, Opcode.I64_CONST, 0, Opcode.END]),
  );
  exports.octets = appended(
    exports.octets,
    bodies.map((_, i) => {
      const name = new TextEncoder().encode(`${COUNT}${i}`);
      return [...leb(name.length), ...name, GLOBAL_EXPORT, ...leb(first + i)];
    }),
  );
  code.octets = joined([
    new Uint8Array(leb(bodies.length)),
    ...bodies.flatMap((body, i) => {
      const counted = countingBody(body, first + i);
      return [new Uint8Array(leb(counted.length)), counted];
    }),
  ]);
  return writeSections(wasm, sections);
}

/** A vector with more items behind its own. */
function appended(vector: Uint8Array, items: readonly number[][]): Uint8Array<ArrayBuffer> {
  const reader = new Reader(vector);
  const count = reader.number();
  return joined([
    new Uint8Array(leb(count + items.length)),
    vector.subarray(reader.at),
    ...items.map((item) => new Uint8Array(item)),
  ]);
}

function bodiesOf(code: Uint8Array): Uint8Array[] {
  const reader = new Reader(code);
  return Array.from({ length: reader.number() }, () => reader.take(reader.number()));
}

/** Imported globals stand before a module's own in their numbering. */
function importedGlobals(sections: readonly SectionOctets[]): number {
  const imports = sections.find(({ id }) => id === Section.IMPORT);
  if (imports === undefined) return 0;
  const reader = new Reader(imports.octets);
  let globals = 0;
  for (let left = reader.number(); left > 0; left -= 1) {
    reader.take(reader.number());
    reader.take(reader.number());
    const kind = reader.octet();
    if (kind === 3) globals += 1;
    if (kind === 1) reader.octet(); // a table's type, before its limits
    if (kind === 3) reader.take(2);
    else if (kind === 0) reader.number();
    else for (let numbers = reader.octet() & 1 ? 2 : 1; numbers > 0; numbers -= 1) reader.number();
  }
  return globals;
}

/** What is no work: it marks where something begins or ends. */
const MARKERS: ReadonlySet<number> = new Set([Opcode.NOP, Opcode.BLOCK, Opcode.LOOP, Opcode.ELSE, Opcode.END]);

/** Behind these another stretch begins: something jumps to there, or nothing goes straight on. */
const BORDERS: ReadonlySet<number> = new Set([
  Opcode.UNREACHABLE,
  Opcode.LOOP,
  Opcode.IF,
  Opcode.ELSE,
  Opcode.END,
  Opcode.BR,
  Opcode.BR_IF,
  Opcode.BR_TABLE,
  Opcode.RETURN,
  Opcode.RETURN_CALL,
  Opcode.RETURN_CALL_INDIRECT,
]);

function countingBody(body: Uint8Array, global: number): Uint8Array<ArrayBuffer> {
  const reader = new Reader(body);
  for (let groups = reader.number(); groups > 0; groups -= 1) {
    reader.number();
    reader.octet();
  }
  const pieces = [body.subarray(0, reader.at)];
  for (let begin = reader.at, instructions = 0; !reader.isAtEnd;) {
    const opcode = skipInstruction(reader);
    if (!MARKERS.has(opcode)) instructions += 1;
    if (!BORDERS.has(opcode)) continue;
    if (instructions > 0) pieces.push(new Uint8Array(addition(global, instructions)));
    pieces.push(body.subarray(begin, reader.at));
    begin = reader.at;
    instructions = 0;
  }
  return joined(pieces);
}

function addition(global: number, instructions: number): number[] {
  const g = leb(global);
  return [
    Opcode.GLOBAL_GET,
    ...g,
    Opcode.I64_CONST,
    ...signedLeb(instructions),
    Opcode.I64_ADD,
    Opcode.GLOBAL_SET,
    ...g,
  ];
}
