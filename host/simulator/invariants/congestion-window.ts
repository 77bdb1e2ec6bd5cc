import { Counter, State, Table, TimerKind } from '../../../assembly/numbers.js';
import { distance, isAfter } from '../circle.js';
import type { Flow } from '../flow.js';
import type { Invariant, Observer } from '../observer.js';
import type { Row } from '../row.js';
import type { Segment } from '../segment.js';
import type { Station } from '../station.js';
import type { World } from '../world.js';

const HEADERS = 40;

export const congestionWindow: Invariant = {
  name: 'congestion-window',
  sentence:
    'Never more is under way than the initial window and what was acknowledged since allow (RFC 5681 section 3.1); behind a time-out the window is one segment and the threshold half of what was under way.',
  watch: (world) => new CongestionWindow(world),
};

/** What one end may have under way at most. */
interface Account {
  station: Station;
  una: number;
  bound: number;
  /** The most octets that the peer has SACKed: they are not under way any more. */
  sacked: number;
  backoff: number;
  /** The station's time-outs at the last look. */
  timeouts: number;
  /** A time-out has set the threshold before, from a flight that is not known any more. */
  hasTimedOut: boolean;
}

class CongestionWindow implements Observer {
  readonly #world: World;
  readonly #accounts = new Map<Flow, Account>();

  constructor(world: World) {
    this.#world = world;
  }

  onArrived(_at: Station, segment: Segment, flow: Flow): void {
    const account = this.#accounts.get(flow.back);
    if (account === undefined) return;
    const acked = distance(segment.ack, account.una);
    const sacked = sackedBy(segment);
    if (sacked > account.sacked) {
      account.bound += sacked - account.sacked;
      account.sacked = sacked;
    }
    // A duplicate lets one more segment out (RFC 3042) or inflates the window (RFC 6582).
    if (acked <= 0) account.bound += segmentOf(flow);
    else if (!isAfter(segment.ack, flow.back.sentEnd)) {
      account.bound += acked;
      account.una = segment.ack;
    }
  }

  onSent(_from: Station, segment: Segment, flow: Flow | undefined): void {
    const account = flow === undefined ? undefined : this.#accounts.get(flow);
    if (flow === undefined || account === undefined || segment.length === 0) return;
    const end = segment.seq + segment.length;
    if (!isAfter(end, flow.sentEnd)) return;
    const underWay = distance(end, account.una);
    // A tail probe may go beyond the window by one segment (RFC 8985 section 7.3).
    const most = account.bound + segmentOf(flow.back);
    if (underWay > most) this.#world.violated(`${underWay} octets are under way, and the window allows ${most}`);
  }

  afterTurn(station: Station): void {
    // What arrives on a serial line is not seen.
    if (station.plan.serial) return;
    for (let i = 0; i < station.count; i++) {
      const row = station.rows[i];
      if (row?.flow === undefined || row.table !== Table.CONNECTION) continue;
      if (row.state < State.ESTABLISHED || row.una === row.iss) continue;
      const account = this.#accountOf(station, row.flow, row);
      this.#checkTimeout(row, account);
      account.una = row.una;
    }
  }

  onRestart(station: Station): void {
    for (const [flow, account] of this.#accounts) if (account.station === station) this.#accounts.delete(flow);
  }

  #checkTimeout(row: Row, account: Account): void {
    const timeouts = account.station.machine.call.counter(Counter.TIMEOUTS);
    // A sliver of a window that is filled counts as a repeat too, and is no time-out.
    const hasTimedOut = timeouts > account.timeouts && row.backoff > account.backoff;
    account.timeouts = timeouts;
    const isRepeating = hasTimedOut && row.timerKind === TimerKind.RETRANSMISSION && row.retransmissionLeft >= 0;
    if (isRepeating && row.cwnd > row.mss) {
      this.#world.violated(`behind a time-out the congestion window is ${row.cwnd}, and a segment ${row.mss}`);
    }
    const isFirst = isRepeating && account.backoff === 0 && !account.hasTimedOut;
    const half = Math.max((row.nxt - row.una) >>> 1, 2 * row.mss);
    if (isFirst && row.ssthresh > half) {
      this.#world.violated(`behind a time-out the threshold is ${row.ssthresh}, and half of the flight ${half}`);
    }
    if (isRepeating) account.hasTimedOut = true;
    account.backoff = row.backoff;
  }

  #accountOf(station: Station, flow: Flow, row: Row): Account {
    let account = this.#accounts.get(flow);
    if (account === undefined) {
      // A cookie may have remembered another MSS, a smaller one.
      const { mss } = row;
      const bound = (mss > 1095 ? 3 : 4) * mss + distance(row.una, row.iss + 1);
      const underWay = distance(row.nxt, row.una);
      if (underWay > bound + 1) this.#world.violated(`${underWay} octets are the first to leave, and ${bound} may`);
      account = {
        station,
        una: row.una,
        bound,
        sacked: 0,
        backoff: 0,
        timeouts: Infinity,
        hasTimedOut: false,
      };
      this.#accounts.set(flow, account);
    }
    return account;
  }
}

function sackedBy({ edges, blocks }: Segment): number {
  let octets = 0;
  for (let i = 0; i < 2 * blocks; i += 2) octets += distance(edges[i + 1] ?? 0, edges[i] ?? 0);
  return octets;
}

/** Octets of the largest segment that this end takes. */
function segmentOf({ mss }: Flow): number {
  return Math.max(mss, 68 - HEADERS);
}
