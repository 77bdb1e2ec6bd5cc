import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UsageError } from '../usage-error.js';

/**
 * A serial cable: two ptys that socat joins. Pulled, both devices are gone, as when a USB cable is pulled; plugged again,
 * they come back by the same names.
 */
export class PtyCable {
  readonly ends: readonly [string, string];
  readonly #folder: string;
  #socat: ChildProcess | undefined;

  private constructor(folder: string) {
    this.#folder = folder;
    this.ends = [join(folder, 'laptop'), join(folder, 'board')];
  }

  static async create(): Promise<PtyCable> {
    const cable = new PtyCable(await mkdtemp(join(tmpdir(), 'slipway-soak-')));
    await cable.plug();
    return cable;
  }

  get isPlugged(): boolean {
    return this.#socat !== undefined;
  }

  async plug(): Promise<void> {
    if (this.#socat !== undefined) return;
    const socat = spawn(
      'socat',
      this.ends.map((path) => `pty,raw,echo=0,link=${path}`),
      { stdio: 'ignore' },
    );
    const failed = new Promise<never>((_resolve, reject) => {
      socat.once('error', () =>
        reject(new UsageError("The cable is made by socat; install it with 'apt install socat'.")),
      );
    });
    this.#socat = socat;
    await Promise.race([this.#appears(), failed]);
  }

  async pull(): Promise<void> {
    const socat = this.#socat;
    if (socat === undefined) return;
    this.#socat = undefined;
    if (socat.exitCode !== null || socat.signalCode !== null) return;
    const gone = once(socat, 'exit');
    socat.kill();
    await gone;
  }

  async remove(): Promise<void> {
    await this.pull();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #appears(): Promise<void> {
    for (let waited = 0; !this.ends.every((path) => existsSync(path)); waited += STEP_MS) {
      if (waited > LIMIT_MS) throw new Error('socat has made no ptys in a minute; look whether it runs.');
      await sleep(STEP_MS);
    }
  }
}

const STEP_MS = 20;
const LIMIT_MS = 60_000;
