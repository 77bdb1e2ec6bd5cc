#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { packageRoot } from '../modules.js';
import { registerBench } from './bench.js';
import { registerBoard } from './board.js';
import { registerBoards } from './boards.js';
import { registerBuild } from './build.js';
import { registerCapture } from './capture.js';
import { registerCompletion } from './completion.js';
import { registerDemo } from './demo.js';
import { registerDoctor } from './doctor.js';
import { registerExport } from './export.js';
import { explain } from './failure.js';
import { registerExtcap } from './extcap.js';
import { registerFlash } from './flash.js';
import { registerForward } from './forward.js';
import { registerLadder } from './ladder.js';
import { registerMonitor } from './monitor.js';
import { registerNetstat } from './netstat.js';
import { registerPing } from './ping.js';
import { registerRecord } from './record.js';
import { registerReplay } from './replay.js';
import { registerRun } from './run.js';
import { registerScript } from './script.js';
import { registerPorts } from './serial-ports.js';
import { registerSimulate } from './simulate.js';
import { registerSoak } from './soak.js';
import { endQuietlyWithReader, say } from './terminal.js';
import { registerTun } from './tun.js';
import { registerUp } from './up.js';
import { registerWireshark } from './wireshark.js';

/** Each command is a file of its own that adds itself. The order is that of the help. */
const COMMANDS: readonly ((program: Command) => void)[] = [
  registerDemo,
  registerBoard,
  registerUp,
  registerForward,
  registerTun,
  registerPing,
  registerNetstat,
  registerLadder,
  registerCapture,
  registerWireshark,
  registerPorts,
  registerDoctor,
  registerExtcap,
  registerScript,
  registerSimulate,
  registerRecord,
  registerReplay,
  registerSoak,
  registerBench,
  registerBoards,
  registerBuild,
  registerRun,
  registerFlash,
  registerMonitor,
  registerExport,
  registerCompletion,
];

async function main(): Promise<void> {
  endQuietlyWithReader();
  try {
    await program().parseAsync();
  } catch (error) {
    const { exitCode, message } = explain(error);
    if (message !== '') say(message);
    process.exitCode = exitCode;
  }
}

function program(): Command {
  const { version } = JSON.parse(readFileSync(path.join(packageRoot(), 'package.json'), 'utf8')) as { version: string };
  const root = new Command('slipway')
    .description('TCP/IP for microcontrollers: the core in WebAssembly, the laptop at the other end of the cable.')
    .version(version)
    .showSuggestionAfterError()
    .exitOverride()
    // Errors are printed once, by main().
    .configureOutput({ outputError: () => undefined });
  for (const register of COMMANDS) register(root);
  return root;
}

await main();
