// Folding: a bulk transfer is hundreds of like segments, of which a person wants to see one line. A run is in-order text in
// one direction of one connection, with the plain acknowledgments that answer it; whatever is remarkable ends it.
import { Flag } from '../../assembly/numbers.js';
import type { DatagramEvent, TraceEvent } from './event.js';

export interface Run {
  /** The last segment of the run; the numbers that matter are those of the end. */
  event: DatagramEvent;
  segments: number;
  octets: number;
  /** Acknowledgments that came back meanwhile. */
  acks: number;
  /** The relative sequence number of the run's first octet. */
  first: number;
}

export class Folder {
  readonly #unfolds: boolean;
  readonly #one: (event: TraceEvent) => void;
  readonly #run: (run: Run) => void;
  readonly #open = new Map<number, OpenRun>();

  /** Hands on single events, and runs of them, in the order in which they ended. */
  constructor(unfolds: boolean, one: (event: TraceEvent) => void, run: (run: Run) => void) {
    this.#unfolds = unfolds;
    this.#one = one;
    this.#run = run;
  }

  event(event: TraceEvent): void {
    if (this.#unfolds || event.connection === 0) {
      this.#one(event);
      return;
    }
    const open = this.#open.get(event.connection);
    if (event.type === 'datagram' && open !== undefined && isAck(event, open)) addAck(open, event);
    else if (event.type === 'datagram' && open !== undefined && continues(event, open)) addText(open, event);
    else {
      this.#close(event.connection);
      if (event.type === 'datagram' && isPlain(event) && lengthOf(event) > 0)
        this.#open.set(event.connection, begin(event));
      else this.#one(event);
    }
  }

  /** Prints the runs that have rested. */
  tick(time: number): void {
    for (const [connection, { last }] of this.#open) if (time - last > REST_SECONDS) this.#close(connection);
  }

  flush(): void {
    for (const connection of [...this.#open.keys()]) this.#close(connection);
  }

  #close(connection: number): void {
    const open = this.#open.get(connection);
    if (open === undefined) return;
    this.#open.delete(connection);
    if (open.run.segments < SEGMENTS_MIN) for (const event of open.events) this.#one(event);
    else this.#run(open.run);
  }
}

interface OpenRun {
  run: Run;
  /** Kept until the run is long enough to be folded. */
  events: DatagramEvent[];
  next: number;
  last: number;
}

/** Fewer segments than this are printed one by one. */
const SEGMENTS_MIN = 4;
/** A run that nothing is added to for so long is over. */
const REST_SECONDS = 0.3;

function begin(event: DatagramEvent): OpenRun {
  const seq = event.relative?.seq ?? 0;
  const octets = lengthOf(event);
  return {
    run: { event, segments: 1, octets, acks: 0, first: seq },
    events: [event],
    next: seq + octets,
    last: event.time,
  };
}

function addText(open: OpenRun, event: DatagramEvent): void {
  open.run.event = event;
  open.run.segments += 1;
  open.run.octets += lengthOf(event);
  open.next += lengthOf(event);
  keep(open, event);
}

function addAck(open: OpenRun, event: DatagramEvent): void {
  open.run.acks += 1;
  keep(open, event);
}

function keep(open: OpenRun, event: DatagramEvent): void {
  open.last = event.time;
  if (open.run.segments < SEGMENTS_MIN) open.events.push(event);
}

/** More text of the run's direction, where the last ended. */
function continues(event: DatagramEvent, open: OpenRun): boolean {
  return (
    event.from === open.run.event.from && isPlain(event) && lengthOf(event) > 0 && event.relative?.seq === open.next
  );
}

function isAck(event: DatagramEvent, open: OpenRun): boolean {
  return event.from !== open.run.event.from && isPlain(event) && lengthOf(event) === 0;
}

/** Nothing remarkable: sent once, arrived, taken, and no state changed. */
function isPlain(event: DatagramEvent): boolean {
  const { tcp } = event.datagram;
  if (tcp === undefined || (tcp.flags & ~(Flag.ACK | Flag.PSH)) !== 0) return false;
  if (event.repeat > 0 || event.drop !== '' || !['taken', 'unknown'].includes(event.fate)) return false;
  if (!PLAIN_CAUSES.has(event.cause)) return false;
  return Object.values(event.states).every(({ before, after }) => before === after);
}

const PLAIN_CAUSES = new Set(['', 'written', 'ack', 'delayed-ack', 'window-update']);

function lengthOf(event: DatagramEvent): number {
  return event.datagram.tcp?.length ?? 0;
}
