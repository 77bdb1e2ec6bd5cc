// A board is one folder under boards/ with a board.json. Everything that differs between boards is data there.

import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../modules.js';
import { UsageError } from '../usage-error.js';

/** boards/, or a folder in it. */
export function boardsFolder(...names: string[]): string {
  return join(packageRoot(), 'boards', ...names);
}

interface Region {
  /** As the linker reads it: 0x20000000. */
  origin: string;
  octets: number;
}

export interface Command {
  /** The Debian package that has the program. */
  package: string;
  /** The words, in which {elf}, {bin}, {hex}, {uf2}, {port}, {baud} and {chardev} are filled in. */
  command: string[];
}

export interface Board {
  name: string;
  folder: string;
  description: string;
  tested: string;
  mcu: string;
  core: string;
  /** The folder of boards/common with startup and linker sections. */
  family: 'cortex-m' | 'riscv' | 'host';
  /** C files of the family's folder that not every board of the family needs. */
  sources: string[];
  flash?: Region;
  ram?: Region;
  /** Octets of stack that the image reserves; the bound found when building must stay below. */
  stack: number;
  /** `rtscts`: RTS and CTS are wired, on the pins that the board's README names. */
  uart: { name: string; baud: number; receiveRing: number; transmitRing: number; rtscts?: boolean };
  /** Preprocessor names for board.c, such as interrupt numbers. */
  defines: Record<string, number | string>;
  profile: string;
  app: string;
  /** Numbers of assembly/sizes.ts that this board chooses for itself, such as CONNECTIONS. */
  sizes?: Record<string, number>;
  /** Octets behind linear memory (boards/common/c32.h); less on a part that has none to give. */
  slack?: number;
  build: { prefix: string; package: string; flags: string[] };
  /** What besides the .elf a build makes. */
  images?: ('bin' | 'hex' | 'uf2')[];
  /** The drive that the board shows when it wants to be flashed by copying a file. */
  drive?: { label: string; image: 'hex' | 'uf2' };
  /** How it comes to show that drive, in words. */
  bootMode?: string;
  emulator?: Command;
  /** The program that flashes, and the words that tell it which of several probes to use, with {port}. */
  flasher?: Command & { port?: string[] };
}

export async function boardNames(): Promise<string[]> {
  const folders = await readdir(boardsFolder());
  return folders.filter((name) => existsSync(boardsFolder(name, 'board.json'))).sort();
}

export async function readBoard(name: string): Promise<Board> {
  const names = await boardNames();
  if (!names.includes(name)) {
    throw new UsageError(`There is no board '${name}'; choose one of ${names.join(', ')}.`);
  }
  const folder = boardsFolder(name);
  const data = JSON.parse(await readFile(join(folder, 'board.json'), 'utf8')) as Omit<Board, 'name' | 'folder'>;
  return { ...data, name, folder };
}
