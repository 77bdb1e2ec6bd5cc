import { Executor, OtherClock } from './executor.js';
import { ScriptFailure, UnsupportedStatement } from './failure.js';
import { parseScript } from './parser.js';
import { type PeerName, Relaxations } from './relaxations.js';
import { readSettings, type Settings } from './settings.js';
import { BrokenContract, type ScriptCore } from './stack.js';
import type { Script } from './syntax.js';

/** What became of one script. */
export interface ScriptResult {
  file: string;
  result: 'pass' | 'fail' | 'unsupported';
  /** Where it failed, or what is not supported; absent in a pass. */
  line?: number;
  expected?: string;
  got?: string;
  /** Shell lines skipped. */
  notes: string[];
  /** What `--peer` looked away from. */
  relaxations: string[];
}

export interface RunOptions {
  /** A core for each run, of the profile that the script names, if any; it is started here. */
  core: (profile?: string) => Promise<ScriptCore>;
  peer?: PeerName | undefined;
  /** Where the core's clock and our numbers begin, instead of what the script says: to run it across their wrap. */
  origin?: number;
  iss?: number;
}

/** Runs of one script at most: --iss takes a second one to know the core's numbers, and a third if they were not linear. */
const RUNS_MAX = 4;

/** 128 bits that key the core. They are always the same, so that a script runs the same each time. */
const SECRET = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344] as const;

/** Runs a script. The answer says everything: only what is not the script's fault nor the core's is thrown. */
export async function runScript(file: string, text: string, options: RunOptions): Promise<ScriptResult> {
  const relaxations = new Relaxations(options.peer);
  const notes: string[] = [];
  const end = (result: ScriptResult['result'], line?: number, expected?: string, got?: string): ScriptResult => ({
    file,
    result,
    ...(line !== undefined && { line }),
    ...(expected !== undefined && { expected }),
    ...(got !== undefined && { got }),
    notes,
    relaxations: relaxations.made,
  });
  try {
    const script = parseScript(text);
    const settings = { ...readSettings(script.options), ...beginnings(options) };
    await execute(script, settings, options, relaxations, notes);
    return end('pass');
  } catch (error) {
    if (error instanceof ScriptFailure) return end('fail', error.line, error.expected, error.got);
    if (error instanceof UnsupportedStatement)
      return end('unsupported', error.line, 'a statement this runner honours', error.what);
    throw error;
  }
}

function beginnings({ origin, iss }: RunOptions): Partial<Settings> {
  return { ...(origin !== undefined && { origin }), ...(iss !== undefined && { iss }) };
}

async function execute(
  script: Script,
  settings: Settings,
  options: RunOptions,
  relaxations: Relaxations,
  notes: string[],
): Promise<void> {
  let { origin } = settings;
  for (let run = 0; run < RUNS_MAX; run += 1) {
    const core = await options.core(settings.profile);
    relaxations.made.length = 0;
    const start = (now: number): void => core.call.start(settings.addresses.local, ...SECRET, now);
    const executor = new Executor(script, { ...settings, origin }, core, relaxations, start);
    try {
      executor.run();
      return;
    } catch (error) {
      if (!(error instanceof OtherClock)) throw asFailure(error, executor.line);
      origin = (origin + error.laterMs) >>> 0;
    } finally {
      notes.splice(0, notes.length, ...executor.notes);
    }
  }
  throw new ScriptFailure(
    1,
    `an initial sequence number near ${settings.iss ?? 0}`,
    'others, whatever the clock shows',
  );
}

/** What the core does against its contract, a trap above all, is a failure of the script that brought it there. */
function asFailure(error: unknown, line: number): unknown {
  const isBroken = error instanceof BrokenContract || (error instanceof Error && error.name === 'CoreTrap');
  return isBroken ? new ScriptFailure(line, 'a core that keeps its contract', error.message) : error;
}
