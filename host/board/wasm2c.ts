// A module becomes C: npm wabt's wasm2c runs at build time and its output stays under build/, because it carries wabt's
// own templates (Apache-2.0), which are no part of this repository.

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { BuildError } from './build-error.js';

const run = promisify(execFile);

/** The C that wasm2c makes of a module, both files under the name `core`, whatever the module's own name is. */
export interface GeneratedC {
  source: string;
  header: string;
}

/** Runs wasm2c on the module at `path`. */
export async function wasm2c(path: string): Promise<GeneratedC> {
  const program = locate();
  const folder = await mkdtemp(join(tmpdir(), 'slipway-wasm2c-'));
  try {
    const output = join(folder, 'core.c');
    await run(process.execPath, [program, '-n', 'core', path, '-o', output]);
    return { source: await readFile(output, 'utf8'), header: await readFile(join(folder, 'core.h'), 'utf8') };
  } catch (error) {
    throw new BuildError(`wasm2c cannot read ${path}: ${(error as Error).message}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function locate(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('wabt/package.json')), 'bin', 'wasm2c');
  } catch {
    throw new BuildError('Turning the module into C needs npm wabt: npm install wabt');
  }
}
