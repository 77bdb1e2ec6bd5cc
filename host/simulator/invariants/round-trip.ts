import { Counter, State, Table } from '../../../assembly/numbers.js';
import { isAfter } from '../circle.js';
import type { Flow } from '../flow.js';
import type { Invariant, Observer } from '../observer.js';
import type { Row } from '../row.js';
import type { Segment } from '../segment.js';
import type { Station } from '../station.js';
import type { World } from '../world.js';

/** ms; RFC 6298 (2.5). */
const LONGEST = 60_000;
/** ms; what the fractions of SRTT and RTTVAR, which are not told, may add. */
const FRACTIONS = 4;

export const roundTrip: Invariant = {
  name: 'round-trip',
  sentence:
    'The RTO is SRTT and four times RTTVAR (RFC 6298), more only behind a time-out; no segment that was sent twice is timed (Karn), and no round trip is shorter than the wires.',
  watch: (world) => new RoundTrip(world),
};

interface Estimate {
  /** Which of the flow's SYNs it began with: another has numbers of its own. */
  begins: number;
  srtt: number;
  rttvar: number;
  /** The end of all that was sent when something was last repeated; -1: never. In this turn, and before it. */
  repeating: number;
  repeated: number;
}

class RoundTrip implements Observer {
  readonly #world: World;
  readonly #estimates = new Map<Flow, Estimate>();

  constructor(world: World) {
    this.#world = world;
  }

  onSent(_from: Station, segment: Segment, flow: Flow | undefined): void {
    if (flow === undefined || segment.len === 0 || isAfter(segment.seq + segment.len, flow.sentEnd)) return;
    this.#estimateOf(flow).repeating = flow.sentEnd;
  }

  afterTurn(station: Station): void {
    for (let i = 0; i < station.count; i++) {
      const row = station.rows[i];
      if (row?.flow === undefined || row.table !== Table.CONNECTION || row.state < State.ESTABLISHED) continue;
      const isMeasured = row.srtt !== 0 || row.rttvar !== 0;
      const estimate = this.#estimateOf(row.flow);
      if (isMeasured && (row.srtt !== estimate.srtt || row.rttvar !== estimate.rttvar)) {
        this.#checkSample(station, row, row.flow, estimate);
      }
      if (isMeasured) this.#checkTimeout(station, row);
      estimate.repeated = estimate.repeating;
    }
  }

  /** A new sample has come in. */
  #checkSample(station: Station, row: Row, flow: Flow, estimate: Estimate): void {
    const isFirst = estimate.srtt === 0 && estimate.rttvar === 0;
    const isStamping = flow.isStamping && flow.back.isStamping;
    const isKarn = estimate.repeated >= 0 && !isAfter(row.una, estimate.repeated);
    if (isKarn && !isStamping && !isFirst) this.#world.violated('a segment is timed that was sent twice');
    estimate.srtt = row.srtt;
    estimate.rttvar = row.rttvar;
    // What an old timestamp or a duplicate echoes is longer, never shorter.
    const shortest = this.#world.network.shortestRoundTrip(station);
    if (row.srtt < shortest - 2) {
      this.#world.violated(`SRTT is ${row.srtt} ms, and no round trip takes less than ${shortest}`);
    }
  }

  #checkTimeout(station: Station, { srtt, rttvar, rto }: Row): void {
    const least = Math.min(Math.max(srtt + Math.max(4 * rttvar, 1), station.rtoMin), LONGEST);
    if (rto < least) this.#world.violated(`the RTO is ${rto} ms, SRTT ${srtt} and RTTVAR ${rttvar} make it ${least}`);
    if (rto > LONGEST) this.#world.violated(`the RTO is ${rto} ms`);
    const hasBackedOff = station.machine.call.counter(Counter.TIMEOUTS) > 0;
    if (!hasBackedOff && rto > least + FRACTIONS) {
      this.#world.violated(
        `the RTO is ${rto} ms without a time-out, SRTT ${srtt} and RTTVAR ${rttvar} make it ${least}`,
      );
    }
  }

  #estimateOf(flow: Flow): Estimate {
    let estimate = this.#estimates.get(flow);
    if (estimate?.begins !== flow.begins) {
      estimate = { begins: flow.begins, srtt: 0, rttvar: 0, repeating: -1, repeated: -1 };
      this.#estimates.set(flow, estimate);
    }
    return estimate;
  }

  onRestart(): void {
    this.#estimates.clear();
  }
}
