import { Flag } from '../../assembly/numbers.js';
import { Written } from './content.js';
import type { Segment } from './datagram.js';
import { readOption } from './options.js';
import { add, difference, distance } from './sequence.js';
import type { TcpOption } from './syntax.js';

/** A segment in the script's numbers: relative to the initial sequence numbers of its connection. */
export interface RelativeSegment {
  flags: number;
  seq: number;
  length: number;
  ack: number;
  win: number;
  urg: number;
  options: TcpOption[];
}

/**
 * The other end of one connection, as a script sees it: four numbers that name the connection, and what it takes to turn
 * the script's numbers into those on the wire and back. It knows no state of TCP.
 */
export class Peer {
  localIsn: number | undefined;
  remoteIsn: number | undefined;
  /** What the script calls our initial sequence number: 0 in nearly all. */
  scriptIsn = 0;
  /** ISN of a SYN that arrived while the connection had one: it counts once it has been acknowledged. */
  candidateIsn: number | undefined;
  /** Our timestamp clock less the script's. */
  timestampOffset: number | undefined;
  written = new Written();
  /** Octets of the peer's stream that the application has read. */
  readOctets = 0;
  /** The last acknowledgment sent, in the script's numbers, and its window as the field had it. */
  lastAck = 0;
  lastWindow = 0;
  /** The right edge of the window that we have advertised, relative like an acknowledgment; it never moves left. */
  edge = 0;
  /** The peer's SYN has offered to scale windows; we do when both have. */
  offersScale = false;
  #ourScale = 0;
  /** Receive windows that the script believes us to have, in octets; see Relaxations. */
  readonly scriptWindows = new Set<number>();
  scriptScale = 0;
  /** Our last segment, which an ICMP error quotes unless it names another. */
  lastSent: Segment | undefined;

  constructor(
    readonly label: number,
    readonly localAddress: number,
    /** undefined until an active open has shown it. */
    public localPort: number | undefined,
    readonly remoteAddress: number,
    readonly remotePort: number,
  ) {}

  /** Whether a segment that leaves belongs to this connection. */
  owns(segment: Segment): boolean {
    if (segment.destination !== this.remoteAddress || segment.destinationPort !== this.remotePort) return false;
    if (segment.source !== this.localAddress) return false;
    if (this.localPort !== undefined) return segment.sourcePort === this.localPort;
    return segment.flags === Flag.SYN;
  }

  /** Takes note of a segment that leaves: SYNs tell where our numbers begin. */
  noteSent(segment: Segment): void {
    this.localPort ??= segment.sourcePort;
    this.lastSent = segment;
    if ((segment.flags & Flag.ACK) !== 0) this.#noteAcknowledgment(segment);
    if ((segment.flags & Flag.SYN) === 0) return;
    const scale = segment.options.map(readOption).find((option) => option.kind === 'wscale');
    this.#ourScale = scale?.kind === 'wscale' ? (scale.value ?? 0) : 0;
    if (this.localIsn === undefined) this.begin(segment.seq);
  }

  /** A new life of the connection, with a new initial sequence number of ours. */
  begin(localIsn: number | undefined): void {
    this.localIsn = localIsn;
    this.timestampOffset = undefined;
    this.written = new Written();
    this.readOctets = 0;
  }

  #noteAcknowledgment(segment: Segment): void {
    const isSyn = (segment.flags & Flag.SYN) !== 0;
    if (isSyn && this.candidateIsn !== undefined && segment.ack === add(this.candidateIsn, 1)) {
      if (this.candidateIsn !== this.remoteIsn || segment.seq !== this.localIsn) this.begin(segment.seq);
      this.remoteIsn = this.candidateIsn;
    }
    this.lastAck = distance(this.remoteIsn ?? 0, segment.ack);
    this.lastWindow = segment.win;
    // The window field of a SYN is never scaled (RFC 7323 section 2.2).
    const edge = this.lastAck + (isSyn || !this.offersScale ? segment.win : segment.win * 2 ** this.#ourScale);
    if (isSyn || difference(this.edge, edge) > 0) this.edge = edge;
  }

  /**
   * Takes note of a SYN that arrives, and of the state it meets (undefined: there is no connection). One that meets a
   * connection counts only once it has been acknowledged.
   */
  noteSyn(seq: number, offersScale: boolean, state: string | undefined): void {
    this.candidateIsn = seq;
    if (state !== undefined && state !== 'SYN-SENT') return;
    this.remoteIsn = seq;
    this.offersScale = offersScale;
    if (state === undefined) this.begin(undefined);
  }

  /** A script's SEQ, of a segment that arrives, on the wire. SYNs are absolute. */
  wireSeq(flags: number, seq: number): number {
    return (flags & Flag.SYN) !== 0 ? seq >>> 0 : add(this.remoteIsn ?? 0, seq);
  }

  wireAck(ack: number): number {
    return add(this.localIsn ?? 0, ack);
  }

  /** A stretch of our own numbers, as a SACK option or an ICMP error names it. */
  wireOwn(seq: number): number {
    return add(this.localIsn ?? 0, seq);
  }

  wireEcho(ecr: number): number {
    return ecr === 0 ? 0 : add(this.timestampOffset ?? 0, ecr);
  }

  relative(segment: Segment): RelativeSegment {
    return {
      flags: segment.flags,
      seq: this.#relativeSeq(segment),
      length: segment.text.length,
      ack: distance(this.remoteIsn ?? 0, segment.ack),
      win: segment.win,
      urg: segment.urg,
      options: segment.options.map((option) => this.#relativeOption(readOption(option))),
    };
  }

  #relativeSeq(segment: Segment): number {
    const answersNobody = (segment.flags & Flag.RST) !== 0 && (segment.flags & Flag.ACK) !== 0 && segment.seq === 0;
    // RFC 9293 section 3.10.7.1: a reset that answers a segment without ACK has SEQ 0, whatever our numbers are.
    if (answersNobody) return 0;
    const relative = distance(this.localIsn ?? 0, segment.seq);
    return (segment.flags & Flag.SYN) !== 0 ? add(relative, this.scriptIsn) : relative;
  }

  #relativeOption(option: TcpOption): TcpOption {
    if (option.kind === 'TS' && option.val !== undefined && this.timestampOffset !== undefined) {
      return { ...option, val: distance(this.timestampOffset, option.val) };
    }
    if (option.kind !== 'sack') return option;
    const begin = this.remoteIsn ?? 0;
    const blocks = option.blocks.map(({ left, right }) => ({
      left: distance(begin, left),
      right: distance(begin, right),
    }));
    return { kind: 'sack', blocks };
  }
}
