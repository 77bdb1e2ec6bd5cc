// A line on which, between the frames of an honest peer, somebody else's SYNs arrive.

import { LinkOver } from '../../host/link/link-over.js';
import { encodeSlip } from '../../host/gateway/slip.js';
import { sum } from '../../host/trace/checksum.js';

const END = 0xc0;
const SYN = 0x02;
const RST = 0x04;
const BOARD = 0xc0a80702;
const ATTACKERS = 0x0a000001;

/** A segment without text for the board's port 80, from one of many addresses. */
function segment(number: number, flags: number, sequence: number): Uint8Array {
  const datagram = new Uint8Array(40);
  const view = new DataView(datagram.buffer);
  datagram.set([0x45, 0, 0, 40, 0, 0, 0, 0, 64, 6]);
  view.setUint32(12, ATTACKERS + number);
  view.setUint32(16, BOARD);
  view.setUint16(10, ~sum(datagram.subarray(0, 20)));
  view.setUint16(20, 1024 + (number % 60_000));
  view.setUint16(22, 80);
  view.setUint32(24, sequence);
  view.setUint16(32, 0x5000 | flags);
  view.setUint16(34, 1024);
  view.setUint16(36, ~sum(datagram.subarray(12), 6 + 20));
  return encodeSlip(datagram);
}

const sequenceOf = (number: number): number => Math.imul(number, 2_654_435_761) >>> 0;

export class FloodedLink extends LinkOver {
  /** SYNs sent so far. */
  sent = 0;
  private last = END;

  override send(octets: Uint8Array): void {
    this.last = octets.at(-1) ?? this.last;
    super.send(octets);
  }

  /** Sends some SYNs, each from another address and port, unless a frame is under way or the line is full. */
  flood(most: number): void {
    for (let i = 0; i < most && this.last === END && this.under.hasRoom; i += 1) {
      this.under.send(segment(this.sent, SYN, sequenceOf(this.sent)));
      this.sent += 1;
    }
  }

  /** Which SYN came from an address. */
  numberOf(address: string): number {
    return address.split('.').reduce((all, part) => all * 256 + Number(part), 0) - ATTACKERS;
  }

  /** The attackers' addresses answer what the board sends them, as hosts do that asked for nothing. */
  refuse(numbers: number[]): void {
    for (const number of numbers) this.under.send(segment(number, RST, (sequenceOf(number) + 1) >>> 0));
  }
}
