import { Counter, Flag, State } from '../../../assembly/numbers.js';
import type { Flow } from '../flow.js';
import type { Invariant, Observer } from '../observer.js';
import type { Segment } from '../segment.js';
import type { Side } from '../side.js';
import type { Station } from '../station.js';
import type { World } from '../world.js';

export const timeWait: Invariant = {
  name: 'time-wait',
  sentence:
    'TIME-WAIT lasts 2 MSL from the last FIN that arrived, each of which is acknowledged; only a full table or a new SYN cuts it short (MUST-13).',
  watch: (world) => new TimeWait(world),
};

interface Wait {
  station: Station;
  /** When it will be over. */
  endsAt: number;
  /** A SYN has come, which may have opened the connection anew. */
  mayEnd: boolean;
  /** Seen in the present turn. */
  turn: number;
}

class TimeWait implements Observer {
  readonly #world: World;
  /** By the flow of the one who waits. */
  readonly #waits = new Map<Flow, Wait>();
  readonly #finHeard = new Set<Flow>();
  #turn = 0;

  constructor(world: World) {
    this.#world = world;
  }

  onArrived(_at: Station, segment: Segment, flow: Flow): void {
    // The very FIN that began the wait, again.
    const isRepeated = segment.has(Flag.FIN) && !segment.has(Flag.RST) && !segment.has(Flag.SYN);
    if (isRepeated && this.#waits.has(flow.back)) this.#finHeard.add(flow.back);
    // A new SYN may open the connection again.
    const wait = this.#waits.get(flow.back);
    if (wait !== undefined && segment.has(Flag.SYN)) wait.mayEnd = true;
  }

  /** A line carries octets: when they make a segment only the core can tell. */
  onSent(_from: Station, segment: Segment, flow: Flow | undefined): void {
    const wait = flow === undefined ? undefined : this.#waits.get(flow.back);
    if (wait?.station.plan.serial === true && segment.has(Flag.SYN)) wait.mayEnd = true;
  }

  /** An abort ends it too (section 3.10.5). */
  onLetGo({ flow, lingers }: Side, how: 'close' | 'abort'): void {
    const wait = flow === undefined ? undefined : this.#waits.get(flow);
    if (wait !== undefined && (how === 'abort' || lingers)) wait.mayEnd = true;
  }

  onRestart(station: Station): void {
    for (const [flow, wait] of this.#waits) if (wait.station === station) this.#waits.delete(flow);
  }

  afterTurn(station: Station): void {
    this.#turn += 1;
    for (let i = 0; i < station.count; i++) {
      const row = station.rows[i];
      if (row?.flow !== undefined && row.state === State.TIME_WAIT) this.#see(station, row.flow, row.lifeLeft);
    }
    for (const [flow, wait] of this.#waits) {
      if (wait.station !== station || wait.turn === this.#turn) continue;
      this.#waits.delete(flow);
      const isRecycled = station.machine.call.counter(Counter.TIME_WAIT_RECYCLED) > 0;
      const left = wait.endsAt - this.#world.time;
      if (left > 1 && !isRecycled && !wait.mayEnd)
        this.#world.violated(`TIME-WAIT ends ${left.toFixed(0)} ms too early`);
    }
  }

  #see(station: Station, flow: Flow, left: number): void {
    const { time } = this.#world;
    const whole = 2 * station.msl;
    const wait = this.#waits.get(flow);
    if (left > whole) this.#world.violated(`TIME-WAIT is to last ${left} ms, and 2 MSL are ${whole}`);
    if (wait === undefined && left !== whole) this.#world.violated(`TIME-WAIT begins with ${left} ms of ${whole}`);
    if (this.#finHeard.delete(flow) && station.isDrained) {
      if (left !== whole) this.#world.violated(`a FIN arrives in TIME-WAIT, and ${left} ms are left of ${whole}`);
      if (flow.sentAt !== time) this.#world.violated('a FIN arrives in TIME-WAIT and is not acknowledged');
    }
    const endsAt = Math.floor(time) + left;
    if (wait !== undefined && endsAt < wait.endsAt - 1) this.#world.violated('TIME-WAIT is cut short');
    this.#waits.set(flow, { station, endsAt, mayEnd: wait?.mayEnd ?? false, turn: this.#turn });
  }
}
