// Puts an image onto a board: by copying it to the drive that the board shows, or by the program that board.json names.
// Between two devices it never guesses.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, readdir } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { basename, join } from 'node:path';
import type { Board } from './board.js';
import { BuildError } from './build-error.js';
import { fill } from './emulator.js';
import { isInstalled } from './toolchain.js';

export interface FlashOptions {
  /** The drive or the device, when there are several. */
  port?: string | undefined;
  /** Say what would be done, and do nothing. */
  isDryRun?: boolean | undefined;
  /** Folders in which drives are mounted; absent: this system's. */
  mounts?: string[];
  say: (line: string) => void;
}

/** What can be put onto a board: its images by kind, built or ready. */
export interface Flashable {
  board: Board;
  images: Record<string, string>;
}

/** Flashes what `build` left, or a ready image. */
export async function flash(build: Flashable, options: FlashOptions): Promise<void> {
  const { board } = build;
  if (board.drive) return copyToDrive(build, options);
  if (board.flasher) return runFlasher(build, options);
  throw new BuildError(`${board.name} has nothing to flash: slipway run --board ${board.name} starts it.`);
}

async function copyToDrive({ board, images }: Flashable, options: FlashOptions): Promise<void> {
  const { label, image } = board.drive ?? { label: '', image: 'uf2' };
  const from = images[image] ?? '';
  const drive = options.port ?? (await onlyDrive(label, options.mounts ?? mountFolders()));
  if (drive === undefined && options.isDryRun) return options.say(`cp ${from} <drive ${label}>`);
  if (drive === undefined || !existsSync(drive)) {
    throw new BuildError(
      `No drive ${drive ?? label} is mounted: connect ${board.name} in its boot mode (${board.bootMode ?? 'see its README'}), or name the folder with --port.`,
    );
  }
  options.say(`cp ${from} ${join(drive, basename(from))}`);
  if (!options.isDryRun) await copyFile(from, join(drive, basename(from)));
}

/** The one drive with this label, if there is one. Two are for the user to tell apart. */
async function onlyDrive(label: string, mounts: string[]): Promise<string | undefined> {
  const found: string[] = [];
  for (const folder of mounts) {
    const names = await readdir(folder).catch(() => []);
    // A second drive of the same label is mounted as LABEL1 or LABEL_1.
    const pattern = new RegExp(`^${label}[ _]?\\d*$`);
    found.push(...names.filter((name) => pattern.test(name)).map((name) => join(folder, name)));
  }
  if (found.length > 1) throw new BuildError(`There are several boards: name one with --port, of ${found.join(', ')}.`);
  return found[0];
}

function mountFolders(): string[] {
  const { username } = userInfo();
  return [`/media/${username}`, `/run/media/${username}`, '/media', '/Volumes'];
}

async function runFlasher({ board, images }: Flashable, options: FlashOptions): Promise<void> {
  const flasher = board.flasher ?? { package: '', command: [] };
  const words = flasher.command.map((word) => fill(word, { ...images, port: options.port ?? '' }));
  const [program = '', ...rest] = [
    ...words,
    ...(options.port && flasher.port ? fillPort(flasher.port, options.port) : []),
  ];
  const line = [program, ...rest].join(' ');
  if (options.isDryRun) return options.say(line);
  if (!isInstalled(program)) {
    throw new BuildError(
      `${board.name} is flashed by '${line}', and ${program} is missing: apt install ${flasher.package}`,
    );
  }
  options.say(line);
  const child = spawn(program, rest, { stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new BuildError(`${program} failed; the lines above say why.`);
}

/** How this program is told which of several probes to use. */
function fillPort(words: string[], port: string): string[] {
  return words.map((word) => fill(word, { port }));
}
