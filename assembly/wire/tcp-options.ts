// The options of a TCP segment, RFC 9293 section 3.2: MSS (MUST-4), and by RFC 7323 and 2018 window scale, SACK and
// timestamps. They may stand in any segment (MUST-5) at any offset (MUST-64). An unknown one is passed over by its
// length (MUST-6); behind an illegal length nothing more is read (MUST-7), and nothing behind End-of-Option-List (MUST-69).

import { SEGMENT } from "../memory-map";
import { SACK, TIMESTAMPS } from "../sizes";
import { load16, load32, store32 } from "./octets";

namespace Kind {
  export const END = 0;
  export const NOP = 1;
  export const MSS = 2;
  export const WINDOW_SCALE = 3;
  export const SACK_PERMITTED = 4;
  export const SACK = 5;
  export const TIMESTAMPS = 8;
}

/** Bits of `present`. */
export namespace Present {
  export const SACK_PERMITTED: u8 = 1;
  export const TIMESTAMPS: u8 = 2;
}

/** No window scale option. */
export const NO_SCALE: i32 = 255;
/** RFC 7323 section 2.3: a larger shift is taken as 14. */
const SCALE_MOST: u32 = 14;
/** NOP NOP timestamps(10), as nearly every stack writes it: recognised by its first word. */
const ALIGNED_TIMESTAMPS: u32 = 0x0a080101;


@unmanaged
export class TcpOptions {
  mss: u16; // 0: absent
  scale: u8; // NO_SCALE: absent
  present: u8;
  timestamp: u32; // TSval
  echo: u32; // TSecr
  sackAt: usize; // the first block
  sackBlocks: u32;
}

/** The options of the segment in hand. */
export const options: TcpOptions = changetype<TcpOptions>(SEGMENT + 40);

/** Reads the options between `at` and `end` into `options`. */
export function readOptions(at: usize, end: usize): void {
  options.mss = 0;
  options.scale = <u8>NO_SCALE;
  options.present = 0;
  options.sackBlocks = 0;
  if (TIMESTAMPS && end - at == 12 && load<u32>(at) == ALIGNED_TIMESTAMPS) return readTimestamps(at + 2);
  while (at < end) {
    const kind: u32 = load<u8>(at);
    if (kind == Kind.END) return;
    if (kind == Kind.NOP) {
      at += 1;
      continue;
    }
    const octets: u32 = at + 1 < end ? load<u8>(at, 1) : 0;
    if (octets < 2 || at + octets > end) return;
    readOption(kind, at, octets);
    at += octets;
  }
}

/** One option whose length lies inside the header; one of a wrong length is passed over. */
function readOption(kind: u32, at: usize, octets: u32): void {
  switch (kind) {
    case Kind.MSS:
      if (octets == 4) options.mss = <u16>load16(at + 2);
      break;
    case Kind.WINDOW_SCALE:
      if (octets == 3) {
        const shift: u32 = load<u8>(at, 2);
        options.scale = <u8>(shift > SCALE_MOST ? SCALE_MOST : shift);
      }
      break;
    case Kind.SACK_PERMITTED:
      if (SACK && octets == 2) options.present |= Present.SACK_PERMITTED;
      break;
    case Kind.SACK:
      if (SACK && octets > 2 && ((octets - 2) & 7) == 0) {
        options.sackAt = at + 2;
        options.sackBlocks = (octets - 2) >> 3;
      }
      break;
    case Kind.TIMESTAMPS:
      if (TIMESTAMPS && octets == 10) readTimestamps(at);
      break;
    default: // passed over
  }
}

function readTimestamps(at: usize): void {
  options.present |= Present.TIMESTAMPS;
  options.timestamp = load32(at + 2);
  options.echo = load32(at + 6);
}

// Writers answer where the next option goes; what they write keeps to 32-bit borders.

export function writeMss(at: usize, mss: u32): usize {
  store32(at, 0x02040000 | mss);
  return at + 4;
}

export function writeScale(at: usize, shift: u32): usize {
  store32(at, 0x01030300 | shift);
  return at + 4;
}

export function writeSackPermitted(at: usize): usize {
  store32(at, 0x01010402);
  return at + 4;
}

// @ts-ignore: decorator
@inline export function writeTimestamps(at: usize, timestamp: u32, echo: u32): usize {
  store<u32>(at, ALIGNED_TIMESTAMPS);
  store32(at + 4, timestamp);
  store32(at + 8, echo);
  return at + 12;
}

/** The head of a SACK option of `blocks` blocks; the blocks follow. */
export function writeSackHead(at: usize, blocks: u32): usize {
  store32(at, 0x01010500 | (2 + (blocks << 3)));
  return at + 4;
}

export function writeSackBlock(at: usize, left: u32, right: u32): usize {
  store32(at, left);
  store32(at + 4, right);
  return at + 8;
}
