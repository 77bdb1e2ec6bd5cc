// The modules built again from changed sources, by the project's own compiler and flags. Only in a checkout.
import { existsSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../modules.js';
import { UsageError } from '../usage-error.js';
import type { Modules } from './machine.js';
import { applyPatch } from './patch.js';
import type { Profile } from './plan.js';

interface Compiler {
  compile(compilation: {
    root: string;
    target: string;
    entry: string;
    isHasty: boolean;
    pages?: number;
    readSource: (file: string) => string | null;
  }): Promise<{ wasm: Buffer }>;
}

/** Builds the profiles that are asked for; the others stay as they are. */
export async function patchedModules(patch: string, modules: Modules, profiles: readonly Profile[]): Promise<Modules> {
  const root = packageRoot();
  const compiler = join(root, 'tools', 'compile-wasm.mjs');
  if (!existsSync(compiler) || !existsSync(join(root, 'node_modules', 'assemblyscript'))) {
    throw new UsageError(
      "A patch is built from the sources: clone the repository, run 'npm ci' and use its own slipway.",
    );
  }
  const sources = applyPatch(patch, (file) => readSource(root, file));
  const { compile } = (await import(pathToFileURL(compiler).href)) as Compiler;
  const patched = { ...modules };
  for (const target of profiles) {
    const compilation = {
      root,
      target,
      entry: 'assembly/index.ts',
      isHasty: true,
      readSource: (file: string) => sources.get(file) ?? null,
    };
    // Hardly any bug needs more memory; to ask the compiler first how much would take as long again.
    const pages = pagesOf(modules[target]);
    const { wasm } = await compile({ ...compilation, pages }).catch(() => compile(compilation));
    patched[target] = await WebAssembly.compile(new Uint8Array(wasm));
  }
  return patched;
}

const PAGE = 65536;

function pagesOf(module: WebAssembly.Module): number {
  const { memory } = new WebAssembly.Instance(module).exports;
  return (memory as WebAssembly.Memory).buffer.byteLength / PAGE;
}

function readSource(root: string, file: string): string | undefined {
  const path = normalize(join(root, file));
  const isOurs = path.startsWith(join(root, 'assembly')) && existsSync(path);
  return isOurs ? readFileSync(path, 'utf8') : undefined;
}
