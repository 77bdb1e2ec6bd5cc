// Octets of the modules, and of the memory that they need.
import type { Figure } from './figure.js';
import type { Laboratory } from './laboratory.js';
import { readBuilt } from './subject.js';
import { createHash } from 'node:crypto';

export const SIZE_CASES = ['size-module', 'size-memory'] as const;

export async function sizeFigures(_laboratory: Laboratory): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const profile of ['micro', 'board', 'host']) {
    const wasm = await readBuilt(profile);
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm));
    const memory = Number((exports['__heap_base'] as WebAssembly.Global).value);
    const sha256 = createHash('sha256').update(wasm).digest('hex');
    const common = { octets: 0, engine: 'wasm', profile, peer: 'slipway', unit: 'octets', sha256 } as const;
    figures.push({ case: 'size-module', ...common, ...certain(wasm.length) });
    figures.push({ case: 'size-memory', ...common, ...certain(memory) });
  }
  return figures;
}

function certain(value: number): { median: number; low: number; high: number } {
  return { median: value, low: value, high: value };
}
