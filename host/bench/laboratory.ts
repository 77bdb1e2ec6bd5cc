// What a run measures: every stack twice, once to be timed as it ships and once to be counted.
import { existsSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { modulePath } from '../modules.js';
import { type BuiltPeer, buildPeers } from './lwip.js';
import { type Subject, type SubjectModule, createSubject, readBuilt, subjectModule } from './subject.js';

export interface Laboratory {
  timed: readonly Subject[];
  counting: readonly Subject[];
  /** The modules that the subjects were made of. */
  modules: readonly SubjectModule[];
  /** Other stacks, with what else was built of them; undefined without --peers. */
  peers: BuiltPeer | undefined;
}

export interface LaboratoryOptions {
  withPeers: boolean;
  onProgress?: ((what: string) => void) | undefined;
}

export async function prepareLaboratory({ withPeers, onProgress }: LaboratoryOptions): Promise<Laboratory> {
  // Every function is compiled by the optimising compiler at once: no case runs in code that is about to be replaced.
  setFlagsFromString('--no-liftoff');
  const peers = withPeers ? await buildPeers(onProgress) : undefined;
  const modules = [...(await ourModules()), ...(peers?.modules ?? [])];
  const subjects = (isCounting: boolean): Promise<Subject[]> =>
    Promise.all(modules.map((module) => createSubject({ ...module, isCounting })));
  return { timed: await subjects(false), counting: await subjects(true), modules, peers };
}

async function ourModules(): Promise<SubjectModule[]> {
  const modules: SubjectModule[] = [];
  for (const profile of ['micro', 'board', 'host']) {
    modules.push(subjectModule('slipway', profile, await readBuilt(profile)));
  }
  // Only `npm run bench` builds it: nothing but the benchmark has a use for it.
  if (existsSync(modulePath('bench/host-scalar'))) {
    modules.push(subjectModule('slipway', 'host-scalar', await readBuilt('bench/host-scalar')));
  }
  modules.push(subjectModule('floor', 'scalar', await readBuilt('bench-floor')));
  modules.push(subjectModule('floor', 'simd', await readBuilt('bench-floor-simd')));
  return modules;
}

/** What a figure of two of our modules together is told of: the host's. */
export function hostSha256({ timed }: Laboratory): string {
  return timed.find(({ kind, profile }) => kind === 'slipway' && profile === 'host')?.sha256 ?? '';
}
