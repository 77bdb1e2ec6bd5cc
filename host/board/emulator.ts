// Starts a board's image in its emulator, or natively, and says by which link it is reached.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '../modules.js';
import type { Board } from './board.js';
import { BuildError } from './build-error.js';
import { isInstalled } from './toolchain.js';

export interface RunningBoard {
  /** unix:PATH or slip:PATH, for open(). */
  link: string;
  process: ChildProcess;
  /** Ends the emulator and removes what it left. */
  stop(): Promise<void>;
}

/** An emulator is there within a second on a machine that does nothing else. */
const PATIENCE_MS = 60_000;

/** Starts the emulator with the images that a build left; `more`: words behind those of its board.json. */
export async function startEmulator(
  board: Board,
  images: Record<string, string>,
  more: string[] = [],
): Promise<RunningBoard> {
  const { emulator } = board;
  if (!emulator) throw new BuildError(`There is no emulator for ${board.name}: flash it instead.`);
  const folder = await mkdtemp(join(tmpdir(), 'slipway-board-'));
  const socket = join(folder, 'line');
  const [program = '', ...words] = [...emulator.command, ...more].map((word) =>
    fill(word, { ...images, socket, root: packageRoot() }),
  );
  if (!program.includes('/') && program !== 'node' && !isInstalled(program)) {
    throw new BuildError(`${board.name} runs in ${program}: apt install ${emulator.package}`);
  }
  const child = spawn(program === 'node' ? process.execPath : program, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  // Whatever ends this process, the emulator goes with it.
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  const stop = () => end(child, folder);
  try {
    const link = board.family === 'host' ? `slip:${await firstLine(child)}` : `unix:${await appeared(child, socket)}`;
    return { link, process: child, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Puts values into the words of a command that is data. */
export function fill(word: string, values: Record<string, string>): string {
  return word.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}

async function end(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
  await rm(folder, { recursive: true, force: true });
}

async function appeared(child: ChildProcess, path: string): Promise<string> {
  let said = '';
  child.stderr?.on('data', (text: Buffer) => (said += text.toString()));
  for (let waited = 0; waited < PATIENCE_MS; waited += 20) {
    if (isListening(path)) return path;
    if (child.exitCode !== null) break;
    await sleep(20);
  }
  throw new BuildError(`The emulator did not start: ${said.trim().split('\n').at(-1) ?? ''}`);
}

/** Set in /proc/net/unix for a socket that listens (linux/net.h: __SO_ACCEPTCON). */
const ACCEPTS = 0x10000;

/**
 * Whether somebody listens at a path. The file is there a moment earlier, from bind() on, and until listen() whoever connects is
 * refused; to try it would take the one connection that an emulator waits for. Elsewhere than on Linux the file must do.
 */
function isListening(path: string): boolean {
  if (!existsSync(path)) return false;
  if (!existsSync(SOCKETS)) return true;
  const lines = readFileSync(SOCKETS, 'utf8').split('\n');
  return lines.some((line) => line.endsWith(` ${path}`) && (parseInt(line.split(' ')[3] ?? '', 16) & ACCEPTS) !== 0);
}

const SOCKETS = '/proc/net/unix';

async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new BuildError('The board has no output.');
  for await (const line of createInterface(child.stdout)) return line;
  throw new BuildError('The board ended before it named its line.');
}
