#!/usr/bin/env node
import { Command } from 'commander';
import { addScriptCommand } from '../cli/script.js';
import { UsageError } from '../usage-error.js';

// The script command alone, for whoever works on the runner: `npx tsx host/script/main.ts script tests/scripts`.
const program = new Command('slipway');
addScriptCommand(program);
try {
  await program.parseAsync();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
