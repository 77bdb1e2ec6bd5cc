import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { modulePath, packageRoot } from '../../host/modules.js';
import type { Profile } from '../../host/simulator/plan.js';
import { compile } from '../../tools/compile-wasm.mjs';

/**
 * A profile's module with or without an app, in a folder of the test's own: what is under build/ may be built anew
 * meanwhile. The laptop's is built without SIMD here, which C for a processor without it cannot have.
 */
export async function profileModule(profile: Profile, app: string | undefined, folder: string): Promise<string> {
  const name = app === undefined ? profile : `${profile}-${app}`;
  const path = join(folder, `${name}.wasm`);
  if (profile !== 'host') {
    await copyFile(modulePath(name), path);
    return path;
  }
  const config = await readFile(join(packageRoot(), 'asconfig.json'), 'utf8');
  const { use } = (JSON.parse(config) as { targets: { host: { use: string[] } } }).targets.host;
  const entry = app === undefined ? 'assembly/index.ts' : `assembly/apps/${app}.ts`;
  const { wasm } = await compile({ root: packageRoot(), target: 'board', entry, use, isHasty: true });
  await writeFile(path, wasm);
  return path;
}
