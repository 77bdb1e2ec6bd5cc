// The scripts worth keeping. In the repository they are one text file for each target, a line of base64 for each script; the
// fuzzer wants a folder with a file for each.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT, type Target, workFolder } from './targets.js';

const run = promisify(execFile);

export function keptFile(target: Target): string {
  return path.join(ROOT, 'tests', 'fuzz', 'corpus', `${target}.txt`);
}

/** Scripts that once broke something: a line each, and no merge takes them away. */
function findingsFile(target: Target): string {
  return path.join(ROOT, 'tests', 'fuzz', 'corpus', `${target}.findings.txt`);
}

export async function keptScripts(target: Target): Promise<Buffer[]> {
  const texts = await Promise.all(
    [keptFile(target), findingsFile(target)].filter(existsSync).map((file) => readFile(file, 'utf8')),
  );
  return texts.flatMap((text) => text.split('\n').filter(Boolean)).map((line) => Buffer.from(line, 'base64'));
}

/** The folder in which the fuzzers of a target collect, the kept scripts in it. */
export async function openCorpus(target: Target): Promise<string> {
  const folder = workFolder('corpus', target);
  await mkdir(folder, { recursive: true });
  for (const script of await keptScripts(target)) {
    const name = createHash('sha1').update(script).digest('hex');
    await writeFile(path.join(folder, name), script);
  }
  return folder;
}

/** Writes the fewest scripts that reach all that the corpus reaches, by edges, into the repository's file: how many. */
export async function keepCorpus(binary: string, target: Target): Promise<number> {
  const merged = await mkdtemp(workFolder('merged-'));
  try {
    await run(binary, ['-merge=1', '-use_counters=0', merged, workFolder('corpus', target)], { maxBuffer: 1 << 26 });
    const names = (await readdir(merged)).sort();
    const lines = await Promise.all(
      names.map(async (name) => (await readFile(path.join(merged, name))).toString('base64')),
    );
    await writeFile(keptFile(target), lines.map((line) => `${line}\n`).join(''));
    return lines.length;
  } finally {
    await rm(merged, { recursive: true, force: true });
  }
}
