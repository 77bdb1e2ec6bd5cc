// A network namespace with a kernel of its own, so to speak: nothing of it reaches the machine's network.
import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { start, without, withoutRoot, type Running } from '../cli/slipway.js';

/** Why tests with the kernel are left out, if they are. */
export function withoutKernel(): string | false {
  if (process.platform !== 'linux') return 'needs Linux';
  if (!existsSync('/dev/net/tun')) return '/dev/net/tun is missing';
  return withoutRoot() || without('ip', 'ss', 'ping', 'curl');
}

/** For what is so within a second on a quiet machine. */
const PATIENCE_MS = 60_000;

export class Namespace {
  readonly name: string;

  constructor(t: TestContext) {
    this.name = `slipway-${process.pid}-${Math.trunc(performance.now())}`;
    run(['ip', 'netns', 'add', this.name]);
    t.after(() => run(['ip', 'netns', 'del', this.name]));
  }

  /** Joins a board to this namespace's kernel. */
  async join(t: TestContext, link: string): Promise<Running> {
    const tun = start(t, ['tun', '--link', link], { namespace: this.name });
    await tun.says(/slip0: the kernel is 192\.168\.7\.1 and the board 192\.168\.7\.2/);
    return tun;
  }

  /** Runs a command inside to its end. */
  run(command: string[]): string {
    return run(['ip', 'netns', 'exec', this.name, ...command]);
  }

  /** Starts a few lines of JavaScript inside: the kernel's sockets under node:net. */
  node(t: TestContext, script: string): ChildProcessWithoutNullStreams {
    const child = spawn('ip', ['netns', 'exec', this.name, process.execPath, '--input-type=module', '-e', script]);
    t.after(() => child.kill('SIGKILL'));
    return child;
  }

  /** The kernel's states of its TCP connections with a port of the board's, as ss tells them. */
  states(port: number): string[] {
    const lines = this.run(['ss', '-tanH']).split('\n');
    return lines.flatMap((line) => {
      const [state = '', , , local = '', remote = ''] = line.split(/\s+/);
      return `${local} ${remote}`.includes(`192.168.7.2:${port}`) ? [state] : [];
    });
  }
}

/** Waits until something is so, or says what it is instead. */
export async function until<T>(look: () => Promise<T> | T, isSo: (value: T) => boolean, what: string): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const value = await look();
    if (isSo(value)) return value;
    assert.ok(Date.now() < end, `${what}, but it is ${JSON.stringify(value)}`);
    await sleep(100);
  }
}

function run([command = '', ...args]: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  assert.equal(status, 0, `${command} ${args.join(' ')}: ${stderr}`);
  return stdout;
}
