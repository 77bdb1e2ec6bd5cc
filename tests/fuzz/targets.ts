// What is fuzzed: three ways into the stack, for each of the three profiles.

import path from 'node:path';
import { modulePath, packageRoot } from '../../host/modules.js';
import { PROFILES, type Profile } from '../../host/simulator/plan.js';

export { PROFILES, type Profile };

/** Datagrams that arrive, octets of a serial line, and the user's calls, the wrong ones among them. */
export const TARGETS = ['datagrams', 'serial', 'calls'] as const;
export type Target = (typeof TARGETS)[number];

export const ROOT = packageRoot();

let work = path.join(ROOT, 'build', 'fuzz');

/** Binaries, scripts found so far, findings. */
export function workFolder(...names: string[]): string {
  return path.join(work, ...names);
}

/** For a run that must not meet another's files. */
export function workIn(folder: string): void {
  work = folder;
}

/**
 * wasm2c knows no SIMD, and a fuzzer with 64 MB of rings would only wait: the host's profile is built again with its ring sizes,
 * scale and ranges, but a few slots of each kind and plain arithmetic. Micro and board are the very modules that boards run.
 */
const HOST_NUMBERS = {
  CONNECTIONS: 4,
  SEND_RING: 131072,
  RECEIVE_RING: 131072,
  RECEIVE_SCALE: 2,
  SERIAL_CHUNK: 4096,
  REPLIES: 8,
  FRAGMENT_BUFFER: 65535,
  UDP_RING: 16384,
  REASSEMBLY_RANGES: 16,
  SACK_RANGES: 16,
};

/** The module's own file, or what to build it from. */
export function sourceOf(profile: Profile): { path: string } | { use: string[] } {
  if (profile !== 'host') return { path: modulePath(profile) };
  return { use: Object.entries(HOST_NUMBERS).map(([name, value]) => `SLIPWAY_${name}=${value}`) };
}
