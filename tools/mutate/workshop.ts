// A copy of the tree in which mutants are built and tested; the checkout is never touched.

import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { apply, type Mutation } from './mutations.js';
import type { Stage } from './stages.js';

const COPIED = [
  'assembly',
  'host',
  'boards',
  'tests',
  'tools',
  'build',
  'dist',
  'docs',
  'package.json',
  'tsconfig.json',
  'asconfig.json',
];

interface Answer {
  wasm?: Uint8Array;
  refusal?: string;
  isRefused?: boolean;
}

export interface Outcome {
  passed: boolean;
  /** The first test that failed, or how it ended without naming one. */
  how: string;
  isNamed: boolean;
  ms: number;
}

export class Workshop {
  readonly #directory: string;
  readonly #compiler = new Worker(new URL('./compiler.mjs', import.meta.url));
  readonly #children = new Set<ReturnType<typeof spawn>>();

  /** `pages` says how much memory each module needs, so that a mutant is compiled once and not twice. */
  constructor(
    readonly root: string,
    readonly pages: ReadonlyMap<string, number>,
  ) {
    this.#directory = mkdtempSync(path.join(tmpdir(), 'slipway-mutate-'));
    for (const name of COPIED.filter((entry) => existsSync(path.join(root, entry)))) {
      cpSync(path.join(root, name), path.join(this.#directory, name), { recursive: true });
    }
    symlinkSync(path.join(root, 'node_modules'), path.join(this.#directory, 'node_modules'));
  }

  /** The octets of a module with the mutation in it; undefined when the compiler refuses it. */
  async build(name: string, mutation?: Mutation): Promise<Buffer | undefined> {
    const changed = mutation && { file: mutation.file, text: apply(this.root, mutation) };
    const answer = new Promise<Answer>((resolve, reject) => {
      this.#compiler.once('message', resolve);
      this.#compiler.once('error', reject);
    });
    this.#compiler.postMessage({ root: this.root, name, pages: this.pages.get(name), changed });
    const { wasm, refusal, isRefused } = await answer;
    this.#compiler.removeAllListeners('error');
    if (wasm !== undefined) return Buffer.from(wasm);
    if (isRefused) return undefined;
    throw new Error(refusal);
  }

  install(name: string, wasm: Buffer): void {
    writeFileSync(path.join(this.#directory, 'build', `${name}.wasm`), wasm);
  }

  /**
   * Runs a stage; one that takes longer than `limitMs` counts as failed, for a mutant may well loop. One that fails without
   * naming a test is run again: it may be the machine that had no memory left, and not the mutant.
   */
  async run(stage: Stage, limitMs: number, isTold = false): Promise<Outcome> {
    const first = await this.#runOnce(stage, limitMs, isTold);
    return first.passed || first.isNamed ? first : this.#runOnce(stage, limitMs, isTold);
  }

  async #runOnce(stage: Stage, limitMs: number, isTold: boolean): Promise<Outcome> {
    const began = Date.now();
    const argv = stage.argv((directory) => testFiles(this.#directory, directory));
    const child = spawn(process.execPath, argv, {
      cwd: this.#directory,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.#children.add(child);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (isTold) process.stderr.write(chunk);
      });
    }
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      endGroup(child.pid);
    }, limitMs);
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    clearTimeout(timer);
    this.#children.delete(child);
    const [, name] = /^ *(?:FAIL|not ok \d+ -) (.*)$/m.exec(said) ?? [];
    const how = isLate ? `no end within ${limitMs} ms` : (name ?? `exit ${code}`);
    return { passed: !isLate && code === 0, how, isNamed: isLate || name !== undefined, ms: Date.now() - began };
  }

  close(): void {
    void this.#compiler.terminate();
    for (const child of this.#children) endGroup(child.pid);
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** The test runner has children of its own, and a mutant's may not listen to a polite signal. */
function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself in the meantime.
  }
}

function testFiles(root: string, directory: string): string[] {
  if (!existsSync(path.join(root, directory))) return [];
  return readdirSync(path.join(root, directory), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => path.join(directory, file))
    .sort();
}
