// The TCP header of RFC 9293 section 3.1 as a plain object.
//
//   0               8               16                              31
//   |          source port          |       destination port        |
//   |                        sequence number                        |
//   |                     acknowledgment number                     |
//   | offs. | rsrvd |C E U A P R S F|            window             |
//   |           checksum            |        urgent pointer         |
//   |                            options                            |
import { sum } from './checksum.js';

/** The fields of a TCP segment. */
export interface TcpSegment {
  sourcePort: number;
  destinationPort: number;
  seq: number;
  ack: number;
  /** Octets of the header, options included. */
  headerLength: number;
  reserved: number;
  /** The six flags with ECE and CWR: see `Flag`. */
  flags: number;
  /** As it stands in the header, before any scaling. */
  window: number;
  checksum: number;
  isChecksumRight: boolean;
  urgentPointer: number;
  options: TcpOption[];
  /** Octets of text. */
  length: number;
}

/** An option of a TCP header, by its name. */
export type TcpOption =
  | { name: 'mss'; mss: number }
  | { name: 'wscale'; shift: number }
  | { name: 'sackOK' }
  | { name: 'sack'; blocks: { left: number; right: number }[] }
  | { name: 'timestamps'; value: number; echo: number }
  | { name: 'nop' }
  | { name: 'end' }
  | { name: 'unknown'; kind: number; octets: number }
  /** A length that leads nowhere: what follows cannot be told apart. */
  | { name: 'malformed'; kind: number };

/** Reads a segment whose pseudo-header sums to `pseudoHeader`, or says what is wrong with it. */
export function decodeTcp(octets: Uint8Array, pseudoHeader: number): TcpSegment | string {
  if (octets.length < 20) return 'shorter than a TCP header';
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  const headerLength = (view.getUint8(12) >> 4) * 4;
  if (headerLength < 20 || headerLength > octets.length) return 'TCP data offset outside the segment';
  return {
    sourcePort: view.getUint16(0),
    destinationPort: view.getUint16(2),
    seq: view.getUint32(4),
    ack: view.getUint32(8),
    headerLength,
    reserved: view.getUint8(12) & 15,
    flags: view.getUint8(13),
    window: view.getUint16(14),
    checksum: view.getUint16(16),
    isChecksumRight: sum(octets, pseudoHeader) === 0xffff,
    urgentPointer: view.getUint16(18),
    options: decodeOptions(octets.subarray(20, headerLength)),
    length: octets.length - headerLength,
  };
}

/** In the order of the wire. Whatever stands behind the end-of-list option is padding. */
function decodeOptions(octets: Uint8Array): TcpOption[] {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  const options: TcpOption[] = [];
  let at = 0;
  while (at < octets.length) {
    const kind = view.getUint8(at);
    if (kind === 0) return [...options, { name: 'end' }];
    if (kind === 1) {
      options.push({ name: 'nop' });
      at += 1;
      continue;
    }
    const length = at + 1 < octets.length ? view.getUint8(at + 1) : 0;
    if (length < 2 || at + length > octets.length) return [...options, { name: 'malformed', kind }];
    options.push(decodeOption(new DataView(octets.buffer, octets.byteOffset + at, length), kind));
    at += length;
  }
  return options;
}

/** One option with its kind and length in front. A known kind of another length than its own is told as unknown. */
function decodeOption(view: DataView, kind: number): TcpOption {
  const length = view.byteLength;
  if (kind === 2 && length === 4) return { name: 'mss', mss: view.getUint16(2) };
  if (kind === 3 && length === 3) return { name: 'wscale', shift: view.getUint8(2) };
  if (kind === 4 && length === 2) return { name: 'sackOK' };
  if (kind === 5 && length > 2 && length % 8 === 2) {
    const blocks = [];
    for (let at = 2; at < length; at += 8) blocks.push({ left: view.getUint32(at), right: view.getUint32(at + 4) });
    return { name: 'sack', blocks };
  }
  if (kind === 8 && length === 10) return { name: 'timestamps', value: view.getUint32(2), echo: view.getUint32(6) };
  return { name: 'unknown', kind, octets: length };
}
