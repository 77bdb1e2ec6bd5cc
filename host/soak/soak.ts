// The soak: boards on real ptys, mixed traffic, frames lost, cables pulled; and at the end nothing is lost and nothing held.

import { setTimeout as sleep } from 'node:timers/promises';
import type { WireOptions } from '../link/wire.js';
import { Random } from '../random.js';
import { type Held, held } from './bounds.js';
import { Rig } from './rig.js';
import { type Act, ECHO_ACTS, HTTP_ACTS } from './traffic.js';

export interface SoakOptions {
  durationMs: number;
  faults: WireOptions;
  /** From one pull of each cable to the next, and how long it stays out. */
  pullEveryMs: number;
  pulledMs: number;
  /** How long one act may take before it counts as lost. */
  patienceMs: number;
  seed: number;
  /** Told of the counts so far. */
  onProgress?: ((report: SoakReport) => void) | undefined;
}

export interface SoakReport {
  seconds: number;
  /** How often each act was done. */
  acts: Record<string, number>;
  /** Octets that came back right. */
  octets: number;
  pulls: number;
  /** What frames met, in both directions of all cables. */
  faults: Record<string, number>;
  retransmissions: number;
  timeouts: number;
  connections: number;
  /** Acts that failed, in words. */
  lost: string[];
  /** What was still held when nothing should have been, in words. */
  leaked: string[];
  before: Held;
  after: Held;
}

/** As many people as use each board at once. */
const WORKERS = 4;
/** ms between two acts of one of them, at most. */
const PAUSE_MS = 100;
/** For TIME-WAIT, FIN-WAIT-2 (60 s) and a last retransmission to run out. */
const QUIET_MS = 75_000;
/** What caches may take. */
const DESCRIPTORS_MORE = 2;
const MEMORY_MORE = 8 * 2 ** 20;
/** Of the run, before what is held is first counted: what is made once has been made then. */
const WARM_SHARE = 0.25;

export async function soak(options: SoakOptions): Promise<SoakReport> {
  const rigs = [
    await Rig.create('http', options.faults, options.seed),
    await Rig.create('echo', options.faults, options.seed + 1),
  ];
  const run = new Run(options, rigs);
  try {
    return await run.run();
  } finally {
    for (const rig of rigs) await rig.close();
  }
}

class Run {
  readonly #options: SoakOptions;
  readonly #rigs: readonly Rig[];
  readonly #report: SoakReport;
  readonly #began = performance.now();

  constructor(options: SoakOptions, rigs: readonly Rig[]) {
    this.#options = options;
    this.#rigs = rigs;
    const none = { descriptors: 0, memory: 0 };
    this.#report = {
      seconds: 0,
      acts: {},
      octets: 0,
      pulls: 0,
      faults: {},
      retransmissions: 0,
      timeouts: 0,
      connections: 0,
      lost: [],
      leaked: [],
      before: none,
      after: none,
    };
  }

  async run(): Promise<SoakReport> {
    const users = this.#rigs.flatMap((rig, index) =>
      Array.from({ length: WORKERS }, (_, worker) =>
        this.#use(
          rig,
          rig.app === 'http' ? HTTP_ACTS : ECHO_ACTS,
          new Random(this.#options.seed + 100 * index + worker),
        ),
      ),
    );
    await Promise.all([...users, this.#watch(), ...this.#rigs.map((rig, index) => this.#pull(rig, index))]);
    await this.#becomeQuiet();
    this.#judge();
    return this.#count();
  }

  get #isOver(): boolean {
    return performance.now() - this.#began >= this.#options.durationMs;
  }

  /** One of those who use a board, act after act. */
  async #use(rig: Rig, acts: Readonly<Record<string, Act>>, random: Random): Promise<void> {
    const names = Object.keys(acts);
    while (!this.#isOver) {
      const name = names[random.below(names.length)] ?? '';
      try {
        this.#report.octets +=
          (await acts[name]?.({ stack: rig.stack, random, patienceMs: this.#options.patienceMs })) ?? 0;
        this.#report.acts[name] = (this.#report.acts[name] ?? 0) + 1;
      } catch (error) {
        this.#report.lost.push(`${this.#seconds.toFixed(0)} s, ${rig.app}, ${name}: ${(error as Error).message}`);
      }
      await sleep(random.below(PAUSE_MS));
    }
  }

  /** The cables are pulled in turn. */
  async #pull(rig: Rig, index: number): Promise<void> {
    const { pullEveryMs, pulledMs } = this.#options;
    await this.#sleep(pullEveryMs * ((index + 1) / this.#rigs.length));
    while (!this.#isOver) {
      await rig.cable.pull();
      this.#report.pulls += 1;
      await sleep(pulledMs);
      await rig.cable.plug();
      await this.#sleep(pullEveryMs - pulledMs);
    }
  }

  async #watch(): Promise<void> {
    await this.#sleep(this.#options.durationMs * WARM_SHARE);
    // With a cable out its devices are closed, and would seem to be opened later.
    while (!this.#rigs.every((rig) => rig.isJoined)) await sleep(100);
    this.#report.before = held();
    while (!this.#isOver) {
      this.#options.onProgress?.(this.#count());
      await this.#sleep(10_000);
    }
  }

  /** No longer than the run. */
  async #sleep(ms: number): Promise<void> {
    for (const until = performance.now() + ms; performance.now() < until && !this.#isOver;) await sleep(100);
  }

  async #becomeQuiet(): Promise<void> {
    const until = performance.now() + QUIET_MS;
    while (performance.now() < until && this.#rigs.some((rig) => rig.inUse.length > 0)) await sleep(100);
    // Streams close, and links that were opened again let their watchers go, a moment later.
    await sleep(1000);
  }

  #judge(): void {
    const report = this.#report;
    const { before } = report;
    const after = (report.after = held());
    for (const { app, inUse } of this.#rigs) if (inUse.length > 0) report.leaked.push(`${app}: ${inUse.join(', ')}`);
    if (after.descriptors > before.descriptors + DESCRIPTORS_MORE)
      report.leaked.push(`file descriptors: ${before.descriptors}, then ${after.descriptors}`);
    if (after.memory > before.memory + MEMORY_MORE)
      report.leaked.push(`memory: ${before.memory} octets, then ${after.memory}`);
    for (const name of Object.keys({ ...HTTP_ACTS, ...ECHO_ACTS }))
      if (report.acts[name] === undefined) report.lost.push(`${name} was never done`);
  }

  #count(): SoakReport {
    const report = this.#report;
    report.seconds = this.#seconds;
    report.faults = {};
    for (const { faults } of this.#rigs)
      for (const [name, count] of Object.entries(faults)) report.faults[name] = (report.faults[name] ?? 0) + count;
    const counters = this.#rigs.flatMap(({ stack, board }) => [stack.core.counters(), board.core.counters()]);
    const sum = (name: string): number => counters.reduce((all, one) => all + Number(one[name] ?? 0), 0);
    report.retransmissions = sum('retransmissions');
    report.timeouts = sum('timeouts');
    report.connections = sum('activeOpens');
    return { ...report, acts: { ...report.acts } };
  }

  get #seconds(): number {
    return (performance.now() - this.#began) / 1000;
  }
}
