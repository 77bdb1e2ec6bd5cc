// The command line as its user runs it: the built program in a process of its own.
import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

export const ROOT = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
const MAIN = path.join(ROOT, 'dist/host/cli/main.js');
/** For what takes a second on a quiet machine: only what will never come is to be told by it. */
const PATIENCE_MS = 120_000;

/** Builds what is stale: nothing, when npm test has done so already. */
export function build(): void {
  for (const tool of ['tools/build-wasm.mjs', 'tools/build-host.mjs']) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [tool, '--quiet'], { cwd: ROOT, encoding: 'utf8' });
    assert.equal(status, 0, stdout + stderr);
  }
}

export interface Result {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a command to its end. */
export function slipway(
  args: string[],
  { env = {}, timeoutMs = PATIENCE_MS }: { env?: NodeJS.ProcessEnv; timeoutMs?: number } = {},
): Result {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    timeout: timeoutMs,
    maxBuffer: 256e6,
  });
  return { status, stdout, stderr };
}

/** A command that goes on until it is stopped. */
export interface Running {
  readonly process: ChildProcessWithoutNullStreams;
  stdout: string;
  stderr: string;
  /** The exit status, once it has ended and all that it said has arrived: the exit alone is told before the last words. */
  readonly ended: Promise<number | null>;
  /** Resolves with the match once the output has one; rejects when the program ends before or takes too long. */
  says(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  /** Ctrl-C, or another signal; resolves as `ended`. What is killed may leave its output to children: that is not waited for. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts a command, in a network namespace if one is named, and sees to it that it does not outlive the test. */
export function start(t: TestContext, args: string[], { namespace }: { namespace?: string } = {}): Running {
  const inside = namespace === undefined ? [] : ['ip', 'netns', 'exec', namespace];
  const [command = '', ...rest] = [...inside, process.execPath, MAIN, ...args];
  const child = spawn(command, rest, { cwd: ROOT });
  const listeners = new Set<() => void>();
  const exited = new Promise((resolve) => child.once('exit', resolve));
  let isOver = false;
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', () => {
      isOver = true;
      for (const listener of listeners) listener();
      resolve(child.exitCode);
    });
  });
  const running: Running = {
    process: child,
    stdout: '',
    stderr: '',
    ended,
    says: (pattern, timeoutMs = PATIENCE_MS) => said(running, { listeners, isOver: () => isOver }, pattern, timeoutMs),
    stop: async (signal = 'SIGINT') => {
      child.kill(signal);
      await (signal === 'SIGKILL' ? exited : ended);
      return child.exitCode;
    },
  };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      running[stream] += text;
      for (const listener of listeners) listener();
    });
  }
  t.after(() => running.stop('SIGKILL'));
  return running;
}

/** Told whenever the output has grown or is whole. */
interface Output {
  listeners: Set<() => void>;
  isOver: () => boolean;
}

async function said(
  running: Running,
  { listeners, isOver }: Output,
  pattern: RegExp,
  timeoutMs: number,
): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      listeners.delete(look);
      settle();
    };
    const fail = (why: string): void =>
      finish(() =>
        reject(new Error(`${why} before it said ${pattern}\n${running.stdout.slice(-2000)}\n${running.stderr}`)),
      );
    const look = (): void => {
      const match = pattern.exec(running.stdout) ?? pattern.exec(running.stderr);
      if (match !== null) finish(() => resolve(match));
      else if (isOver()) fail(`It ended with ${running.process.exitCode}`);
    };
    const timer = setTimeout(() => fail(`${timeoutMs} ms passed`), timeoutMs);
    listeners.add(look);
    look();
  });
}

/** The demo, and the URL of its board. */
export async function demo(t: TestContext, args: string[] = []): Promise<{ running: Running; url: string }> {
  const running = start(t, ['demo', ...args]);
  const [, url = ''] = await running.says(/(http:\/\/127\.0\.0\.1:\d+)\//);
  return { running, url };
}

/** A reason to leave a test out, when a program that it needs is absent. */
export function without(...tools: string[]): string | false {
  const absent = tools.filter((tool) => !isThere(tool));
  return absent.length === 0 ? false : `${absent.join(', ')} not installed`;
}

export function withoutRoot(): string | false {
  return process.getuid?.() === 0 ? false : 'needs root';
}

function isThere(tool: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => {
    try {
      accessSync(path.join(folder, tool), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** A folder that is gone after the test. */
export function folder(t: TestContext): string {
  const name = mkdtempSync(path.join(tmpdir(), 'slipway-'));
  // Programs of the test may still be writing there: then it is not empty at once.
  t.after(() => rmSync(name, { recursive: true, force: true, maxRetries: 20 }));
  return name;
}
