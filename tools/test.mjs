// npm test [-- FILE...]: the core's rooms through as-pect, then everything else through node --test, whose closing lines
// come last. SLIPWAY_REQUIRE_ALL=1 asks that nothing be left out for want of a tool: then a skipped test is a failure.

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Of each test, and of each file with all of its tests: the longest takes three minutes on a quiet machine. */
const TIMEOUT_MS = '900000';

const asked = process.argv.slice(2);
const built = run(['tools/build-wasm.mjs', '--quiet']) && run(['tools/build-host.mjs', '--quiet']);
const core = asked.length > 0 || aspect();
const rest = nodeTest(asked.length > 0 ? asked : testFiles());
process.exitCode = built && core && rest ? 0 : 1;

/** The rooms of assembly/ that are tested from inside. Its launcher asks for a "node" on the path; this node will do. */
function aspect() {
  const program = path.join(ROOT, 'node_modules/@as-pect/cli/lib/test.js');
  const configuration = ['--config', 'tests/core/as-pect.config.js', '--as-config', 'tests/core/as-pect.asconfig.json'];
  return run(['--enable-source-maps', '--no-warnings', program, ...configuration, '--no-logo', '--summary']);
}

/** @param {readonly string[]} files */
function nodeTest(files) {
  const reporter = ['--test-reporter', './tools/test-reporter.mjs', '--test-reporter-destination', 'stdout'];
  return run(['--import', 'tsx', '--test', '--test-timeout', TIMEOUT_MS, ...reporter, ...files]);
}

/** Node 20 takes files and no patterns. */
function testFiles() {
  return readdirSync(path.join(ROOT, 'tests'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => path.join('tests', file))
    .sort();
}

/** @param {readonly string[]} argv */
function run(argv) {
  return spawnSync(process.execPath, argv, { cwd: ROOT, stdio: 'inherit' }).status === 0;
}
