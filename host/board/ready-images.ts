// npm run images: the image of every board with its own app, built once, so that flashing needs no toolchain. They lie under
// build/images/, with checksums and the licence notices that they owe, and come with the npm package.

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { packageRoot } from '../modules.js';
import { boardNames, readBoard, type Board } from './board.js';
import { buildBoard } from './build.js';
import { BuildError } from './build-error.js';
import type { Flashable } from './flash.js';

const SUMS = 'SHA256SUMS';

/** Where the ready images lie. */
export function readyFolder(): string {
  return join(packageRoot(), 'build', 'images');
}

/** What build/images/images.json says of each board. */
interface Told {
  app: string;
  /** The module's build id, which /netstat.json names. */
  build: string;
  /** The module's SHA-256. */
  module: string;
  files: string[];
}

/** Builds the images of these boards into a folder of their own and answers the files written. */
export async function makeReadyImages(
  boards: Board[],
  folder: string,
  options: { app?: string; buildFolder?: string } = {},
): Promise<string[]> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const told: Record<string, Told> = {};
  const sums: string[] = [];
  for (const board of boards) {
    const app = options.app ?? board.app;
    const { images, buildId, module } = await buildBoard(board.name, { app, folder: options.buildFolder });
    const files: string[] = [];
    for (const kind of board.images ?? []) {
      const from = images[kind] ?? '';
      await copyFile(from, join(folder, basename(from)));
      sums.push(`${await sha256(from)}  ${basename(from)}`);
      files.push(basename(from));
    }
    told[board.name] = { app, build: buildId, module: module.sha256, files };
  }
  await writeFile(join(folder, SUMS), sums.join('\n') + '\n');
  await writeFile(join(folder, 'images.json'), JSON.stringify(told, null, 2) + '\n');
  await writeFile(join(folder, 'NOTICE'), NOTICE);
  await copyFile(join(packageRoot(), 'LICENSE'), join(folder, 'LICENSE'));
  const wabt = dirname(createRequire(import.meta.url).resolve('wabt/package.json'));
  await copyFile(join(wabt, 'LICENSE'), join(folder, 'LICENSE.wabt'));
  return [...sums.map((line) => line.split('  ')[1] ?? ''), SUMS, 'images.json', 'NOTICE', 'LICENSE', 'LICENSE.wabt'];
}

const NOTICE = `Slipway's ready images for microcontroller boards.

Slipway itself is under the MIT licence (LICENSE).

The images contain code that wabt's wasm2c wrote around Slipway's module: its templates for loads, stores and arithmetic,
Copyright WebAssembly Community Group participants, under the Apache License 2.0 (LICENSE.wabt). Slipway has changed it: the
bounds checks are its own.

The images contain functions of libgcc, under the GPL version 3 with the GCC Runtime Library Exception, which lets them be
part of a program under any licence.

Verify a download with: sha256sum -c SHA256SUMS
`;

/** The ready image of a board, its checksum verified. */
export async function readyImage(board: Board, folder = readyFolder()): Promise<Flashable> {
  if (!hasReadyImage(board, folder)) {
    throw new BuildError(
      `There is no ready image of ${board.name} at ${folder}: install slipway from its package, or run npm run images.`,
    );
  }
  const sums = new Map(
    (await readFile(join(folder, SUMS), 'utf8'))
      .split('\n')
      .map((line) => line.split('  ').reverse() as [string, string]),
  );
  const images: Record<string, string> = {};
  for (const kind of board.images ?? []) {
    const file = `${board.name}.${kind}`;
    if ((await sha256(join(folder, file))) !== sums.get(file)) {
      throw new BuildError(`${join(folder, file)} is not the file that ${SUMS} names: install slipway again.`);
    }
    images[kind] = join(folder, file);
  }
  return { board, images };
}

/** Whether the package, or npm run images, has left one. */
export function hasReadyImage({ name, images = [] }: Board, folder = readyFolder()): boolean {
  return (
    existsSync(join(folder, SUMS)) &&
    images.length > 0 &&
    images.every((kind) => existsSync(join(folder, `${name}.${kind}`)))
  );
}

async function sha256(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

if (process.argv[1] !== undefined && /\bready-images\.[jt]s$/.test(process.argv[1])) {
  const boards = await Promise.all((await boardNames()).map(readBoard));
  try {
    for (const file of await makeReadyImages(
      boards.filter(({ images }) => images !== undefined),
      readyFolder(),
    ))
      console.log(join('build', 'images', file));
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
