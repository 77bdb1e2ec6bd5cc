import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './links.js';

/** Why tests over ptys are skipped here; false: they are not. */
export const withoutSocat = spawnSync('socat', ['-V']).status === 0 ? false : 'socat is not installed';

export interface PtyPair {
  paths: [string, string];
  socat: ChildProcess;
  remove(): Promise<void>;
}

/** Two ptys joined by socat: a serial cable. */
export async function ptyPair(): Promise<PtyPair> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-'));
  const paths: [string, string] = [join(folder, 'a'), join(folder, 'b')];
  const ends = paths.map((path) => `pty,raw,echo=0,link=${path}`);
  const socat = spawn('socat', ends, { stdio: 'ignore' });
  await until(() => paths.every((path) => existsSync(path)), 'socat makes its ptys');
  const remove = async (): Promise<void> => {
    if (socat.exitCode === null && socat.signalCode === null) {
      const gone = new Promise((resolve) => socat.once('exit', resolve));
      socat.kill();
      await gone;
    }
    await rm(folder, { recursive: true, force: true });
  };
  return { paths, socat, remove };
}
