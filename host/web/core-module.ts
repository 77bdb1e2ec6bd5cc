// The module that runs in this tab: the very file of the package, and its SHA-256.
import moduleUrl from '../../build/board.wasm?url';
import { compileModule, originOf } from '../module-octets.js';

export interface LoadedCore {
  module: WebAssembly.Module;
  sha256: string;
}

export async function loadCore(): Promise<LoadedCore> {
  const response = await fetch(moduleUrl);
  if (!response.ok) throw new Error(`The core ${moduleUrl} cannot be loaded (${response.status}).`);
  const module = await compileModule(await response.arrayBuffer());
  return { module, sha256: originOf(module).sha256 };
}
