// Builds the WebAssembly modules whose sources have changed, and prints what each costs: its octets, and how much memory it needs.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compile, CompileError } from './compile-wasm.mjs';
import { MODULES } from './modules.mjs';

/** @typedef {{ source: string, sha256: string, octets: number, memoryEnd: number, pages: number }} Built */
/** @typedef {Record<string, Built>} Manifest */

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/**
 * Builds what is stale under `root`.
 *
 * @param {{ root?: string, names?: readonly string[], report?: (line: string) => void }} [options]
 */
export async function buildWasm({ root = ROOT, names = [], report = () => {} } = {}) {
  const source = sourceHash(root);
  for (const module of MODULES) {
    if (names.length > 0 && !names.includes(module.name)) continue;
    if (!existsSync(path.join(root, module.entry))) continue;
    report(describe(module.name, fresh(root, module.name, source) ?? (await build(root, module, source))));
  }
}

/**
 * What the manifest tells of a module, if the file is there and was built from these very sources.
 *
 * @param {string} root
 * @param {string} name
 * @param {string} source
 */
function fresh(root, name, source) {
  const built = readManifest(root)[name];
  const file = path.join(root, 'build', `${name}.wasm`);
  return built?.source === source && existsSync(file) && sha256(readFileSync(file)) === built.sha256
    ? built
    : undefined;
}

/**
 * @param {string} root
 * @param {import('./modules.mjs').Module} module
 * @param {string} source
 * @returns {Promise<Built>}
 */
async function build(root, { name, target, entry }, source) {
  // An app shows which sources it was built from; the bare modules do not ask, and so a comment does not change them.
  // The compiler reads no minus sign in a constant, hence 31 bits.
  const use = entry === 'assembly/index.ts' ? [] : [`SLIPWAY_BUILD=${parseInt(source.slice(0, 8), 16) & 0x7fffffff}`];
  const { wasm, memoryEnd, pages } = await compile({ root, target, entry, use });
  const built = { source, sha256: sha256(wasm), octets: wasm.length, memoryEnd, pages };
  mkdirSync(path.join(root, 'build'), { recursive: true });
  replaceFile(path.join(root, 'build', `${name}.wasm`), wasm);
  replaceFile(manifestPath(root), JSON.stringify({ ...readManifest(root), [name]: built }, null, 2) + '\n');
  return built;
}

/**
 * The hash of everything that a module is made from.
 *
 * @param {string} root
 */
function sourceHash(root) {
  const hash = createHash('sha256');
  hash.update(createRequire(import.meta.url)('assemblyscript/package.json').version);
  const files = readdirSync(path.join(root, 'assembly'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.join('assembly', file));
  for (const file of [...files.sort(), 'asconfig.json', 'tools/compile-wasm.mjs', 'tools/octets-transform.mjs']) {
    hash.update(`\0${file.split(path.sep).join('/')}\0`).update(readFileSync(path.join(root, file)));
  }
  return hash.digest('hex');
}

/** @param {string} root */
const manifestPath = (root) => path.join(root, 'build', 'manifest.json');

/**
 * @param {string} root
 * @returns {Partial<Manifest>}
 */
export function readManifest(root) {
  return existsSync(manifestPath(root)) ? JSON.parse(readFileSync(manifestPath(root), 'utf8')) : {};
}

/** @param {Buffer} octets */
const sha256 = (octets) => createHash('sha256').update(octets).digest('hex');

/**
 * Puts a file in place whole, so that a reader never sees half of it and two builds at once do no harm.
 *
 * @param {string} file
 * @param {string | Buffer} contents
 */
function replaceFile(file, contents) {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, contents);
  renameSync(draft, file);
}

/**
 * @param {string} name
 * @param {Built} built
 */
function describe(name, { octets, memoryEnd, pages }) {
  const count = (/** @type {number} */ number) => number.toLocaleString('en-GB');
  const memory = `memory END ${count(memoryEnd)} (${count(pages)} ${pages === 1 ? 'page' : 'pages'})`;
  return `${`build/${name}.wasm`.padEnd(22)} ${count(octets).padStart(8)} octets, ${memory}`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const names = process.argv.slice(2).filter((word) => word !== '--quiet');
  const unknown = names.find((name) => !MODULES.some((module) => module.name === name));
  if (unknown !== undefined) {
    console.error(`There is no module '${unknown}': choose from ${MODULES.map((module) => module.name).join(', ')}.`);
    process.exit(2);
  }
  try {
    await buildWasm({ names, report: process.argv.includes('--quiet') ? undefined : console.log });
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
