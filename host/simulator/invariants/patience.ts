import { Config, Fault, Option, State, Table, TimerKind } from '../../../assembly/numbers.js';
import type { Flow } from '../flow.js';
import type { Invariant, Observer } from '../observer.js';
import type { Row } from '../row.js';
import type { Side } from '../side.js';
import type { Station } from '../station.js';
import type { World } from '../world.js';

/** ms; the defaults of Config.R2 and Config.SYN_R2, and the longest interval between two looks at them. */
const R2 = 100_000;
const SYN_R2 = 180_000;
const LONGEST = 60_000;
/** Of the time-out: the first of what is repeated may have left a little before the last was heard. */
const EARLY = 0.6;
/** Repeats behind which R1 has surely been reported. */
const REPEATS_TOLD = 5;

export const patience: Invariant = {
  name: 'patience',
  sentence:
    'A silent peer is given up behind R2 or the user’s own time-out (MUST-20, RFC 5482), neither much sooner nor much later, and R1 is told before (SHLD-9).',
  watch: (world) => new Patience(world),
};

class Patience implements Observer {
  readonly #world: World;
  /** Since when the sender of a flow waits for an answer, and hears none. */
  readonly #since = new Map<Flow, number>();

  constructor(world: World) {
    this.#world = world;
  }

  onFailed(side: Side): void {
    const { flow, station } = side;
    if (side.fault !== Fault.TIMED_OUT || flow === undefined || side.isKeptAlive || station.plan.serial) return;
    const silent = this.#world.time - flow.heardAt;
    const least = EARLY * patienceOf(side, false);
    if (silent < least) {
      this.#world.violated(
        `the peer is given up behind ${silent.toFixed(0)} ms of silence, and ${least} at least are due`,
      );
    }
  }

  afterTurn(station: Station): void {
    for (let i = 0; i < station.count; i++) {
      const row = station.rows[i];
      if (row?.flow === undefined || row.table !== Table.CONNECTION || row.state === State.CLOSED) continue;
      const side = this.#world.sideByIss(station, row.iss);
      if (side === undefined || row.handle === 0) continue;
      const isRepeating = row.timerKind === TimerKind.RETRANSMISSION && row.retransmissionLeft >= 0;
      if (isRepeating && row.backoff >= REPEATS_TOLD && !side.wasWarned) {
        this.#world.violated(`${row.backoff} repeats without an answer, and the user was not told`);
      }
      this.#checkWaiting(row, row.flow, side);
    }
  }

  #checkWaiting(row: Row, flow: Flow, side: Side): void {
    const { time } = this.#world;
    const isWaiting = row.una !== row.nxt;
    if (!isWaiting || !this.#since.has(flow)) this.#since.set(flow, time);
    if (!isWaiting) return;
    const silent = time - Math.max(this.#since.get(flow) ?? time, flow.heardAt);
    const most = patienceOf(side, row.state < State.ESTABLISHED) + 2 * LONGEST + pausesOf(side.station);
    if (silent > most && !side.station.plan.serial) {
      this.#world.violated(`nobody has answered for ${silent.toFixed(0)} ms, and the peer is not given up`);
    }
  }
}

function patienceOf({ plan, station }: Side, isOpening: boolean): number {
  const own = plan.options.find(([name]) => name === Option.USER_TIMEOUT)?.[1];
  const configured = (name: number, otherwise: number): number =>
    station.plan.config.find(([key]) => key === name)?.[1] ?? otherwise;
  return own ?? (isOpening ? configured(Config.SYN_R2, SYN_R2) : configured(Config.R2, R2));
}

function pausesOf({ plan }: Station): number {
  return plan.pauses.reduce((all, [from, to]) => all + to - from, 0);
}
