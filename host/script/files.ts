import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../usage-error.js';

/** The scripts that a command line names: files as they are, folders by every .pkt below them, in order. */
export async function findScripts(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    const found = await scriptsBelow(path);
    if (found.length === 0)
      throw new UsageError(`There is no .pkt script in '${path}'; name a script or a folder of scripts.`);
    files.push(...found);
  }
  return files;
}

async function scriptsBelow(path: string): Promise<string[]> {
  const about = await stat(path).catch(() => undefined);
  if (about === undefined)
    throw new UsageError(`There is no file or folder '${path}'; name a script or a folder of scripts.`);
  if (!about.isDirectory()) return [path];
  const names = await readdir(path, { recursive: true });
  const scripts = names.filter((name) => name.endsWith('.pkt')).sort();
  return scripts.map((name) => join(path, name));
}
