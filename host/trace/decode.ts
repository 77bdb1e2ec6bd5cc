// An IPv4 datagram as a plain object. Octets from the wire are never an error here: what cannot be read is left out and
// `malformed` says why, in the words a person would use.
import { Protocol } from '../../assembly/numbers.js';
import { formatAddress } from '../address.js';
import { sum } from './checksum.js';
import { decodeTcp, type TcpSegment } from './decode-tcp.js';

/** The fields of an IPv4 datagram, and of what it carries. */
export interface Datagram {
  /** Octets that were given. */
  octets: number;
  source: string;
  destination: string;
  protocol: number;
  /** As the header says, which may differ from `octets`. */
  totalLength: number;
  headerLength: number;
  tos: number;
  identification: number;
  ttl: number;
  /** Offset of a fragment in octets; more: more fragments follow; dont: don't fragment. */
  fragment: { offset: number; more: boolean; dont: boolean };
  isHeaderChecksumRight: boolean;
  tcp?: TcpSegment;
  udp?: UdpDatagram;
  icmp?: IcmpMessage;
  /** The first thing that is wrong with the octets, when something is. */
  malformed?: string;
}

/** The fields of a UDP datagram. */
export interface UdpDatagram {
  sourcePort: number;
  destinationPort: number;
  /** Octets of payload. */
  length: number;
  /** Zero on the wire means that the sender made none, which UDP over IPv4 allows. */
  isChecksumRight: boolean;
}

/** The fields of an ICMP message. */
export interface IcmpMessage {
  type: number;
  code: number;
  /** Of echo messages. */
  identifier?: number;
  sequence?: number;
  /** Octets behind the eight of the header. */
  length: number;
  isChecksumRight: boolean;
}

/** Reads one IPv4 datagram. Never throws, whatever the octets. */
export function decode(octets: Uint8Array): Datagram {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  if (octets.length < 20) return { ...nothing(octets.length), malformed: 'shorter than an IPv4 header' };
  const datagram = header(view, octets);
  if (view.getUint8(0) >> 4 !== 4) return { ...datagram, malformed: 'not IPv4' };
  if (datagram.headerLength < 20 || datagram.headerLength > octets.length) {
    return { ...datagram, malformed: 'IPv4 header length outside the datagram' };
  }
  if (datagram.totalLength < datagram.headerLength || datagram.totalLength > octets.length) {
    return { ...datagram, malformed: 'IPv4 total length outside the datagram' };
  }
  // The upper layer of a fragment cannot be judged: only the first has a header, and none has the whole text.
  if (datagram.fragment.more || datagram.fragment.offset !== 0) return datagram;
  readUpper(datagram, octets.subarray(datagram.headerLength, datagram.totalLength));
  return datagram;
}

/** The text that a datagram carries for the application, for those who look inside (a demo that prints the page). */
export function textOf(octets: Uint8Array, datagram: Datagram): Uint8Array {
  const end = Math.min(datagram.totalLength, octets.length);
  if (datagram.tcp !== undefined) return octets.subarray(end - datagram.tcp.length, end);
  if (datagram.udp !== undefined) return octets.subarray(end - datagram.udp.length, end);
  return octets.subarray(end, end);
}

function header(view: DataView, octets: Uint8Array): Datagram {
  const fragment = view.getUint16(6);
  const headerLength = (view.getUint8(0) & 15) * 4;
  return {
    octets: octets.length,
    source: formatAddress(view.getUint32(12)),
    destination: formatAddress(view.getUint32(16)),
    protocol: view.getUint8(9),
    totalLength: view.getUint16(2),
    headerLength,
    tos: view.getUint8(1),
    identification: view.getUint16(4),
    ttl: view.getUint8(8),
    fragment: { offset: (fragment & 0x1fff) * 8, more: (fragment & 0x2000) !== 0, dont: (fragment & 0x4000) !== 0 },
    isHeaderChecksumRight: sum(octets.subarray(0, headerLength)) === 0xffff,
  };
}

function readUpper(datagram: Datagram, octets: Uint8Array): void {
  switch (datagram.protocol) {
    case Protocol.TCP: {
      const tcp = decodeTcp(octets, pseudoHeaderSum(datagram, octets.length));
      if (typeof tcp === 'string') datagram.malformed = tcp;
      else datagram.tcp = tcp;
      break;
    }
    case Protocol.UDP:
      readUdp(datagram, octets);
      break;
    case Protocol.ICMP:
      readIcmp(datagram, octets);
      break;
  }
}

function readUdp(datagram: Datagram, octets: Uint8Array): void {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  if (octets.length < 8) datagram.malformed = 'shorter than a UDP header';
  else if (view.getUint16(4) < 8 || view.getUint16(4) > octets.length) {
    datagram.malformed = 'UDP length outside the datagram';
  } else {
    const length = view.getUint16(4);
    datagram.udp = {
      sourcePort: view.getUint16(0),
      destinationPort: view.getUint16(2),
      length: length - 8,
      isChecksumRight:
        view.getUint16(6) === 0 || sum(octets.subarray(0, length), pseudoHeaderSum(datagram, length)) === 0xffff,
    };
  }
}

function readIcmp(datagram: Datagram, octets: Uint8Array): void {
  if (octets.length < 8) {
    datagram.malformed = 'shorter than an ICMP header';
    return;
  }
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  const type = view.getUint8(0);
  datagram.icmp = {
    type,
    code: view.getUint8(1),
    length: octets.length - 8,
    isChecksumRight: sum(octets) === 0xffff,
  };
  if (type === 0 || type === 8) {
    datagram.icmp.identifier = view.getUint16(4);
    datagram.icmp.sequence = view.getUint16(6);
  }
}

/** The sum of the pseudo-header of RFC 9293 section 3.1, for an upper-layer packet of `length` octets. */
function pseudoHeaderSum(datagram: Datagram, length: number): number {
  const octets = `${datagram.source}.${datagram.destination}`.split('.').map(Number);
  return sum(Uint8Array.from(octets)) + datagram.protocol + length;
}

function nothing(octets: number): Datagram {
  return {
    octets,
    source: '',
    destination: '',
    protocol: Protocol.NONE,
    totalLength: 0,
    headerLength: 0,
    tos: 0,
    identification: 0,
    ttl: 0,
    fragment: { offset: 0, more: false, dont: false },
    isHeaderChecksumRight: false,
  };
}
