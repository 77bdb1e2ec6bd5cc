// What a run measures: every stack twice, once to be timed as it ships and once to be counted.
import { existsSync } from 'node:fs';
import { modulePath } from '../modules.js';
import { type BuiltPeer, buildPeers } from './lwip.js';
import { type Subject, type SubjectOptions, createSubject, readBuilt } from './subject.js';

export interface Laboratory {
  timed: readonly Subject[];
  counting: readonly Subject[];
  /** The modules that the subjects were made of. */
  modules: readonly SubjectOptions[];
  /** Other stacks, with what else was built of them; undefined without --peers. */
  peers: BuiltPeer | undefined;
}

export interface LaboratoryOptions {
  withPeers: boolean;
  onProgress?: ((what: string) => void) | undefined;
}

export async function prepareLaboratory({ withPeers, onProgress }: LaboratoryOptions): Promise<Laboratory> {
  const peers = withPeers ? await buildPeers(onProgress) : undefined;
  const modules = [...(await ourModules()), ...(peers?.modules ?? [])];
  const subjects = (isCounting: boolean): Promise<Subject[]> =>
    Promise.all(modules.map((module) => createSubject({ ...module, isCounting })));
  return { timed: await subjects(false), counting: await subjects(true), modules, peers };
}

/** The profile whose figures are measured beside a laptop's; micro is told by its size. */
async function ourModules(): Promise<SubjectOptions[]> {
  const modules: SubjectOptions[] = [];
  for (const profile of ['board', 'host'] as const) {
    modules.push({ kind: 'slipway', profile, wasm: await readBuilt(profile) });
  }
  // Only `npm run bench` builds it: nothing but the benchmark has a use for it.
  if (existsSync(modulePath('bench-host-scalar'))) {
    modules.push({ kind: 'slipway', profile: 'host-scalar', wasm: await readBuilt('bench-host-scalar') });
  }
  modules.push({ kind: 'floor', profile: 'scalar', wasm: await readBuilt('bench-floor') });
  modules.push({ kind: 'floor', profile: 'simd', wasm: await readBuilt('bench-floor-simd') });
  return modules;
}

/** What a figure of two of our modules together is told of: the host's. */
export function hostSha256({ timed }: Laboratory): string {
  return timed.find(({ kind, profile }) => kind === 'slipway' && profile === 'host')?.sha256 ?? '';
}
