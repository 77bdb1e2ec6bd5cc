// Slipmux: log text and datagrams share a cable. A SLIP frame whose first octet is 0x0A is text, any other a datagram; what
// stands between frames is whatever else talks on the line, a boot ROM for instance.

import { unframe } from '../trace/unframe.js';

const END = 0xc0;
const LOG = 0x0a;
/** A frame that does not end is no frame: the line has another speed, or carries something else. */
const LONGEST = 4096;

export interface SlipmuxListener {
  log(text: string): void;
  datagram(octets: Uint8Array): void;
  /** Octets that are neither, such as text outside of frames. */
  noise(octets: Uint8Array): void;
}

/** Takes octets in pieces of any size. */
export class Slipmux {
  private frame: number[] = [];

  constructor(private readonly listener: SlipmuxListener) {}

  push(octets: Uint8Array): void {
    for (const octet of octets) {
      if (octet === END) this.end();
      else if (this.frame.push(octet) > LONGEST) this.give((frame) => this.listener.noise(frame));
    }
  }

  private end(): void {
    const first = this.frame[0];
    if (first === undefined) return;
    if (first === LOG) this.give((frame) => this.listener.log(new TextDecoder().decode(frame.subarray(1))));
    else if (first >= 0x45 && first <= 0x4f) this.give((frame) => this.listener.datagram(frame));
    else this.give((frame) => this.listener.noise(frame));
  }

  private give(to: (frame: Uint8Array) => void): void {
    const frame = unframe(Uint8Array.from(this.frame));
    this.frame = [];
    to(frame);
  }
}
