// npm start [-- OPTIONS]: builds no more than the demonstration needs, without a word unless it fails, and runs it.

import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { MODULES } from './modules.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const words = process.argv.slice(2);

const built = await Promise.all([
  run('tools/build-wasm.mjs', '--quiet', ...modules()),
  run('tools/build-host.mjs', '--quiet'),
]);
process.exitCode = built.find((code) => code !== 0) ?? (await run('dist/host/cli/main.js', 'demo', ...words));

/** The laptop's module, and the board's with the app that was asked for; an unknown one is the command line's to refuse. */
function modules() {
  const at = words.findIndex((word) => word === '--app' || word.startsWith('--app='));
  const app = at < 0 ? 'http' : (words[at]?.split('=')[1] ?? words[at + 1]);
  return ['host', MODULES.some(({ name }) => name === `board-${app}`) ? `board-${app}` : 'board'];
}

/**
 * Runs a script with this Node. A signal reaches both processes, and the child's answer to it is the one that counts.
 *
 * @param {string} script
 * @param {readonly string[]} rest
 * @returns {Promise<number>} its exit code
 */
function run(script, ...rest) {
  const child = spawn(process.execPath, [path.join(root, script), ...rest], { stdio: 'inherit' });
  const ignore = () => {};
  process.on('SIGINT', ignore).on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}
