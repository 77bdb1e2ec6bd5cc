// Builds the page into dist/web when its sources have changed: a folder that works from any web server, without a network.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const OUT = path.join(ROOT, 'dist', 'web');
const STAMP = path.join(ROOT, 'dist', '.web');
const FOLDERS = ['host/web', 'host/scenarios', 'host/trace', 'host/link', 'host/replay'];
const FILES = ['build/board.wasm', 'assembly/numbers.ts', 'tools/build-page.mjs', 'package-lock.json'];

const source = sourceHash();
if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== source || !existsSync(path.join(OUT, 'index.html'))) {
  // Loaded only when there is something to build: it is a development tool, and takes a moment.
  const { build } = await import('vite');
  await build({
    root: path.join(ROOT, 'host', 'web'),
    // Any folder of any web server.
    base: './',
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    build: {
      outDir: OUT,
      emptyOutDir: true,
      target: 'es2022',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  });
  writeFileSync(STAMP, source);
  if (!process.argv.includes('--quiet'))
    console.log(`dist/web                ${readdirSync(OUT, { recursive: true }).length} files`);
}

/** @returns {string} */
function sourceHash() {
  const hash = createHash('sha256');
  const host = readdirSync(path.join(ROOT, 'host')).filter((name) => name.endsWith('.ts'));
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name))),
  );
  for (const name of [...FILES, ...host.map((file) => `host/${file}`), ...files].sort())
    hash.update(`\0${name}\0`).update(readFileSync(path.join(ROOT, name)));
  return hash.digest('hex');
}
