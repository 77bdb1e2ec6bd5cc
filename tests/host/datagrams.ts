// Datagrams as a wire has them, written and read without the core: a second opinion.
import { Flag, Protocol } from '../../assembly/numbers.js';
import { formatAddress, parseAddress } from '../../host/address.js';

const IPV4_OCTETS = 20;
const TCP_OCTETS = 20;

/** A datagram in the words that a test compares. */
export interface Datagram {
  from: string;
  to: string;
  summary: string;
}

export interface SegmentFields {
  from: string;
  to: string;
  sourcePort: number;
  targetPort: number;
  sequence: number;
  acknowledgment?: number;
  flags: number;
  window: number;
}

/** A TCP segment without text or options, RFC 9293 section 3.1. */
export function tcp(fields: SegmentFields): Buffer {
  const segment = Buffer.alloc(TCP_OCTETS);
  segment.writeUInt16BE(fields.sourcePort, 0);
  segment.writeUInt16BE(fields.targetPort, 2);
  segment.writeUInt32BE(fields.sequence, 4);
  segment.writeUInt32BE(fields.acknowledgment ?? 0, 8);
  segment.writeUInt8((TCP_OCTETS / 4) << 4, 12);
  segment.writeUInt8(fields.flags, 13);
  segment.writeUInt16BE(fields.window, 14);
  const pseudo = Buffer.alloc(12);
  pseudo.writeUInt32BE(parseAddress(fields.from), 0);
  pseudo.writeUInt32BE(parseAddress(fields.to), 4);
  pseudo.writeUInt8(Protocol.TCP, 9);
  pseudo.writeUInt16BE(segment.length, 10);
  segment.writeUInt16BE(checksum(Buffer.concat([pseudo, segment])), 16);
  return ipv4(fields.from, fields.to, Protocol.TCP, segment);
}

/** An echo request, RFC 792. */
export function ping(from: string, to: string, identifier: number, sequence: number, octets = 8): Buffer {
  const message = Buffer.alloc(8 + octets, 'ping');
  message.writeUInt32BE(0x0800_0000, 0);
  message.writeUInt16BE(identifier, 4);
  message.writeUInt16BE(sequence, 6);
  message.writeUInt16BE(checksum(message), 2);
  return ipv4(from, to, Protocol.ICMP, message);
}

function ipv4(from: string, to: string, protocol: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(IPV4_OCTETS);
  header.writeUInt8(0x45, 0);
  header.writeUInt16BE(IPV4_OCTETS + payload.length, 2);
  header.writeUInt8(64, 8);
  header.writeUInt8(protocol, 9);
  header.writeUInt32BE(parseAddress(from), 12);
  header.writeUInt32BE(parseAddress(to), 16);
  header.writeUInt16BE(checksum(header), 10);
  return Buffer.concat([header, payload]);
}

/** RFC 1071. */
function checksum(octets: Buffer): number {
  let sum = 0;
  for (let at = 0; at < octets.length; at += 2) sum += (octets[at] ?? 0) * 256 + (octets[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}

/** Reads a datagram that the core has sent; throws when a checksum is wrong. */
export function parse(octets: Uint8Array): Datagram {
  const datagram = Buffer.from(octets);
  if (checksum(datagram.subarray(0, IPV4_OCTETS)) !== 0) throw new Error('The checksum of the IPv4 header is wrong.');
  const payload = datagram.subarray(IPV4_OCTETS, datagram.readUInt16BE(2));
  const from = formatAddress(datagram.readUInt32BE(12));
  const to = formatAddress(datagram.readUInt32BE(16));
  const isTcp = datagram.readUInt8(9) === Protocol.TCP;
  return { from, to, summary: isTcp ? summaryOfTcp(payload) : summaryOfIcmp(payload) };
}

function summaryOfTcp(segment: Buffer): string {
  const flags = segment.readUInt8(13);
  const names = Object.entries(Flag).filter(([, flag]) => (flags & flag) !== 0);
  return `${names.map(([name]) => name).join(' ')} to ${segment.readUInt16BE(2)}`;
}

function summaryOfIcmp(message: Buffer): string {
  const name = { 0: 'echo reply', 8: 'echo request' }[message.readUInt8(0)] ?? `type ${message.readUInt8(0)}`;
  return `${name} ${message.readUInt16BE(4)}/${message.readUInt16BE(6)}`;
}

const END = 0xc0;
const ESC = 0xdb;
const ESC_END = 0xdc;
const ESC_ESC = 0xdd;

/** RFC 1055, with an END on either side. */
export function encodeSlip(datagram: Uint8Array): Buffer {
  const octets = [END];
  for (const octet of datagram) {
    if (octet === END) octets.push(ESC, ESC_END);
    else if (octet === ESC) octets.push(ESC, ESC_ESC);
    else octets.push(octet);
  }
  return Buffer.from([...octets, END]);
}

/** The frames that are complete, and what is left of the stream behind them. */
export function decodeSlip(stream: Buffer): { frames: Buffer[]; rest: Buffer } {
  const frames: Buffer[] = [];
  let start = 0;
  for (let end = stream.indexOf(END); end >= 0; end = stream.indexOf(END, start)) {
    const frame: number[] = [];
    for (let at = start; at < end; at++) {
      const octet = stream[at] ?? 0;
      if (octet !== ESC) frame.push(octet);
      else frame.push(stream[++at] === ESC_END ? END : ESC);
    }
    if (frame.length > 0) frames.push(Buffer.from(frame));
    start = end + 1;
  }
  return { frames, rest: stream.subarray(start) };
}
