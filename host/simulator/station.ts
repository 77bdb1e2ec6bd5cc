// A core among others: its address, its clock, its place on the medium, and what it was seen to hold after its last turn.
import { Config } from '../../assembly/numbers.js';
import type { Flow } from './flow.js';
import type { Machine } from './machine.js';
import { mix } from './mix.js';
import type { StationPlan } from './plan.js';
import { Row } from './row.js';

const FIRST_ADDRESS = 0x0a000001;

export class Station {
  readonly index: number;
  readonly plan: StationPlan;
  readonly machine: Machine;
  readonly address: number;
  /** The MTU in force. */
  mtu: number;
  readonly delayedAck: number;
  readonly msl: number;
  readonly rtoMin: number;
  /** Connections and entries, `count` of them valid: filled after each turn. */
  readonly rows: Row[] = [];
  count = 0;
  /** The flows of these. */
  flows: Flow[] = [];
  /** Virtual ms at which it must be asked again; Infinity: after another call only. */
  wakeAt = Infinity;
  /** Its last turn ended because it had nothing more to send, and not because its line was busy. */
  isDrained = false;
  /** When its line will have sent what it has. */
  busyUntil = 0;
  /** What deadline() answered last. */
  deadline = -1;
  #lives = 0;
  readonly #done = { restarts: 0, relistens: 0 };

  constructor(index: number, plan: StationPlan, machine: Machine) {
    this.index = index;
    this.plan = plan;
    this.machine = machine;
    this.address = FIRST_ADDRESS + index;
    this.mtu = this.#configured(Config.MTU, machine.mtu);
    this.delayedAck = this.#configured(Config.DELAYED_ACK, 100);
    this.msl = this.#configured(Config.MSL, 120_000);
    this.rtoMin = this.#configured(Config.RTO_MIN, 200);
  }

  /** When it restarts or listens again; Infinity: not any more. */
  get nextAgenda(): number {
    return Math.min(
      this.plan.restarts[this.#done.restarts] ?? Infinity,
      this.plan.relistens[this.#done.relistens] ?? Infinity,
    );
  }

  /** Whether the next of these has come; it is then done. */
  takeDue(what: 'restarts' | 'relistens', time: number): boolean {
    if ((this.plan[what][this.#done[what]] ?? Infinity) > time) return false;
    this.#done[what] += 1;
    return true;
  }

  #configured(name: number, otherwise: number): number {
    return this.plan.config.find(([key]) => key === name)?.[1] ?? otherwise;
  }

  /** Begins anew, without memory; its secret is never the same. */
  start(time: number): void {
    const { call } = this.machine;
    this.#lives += 1;
    const secret = (n: number): number => mix(this.plan.secret, this.#lives, n);
    call.start(this.address, secret(1), secret(2), secret(3), secret(4), this.now(time));
    for (const [name, value] of this.plan.config) call.configure(name, value);
    if (this.plan.serial) call.configure(Config.STEP, 1);
  }

  /** What its clock shows. */
  now(time: number): number {
    return (this.plan.origin + Math.floor(time)) >>> 0;
  }

  /** The first time from `time` on at which it is not paused. */
  nextAwake(time: number): number {
    let at = time;
    for (const [from, to] of this.plan.pauses) if (at >= from && at < to) at = to;
    return at;
  }

  /** Looks at every connection and entry. */
  look(): void {
    const { machine, rows } = this;
    this.count = 0;
    for (let at = machine.call.list(0); at > 0; at = machine.call.list(this.count)) {
      const row = rows[this.count] ?? (rows[this.count] = new Row());
      row.read(machine, at);
      this.count += 1;
    }
  }
}
