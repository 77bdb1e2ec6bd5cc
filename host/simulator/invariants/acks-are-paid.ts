import { State, Table } from '../../../assembly/numbers.js';
import { distance } from '../circle.js';
import type { Flow } from '../flow.js';
import type { Invariant, Observer } from '../observer.js';
import type { Segment } from '../segment.js';
import type { Station } from '../station.js';
import type { World } from '../world.js';

export const acksArePaid: Invariant = {
  name: 'acks-are-paid',
  sentence:
    'Text is acknowledged within the delay (MUST-40), every second full segment and every FIN at once (SHLD-19), and so is each segment that arrives out of order or again.',
  watch: (world) => new AcksArePaid(world),
};

/** Octets; RFC 9293 section 3.7.1. */
const FULL_LEAST = 536;
const HEADERS = 40;

/** What one end has received and not yet acknowledged. */
interface Debt {
  since: number;
  ack: number;
  /** The largest text of a segment that arrived. */
  full: number;
  /** Where the last segment with text began, and when it arrived; whether there has been one since. */
  beyond: number;
  beyondAt: number;
  beyondAck: number;
  isBeyond: boolean;
}

class AcksArePaid implements Observer {
  readonly #world: World;
  /** By the flow of the one who owes. */
  readonly #debts = new Map<Flow, Debt>();

  constructor(world: World) {
    this.#world = world;
  }

  onArrived(_at: Station, segment: Segment, flow: Flow): void {
    const debt = this.#debtOf(flow.back);
    if (segment.length > debt.full) debt.full = segment.length;
    if (segment.length === 0) return;
    debt.isBeyond = true;
    debt.beyond = segment.seq;
    debt.beyondAt = this.#world.time;
    debt.beyondAck = segment.ack;
  }

  afterTurn(station: Station): void {
    if (!station.isDrained) return;
    for (let i = 0; i < station.count; i++) {
      const row = station.rows[i];
      if (row?.flow === undefined || row.table !== Table.CONNECTION || row.flow.isReset) continue;
      if (row.state < State.ESTABLISHED || row.state === State.TIME_WAIT || !row.flow.hasAcknowledged) continue;
      const debt = this.#debtOf(row.flow);
      // One that acknowledges what is long past is refused (RFC 5961 section 5), and not always answered.
      const isHeard = debt.isBeyond && distance(debt.beyondAck, row.una) >= 0;
      const isOutOfOrder = isHeard && distance(debt.beyond, row.rcvNxt) > 0;
      debt.isBeyond = false;
      if (isOutOfOrder && row.flow.sentAt < debt.beyondAt) {
        this.#world.violated('a segment out of order drew no ACK at once');
      }
      this.#check(station, debt, row.state, row.flow.ack, distance(row.rcvNxt, row.flow.ack));
    }
  }

  #check(station: Station, debt: Debt, state: number, ack: number, unpaid: number): void {
    const { time } = this.#world;
    if (unpaid <= 0) {
      debt.since = -1;
      return;
    }
    // Whatever is sent acknowledges all: the debt began behind it.
    if (debt.since < 0 || debt.ack !== ack) debt.since = time;
    debt.ack = ack;
    const hasFin = state === State.CLOSE_WAIT || state === State.CLOSING || state === State.LAST_ACK;
    if (hasFin) this.#world.violated(`${unpaid} octets with a FIN are not acknowledged at once`);
    // Small segments are no reason for haste: what counts as full is 536 octets at least, or what the MTU holds; what arrives on a serial line is not seen.
    const most = station.mtu - HEADERS;
    const full = station.plan.serial ? most : Math.max(debt.full, Math.min(FULL_LEAST, most));
    if (unpaid >= 2 * full) {
      this.#world.violated(`${unpaid} octets, two full segments of ${full}, are not acknowledged at once`);
    }
    const due = debt.since + station.delayedAck;
    if (station.wakeAt > due) {
      this.#world.violated(
        `an ACK is due in ${(due - time).toFixed(0)} ms and will come in ${(station.wakeAt - time).toFixed(0)}`,
      );
    }
  }

  #debtOf(flow: Flow): Debt {
    let debt = this.#debts.get(flow);
    if (debt === undefined)
      this.#debts.set(
        flow,
        (debt = { since: -1, ack: 0, full: 0, beyond: 0, beyondAt: 0, beyondAck: 0, isBeyond: false }),
      );
    return debt;
  }
}
