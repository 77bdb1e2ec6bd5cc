// Datagrams as an attacker makes them: every field can be wrong, and the checksums are right all the same unless asked.
import { Protocol } from '../../assembly/numbers.js';
import { complement, type GhostSegment, sumOf, writeGhostSegment } from '../../host/simulator/ghost.js';

/** 192.0.2.1 and 192.0.2.2: addresses for documentation (RFC 5737). */
export const OURS = 0xc0000201;
export const PEER = 0xc0000202;
export const PORT = 7;
export const PEER_PORT = 40000;

const HEADER = 20;

export interface Ipv4Fields {
  version?: number;
  /** Words; more than the real ones for a header that lies. */
  ihl?: number;
  totalLength?: number;
  identification?: number;
  /** Flags and offset, as they stand. */
  fragment?: number;
  protocol?: number;
  source?: number;
  destination?: number;
  options?: readonly number[];
  payload?: Uint8Array;
  /** Behind the datagram's end. */
  padding?: number;
  checksum?: number;
}

export function ipv4(fields: Ipv4Fields): Buffer {
  const { options = [], payload = new Uint8Array(0), padding = 0 } = fields;
  const header = HEADER + options.length;
  const datagram = Buffer.alloc(header + payload.length + padding, 0xaa);
  datagram.fill(0, 0, header);
  datagram[0] = ((fields.version ?? 4) << 4) | (fields.ihl ?? header >> 2);
  datagram.writeUInt16BE(fields.totalLength ?? header + payload.length, 2);
  datagram.writeUInt16BE(fields.identification ?? 1, 4);
  datagram.writeUInt16BE(fields.fragment ?? 0, 6);
  datagram[8] = 64;
  datagram[9] = fields.protocol ?? Protocol.TCP;
  datagram.writeUInt32BE(fields.source ?? PEER, 12);
  datagram.writeUInt32BE(fields.destination ?? OURS, 16);
  datagram.set(options, HEADER);
  // The sum goes over as many words as the header claims, if the datagram has them.
  const claimed = Math.min((fields.ihl ?? header >> 2) * 4, datagram.length);
  datagram.set(payload, header);
  datagram.writeUInt16BE(fields.checksum ?? complement(sumOf(datagram, 0, claimed)), 10);
  return datagram;
}

/** `body`: what stands behind type, code and checksum. */
export function icmp(type: number, code: number, body: Uint8Array, fields: Ipv4Fields = {}): Buffer {
  const payload = Buffer.alloc(4 + body.length);
  payload[0] = type;
  payload[1] = code;
  payload.set(body, 4);
  payload.writeUInt16BE(complement(sumOf(payload, 0, payload.length)), 2);
  return ipv4({ protocol: Protocol.ICMP, payload, ...fields });
}

export function echoRequest(sequence = 1, octets = 8): Buffer {
  const body = Buffer.alloc(4 + octets, 0x61);
  body.writeUInt32BE(0x00010000 | sequence, 0);
  return icmp(8, 0, body);
}

export interface UdpFields {
  length?: number;
  checksum?: number;
  fromPort?: number;
  toPort?: number;
}

export function udp(text: Uint8Array, fields: UdpFields = {}): Buffer {
  const payload = Buffer.alloc(8 + text.length);
  payload.writeUInt16BE(fields.fromPort ?? PEER_PORT, 0);
  payload.writeUInt16BE(fields.toPort ?? PORT, 2);
  payload.writeUInt16BE(fields.length ?? payload.length, 4);
  payload.set(text, 8);
  const pseudo = (PEER >>> 16) + (PEER & 0xffff) + (OURS >>> 16) + (OURS & 0xffff) + Protocol.UDP + payload.length;
  payload.writeUInt16BE(fields.checksum ?? complement(pseudo + sumOf(payload, 0, payload.length)), 6);
  return ipv4({ protocol: Protocol.UDP, payload });
}

/** A segment from the peer to the port that listens, unless told otherwise. */
export function tcp(segment: Partial<GhostSegment>): Buffer {
  const octets = Buffer.alloc(2048);
  const length = writeGhostSegment(octets, 0, {
    from: PEER,
    fromPort: PEER_PORT,
    to: OURS,
    toPort: PORT,
    seq: 1000,
    flags: 0,
    ...segment,
  });
  return octets.subarray(0, length);
}

/** Changes octets of a segment, counted from the TCP header, and makes its checksum right again. */
export function withTcp(datagram: Buffer, change: (header: Buffer) => void): Buffer {
  const copy = Buffer.from(datagram);
  const header = copy.subarray(HEADER);
  header.writeUInt16BE(0, 16);
  change(header);
  const pseudo = sumOf(copy, 12, 8) + Protocol.TCP + header.length;
  header.writeUInt16BE(complement(pseudo + sumOf(header, 0, header.length)), 16);
  return copy;
}

/** The frame of a datagram on a serial line (RFC 1055). */
export function slip(datagram: Uint8Array): Buffer {
  const octets = [0xc0];
  for (const octet of datagram) {
    if (octet === 0xc0) octets.push(0xdb, 0xdc);
    else if (octet === 0xdb) octets.push(0xdb, 0xdd);
    else octets.push(octet);
  }
  return Buffer.from([...octets, 0xc0]);
}
