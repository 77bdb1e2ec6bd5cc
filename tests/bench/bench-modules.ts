// What the benchmark's tests measure with, built when it is stale.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { type Kind, type Subject, createSubject, readBuilt, subjectModule } from '../../host/bench/subject.js';
import { ROOT, build } from '../cli/slipway.js';

/** The modules, the peers and the command line. */
export function buildBench(): void {
  build();
  const { status, stderr } = spawnSync(process.execPath, ['tools/build-bench.mjs', '--quiet'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
}

/** A stack under the peer, by the name of its module in build/. */
export async function subjectOf(kind: Kind, profile: string, file: string, isCounting = false): Promise<Subject> {
  return createSubject({ ...subjectModule(kind, profile, await readBuilt(file)), isCounting });
}
