// A Linux kernel of one's own, so to speak: a network namespace with one TUN device, whose other end is a link of this
// process. Nothing of it reaches the machine's network. It needs root.
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import type { Link } from '../link/link.js';
import { openTun } from '../link/tun.js';

export interface KernelOptions {
  /** The kernel's own address, and the one at our end. */
  address: string;
  peer: string;
  /** Settings of its network: { 'net.ipv4.tcp_congestion_control': 'reno' }. */
  settings?: Readonly<Record<string, string>>;
}

/** Several in one process must not meet. */
let count = 0;

export class Kernel implements AsyncDisposable {
  /** What the kernel sends to the peer arrives here, and what is sent here arrives at the kernel. */
  readonly device: Link;
  readonly #namespace: string;
  readonly #children: ChildProcessWithoutNullStreams[] = [];

  private constructor(namespace: string, device: Link) {
    this.#namespace = namespace;
    this.device = device;
  }

  static async create({ address, peer, settings = {} }: KernelOptions): Promise<Kernel> {
    count += 1;
    const namespace = `slipway-${process.pid}-k${count}`;
    const device = `slw${process.pid}k${count}`;
    execFileSync('ip', ['netns', 'add', namespace]);
    const link = await openTun({ device }).catch((error: unknown) => {
      execFileSync('ip', ['netns', 'del', namespace]);
      throw error;
    });
    const kernel = new Kernel(namespace, link);
    try {
      execFileSync('ip', ['link', 'set', device, 'netns', namespace]);
      kernel.run('ip', 'addr', 'add', address, 'peer', peer, 'dev', device);
      kernel.run('ip', 'link', 'set', 'lo', 'up');
      kernel.run('ip', 'link', 'set', device, 'up');
      for (const [name, value] of Object.entries(settings)) kernel.run('sysctl', '-q', '-w', `${name}=${value}`);
      return kernel;
    } catch (error) {
      await kernel.close();
      throw error;
    }
  }

  /** Runs a command inside to its end: what it printed. */
  run(command: string, ...args: string[]): string {
    return execFileSync('ip', ['netns', 'exec', this.#namespace, command, ...args], { encoding: 'utf8' });
  }

  /** Starts a few lines of JavaScript inside: the kernel's sockets under node:net. */
  node(script: string): ChildProcessWithoutNullStreams {
    const node = [process.execPath, '--input-type=module', '-e', script];
    const child = spawn('ip', ['netns', 'exec', this.#namespace, ...node]);
    this.#children.push(child);
    return child;
  }

  async close(): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    await this.device.close();
    execFileSync('ip', ['netns', 'del', this.#namespace]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
