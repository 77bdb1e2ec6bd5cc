// A datagram as the wire sees it: read anew from its octets, by code that shares nothing with the core's.
//
//   IPv4: 2 total length | 9 protocol | 12 source | 16 destination      TCP: 0 ports | 4 SEQ | 8 ACK | 12 offset, flags | 14 window
import { Flag, Protocol } from '../../assembly/numbers.js';

const IPV4_HEADER = 20;
const TCP_HEADER = 20;

/** The fields of one segment; the same object is filled again and again. */
export class Segment {
  source = 0;
  destination = 0;
  sourcePort = 0;
  destinationPort = 0;
  seq = 0;
  ack = 0;
  flags = 0;
  /** As in the field: not yet scaled. */
  window = 0;
  /** Octets of text. */
  length = 0;
  /** Where the text begins, from the datagram's first octet. */
  textAt = 0;
  /** Options: 0 and -1 when absent. */
  mss = 0;
  scale = -1;
  hasTimestamps = false;
  timestamp = 0;
  echo = 0;
  permitsSack = false;
  /** Left and right edge of each SACK block, `blocks` of them. */
  readonly edges: number[] = [];
  blocks = 0;
  urgent = 0;

  has(flag: number): boolean {
    return (this.flags & flag) !== 0;
  }

  /** SEG.LEN: text, SYN and FIN. */
  get len(): number {
    return this.length + (this.flags & Flag.SYN ? 1 : 0) + (this.flags & Flag.FIN ? 1 : 0);
  }

  /** Reads the datagram at `at`; false when it carries no TCP. */
  read(octets: Buffer, at: number, length: number): boolean {
    if (length < IPV4_HEADER || octets[at + 9] !== Protocol.TCP) return false;
    const header = ((octets[at] ?? 0) & 15) * 4;
    const total = octets.readUInt16BE(at + 2);
    this.source = octets.readUInt32BE(at + 12);
    this.destination = octets.readUInt32BE(at + 16);
    const tcp = at + header;
    this.sourcePort = octets.readUInt16BE(tcp);
    this.destinationPort = octets.readUInt16BE(tcp + 2);
    this.seq = octets.readUInt32BE(tcp + 4);
    this.ack = octets.readUInt32BE(tcp + 8);
    const offset = ((octets[tcp + 12] ?? 0) >>> 4) * 4;
    this.flags = octets[tcp + 13] ?? 0;
    this.window = octets.readUInt16BE(tcp + 14);
    this.urgent = octets.readUInt16BE(tcp + 18);
    this.textAt = header + offset;
    this.length = total - header - offset;
    this.#readOptions(octets, tcp + TCP_HEADER, tcp + offset);
    return true;
  }

  #readOptions(octets: Buffer, from: number, end: number): void {
    this.mss = 0;
    this.scale = -1;
    this.hasTimestamps = false;
    this.permitsSack = false;
    this.blocks = 0;
    for (let at = from; at < end;) {
      const kind = octets[at] ?? 0;
      if (kind === 0) return;
      if (kind === 1) {
        at += 1;
        continue;
      }
      const length = Math.max(2, octets[at + 1] ?? 2);
      this.#readOption(octets, kind, at, length);
      at += length;
    }
  }

  #readOption(octets: Buffer, kind: number, at: number, length: number): void {
    switch (kind) {
      case 2:
        this.mss = octets.readUInt16BE(at + 2);
        break;
      case 3:
        this.scale = octets[at + 2] ?? 0;
        break;
      case 4:
        this.permitsSack = true;
        break;
      case 5:
        for (let edge = at + 2; edge + 8 <= at + length; edge += 8, this.blocks++) {
          this.edges[2 * this.blocks] = octets.readUInt32BE(edge);
          this.edges[2 * this.blocks + 1] = octets.readUInt32BE(edge + 4);
        }
        break;
      case 8:
        this.hasTimestamps = true;
        this.timestamp = octets.readUInt32BE(at + 2);
        this.echo = octets.readUInt32BE(at + 6);
    }
  }
}

/** Whether both checksums of a datagram with TCP, UDP or ICMP are right, and its lengths agree. */
export function isIntact(octets: Buffer, at: number, length: number): boolean {
  if (length < IPV4_HEADER || octets[at] !== 0x45) return false;
  if (octets.readUInt16BE(at + 2) !== length || fold(sum(octets, at, IPV4_HEADER)) !== 0xffff) return false;
  const protocol = octets[at + 9] ?? 0;
  const body = at + IPV4_HEADER;
  let total = sum(octets, body, length - IPV4_HEADER);
  if (protocol !== Protocol.ICMP) total += sum(octets, at + 12, 8) + protocol + length - IPV4_HEADER;
  return fold(total) === 0xffff;
}

/** The octets as 16-bit numbers, added up without folding: a datagram is short enough. */
function sum(octets: Buffer, at: number, length: number): number {
  let total = 0;
  const end = at + (length & ~1);
  for (let i = at; i < end; i += 2) total += ((octets[i] ?? 0) << 8) | (octets[i + 1] ?? 0);
  return length & 1 ? total + ((octets[end] ?? 0) << 8) : total;
}

function fold(total: number): number {
  while (total > 0xffff) total = (total & 0xffff) + Math.floor(total / 0x10000);
  return total;
}
