import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileModule } from './module-octets.js';
import { UsageError } from './usage-error.js';

/** The folder that holds package.json: above host/ when the sources run, above dist/host/ when the build does. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('The package.json of slipway is missing: install the package again.');
    folder = parent;
  }
  return folder;
}

/** Where a module of this package lies: 'host', 'board', 'board-http'. */
export function modulePath(name: string): string {
  return join(packageRoot(), 'build', `${name}.wasm`);
}

const compiled = new Map<string, Promise<WebAssembly.Module>>();

/** A module of this package, compiled once for all that use it. */
export function loadModule(name: string): Promise<WebAssembly.Module> {
  const path = modulePath(name);
  let module = compiled.get(path);
  if (module === undefined) {
    module = readFile(path).then(compileModule);
    compiled.set(path, module);
    // A module that was missing may have been built by the next time it is asked for.
    module.catch(() => compiled.delete(path));
  }
  return module.catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error(`The module build/${name}.wasm is missing; run 'npm run build:wasm' to build it.`, {
      cause: error,
    });
  });
}

/** The board module with an app, by the app's name; 'none' for the board module alone. */
export async function loadBoard(app: string): Promise<WebAssembly.Module> {
  if (app === 'none') return loadModule('board');
  const isKnown = /^[a-z][a-z0-9-]*$/.test(app) && existsSync(modulePath(`board-${app}`));
  if (!isKnown && existsSync(modulePath('board'))) {
    throw new UsageError(`There is no app '${app}'; use http, echo or none.`);
  }
  return loadModule(`board-${app}`);
}
