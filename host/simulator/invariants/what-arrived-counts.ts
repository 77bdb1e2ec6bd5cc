import { Flag, State, Table } from '../../../assembly/numbers.js';
import { distance, isAfter, isBefore } from '../circle.js';
import type { Flow } from '../flow.js';
import type { Invariant, Observer } from '../observer.js';
import type { Row } from '../row.js';
import type { Segment } from '../segment.js';
import type { Station } from '../station.js';
import type { World } from '../world.js';

export const whatArrivedCounts: Invariant = {
  name: 'what-arrived-counts',
  sentence:
    'Text and FIN that arrived beyond a hole are not asked for again: when the hole is filled RCV.NXT moves behind them (SHLD-31).',
  watch: (world) => new WhatArrivedCounts(world),
};

/** The least number of stretches that any profile remembers. */
const RANGES_MOST = 2;

/** What one end must still have beyond RCV.NXT. */
interface Kept {
  ranges: { left: number; right: number }[];
  /** What lies before this may have taken places that are not counted here: nothing is expected to be kept. */
  unknownUntil: number;
  isUnknown: boolean;
  /** The latest timestamp that has arrived: an older one may be refused (PAWS). */
  latest: number;
}

class WhatArrivedCounts implements Observer {
  readonly #world: World;
  /** By the flow of the receiver. */
  readonly #kept = new Map<Flow, Kept>();

  constructor(world: World) {
    this.#world = world;
  }

  onArrived(station: Station, segment: Segment, flow: Flow): void {
    if (segment.len === 0) return;
    const receiver = flow.back;
    const row = rowOf(station, receiver);
    const kept = this.#keptOf(receiver);
    const right = (segment.seq + segment.len) >>> 0;
    const isOld = segment.hasTimestamps && isBefore(segment.timestamp, kept.latest);
    if (segment.hasTimestamps && !isOld) kept.latest = segment.timestamp;
    if (row !== undefined && isReceiving(row) && !isAfter(segment.seq, row.rcvNxt)) return;
    const isExpected = !kept.isUnknown && !isOld && row !== undefined && mustBeTaken(segment, right, row);
    if (isExpected && add(kept.ranges, segment.seq, right)) return;
    if (!kept.isUnknown || isAfter(right, kept.unknownUntil)) kept.unknownUntil = right;
    kept.isUnknown = true;
  }

  afterTurn(station: Station): void {
    for (let i = 0; i < station.count; i++) {
      const row = station.rows[i];
      if (row?.flow === undefined) continue;
      const kept = this.#kept.get(row.flow);
      if (kept === undefined) continue;
      if (row.state >= State.CLOSE_WAIT) this.#kept.delete(row.flow);
      else this.#check(kept, row);
    }
  }

  #check(kept: Kept, { rcvNxt }: Row): void {
    if (kept.isUnknown && !isBefore(rcvNxt, kept.unknownUntil)) kept.isUnknown = false;
    if (kept.ranges.length === 0) return;
    for (const { left, right } of kept.ranges) {
      if (isAfter(left, rcvNxt) || !isBefore(rcvNxt, right)) continue;
      this.#world.violated(
        `${distance(right, rcvNxt)} octets arrived beyond a hole, it is filled, and they are not taken`,
      );
    }
    kept.ranges = kept.ranges.filter(({ right }) => isAfter(right, rcvNxt));
  }

  #keptOf(flow: Flow): Kept {
    let kept = this.#kept.get(flow);
    if (kept === undefined) {
      this.#kept.set(flow, (kept = { ranges: [], unknownUntil: 0, isUnknown: false, latest: 0 }));
    }
    return kept;
  }
}

/** Inside the window, with an acknowledgment that fits, for somebody who reads. */
function mustBeTaken(segment: Segment, right: number, row: Row): boolean {
  const isPlain = !segment.has(Flag.SYN) && !segment.has(Flag.RST) && segment.has(Flag.ACK);
  const isInside = distance(row.rcvNxt + row.rcvWnd, right) >= 0;
  const isTimely = distance(segment.ack, row.una) >= 0 && distance(row.nxt, segment.ack) >= 0;
  return isPlain && isInside && isTimely && isReceiving(row);
}

function rowOf({ rows, count }: Station, flow: Flow): Row | undefined {
  for (let i = 0; i < count; i++) if (rows[i]?.flow === flow) return rows[i];
  return undefined;
}

function isReceiving({ table, state, handle }: Row): boolean {
  const isOpen = state === State.ESTABLISHED || state === State.FIN_WAIT_1 || state === State.FIN_WAIT_2;
  return table === Table.CONNECTION && isOpen && handle !== 0;
}

/** Joins a stretch to the others; false, and nothing changes, when they would be too many. */
function add(ranges: { left: number; right: number }[], left: number, right: number): boolean {
  const touching = ranges.filter((range) => !isAfter(range.left, right) && !isBefore(range.right, left));
  if (touching.length === 0 && ranges.length === RANGES_MOST) return false;
  for (const range of touching) {
    if (isBefore(range.left, left)) left = range.left;
    if (isAfter(range.right, right)) right = range.right;
    ranges.splice(ranges.indexOf(range), 1);
  }
  ranges.push({ left, right });
  return true;
}
