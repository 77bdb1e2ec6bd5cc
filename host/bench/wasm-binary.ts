// As much of WebAssembly's binary format as the benchmark reads and writes: sections, LEB128 numbers, and where each
// instruction of a function ends.

export const Section = { IMPORT: 2, FUNCTION: 3, MEMORY: 5, GLOBAL: 6, EXPORT: 7, CODE: 10 } as const;

export interface SectionOctets {
  id: number;
  octets: Uint8Array;
}

const HEADER_OCTETS = 8;

/** Reads numbers and stretches, one behind the other. */
export class Reader {
  at = 0;
  readonly octets: Uint8Array;

  constructor(octets: Uint8Array, at = 0) {
    this.octets = octets;
    this.at = at;
  }

  get isAtEnd(): boolean {
    return this.at >= this.octets.length;
  }

  octet(): number {
    const octet = this.octets[this.at];
    if (octet === undefined) throw new Error('The module ends in the middle of something.');
    this.at += 1;
    return octet;
  }

  /** An unsigned number of up to 32 bits. */
  number(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const octet = this.octet();
      value += (octet & 127) * 2 ** shift;
      if (octet < 128) return value;
    }
  }

  /** A number of any width or sign, which nobody needs. */
  skipNumber(): void {
    while (this.octet() >= 128);
  }

  take(octets: number): Uint8Array {
    this.at += octets;
    return this.octets.subarray(this.at - octets, this.at);
  }
}

export function readSections(wasm: Uint8Array): SectionOctets[] {
  const reader = new Reader(wasm, HEADER_OCTETS);
  const sections: SectionOctets[] = [];
  while (!reader.isAtEnd) {
    const id = reader.octet();
    sections.push({ id, octets: reader.take(reader.number()) });
  }
  return sections;
}

export function writeSections(wasm: Uint8Array, sections: readonly SectionOctets[]): Uint8Array<ArrayBuffer> {
  return joined([
    wasm.subarray(0, HEADER_OCTETS),
    ...sections.flatMap(({ id, octets }) => [new Uint8Array([id, ...leb(octets.length)]), octets]),
  ]);
}

export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** An unsigned number in LEB128. */
export function leb(value: number): number[] {
  const octets: number[] = [];
  for (; value >= 128; value = Math.floor(value / 128)) octets.push((value % 128) | 128);
  return [...octets, value];
}

/** A number from 0 up, in the signed form that constants have: the bit below the last octet's top says the sign. */
export function signedLeb(value: number): number[] {
  const octets: number[] = [];
  for (; value >= 64; value = Math.floor(value / 128)) octets.push((value % 128) | 128);
  return [...octets, value];
}

export const Opcode = {
  UNREACHABLE: 0x00,
  NOP: 0x01,
  BLOCK: 0x02,
  LOOP: 0x03,
  IF: 0x04,
  ELSE: 0x05,
  END: 0x0b,
  BR: 0x0c,
  BR_IF: 0x0d,
  BR_TABLE: 0x0e,
  RETURN: 0x0f,
  CALL: 0x10,
  RETURN_CALL: 0x12,
  RETURN_CALL_INDIRECT: 0x13,
  GLOBAL_GET: 0x23,
  GLOBAL_SET: 0x24,
  I64_CONST: 0x42,
  I64_ADD: 0x7c,
} as const;

/** How many numbers follow an opcode; those not named here have none. */
const NUMBERS: Readonly<Record<number, number>> = {
  [Opcode.BLOCK]: 1,
  [Opcode.LOOP]: 1,
  [Opcode.IF]: 1,
  [Opcode.BR]: 1,
  [Opcode.BR_IF]: 1,
  [Opcode.CALL]: 1,
  0x11: 2, // call_indirect
  [Opcode.RETURN_CALL]: 1,
  [Opcode.RETURN_CALL_INDIRECT]: 2,
  0x20: 1, // local.get, local.set, local.tee
  0x21: 1,
  0x22: 1,
  0x23: 1, // global.get, global.set
  0x24: 1,
  0x25: 1, // table.get, table.set
  0x26: 1,
  0x3f: 1, // memory.size, memory.grow
  0x40: 1,
  0x41: 1, // i32.const, i64.const
  0x42: 1,
  0xd0: 1, // ref.null, ref.func
  0xd2: 1,
};

/** Bulk memory and tables, behind 0xFC: numbers by the second opcode. */
const BULK_NUMBERS: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1];

/** Moves the reader behind one instruction and answers its first opcode. */
export function skipInstruction(reader: Reader): number {
  const opcode = reader.octet();
  if (opcode === Opcode.BR_TABLE || opcode === 0x1c) skipVector(reader, opcode);
  else if (opcode >= 0x28 && opcode <= 0x3e) skipNumbers(reader, 2);
  else if (opcode === 0x43) reader.take(4);
  else if (opcode === 0x44) reader.take(8);
  else if (opcode === 0xfc) skipNumbers(reader, BULK_NUMBERS[reader.number()] ?? 0);
  else if (opcode === 0xfd) skipVectorOperation(reader, reader.number());
  else skipNumbers(reader, NUMBERS[opcode] ?? 0);
  return opcode;
}

function skipNumbers(reader: Reader, count: number): void {
  for (let i = 0; i < count; i += 1) reader.skipNumber();
}

/** br_table has one target more than its vector says; select with types has the types alone. */
function skipVector(reader: Reader, opcode: number): void {
  skipNumbers(reader, reader.number() + (opcode === Opcode.BR_TABLE ? 1 : 0));
}

/** 128-bit vectors, behind 0xFD. */
function skipVectorOperation(reader: Reader, operation: number): void {
  if (operation <= 11 || operation === 92 || operation === 93) skipNumbers(reader, 2);
  else if (operation === 12 || operation === 13) reader.take(16);
  else if (operation >= 21 && operation <= 34) reader.take(1);
  else if (operation >= 84 && operation <= 91) {
    skipNumbers(reader, 2);
    reader.take(1);
  }
}
