// One run of the AssemblyScript compiler: a profile of asconfig.json and an entry file in, the octets of a module out.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import asc from 'assemblyscript/asc';
import binaryen from 'binaryen';
import OctetsTransform from './octets-transform.mjs';

const PAGE = 65536;
const DRAFT = { optimizeLevel: 0, shrinkLevel: 0, converge: false };

/** Missing from the compiler's own types. @type {(options: Record<string, unknown>) => string[]} */
const configToArguments = /** @type {any} */ (asc).configToArguments;

/**
 * @typedef {object} Compilation
 * @property {string} root the directory of asconfig.json
 * @property {string} target one of its targets
 * @property {string} entry the file to compile, relative to the root
 * @property {readonly string[]} [use] NAME=integer, instead of the target's own number of that name
 * @property {number} [pages] how much memory the module needs, when an earlier compilation has told; it is checked
 * @property {boolean} [isHasty] optimise a little, once: for what is compiled to be compared, not kept
 * @property {boolean} [isDraft] do not optimise at all: for what is run once and thrown away
 * @property {boolean} [isScalar] without SIMD, whatever the target says: to be measured beside the one with it
 * @property {boolean} [isNamed] with the names of its functions in a section of their own, the code being the same
 * @property {(file: string) => string | null} [readSource] other text for a file than the disk's, or null for the disk's
 */

/** @typedef {{ wasm: Buffer, memoryEnd: number, pages: number }} Compiled */

/** What the compiler had to say about a source that it refused. */
export class CompileError extends Error {}

/**
 * Compiles a module whose memory is exactly the pages that its __heap_base asks for, initial and maximum alike. The
 * compiler has no option "no more than needed", so a first pass, which does not optimise, learns how much that is: where
 * data lies does not depend on the optimiser, and a number written by hand would drift.
 *
 * @param {Compilation} compilation
 * @returns {Promise<Compiled>}
 */
export async function compile(compilation) {
  const options = targetOptions(compilation.root, compilation.target, compilation.use);
  if (compilation.isHasty) Object.assign(options, { optimizeLevel: 2, shrinkLevel: 0, converge: false });
  if (compilation.isScalar) delete options.enable;
  if (compilation.isNamed) options.debug = true;
  if (compilation.isDraft) Object.assign(options, DRAFT);
  const pages = compilation.pages ?? (await pagesNeeded(compilation, options));
  const wasm = await run(compilation, { ...options, initialMemory: pages, maximumMemory: pages });
  const kept = compilation.isDraft || compilation.isHasty ? wasm : inline(wasm, compilation);
  const memoryEnd = heapBase(kept);
  if (Math.ceil(memoryEnd / PAGE) !== pages) {
    throw new CompileError(`${compilation.entry} needs memory up to ${memoryEnd} and got ${pages} pages.`);
  }
  return { wasm: kept, memoryEnd, pages };
}

/**
 * How much a function may hold to be taken into every caller (`always`), or into one that gains by it (`flexible`), in
 * instructions of the optimiser. A call costs an engine more than most of what our small functions do; the laptop's end has
 * the room to be without them. Elsewhere only what has one caller moves there, which makes the module smaller.
 *
 * @type {Readonly<Record<string, { shrinkLevel: number, always: number, flexible: number }>>}
 */
const INLINING = { host: { shrinkLevel: 0, always: 40, flexible: 400 } };
const SMALL = { shrinkLevel: 2, always: 2, flexible: 20 };

/** What the modules use already. SIMD is in none but the host's: where there is none the optimiser makes none. */
const FEATURES =
  binaryen.Features.MutableGlobals |
  binaryen.Features.SignExt |
  binaryen.Features.NontrappingFPToInt |
  binaryen.Features.BulkMemory |
  binaryen.Features.BulkMemoryOpt;

/** So often the optimiser runs: later on it finds nothing more. */
const ROUNDS = 3;

/**
 * The compiler optimises with limits of its own, for which it has no options; its optimiser alone has.
 *
 * @param {Uint8Array} wasm
 * @param {Compilation} compilation
 * @returns {Buffer}
 */
function inline(wasm, { target, isNamed = false, isScalar = false }) {
  const { shrinkLevel, always, flexible } = INLINING[target] ?? SMALL;
  const module = binaryen.readBinary(wasm);
  module.setFeatures(FEATURES | (isScalar ? 0 : binaryen.Features.SIMD128));
  binaryen.setOptimizeLevel(3);
  binaryen.setShrinkLevel(shrinkLevel);
  binaryen.setAlwaysInlineMaxSize(always);
  binaryen.setFlexibleInlineMaxSize(flexible);
  binaryen.setOneCallerInlineMaxSize(2 ** 30);
  binaryen.setAllowInliningFunctionsWithLoops(shrinkLevel === 0);
  binaryen.setDebugInfo(isNamed);
  for (let round = 0; round < ROUNDS; round += 1) module.optimize();
  const kept = Buffer.from(module.emitBinary());
  module.dispose();
  return kept;
}

/**
 * @param {Compilation} compilation
 * @param {Record<string, unknown>} options
 */
async function pagesNeeded(compilation, options) {
  const draft = await run(compilation, { ...options, ...DRAFT });
  return Math.ceil(heapBase(draft) / PAGE);
}

/**
 * Compiles without optimising and without a result: whether it compiles is the answer.
 *
 * @param {Compilation} compilation
 */
export async function check(compilation) {
  await run(compilation, targetOptions(compilation.root, compilation.target, compilation.use));
}

/**
 * The options of a target, over the options common to all. Integer constants are merged by name, the last hand winning;
 * the compiler's own merge lets the common ones win.
 *
 * @param {string} root
 * @param {string} target
 * @param {readonly string[]} [use]
 * @returns {Record<string, unknown>}
 */
export function targetOptions(root, target, use = []) {
  const config = JSON.parse(readFileSync(path.join(root, 'asconfig.json'), 'utf8'));
  const own = config.targets[target];
  if (own === undefined)
    throw new Error(`asconfig.json has no target '${target}': ${Object.keys(config.targets).join(', ')}.`);
  const constants = new Map();
  for (const constant of [...(config.options.use ?? []), ...(own.use ?? []), ...use])
    constants.set(constant.split('=')[0], constant);
  return { ...config.options, ...own, use: [...constants.values()] };
}

/**
 * @param {Compilation} compilation
 * @param {Record<string, unknown>} options
 * @returns {Promise<Buffer>} empty when the options say noEmit
 */
async function run({ root, entry, readSource }, options) {
  let wasm = Buffer.alloc(0);
  let said = '';
  const argv = [
    entry,
    ...configToArguments(options),
    '--noColors',
    ...(options.noEmit ? [] : ['--outFile', 'module.wasm']),
  ];
  const listener = { write: (/** @type {string | Uint8Array} */ text) => ((said += String(text)), true) };
  const { error } = await asc.main(argv, {
    stdout: listener,
    stderr: listener,
    readFile: (file, baseDir) => readText(path.resolve(root, baseDir, file), root, readSource),
    writeFile: (_file, contents) => void (wasm = Buffer.from(contents)),
    listFiles: () => [],
    transforms: [/** @type {any} */ (OctetsTransform)], // its base class is a type of the command line alone
  });
  if (error) throw new CompileError(said.trim() || error.message);
  return wasm;
}

/**
 * @param {string} file
 * @param {string} root
 * @param {((file: string) => string | null) | undefined} readSource
 */
function readText(file, root, readSource) {
  const relative = path.relative(root, file).split(path.sep).join('/');
  if (relative === 'asconfig.json') return null; // already merged; the compiler would merge it once more, differently
  const other = readSource?.(relative) ?? null;
  if (other !== null) return other;
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null; // the compiler asks for files that may exist
  }
}

/**
 * The value of the exported global __heap_base: the octets of memory that the module needs.
 *
 * @param {Buffer} wasm
 */
function heapBase(wasm) {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(wasm)));
  const base = exports.__heap_base;
  if (!(base instanceof WebAssembly.Global)) throw new CompileError('The module does not export __heap_base.');
  return Number(base.value);
}
