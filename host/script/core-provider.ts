import { Core } from '../core.js';
import { loadModule } from '../modules.js';
import { UsageError } from '../usage-error.js';
import type { ScriptCore } from './stack.js';

export const PROFILES = ['micro', 'board', 'host'] as const;
export type ProfileName = (typeof PROFILES)[number];

export function profileName(name: string): ProfileName {
  const profile = PROFILES.find((known) => known === name);
  if (profile === undefined) throw new UsageError(`There is no profile '${name}'; use ${PROFILES.join(', ')}.`);
  return profile;
}

/**
 * Cores of a profile, or of the one that a script names: one instance of each for all scripts, since start() forgets
 * everything, and another after a trap.
 */
export function coreProvider(profile: ProfileName): (named?: string) => Promise<ScriptCore> {
  const cores = new Map<string, Core>();
  return async (named) => {
    const name = named === undefined ? profile : profileName(named);
    let core = cores.get(name);
    if (core === undefined || core.trap !== undefined) {
      core = await Core.load(await loadModule(name));
      cores.set(name, core);
    }
    return core;
  };
}
