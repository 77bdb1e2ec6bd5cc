import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { coreProvider, profileName } from '../script/core-provider.js';
import { findScripts } from '../script/files.js';
import { type PeerName, PEERS } from '../script/relaxations.js';
import { runScript, type ScriptResult } from '../script/run-script.js';
import { UsageError } from '../usage-error.js';

export interface ScriptCommandOptions {
  json?: boolean;
  bail?: boolean;
  verbose?: boolean;
  profile: string;
  peer?: string;
}

/** `slipway script FILE|FOLDER...`: packetdrill scripts against the core, in virtual time. */
export function registerScript(program: Command): void {
  program
    .command('script')
    .description('run packetdrill scripts against the core, in virtual time')
    .argument('<path...>', 'scripts, or folders of scripts')
    .option('--json', 'one JSON object a script')
    .option('--bail', 'stop behind the first script that does not pass')
    .option('--verbose', 'every script, with the lines it skipped')
    .option('--profile <name>', 'the module to test: micro, board or host', 'host')
    .option('--peer <name>', `fit scripts written for another stack: ${PEERS.join(', ')}`)
    .action(async (paths: string[], options: ScriptCommandOptions) => {
      process.exitCode = await scriptCommand(paths, options);
    });
}

/** The exit code: 0 only if every script passed. */
export async function scriptCommand(paths: readonly string[], options: ScriptCommandOptions): Promise<number> {
  const core = coreProvider(profileName(options.profile));
  const peer = options.peer === undefined ? undefined : peerName(options.peer);
  const counts = { pass: 0, fail: 0, unsupported: 0 };
  for (const file of await findScripts(paths)) {
    const result = await runScript(file, await readFile(file, 'utf8'), { core, peer });
    counts[result.result] += 1;
    print(result, options);
    if (options.bail === true && result.result !== 'pass') break;
  }
  if (options.json !== true) {
    console.log(`${counts.pass} passed, ${counts.fail} failed, ${counts.unsupported} not supported`);
  }
  return counts.fail === 0 && counts.unsupported === 0 ? 0 : 1;
}

function peerName(name: string): PeerName {
  const peer = PEERS.find((known) => known === name);
  if (peer === undefined) throw new UsageError(`There is no peer '${name}'; use ${PEERS.join(', ')}.`);
  return peer;
}

function print(result: ScriptResult, options: ScriptCommandOptions): void {
  if (options.json === true) {
    const { notes, relaxations, ...rest } = result;
    const extra = { ...(options.verbose === true && { notes }), ...(relaxations.length > 0 && { relaxations }) };
    console.log(JSON.stringify({ ...rest, ...extra }));
    return;
  }
  const { file, line, expected, got } = result;
  const isShown = result.result !== 'pass' || options.verbose === true || result.relaxations.length > 0;
  if (!isShown) return;
  const words = { pass: 'pass', fail: 'FAIL', unsupported: 'not supported' };
  console.log(`${words[result.result]} ${file}${line === undefined ? '' : `:${line}`}`);
  if (result.result === 'fail') console.log(`  expected ${expected ?? ''}\n  got      ${got ?? ''}`);
  if (result.result === 'unsupported') console.log(`  ${got ?? ''}`);
  for (const relaxation of result.relaxations) console.log(`  relaxed: ${relaxation}`);
  if (options.verbose === true) for (const note of result.notes) console.log(`  note: ${note}`);
}
