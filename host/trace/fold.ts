// Folding: a bulk transfer is hundreds of like segments, of which a person wants to see one line. A run is in-order text of
// one connection, in one direction or both, with the plain acknowledgments between; whatever is remarkable ends it.
import { Flag } from '../../assembly/numbers.js';
import { otherEnd, type DatagramEvent, type End, type TraceEvent } from './event.js';

/** What went in one direction of a run. */
export interface Strand {
  /** The last segment with text: the numbers that matter are those of the end. */
  event: DatagramEvent;
  segments: number;
  octets: number;
  /** The relative sequence number of the first octet. */
  first: number;
  /** Pure acknowledgments that came back from the other end. */
  acks: number;
}

export class Folder {
  readonly #unfolds: boolean;
  readonly #one: (event: TraceEvent) => void;
  readonly #strand: (strand: Strand) => void;
  readonly #open = new Map<number, Run>();

  /** Hands on single events, and the strands of runs, in the order in which they ended. */
  constructor(unfolds: boolean, one: (event: TraceEvent) => void, strand: (strand: Strand) => void) {
    this.#unfolds = unfolds;
    this.#one = one;
    this.#strand = strand;
  }

  event(event: TraceEvent): void {
    if (this.#unfolds || event.connection === 0) {
      this.#one(event);
      return;
    }
    if (this.#open.get(event.connection)?.add(event) === true) return;
    this.#close(event.connection);
    const run = new Run();
    // A run begins with text.
    if (event.type === 'datagram' && lengthOf(event) > 0 && run.add(event)) this.#open.set(event.connection, run);
    else this.#one(event);
  }

  /** Prints the runs that have rested. */
  tick(time: number): void {
    for (const [connection, run] of this.#open) if (time - run.last > REST_SECONDS) this.#close(connection);
  }

  flush(): void {
    for (const connection of [...this.#open.keys()]) this.#close(connection);
  }

  /** A single segment, such as a request before a long answer, is no run. */
  #hand(strand: Strand): void {
    if (strand.segments === 1) this.#one(strand.event);
    else this.#strand(strand);
  }

  #close(connection: number): void {
    const run = this.#open.get(connection);
    if (run === undefined) return;
    this.#open.delete(connection);
    if (run.isShort) for (const event of run.events) this.#one(event);
    else for (const strand of run.strands) this.#hand(strand);
  }
}

/** Fewer segments than this are printed one by one. */
const SEGMENTS_MIN = 4;
/** A run that nothing is added to for so long is over. */
const REST_SECONDS = 0.3;

class Run {
  last = 0;
  /** Kept until the run is long enough to be folded. */
  readonly events: DatagramEvent[] = [];
  readonly #strands: Partial<Record<End, Strand>> = {};

  get isShort(): boolean {
    return this.strands.reduce((sum, { segments }) => sum + segments, 0) < SEGMENTS_MIN;
  }

  get strands(): Strand[] {
    const { laptop, board } = this.#strands;
    return [laptop, board].filter((strand) => strand !== undefined);
  }

  /** False when the event does not belong to the run: it is remarkable, or out of order. */
  add(event: TraceEvent): boolean {
    if (event.type !== 'datagram' || !isPlain(event)) return false;
    const octets = lengthOf(event);
    if (octets === 0) return this.#addAck(event);
    const seq = event.relative?.seq ?? 0;
    const strand = (this.#strands[event.from] ??= { event, segments: 0, octets: 0, first: seq, acks: 0 });
    if (seq !== strand.first + strand.octets) return false;
    strand.event = event;
    strand.segments += 1;
    strand.octets += octets;
    this.#keep(event);
    return true;
  }

  #addAck(event: DatagramEvent): boolean {
    const strand = this.#strands[otherEnd(event.from)];
    if (strand === undefined) return false;
    strand.acks += 1;
    this.#keep(event);
    return true;
  }

  #keep(event: DatagramEvent): void {
    this.last = event.time;
    if (this.isShort) this.events.push(event);
  }
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
