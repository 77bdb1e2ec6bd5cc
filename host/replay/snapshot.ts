// A snapshot: the whole linear memory of a core, which is all the state that it has, and which module it belongs to. As a
// file it holds only the pages that are not all zero, since most rings have never been used.
//
//   0 "SLIPSNAP" | 8 version u32 | 12 ABI u32 | 16 SHA-256 of the module, 32 octets
//   48 octets of memory u32 | 52 __heap_base u32 | 56 connections u32 | 60 send ring u32 | 64 receive ring u32 | 68 MTU u32
//   72 now u32 | 76 pages u32 | 80 checksum of all that follows u32 | 84 pages: index u32, 1024 octets
//
// All numbers are little-endian.

import { fingerprint } from './fingerprint.js';

/** The module that a snapshot was taken of, and the sizes that tell its profile. */
export interface SnapshotModule {
  readonly abi: number;
  readonly sha256: string;
  /** Octets of its memory. */
  readonly octets: number;
  readonly heapBase: number;
  readonly connections: number;
  readonly sendRing: number;
  readonly receiveRing: number;
  readonly mtu: number;
}

/** A snapshot that does not fit where it is to go, or a file that is none. The message says which and what to do. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
  readonly code = 'ERR_SLIPWAY_SNAPSHOT';
}

const MAGIC = 'SLIPSNAP';
const VERSION = 1;
const HEADER_OCTETS = 84;
const PAGE_OCTETS = 1024;

/** A copy of a core's whole memory, and of which module it is. */
export class Snapshot {
  readonly module: SnapshotModule;
  /** The core's clock when it was taken, ms. */
  readonly now: number;
  /** A copy of the whole memory. */
  readonly memory: Uint8Array;

  constructor(module: SnapshotModule, now: number, memory: Uint8Array) {
    this.module = module;
    this.now = now;
    this.memory = memory;
  }

  /** Throws unless `module` is the very one that the snapshot was taken of. */
  checkFor(module: SnapshotModule): void {
    const ours = this.module;
    if (ours.abi !== module.abi) {
      throw new SnapshotError(
        `The snapshot is of ABI ${ours.abi} and this core speaks ABI ${module.abi}: use the version of slipway that took it.`,
      );
    }
    if (describe(ours) !== describe(module) || ours.octets !== module.octets) {
      throw new SnapshotError(
        `The snapshot is of another profile, ${describe(ours)}, and this core has ${describe(module)}: restore it into the profile that it was taken of.`,
      );
    }
    if (ours.sha256 !== module.sha256) {
      throw new SnapshotError(
        `The snapshot is of another build, ${ours.sha256.slice(0, 16)}, and this module is ${module.sha256.slice(0, 16)}: use the version of slipway that took it.`,
      );
    }
  }

  /** The snapshot as a file. */
  encode(): Uint8Array {
    const pages = usedPages(this.memory);
    const octets = new Uint8Array(HEADER_OCTETS + pages.length * (4 + PAGE_OCTETS));
    const view = new DataView(octets.buffer);
    const { abi, sha256, heapBase, connections, sendRing, receiveRing, mtu } = this.module;
    octets.set(new TextEncoder().encode(MAGIC));
    view.setUint32(8, VERSION, true);
    view.setUint32(12, abi, true);
    octets.set(fromHex(sha256), 16);
    const sizes = [this.memory.length, heapBase, connections, sendRing, receiveRing, mtu, this.now, pages.length];
    for (const [index, size] of sizes.entries()) view.setUint32(48 + 4 * index, size, true);
    for (const [index, page] of pages.entries()) {
      const at = HEADER_OCTETS + index * (4 + PAGE_OCTETS);
      view.setUint32(at, page, true);
      octets.set(this.memory.subarray(page * PAGE_OCTETS, (page + 1) * PAGE_OCTETS), at + 4);
    }
    view.setUint32(80, fingerprint(octets.subarray(HEADER_OCTETS)), true);
    return octets;
  }

  /** Reads what encode() wrote; throws a SnapshotError for anything else. */
  static decode(octets: Uint8Array): Snapshot {
    const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
    checkHeader(octets, view);
    const size = (index: number): number => view.getUint32(48 + 4 * index, true);
    const memory = new Uint8Array(size(0));
    for (let at = HEADER_OCTETS; at < octets.length; at += 4 + PAGE_OCTETS) {
      const page = view.getUint32(at, true) * PAGE_OCTETS;
      if (page >= memory.length) throw new SnapshotError('The snapshot is damaged: take another.');
      memory.set(octets.subarray(at + 4, at + 4 + Math.min(PAGE_OCTETS, memory.length - page)), page);
    }
    const module = {
      abi: view.getUint32(12, true),
      sha256: toHex(octets.subarray(16, 48)),
      octets: size(0),
      heapBase: size(1),
      connections: size(2),
      sendRing: size(3),
      receiveRing: size(4),
      mtu: size(5),
    };
    return new Snapshot(module, size(6), memory);
  }
}

function checkHeader(octets: Uint8Array, view: DataView): void {
  if (octets.length < HEADER_OCTETS || new TextDecoder().decode(octets.subarray(0, 8)) !== MAGIC)
    throw new SnapshotError('This is no snapshot of slipway: it does not begin with SLIPSNAP.');
  const version = view.getUint32(8, true);
  if (version !== VERSION) {
    throw new SnapshotError(
      `The snapshot has format ${version} and this version of slipway reads format ${VERSION}: use the version that took it.`,
    );
  }
  const expected = HEADER_OCTETS + view.getUint32(76, true) * (4 + PAGE_OCTETS);
  if (octets.length !== expected) {
    throw new SnapshotError(
      `The snapshot should have ${expected} octets and has ${octets.length}: it was cut off or damaged, take another.`,
    );
  }
  if (view.getUint32(80, true) !== fingerprint(octets.subarray(HEADER_OCTETS)))
    throw new SnapshotError('The snapshot is damaged: its checksum does not match, take another.');
}

/** The pages that hold something. A memory is a whole number of WebAssembly's pages, and so of ours. */
function usedPages(memory: Uint8Array): number[] {
  const words = new Uint32Array(memory.buffer, memory.byteOffset, memory.length / 4);
  const pages: number[] = [];
  for (let page = 0; page * PAGE_OCTETS < memory.length; page += 1) {
    const end = ((page + 1) * PAGE_OCTETS) / 4;
    let at = (page * PAGE_OCTETS) / 4;
    while (at < end && words[at] === 0) at += 1;
    if (at < end) pages.push(page);
  }
  return pages;
}

function describe({ connections, sendRing, receiveRing, mtu }: SnapshotModule): string {
  return `${connections} connections, rings of ${sendRing} and ${receiveRing} octets and an MTU of ${mtu}`;
}

function fromHex(digits: string): Uint8Array {
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) =>
    parseInt(digits.slice(2 * index, 2 * index + 2), 16),
  );
}

function toHex(octets: Uint8Array): string {
  return [...octets].map((octet) => octet.toString(16).padStart(2, '0')).join('');
}
