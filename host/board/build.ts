// A board's build from end to end: the module by asc, the C by wasm2c, the image by the board's compiler, and what it costs.

import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { modulePath, packageRoot } from '../modules.js';
import { UsageError } from '../usage-error.js';
import { readBoard, type Board } from './board.js';
import { BuildError } from './build-error.js';
import { compile, tool } from './compile.js';
import type { Access } from './glue.js';
import { makeImages } from './images.js';
import { readModule, type BoardModule } from './module.js';
import { boardStack } from './board-stack.js';
import { sizes } from './sizes.js';
import type { StackBound } from './stack.js';

export interface BuildOptions {
  app?: string | undefined;
  /** Where the result goes; default build/boards/<board>. */
  folder?: string | undefined;
  access?: Access;
  /** C files in place of common/main.c, and more words for the compiler: for images that test something. */
  main?: string[];
  flags?: string[];
}

export interface BoardBuild {
  board: Board;
  module: BoardModule;
  /** The first sixteen digits of the module's SHA-256: what /netstat.json calls its build. */
  buildId: string;
  /** Paths by kind: elf, bin, hex, uf2. */
  images: Record<string, string>;
  memory?: BoardMemory;
}

/** What an image takes of the board, in octets. */
export interface BoardMemory {
  flash: number;
  /** Variables, linear memory and rings. */
  ram: number;
  /** The worst case of the run loop, with an interrupt on top. */
  stack: StackBound;
  /** What neither variables nor the stack reserved ever touch. */
  spare: number;
  /** Send and receive ring of each connection. */
  perConnection: number;
}

/** Builds the image of a board. */
export async function buildBoard(name: string, options: BuildOptions = {}): Promise<BoardBuild> {
  const board = await readBoard(name);
  const folder = options.folder ?? join(packageRoot(), 'build', 'boards', name);
  await mkdir(folder, { recursive: true });
  const module = await readModule(await moduleFor(board, options.app ?? board.app, folder));
  const buildId = module.sha256.slice(0, 16);
  const flags = [`-DBUILD_ID="${buildId}"`, ...(options.flags ?? [])];
  const { access = 'c32', main } = options;
  const image = await compile(board, module, { folder, access, flags, ...(main ? { main } : {}) });
  const images = await makeImages(board, image.elf);
  if (board.family === 'host') return { board, module, buildId, images };
  const stack = await boardStack(board, image);
  const { text, data, bss } = await sizes(image.elf, tool(board, 'size'));
  const ram = data + bss;
  const spare = (board.ram?.octets ?? 0) - ram - board.stack;
  const ring = (which: string) => module.constants.get(which) ?? 0;
  const memory = { flash: text + data, ram, stack, spare, perConnection: ring('sendRing') + ring('receiveRing') };
  refuseSmallStack(board, stack);
  return { board, module, buildId, images, memory };
}

function refuseSmallStack(board: Board, stack: StackBound): void {
  if (stack.octets <= board.stack) return;
  throw new BuildError(
    `${board.name} may need ${stack.octets} octets of stack, but its board.json reserves ${board.stack}: raise "stack" there.`,
  );
}

/** The module: the profile's own if the board asks for no sizes of its own, so that the same file runs in Node. */
async function moduleFor(board: Board, app: string, folder: string): Promise<string> {
  const path = board.sizes === undefined ? await profileModule(board, app) : await ownModule(board, app, folder);
  if (path === undefined) throw new UsageError(`There is no app '${app}' for ${board.name}; use http or echo.`);
  return path;
}

async function profileModule(board: Board, app: string): Promise<string | undefined> {
  const name = `${board.profile}-${app}`;
  const { buildWasm } = (await load('build-wasm.mjs')) as { buildWasm?: (options: object) => Promise<void> };
  await buildWasm?.({ names: [name] });
  return existsSync(modulePath(name)) ? modulePath(name) : undefined;
}

async function ownModule(board: Board, app: string, folder: string): Promise<string | undefined> {
  const { compile: asc } = (await load('compile-wasm.mjs')) as { compile?: Asc };
  if (!asc) throw new BuildError(`${board.name} has sizes of its own and is built in a checkout of slipway only.`);
  const entry = `assembly/apps/${app}.ts`;
  if (!existsSync(join(packageRoot(), entry))) return undefined;
  const use = Object.entries(board.sizes ?? {}).map(([size, value]) => `SLIPWAY_${size}=${value}`);
  const path = join(folder, `${board.profile}-${app}.wasm`);
  const { sourceHash } = (await load('build-wasm.mjs')) as { sourceHash?: (root: string) => string };
  const madeFrom = JSON.stringify([sourceHash?.(packageRoot()), entry, use]);
  if (existsSync(path) && (await readFile(`${path}.from`, 'utf8').catch(() => '')) === madeFrom) return path;
  const { wasm } = await asc({ root: packageRoot(), target: board.profile, entry, use });
  await writeFile(path, wasm);
  await writeFile(`${path}.from`, madeFrom);
  return path;
}

type Asc = (options: { root: string; target: string; entry: string; use: string[] }) => Promise<{ wasm: Uint8Array }>;

/** The build tools are there in a checkout; an installed package has its modules built already. */
async function load(tool: string): Promise<object> {
  return import(pathToFileURL(join(packageRoot(), 'tools', tool)).href).then(
    (loaded: object) => loaded,
    () => ({}),
  );
}
