// A peer that is no stack: it puts any segment it likes into a core and reads what the core answers. For what no honest peer
// would send, and for filling tables.
import { Flag, Protocol } from '../../assembly/numbers.js';
import type { Machine } from './machine.js';
import { Segment } from './segment.js';

const IPV4_HEADER = 20;
const TCP_HEADER = 20;

export interface GhostSegment {
  from: number;
  fromPort: number;
  to: number;
  toPort: number;
  seq: number;
  ack?: number;
  flags: number;
  window?: number;
  urgent?: number;
  text?: Uint8Array;
  /** Whole words. */
  options?: Uint8Array;
}

/** Writes the datagram at `at`, checksums and all; answers its octets. */
export function writeGhostSegment(octets: Buffer, at: number, segment: GhostSegment): number {
  const { text, options } = segment;
  const header = TCP_HEADER + (options?.length ?? 0);
  const total = header + (text?.length ?? 0);
  const tcp = at + IPV4_HEADER;
  octets.fill(0, at, tcp + TCP_HEADER);
  octets.writeUInt16BE(segment.fromPort, tcp);
  octets.writeUInt16BE(segment.toPort, tcp + 2);
  octets.writeUInt32BE(segment.seq >>> 0, tcp + 4);
  octets.writeUInt32BE((segment.ack ?? 0) >>> 0, tcp + 8);
  octets[tcp + 12] = (header >> 2) << 4;
  octets[tcp + 13] = segment.flags;
  octets.writeUInt16BE(segment.window ?? 4096, tcp + 14);
  octets.writeUInt16BE(segment.urgent ?? 0, tcp + 18);
  if (options !== undefined) octets.set(options, tcp + TCP_HEADER);
  if (text !== undefined) octets.set(text, tcp + header);
  writeIpv4(octets, at, Protocol.TCP, segment.from, segment.to, IPV4_HEADER + total);
  const pseudo = sumOf(octets, at + 12, 8) + Protocol.TCP + total;
  octets.writeUInt16BE(complement(pseudo + sumOf(octets, tcp, total)), tcp + 16);
  return IPV4_HEADER + total;
}

/** An ICMP message: type, code, the four octets behind the sum, and what follows. Answers the datagram's octets. */
export function writeGhostIcmp(
  octets: Buffer,
  at: number,
  { from, to, type, code, value }: { from: number; to: number; type: number; code: number; value: number },
  text: Uint8Array,
): number {
  const message = at + IPV4_HEADER;
  octets[message] = type;
  octets[message + 1] = code;
  octets.writeUInt16BE(0, message + 2);
  octets.writeUInt32BE(value, message + 4);
  octets.set(text, message + 8);
  const total = 8 + text.length;
  octets.writeUInt16BE(complement(sumOf(octets, message, total)), message + 2);
  writeIpv4(octets, at, Protocol.ICMP, from, to, IPV4_HEADER + total);
  return IPV4_HEADER + total;
}

/** A datagram of UDP; answers its octets. */
export function writeGhostUdp(octets: Buffer, at: number, ends: GhostEnds, text: Uint8Array): number {
  const udp = at + IPV4_HEADER;
  const total = 8 + text.length;
  octets.writeUInt16BE(ends.fromPort, udp);
  octets.writeUInt16BE(ends.toPort, udp + 2);
  octets.writeUInt16BE(total, udp + 4);
  octets.writeUInt16BE(0, udp + 6);
  octets.set(text, udp + 8);
  writeIpv4(octets, at, Protocol.UDP, ends.from, ends.to, IPV4_HEADER + total);
  const pseudo = sumOf(octets, at + 12, 8) + Protocol.UDP + total;
  octets.writeUInt16BE(complement(pseudo + sumOf(octets, udp, total)) || 0xffff, udp + 6);
  return IPV4_HEADER + total;
}

/** A datagram in pieces: each span of its payload, from and to, as a datagram of its own. */
export function fragments(whole: Buffer, identification: number, spans: readonly [number, number][]): Buffer[] {
  return spans.map(([from, to]) => {
    const piece = Buffer.concat([whole.subarray(0, IPV4_HEADER), whole.subarray(IPV4_HEADER + from, IPV4_HEADER + to)]);
    const isLast = IPV4_HEADER + to >= whole.length;
    piece.writeUInt16BE(piece.length, 2);
    piece.writeUInt16BE(identification, 4);
    piece.writeUInt16BE((from >> 3) | (isLast ? 0 : 0x2000), 6);
    piece.writeUInt16BE(0, 10);
    piece.writeUInt16BE(complement(sumOf(piece, 0, IPV4_HEADER)), 10);
    return piece;
  });
}

/** The header of a datagram of `total` octets. */
export function writeIpv4(octets: Buffer, at: number, protocol: number, from: number, to: number, total: number): void {
  octets.fill(0, at, at + IPV4_HEADER);
  octets[at] = 0x45;
  octets.writeUInt16BE(total, at + 2);
  octets[at + 8] = 64;
  octets[at + 9] = protocol;
  octets.writeUInt32BE(from >>> 0, at + 12);
  octets.writeUInt32BE(to >>> 0, at + 16);
  octets.writeUInt16BE(complement(sumOf(octets, at, IPV4_HEADER)), at + 10);
}

export function sumOf(octets: Buffer, at: number, length: number): number {
  let total = 0;
  for (let i = 0; i < length; i++) total += (octets[at + i] ?? 0) << (i & 1 ? 0 : 8);
  return total;
}

export function complement(total: number): number {
  while (total > 0xffff) total = (total & 0xffff) + Math.floor(total / 0x10000);
  return ~total & 0xffff;
}

export interface GhostEnds {
  from: number;
  fromPort: number;
  to: number;
  toPort: number;
}

/** One end of a connection that is played by hand. */
export class Ghost {
  readonly #machine: Machine;
  readonly ends: GhostEnds;
  /** The next sequence number to send, and the next expected. */
  seq: number;
  ack = 0;

  constructor(machine: Machine, ends: GhostEnds, seq: number) {
    this.#machine = machine;
    this.ends = ends;
    this.seq = seq;
  }

  /** Hands a segment in: what input() answers. */
  send(flags: number, now: number, more: Partial<GhostSegment> = {}): number {
    const { octets, rx, call } = this.#machine;
    const length = writeGhostSegment(octets, rx, { ...this.ends, seq: this.seq, ack: this.ack, flags, ...more });
    this.seq += (more.text?.length ?? 0) + (flags & (Flag.SYN | Flag.FIN) ? 1 : 0);
    return call.input(length, now);
  }

  /** The next segment that the core sends to this end; undefined: none. Others are thrown away. */
  receive(now: number): Segment | undefined {
    const { octets, tx, call } = this.#machine;
    const { from, fromPort } = this.ends;
    const segment = new Segment();
    for (let length = call.output(now); length > 0; length = call.output(now)) {
      if (!segment.read(octets, tx, length)) continue;
      if (segment.destination !== from || segment.destinationPort !== fromPort) continue;
      this.ack = (segment.seq + segment.len) >>> 0;
      return segment;
    }
    return undefined;
  }

  /** The three segments that open a connection to a listener; answers whether it came about. */
  open(now: number, options?: Uint8Array): boolean {
    const more = options === undefined ? {} : { options };
    this.send(Flag.SYN, now, more);
    const answer = this.receive(now);
    if (answer === undefined || answer.flags !== (Flag.SYN | Flag.ACK)) return false;
    // Timestamps stand in every segment or in none (RFC 7323 section 3.2); an MSS means nothing here.
    return this.send(Flag.ACK, now, more) === 0;
  }
}
