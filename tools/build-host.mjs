// Compiles the host to dist/ when its sources have changed: TypeScript through tsc, anything else (a page, a stylesheet) as it is.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const STAMP = path.join(ROOT, 'dist', '.sources');
const require = createRequire(import.meta.url);

const files = readdirSync(path.join(ROOT, 'host'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)))
  // The page is vite's to build (build-page.mjs).
  .filter((file) => !file.startsWith(path.join('host', 'web', path.sep)))
  .sort();
const source = sourceHash([...files, 'assembly/numbers.ts', 'tsconfig.json', 'tsconfig.build.json']);

if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== source) {
  for (const file of files.filter((name) => !/\.(ts|md)$/.test(name))) copy(file);
  const tsc = path.join(path.dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
  writeFileSync(STAMP, source);
  if (!process.argv.includes('--quiet')) console.log(`dist/host               ${files.length} files`);
}

/**
 * @param {readonly string[]} names
 * @returns {string}
 */
function sourceHash(names) {
  const hash = createHash('sha256').update(require('typescript/package.json').version);
  for (const name of names) hash.update(`\0${name}\0`).update(readFileSync(path.join(ROOT, name)));
  return hash.digest('hex');
}

/** @param {string} file */
function copy(file) {
  const target = path.join(ROOT, 'dist', file);
  mkdirSync(path.dirname(target), { recursive: true });
  copyFileSync(path.join(ROOT, file), target);
}
