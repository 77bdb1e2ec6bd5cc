// What passes in one direction between two ends, as seen on the wire: the simulator's own account of a connection, kept
// without asking the core.
import { Flag } from '../../assembly/numbers.js';
import { isAfter } from './circle.js';
import type { Row } from './row.js';
import type { Segment } from './segment.js';

export class Flow {
  /** The other direction. */
  back!: Flow;
  /** A SYN has been seen; the rest means nothing before. */
  hasBegun = false;
  /** How many different SYNs: two cookies may be out at once, or a new life has begun. */
  begins = 0;
  iss = 0;
  /** Of the SYN before the last, as a cookie's that was sent while there was no room. */
  formerIss = 0;
  /** Behind the last octet of sequence space sent. */
  sentEnd = 0;
  /** The highest SEQ of all. */
  seqMost = 0;
  /** The right edge promised to the other end, and the last acknowledgment. */
  hasAcknowledged = false;
  edge = 0;
  ack = 0;
  /** The shift that this direction's SYN offered; -1: none. */
  scale = -1;
  mss = 536;
  /** Whether its SYN offered timestamps and permitted SACK; the first and the latest value of its clock. */
  isStamping = false;
  permitsSack = false;
  firstStamp = 0;
  stamp = 0;
  /** Time of the last segment sent, and heard by its sender. */
  sentAt = 0;
  heardAt = 0;
  /** The sequence number last sent with text, SYN or FIN, when, how often in a silence, and after how long. */
  readonly last = { seq: 0, at: -1, count: 0, gap: 0 };
  /** The sender of this flow reset the connection, or its peer did. */
  isReset = false;

  /** The window field of this flow's segments, in octets. */
  windowOf(segment: Segment): number {
    if (segment.has(Flag.SYN) || this.scale < 0 || this.back.scale < 0) return segment.window;
    return segment.window * 2 ** this.scale;
  }

  #noteRepeat(seq: number, time: number): void {
    if (seq === this.last.seq && this.heardAt < this.last.at) {
      this.last.gap = time - this.last.at;
      this.last.count += 1;
    } else {
      this.last.count = 0;
      this.last.gap = 0;
    }
    this.last.seq = seq;
    this.last.at = time;
  }

  /** A new SYN begins the account anew. */
  begin(segment: Segment): void {
    this.hasBegun = true;
    this.begins += 1;
    this.formerIss = this.iss;
    this.iss = segment.seq;
    this.sentEnd = segment.seq;
    this.seqMost = segment.seq;
    this.hasAcknowledged = false;
    this.scale = segment.scale;
    this.mss = segment.mss === 0 ? 536 : segment.mss;
    this.isStamping = segment.hasTimestamps;
    this.permitsSack = segment.permitsSack;
    this.firstStamp = this.stamp = segment.timestamp;
    // An answer to the SYN of an earlier life goes its own way.
    this.isReset = segment.has(Flag.ACK) && segment.ack !== (this.back.iss + 1) >>> 0;
    // What the other end still says of an earlier life means nothing for this one.
    if (this.back.hasAcknowledged) this.back.isReset = true;
  }

  /** Takes a segment into the account, once the invariants have judged it. */
  sent(segment: Segment, time: number): void {
    this.sentAt = time;
    if (segment.has(Flag.RST)) {
      this.isReset = this.back.isReset = true;
      return;
    }
    const end = (segment.seq + segment.len) >>> 0;
    if (isAfter(end, this.sentEnd)) this.sentEnd = end;
    if (isAfter(segment.seq, this.seqMost)) this.seqMost = segment.seq;
    if (end !== segment.seq) this.#noteRepeat(segment.seq, time);
    if (segment.hasTimestamps && isAfter(segment.timestamp, this.stamp)) this.stamp = segment.timestamp;
    if (!segment.has(Flag.ACK)) return;
    this.ack = segment.ack;
    this.edge = (segment.ack + this.windowOf(segment)) >>> 0;
    this.hasAcknowledged = true;
  }
}

/** All flows of a run, by their four numbers. */
export class Flows {
  readonly #flows = new Map<number, Flow>();

  /** One end has lost its memory: nothing that either had promised counts before a new SYN. */
  forget(address: number): void {
    for (const [key, flow] of this.#flows) {
      const source = Math.floor(key / 2 ** 40) & 0xff;
      if (source === (address & 0xff)) flow.isReset = flow.back.isReset = true;
    }
  }

  ofRow({ localAddress, localPort, remoteAddress, remotePort }: Row): Flow {
    return this.of(localAddress, localPort, remoteAddress, remotePort);
  }

  of(source: number, sourcePort: number, destination: number, destinationPort: number): Flow {
    const key = keyOf(source, sourcePort, destination, destinationPort);
    const known = this.#flows.get(key);
    if (known !== undefined) return known;
    const flow = new Flow();
    const back = new Flow();
    flow.back = back;
    back.back = flow;
    this.#flows.set(key, flow);
    this.#flows.set(keyOf(destination, destinationPort, source, sourcePort), back);
    return flow;
  }
}

/** Simulated addresses differ in their last octet alone, so that all four numbers fit into 48 bits. */
function keyOf(source: number, sourcePort: number, destination: number, destinationPort: number): number {
  return ((source & 0xff) * 256 + (destination & 0xff)) * 2 ** 32 + sourcePort * 65536 + destinationPort;
}
