// Segments that neither end has sent: an attacker's, or an old duplicate of a former connection.
import { Protocol } from '../../assembly/numbers.js';
import { parseAddress } from '../address.js';
import { sum } from '../trace/checksum.js';

export interface Forgery {
  source: string;
  destination: string;
  sourcePort: number;
  destinationPort: number;
  seq: number;
  /** Without it there is no ACK bit; the flags say so themselves. */
  ack?: number;
  flags: number;
  window?: number;
}

const IPV4_HEADER = 20;
const TCP_HEADER = 20;
const TTL = 64;

/** A datagram with right checksums and no options. */
export function forge(forgery: Forgery): Uint8Array {
  const octets = new Uint8Array(IPV4_HEADER + TCP_HEADER);
  const view = new DataView(octets.buffer);
  view.setUint8(0, 0x45);
  view.setUint16(2, octets.length);
  // Don't fragment, as the core sends its own.
  view.setUint16(6, 0x4000);
  view.setUint8(8, TTL);
  view.setUint8(9, Protocol.TCP);
  view.setUint32(12, parseAddress(forgery.source));
  view.setUint32(16, parseAddress(forgery.destination));
  view.setUint16(10, ~sum(octets.subarray(0, IPV4_HEADER)) & 0xffff);
  view.setUint16(20, forgery.sourcePort);
  view.setUint16(22, forgery.destinationPort);
  view.setUint32(24, forgery.seq);
  view.setUint32(28, forgery.ack ?? 0);
  view.setUint8(32, (TCP_HEADER / 4) << 4);
  view.setUint8(33, forgery.flags);
  view.setUint16(34, forgery.window ?? 4096);
  const pseudoHeader = sum(octets.subarray(12, 20)) + Protocol.TCP + TCP_HEADER;
  view.setUint16(36, ~sum(octets.subarray(IPV4_HEADER), pseudoHeader) & 0xffff);
  return octets;
}
