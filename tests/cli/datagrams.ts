// Datagrams made by hand, so that what reads them is not judged by what wrote them.
import { Flag, Protocol } from '../../assembly/numbers.js';

export interface SegmentFields {
  source?: string;
  destination?: string;
  sourcePort?: number;
  destinationPort?: number;
  seq?: number;
  ack?: number;
  flags?: number;
  window?: number;
  urgentPointer?: number;
  /** As they stand on the wire; padded here. */
  options?: number[];
  text?: Uint8Array | string;
}

export const LAPTOP = '192.168.7.1';
export const BOARD = '192.168.7.2';

/** A TCP segment in its IPv4 datagram, with right checksums. */
export function segment(fields: SegmentFields): Uint8Array {
  const options = fields.options ?? [];
  const headerLength = 20 + ((options.length + 3) & ~3);
  const text =
    typeof fields.text === 'string' ? new TextEncoder().encode(fields.text) : (fields.text ?? new Uint8Array());
  const tcp = new Uint8Array(headerLength + text.length);
  const view = new DataView(tcp.buffer);
  view.setUint16(0, fields.sourcePort ?? 49152);
  view.setUint16(2, fields.destinationPort ?? 80);
  view.setUint32(4, fields.seq ?? 0);
  view.setUint32(8, fields.ack ?? 0);
  view.setUint8(12, (headerLength / 4) << 4);
  view.setUint8(13, fields.flags ?? Flag.ACK);
  view.setUint16(14, fields.window ?? 4096);
  view.setUint16(18, fields.urgentPointer ?? 0);
  tcp.set(options, 20);
  tcp.set(text, headerLength);
  return ipv4(Protocol.TCP, tcp, 16, fields.source ?? LAPTOP, fields.destination ?? BOARD);
}

/** A datagram around an upper-layer packet whose checksum, at `checksumAt`, is filled in. */
export function ipv4(
  protocol: number,
  upper: Uint8Array,
  checksumAt: number,
  source = LAPTOP,
  destination = BOARD,
): Uint8Array {
  const octets = new Uint8Array(20 + upper.length);
  const view = new DataView(octets.buffer);
  octets.set([0x45, 0, 0, 0, 0, 1, 0x40, 0, 64, protocol]);
  view.setUint16(2, octets.length);
  octets.set(addressOctets(source), 12);
  octets.set(addressOctets(destination), 16);
  view.setUint16(10, checksum(octets.subarray(0, 20)));
  const pseudo =
    protocol === Protocol.ICMP ? [] : [...octets.subarray(12, 20), 0, protocol, upper.length >> 8, upper.length & 255];
  octets.set(upper, 20);
  view.setUint16(20 + checksumAt, checksum(Uint8Array.from([...pseudo, ...upper])));
  return octets;
}

function addressOctets(address: string): number[] {
  return address.split('.').map(Number);
}

function checksum(octets: Uint8Array): number {
  let sum = 0;
  for (const [at, octet] of octets.entries()) sum += at % 2 === 0 ? octet * 256 : octet;
  return ~(sum % 0xffff || (sum > 0 ? 0xffff : 0)) & 0xffff;
}
