// Builds what `slipway bench` drives the stacks with, as far as its sources have changed: the peer, once for the ABI and once
// for other stacks, and the floor, without and with SIMD. With --scalar also the host's core without SIMD, with --names the
// cores of board and host with the names of their functions, for `slipway bench --profile`.

import asc from 'assemblyscript/asc';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from './compile-wasm.mjs';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const SOURCES = 'host/bench/assembly';

/** @type {readonly { name: string, entry: string, words: string[] }[]} */
const MODULES = [
  { name: 'bench-peer', entry: 'cases.ts', words: ['--importMemory', '--noExportMemory', '--use', 'PEER_OWN=1'] },
  { name: 'bench-other-peer', entry: 'cases.ts', words: ['--importMemory', '--noExportMemory'] },
  { name: 'bench-floor', entry: 'floor.ts', words: [] },
  { name: 'bench-floor-simd', entry: 'floor.ts', words: ['--enable', 'simd'] },
];

// A function of the peer is called from JavaScript once for some thousand rounds: size does not matter here.
const WORDS = ['--initialMemory', '1', '--runtime', './assembly/runtime', '--use', 'abort=', '-O3', '--stackSize', '1'];

for (const { name, entry, words } of MODULES) {
  const file = path.posix.join(SOURCES, entry);
  await unlessFresh(name, [file, ...words, ...WORDS, ...filesBelow(SOURCES)], () => run([file, ...words, ...WORDS]));
}
if (process.argv.includes('--scalar')) await buildCore('bench-host-scalar', 'host', { isScalar: true });
if (process.argv.includes('--names')) {
  for (const target of ['board', 'host']) await buildCore(`bench-${target}-names`, target, { isNamed: true });
}

/**
 * @param {string} name
 * @param {string} target
 * @param {{ isScalar?: boolean, isNamed?: boolean }} how
 */
async function buildCore(name, target, how) {
  const files = [...filesBelow('assembly').filter((file) => file.endsWith('.ts')), 'asconfig.json'];
  await unlessFresh(name, files, async () => {
    return (await compile({ root: ROOT, target, entry: 'assembly/index.ts', ...how })).wasm;
  });
}

/** @param {string} folder */
function filesBelow(folder) {
  const names = readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return names.map((name) => path.posix.join(folder, name.split(path.sep).join('/'))).sort();
}

/**
 * @param {string} name
 * @param {readonly string[]} made words, and files that are read when there is one of that name
 * @param {() => Promise<Buffer>} build
 */
async function unlessFresh(name, made, build) {
  const hash = createHash('sha256').update(readFileSync(fileURLToPath(import.meta.url)));
  for (const word of made) {
    hash.update(`\0${word}\0`);
    if (word.endsWith('.ts') || word.endsWith('.json')) hash.update(readFileSync(path.join(ROOT, word)));
  }
  const source = hash.digest('hex');
  const stamp = path.join(ROOT, 'build', `${name}.from`);
  const file = path.join(ROOT, 'build', `${name}.wasm`);
  if (existsSync(file) && existsSync(stamp) && readFileSync(stamp, 'utf8') === source) return;
  const wasm = await build();
  mkdirSync(path.dirname(file), { recursive: true });
  replace(file, wasm);
  replace(stamp, source);
  if (!process.argv.includes('--quiet')) console.log(`build/${name}.wasm`.padEnd(30), wasm.length, 'octets');
}

/**
 * @param {string} file
 * @param {string | Buffer} contents
 */
function replace(file, contents) {
  writeFileSync(`${file}.${process.pid}`, contents);
  renameSync(`${file}.${process.pid}`, file);
}

/**
 * @param {readonly string[]} words
 * @returns {Promise<Buffer>}
 */
async function run(words) {
  let wasm = Buffer.alloc(0);
  let said = '';
  const listener = { write: (/** @type {string | Uint8Array} */ text) => ((said += String(text)), true) };
  const { error } = await asc.main([...words, '--noColors', '--outFile', 'module.wasm'], {
    stdout: listener,
    stderr: listener,
    readFile: (file, base) => read(path.resolve(ROOT, base, file)),
    writeFile: (_file, contents) => void (wasm = Buffer.from(contents)),
    listFiles: () => [],
  });
  if (!error) return wasm;
  console.error(said.trim() || error.message);
  process.exit(1);
}

/** @param {string} file */
function read(file) {
  if (path.basename(file) === 'asconfig.json') return null;
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null; // the compiler asks for files that may exist
  }
}
