import { Flag, Protocol } from '../../assembly/numbers.js';

/** An IPv4 datagram that carries a TCP segment, taken apart. Numbers as they are on the wire. */
export interface Segment {
  kind: 'tcp';
  tos: number;
  ttl: number;
  source: number;
  destination: number;
  sourcePort: number;
  destinationPort: number;
  seq: number;
  ack: number;
  flags: number;
  win: number;
  urg: number;
  options: WireOption[];
  text: Uint8Array;
}

/** One that carries an ICMP message. */
export interface IcmpMessage {
  kind: 'icmp';
  source: number;
  destination: number;
  tos: number;
  ttl: number;
  type: number;
  code: number;
}

/** An option as it lies in a header: its kind and the octets behind kind and length. */
export interface WireOption {
  kind: number;
  value: Uint8Array;
}

/** What is sent is judged before it is compared: a wrong length or checksum is a fault that no script needs to name. */
export type Decoded = { packet: Segment | IcmpMessage } | { fault: string };

const IP_HEADER = 20;
const TCP_HEADER = 20;
const DONT_FRAGMENT = 0x4000;
const MORE_FRAGMENTS = 0x2000;
const EOL = 0;
const NOP = 1;

/** RFC 1071, over octets and a sum already begun. */
export function checksum(octets: Uint8Array, begun = 0): number {
  let sum = begun;
  for (let at = 0; at < octets.length; at += 2) sum += ((octets[at] ?? 0) << 8) + (octets[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}

/** The sum of the pseudo-header of RFC 9293 section 3.1. */
export function pseudoHeader(source: number, destination: number, length: number): number {
  return (source >>> 16) + (source & 0xffff) + (destination >>> 16) + (destination & 0xffff) + Protocol.TCP + length;
}

export function decodeDatagram(octets: Uint8Array): Decoded {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  if (octets.length < IP_HEADER || (octets[0] as number) >>> 4 !== 4) return { fault: 'no IPv4 datagram' };
  const headerLength = ((octets[0] as number) & 15) * 4;
  if (headerLength < IP_HEADER || headerLength > octets.length) return { fault: 'an IPv4 header of a wrong length' };
  if (view.getUint16(2) !== octets.length) return { fault: "an IPv4 total length that is not the datagram's" };
  if (checksum(octets.subarray(0, headerLength)) !== 0) return { fault: 'a wrong IPv4 header checksum' };
  const fragmentation = view.getUint16(6);
  if ((fragmentation & ~DONT_FRAGMENT) !== 0) return { fault: 'an IPv4 fragment' };
  const payload = octets.subarray(headerLength);
  if (octets[9] === Protocol.TCP) {
    if (fragmentation === 0) return { fault: 'a TCP segment without DF, which a router could cut in pieces' };
    return decodeSegment(octets, view, payload);
  }
  if (octets[9] === Protocol.ICMP) return decodeIcmp(octets, view, payload);
  return { fault: `a datagram of protocol ${octets[9] as number}` };
}

function decodeSegment(octets: Uint8Array, ip: DataView, payload: Uint8Array): Decoded {
  const source = ip.getUint32(12);
  const destination = ip.getUint32(16);
  if (payload.length < TCP_HEADER) return { fault: 'a TCP segment shorter than its header' };
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const headerLength = (view.getUint8(12) >>> 4) * 4;
  if (headerLength < TCP_HEADER || headerLength > payload.length) return { fault: 'a TCP data offset outside it' };
  if (checksum(payload, pseudoHeader(source, destination, payload.length)) !== 0)
    return { fault: 'a wrong TCP checksum' };
  if ((view.getUint8(12) & 15) !== 0) return { fault: 'reserved bits that are not zero' };
  const options = decodeOptions(payload.subarray(TCP_HEADER, headerLength));
  if (options === undefined) return { fault: 'a malformed list of TCP options' };
  return {
    packet: {
      kind: 'tcp',
      tos: octets[1] as number,
      ttl: octets[8] as number,
      source,
      destination,
      sourcePort: view.getUint16(0),
      destinationPort: view.getUint16(2),
      seq: view.getUint32(4),
      ack: view.getUint32(8),
      flags: view.getUint8(13),
      win: view.getUint16(14),
      urg: view.getUint16(18),
      options,
      text: payload.slice(headerLength),
    },
  };
}

function decodeIcmp(octets: Uint8Array, ip: DataView, payload: Uint8Array): Decoded {
  if (payload.length < 8 || checksum(payload) !== 0) return { fault: 'a wrong ICMP checksum' };
  return {
    packet: {
      kind: 'icmp',
      tos: octets[1] as number,
      ttl: octets[8] as number,
      source: ip.getUint32(12),
      destination: ip.getUint32(16),
      type: payload[0] as number,
      code: payload[1] as number,
    },
  };
}

/** undefined when a length is wrong, or when anything but zeros stands behind the end of the list (MUST-69). */
function decodeOptions(octets: Uint8Array): WireOption[] | undefined {
  const options: WireOption[] = [];
  for (let at = 0; at < octets.length;) {
    const kind = octets[at] as number;
    if (kind === EOL || kind === NOP) {
      options.push({ kind, value: octets.subarray(0, 0) });
      at += 1;
      if (kind === EOL) return octets.subarray(at).every((octet) => octet === 0) ? options : undefined;
      continue;
    }
    const length = octets[at + 1] ?? 0;
    if (length < 2 || at + length > octets.length) return undefined;
    options.push({ kind, value: octets.slice(at + 2, at + length) });
    at += length;
  }
  return options;
}

/** What an inbound segment is made of, numbers as they will be on the wire. */
export interface SegmentFields {
  source: number;
  destination: number;
  sourcePort: number;
  destinationPort: number;
  seq: number;
  ack: number;
  flags: number;
  win: number;
  urg: number;
  options: Uint8Array;
  text: Uint8Array;
  dataOffset?: number | undefined;
  reserved?: number | undefined;
  badSum?: boolean | undefined;
}

/** The segment alone: what an IPv4 datagram carries, and what an ICMP error quotes the beginning of. */
export function encodeSegment(fields: SegmentFields): Uint8Array {
  const headerLength = TCP_HEADER + fields.options.length;
  const octets = new Uint8Array(headerLength + fields.text.length);
  const view = new DataView(octets.buffer);
  view.setUint16(0, fields.sourcePort);
  view.setUint16(2, fields.destinationPort);
  view.setUint32(4, fields.seq);
  view.setUint32(8, (fields.flags & Flag.ACK) === 0 ? 0 : fields.ack);
  view.setUint8(12, ((fields.dataOffset ?? headerLength / 4) << 4) | (fields.reserved ?? 0));
  view.setUint8(13, fields.flags);
  view.setUint16(14, fields.win);
  view.setUint16(18, fields.urg);
  octets.set(fields.options, TCP_HEADER);
  octets.set(fields.text, headerLength);
  const sum = checksum(octets, pseudoHeader(fields.source, fields.destination, octets.length));
  view.setUint16(16, fields.badSum === true ? sum ^ 1 : sum);
  return octets;
}

export interface DatagramFields {
  source: number;
  destination: number;
  protocol: number;
  identification: number;
  tos?: number | undefined;
  ttl?: number | undefined;
  badSum?: boolean | undefined;
  options?: readonly number[] | undefined;
  fragment?: { from: number; to: number; more: boolean } | undefined;
}

const DEFAULT_TTL = 64;

export function encodeDatagram(fields: DatagramFields, payload: Uint8Array): Uint8Array {
  const options = fields.options ?? [];
  const headerLength = IP_HEADER + options.length;
  const { from, to, more } = fields.fragment ?? { from: 0, to: payload.length, more: false };
  const carried = payload.subarray(from, to);
  const octets = new Uint8Array(headerLength + carried.length);
  const view = new DataView(octets.buffer);
  view.setUint8(0, 0x40 | (headerLength / 4));
  view.setUint8(1, fields.tos ?? 0);
  view.setUint16(2, octets.length);
  view.setUint16(4, fields.identification);
  view.setUint16(6, fields.fragment === undefined ? DONT_FRAGMENT : (from / 8) | (more ? MORE_FRAGMENTS : 0));
  view.setUint8(8, fields.ttl ?? DEFAULT_TTL);
  view.setUint8(9, fields.protocol);
  view.setUint32(12, fields.source);
  view.setUint32(16, fields.destination);
  octets.set(options, IP_HEADER);
  const sum = checksum(octets.subarray(0, headerLength));
  view.setUint16(10, fields.badSum === true ? sum ^ 1 : sum);
  octets.set(carried, headerLength);
  return octets;
}
