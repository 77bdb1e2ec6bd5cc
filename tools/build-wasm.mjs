// Builds the WebAssembly modules whose sources have changed, and prints what each costs: its octets, and how much memory
// it needs. Beside build/NAME.wasm stands NAME.json, which says what it was built from.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { compile, CompileError } from './compile-wasm.mjs';
import { MODULES } from './modules.mjs';

/** @typedef {import('./modules.mjs').Module} Module */
/** @typedef {{ source: string, sha256: string, octets: number, memoryEnd: number, pages: number }} Built */

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const HELPER = 'slipway-build';

/**
 * Builds what is stale, as many modules at a time as there are processors.
 *
 * @param {{ root?: string, names?: readonly string[], report?: (line: string) => void }} [options]
 *   `names` of the modules wanted; none: all of them.
 */
export async function buildWasm({ root = ROOT, names = [], report = () => {} } = {}) {
  const source = sourceHash(root);
  const wanted = MODULES.filter(({ name }) => names.length === 0 || names.includes(name));
  const stale = wanted.filter(({ name }) => !isFresh(root, name, source));
  const helpers = Array.from({ length: Math.min(stale.length, os.availableParallelism()) }, openHelper);
  const work = async (/** @type {Worker} */ helper) => {
    for (let module = stale.shift(); module !== undefined; module = stale.shift())
      await ask(helper, root, module, source);
  };
  try {
    await Promise.all(helpers.map(work));
  } finally {
    for (const helper of helpers) void helper.terminate();
  }
  for (const { name } of wanted) report(describe(name, readBuilt(root, name)));
}

/** A thread that builds one module after another: the compiler would keep this one from starting the next. */
function openHelper() {
  return new Worker(fileURLToPath(import.meta.url), { workerData: HELPER, execArgv: [] });
}

/**
 * @param {Worker} helper
 * @param {string} root
 * @param {Module} module
 * @param {string} source
 */
async function ask(helper, root, module, source) {
  helper.postMessage({ root, module, source });
  const [said] = await once(helper, 'message');
  if (said !== '') throw new CompileError(said);
}

/**
 * @param {{ root: string, module: Module, source: string }} order
 */
async function build({ root, module: { name, target, entry }, source }) {
  // An app shows which sources it was built from; the bare modules do not ask, and so a comment does not change them.
  // The compiler reads no minus sign in a constant, hence 31 bits.
  const use = entry === 'assembly/index.ts' ? [] : [`SLIPWAY_BUILD=${parseInt(source.slice(0, 8), 16) & 0x7fffffff}`];
  const { wasm, memoryEnd, pages } = await compile({ root, target, entry, use });
  mkdirSync(path.join(root, 'build'), { recursive: true });
  replaceFile(fileOf(root, name, 'wasm'), wasm);
  /** @type {Built} */
  const built = { source, sha256: sha256(wasm), octets: wasm.length, memoryEnd, pages };
  replaceFile(fileOf(root, name, 'json'), JSON.stringify(built, null, 2) + '\n');
}

/**
 * Whether the file is there and was built from these very sources.
 *
 * @param {string} root
 * @param {string} name
 * @param {string} source
 */
function isFresh(root, name, source) {
  const wasm = fileOf(root, name, 'wasm');
  if (!existsSync(wasm) || !existsSync(fileOf(root, name, 'json'))) return false;
  const built = readBuilt(root, name);
  return built.source === source && built.sha256 === sha256(readFileSync(wasm));
}

/**
 * What was noted when the module was built.
 *
 * @param {string} root
 * @param {string} name
 * @returns {Built}
 */
export function readBuilt(root, name) {
  return JSON.parse(readFileSync(fileOf(root, name, 'json'), 'utf8'));
}

/**
 * The hash of everything that a module is made from.
 *
 * @param {string} root
 */
export function sourceHash(root) {
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

/**
 * @param {string} root
 * @param {string} name
 * @param {'wasm' | 'json'} kind
 */
const fileOf = (root, name, kind) => path.join(root, 'build', `${name}.${kind}`);

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

/** @param {readonly string[]} words */
async function main(words) {
  const names = words.filter((word) => word !== '--quiet');
  const unknown = names.find((name) => !MODULES.some((module) => module.name === name));
  if (unknown !== undefined) {
    console.error(`There is no module '${unknown}': choose from ${MODULES.map((module) => module.name).join(', ')}.`);
    return 2;
  }
  try {
    await buildWasm({ names, ...(words.includes('--quiet') ? {} : { report: console.log }) });
    return 0;
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    console.error(error.message);
    return 1;
  }
}

if (!isMainThread && workerData === HELPER) {
  parentPort?.on('message', (order) => {
    build(order).then(
      () => parentPort?.postMessage(''),
      (error) => parentPort?.postMessage(String(error?.message ?? error)),
    );
  });
} else if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = await main(process.argv.slice(2));
}
