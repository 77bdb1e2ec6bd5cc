// What floods a server: each attack makes the n-th of its datagrams. Sources are spoofed, so nobody answers what they draw.
import { Flag, Protocol } from '../../assembly/numbers.js';
import { complement, sumOf, writeGhostSegment, writeIpv4 } from '../../host/simulator/ghost.js';
import type { Random } from '../../host/random.js';
import { CLIENT, PORT, SERVER } from './places.js';

/** Writes the n-th datagram at `at`; answers its octets, 0: none. */
export type Attack = (octets: Buffer, at: number, random: Random, n: number) => number;

const { ACK, FIN, PSH, RST, SYN } = Flag;
/** 10.0.0.0/8: sixteen million that somebody might be. */
const SPOOFED = 0x0a000000;
const MORE_FRAGMENTS = 0x2000;

function segments(flags: number, more: { text?: Uint8Array; asClient?: boolean } = {}): Attack {
  return (octets, at, random) =>
    writeGhostSegment(octets, at, {
      from: more.asClient === true ? CLIENT : (SPOOFED | random.below(0x1000000)) >>> 0,
      fromPort: more.asClient === true ? 49152 + random.below(16384) : 1 + random.below(65535),
      to: SERVER,
      toPort: PORT,
      seq: random.next(),
      ack: flags & ACK ? random.next() : 0,
      flags,
      ...(more.text === undefined ? {} : { text: more.text }),
    });
}

function fragments(octets: Buffer, at: number, random: Random, n: number): number {
  const length = 20 + 64;
  writeIpv4(octets, at, n & 1 ? Protocol.TCP : Protocol.UDP, (SPOOFED | random.below(0x1000000)) >>> 0, SERVER, length);
  octets.fill(0, at + 10, at + 12);
  octets.writeUInt16BE(random.below(0x10000), at + 4);
  octets.writeUInt16BE(MORE_FRAGMENTS | (random.below(8) * 8), at + 6);
  octets.writeUInt16BE(complement(sumOf(octets, at, 20)), at + 10);
  octets.fill(0x66, at + 20, at + length);
  return length;
}

function pings(octets: Buffer, at: number, random: Random, n: number): number {
  const length = 20 + 64;
  octets.fill(0, at + 20, at + length);
  octets[at + 20] = 8;
  octets.writeUInt16BE(n & 0xffff, at + 26);
  octets.writeUInt16BE(complement(sumOf(octets, at + 20, 64)), at + 22);
  writeIpv4(octets, at, Protocol.ICMP, (SPOOFED | random.below(0x1000000)) >>> 0, SERVER, length);
  return length;
}

function datagrams(octets: Buffer, at: number, random: Random): number {
  const length = 20 + 40;
  octets.fill(0, at + 20, at + length);
  octets.writeUInt16BE(1 + random.below(65535), at + 20);
  octets.writeUInt16BE(random.below(65536), at + 22);
  octets.writeUInt16BE(40, at + 24);
  writeIpv4(octets, at, Protocol.UDP, (SPOOFED | random.below(0x1000000)) >>> 0, SERVER, length);
  return length;
}

export const ATTACKS: Readonly<Record<string, Attack>> = {
  syn: segments(SYN),
  // As if from the real clients' own address: a guess may meet a connection of theirs.
  'syn-as-client': segments(SYN, { asClient: true }),
  ack: segments(ACK),
  'ack-as-client': segments(ACK | PSH, { asClient: true, text: Buffer.from('GET /') }),
  rst: segments(RST, { asClient: true }),
  fin: segments(FIN | ACK, { asClient: true }),
  fragments,
  ping: pings,
  udp: datagrams,
  none: () => 0,
};
