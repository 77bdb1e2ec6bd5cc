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

/** A core of a profile: one instance for all scripts, since start() forgets everything, and another after a trap. */
export function coreProvider(profile: ProfileName): () => Promise<ScriptCore> {
  let core: Core | undefined;
  return async () => {
    if (core === undefined || core.trap !== undefined) core = await Core.load(await loadModule(profile));
    return core;
  };
}
