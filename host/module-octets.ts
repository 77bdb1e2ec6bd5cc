// Which module is which. WebAssembly tells nothing of the octets that a module was compiled from; they are noted here when
// it is, so that a snapshot can name its module and a record can carry it.

import { sha256 } from './sha256.js';

/** What a module was compiled from. */
export interface ModuleOrigin {
  readonly octets: Uint8Array;
  /** Their SHA-256, in hexadecimal digits. */
  readonly sha256: string;
}

const origins = new WeakMap<WebAssembly.Module, ModuleOrigin>();

/** Compiles a module, and notes what from. One that is compiled already stays as it is. */
export async function compileModule(source: WebAssembly.Module | BufferSource | Response): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  // A copy: whoever handed it in may use the array again.
  const octets = new Uint8Array(source instanceof Response ? await source.arrayBuffer() : bufferOf(source).slice());
  const [module, digest] = await Promise.all([WebAssembly.compile(octets), sha256(octets)]);
  origins.set(module, { octets, sha256: digest });
  return module;
}

/** Where a module comes from. Throws for one that was compiled by somebody else. */
export function originOf(module: WebAssembly.Module): ModuleOrigin {
  const origin = origins.get(module);
  if (origin !== undefined) return origin;
  throw new Error(
    'Nobody knows what this module was compiled from: hand its octets to Core.load, or compile it with compileModule.',
  );
}

function bufferOf(source: BufferSource): Uint8Array {
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}
