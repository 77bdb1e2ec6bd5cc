// One compiler in a thread of its own, so that several mutants are compiled at once: a module's name and a changed file go
// in, the octets of the module or what the compiler said come out.

import { parentPort } from 'node:worker_threads';
import { compile, CompileError } from '../compile-wasm.mjs';
import { MODULES } from '../modules.mjs';

/**
 * @typedef {object} Order
 * @property {string} root
 * @property {string} name of the module
 * @property {number | undefined} pages of memory that it needs
 * @property {{ file: string, text: string } | undefined} changed
 */

parentPort?.on('message', (/** @type {Order} */ order) => {
  void compileOrder(order).then((answer) => parentPort?.postMessage(answer));
});

/** @param {Order} order */
async function compileOrder({ root, name, pages, changed }) {
  const module = MODULES.find((candidate) => candidate.name === name);
  if (module === undefined) return { refusal: `There is no module '${name}'.` };
  const readSource = (/** @type {string} */ file) => (file === changed?.file ? changed.text : null);
  const memory = pages === undefined ? {} : { pages };
  try {
    const { wasm } = await compile({ root, ...module, ...memory, isHasty: true, readSource });
    return { wasm };
  } catch (error) {
    const isRefused = error instanceof CompileError || error instanceof WebAssembly.CompileError;
    return { refusal: String(error), isRefused };
  }
}
