// SLIP, RFC 1055: END closes a frame; END and ESC within it are written as two octets. Both directions can stop behind any
// octet; what needs no escape goes a word at a time. A frame whose first octet is 0x0A carries log text (slipmux) and is
// passed over here.

import { MTU, SERIAL_CHUNK } from "../sizes";
import { RX, SERIAL_RX, SERIAL_TX, TX } from "../memory-map";
import { Counter } from "../numbers";
import { count } from "../counters";
import { stack } from "../stack";

const END: u32 = 0xc0;
const ESC: u32 = 0xdb;
const ESC_END: u32 = 0xdc;
const ESC_ESC: u32 = 0xdd;
const LOG: u32 = 0x0a;
const WORD: u32 = 4;
/** 1 in each octet of a word. */
const ONES: u32 = 0x01010101;

/** The decoder is inside a frame, behind an ESC, passing over the rest of a frame that it gave up, or behind a frame. */
namespace Decoder {
  export const INSIDE = 0;
  export const ESCAPED = 1;
  export const SKIPPING = 2;
  export const COMPLETE = 3;
}

/**
 * Takes octets from serialRx + `from` on, up to `length`, and stops behind the END of a frame that holds something.
 * Answers the offset reached; `completeFrame()` then tells how long the frame at rx is.
 */
export function decode(from: i32, length: i32): i32 {
  let at: usize = SERIAL_RX + from;
  const end: usize = SERIAL_RX + length;
  while (at < end) {
    if (stack.slipState == Decoder.INSIDE && stack.slipOctets != 0) at = takeRun(at, end);
    if (at == end) break;
    const octet: u32 = load<u8>(at++);
    if (octet == END) {
      if (endsFrame()) return <i32>(at - SERIAL_RX);
    } else take(octet);
  }
  return length;
}

/** Octets inside a frame, and escapes of which both octets are here, up to END or the end of the buffer: where it stopped. */
function takeRun(at: usize, end: usize): usize {
  let to: usize = RX + stack.slipOctets;
  const full: usize = RX + MTU;
  while (at < end && to < full) {
    let octet: u32 = load<u8>(at);
    if (isPlain(octet)) {
      const plain = copyPlain(to, at, min<u32>(end - at, full - to));
      at += plain;
      to += plain;
      if (plain != 0) continue;
      at += 1;
    } else {
      if (octet == END || end - at < 2) break;
      octet = unescaped(load<u8>(at, 1));
      if (octet == 0) break;
      at += 2;
    }
    store<u8>(to++, <u8>octet);
  }
  stack.slipOctets = <u32>(to - RX);
  return at;
}

/** What stands behind an ESC means; 0: nothing. */
function unescaped(octet: u32): u32 {
  if (octet == ESC_END) return END;
  return octet == ESC_ESC ? ESC : 0;
}

// @ts-ignore: decorator
@inline function isPlain(octet: u32): bool {
  return octet != END && octet != ESC;
}

/** Copies whole words up to the first with an END or an ESC in it: how many octets. */
function copyPlain(to: usize, at: usize, octets: u32): u32 {
  let done: u32 = 0;
  if (ASC_FEATURE_SIMD) {
    for (; done + 16 <= octets; done += 16) {
      const wide = v128.load(at + done);
      if (v128.any_true(v128.or(i8x16.eq(wide, i8x16.splat(<i8>END)), i8x16.eq(wide, i8x16.splat(<i8>ESC))))) break;
      v128.store(to + done, wide);
    }
  }
  for (; done + WORD <= octets; done += WORD) {
    const word = load<u32>(at + done);
    if (hasZero(word ^ (END * ONES)) | hasZero(word ^ (ESC * ONES))) break;
    store<u32>(to + done, word);
  }
  return done;
}

/** Not 0 when one of the four octets is 0: only that one borrows from its highest bit without having it. */
// @ts-ignore: decorator
@inline function hasZero(word: u32): u32 {
  return (word - ONES) & ~word & (ONES << 7);
}

/** An END: whether a frame is complete at rx. Empty frames are nothing (RFC 1055). */
function endsFrame(): bool {
  const state = stack.slipState;
  stack.slipState = Decoder.INSIDE;
  if (state == Decoder.INSIDE) {
    if (stack.slipOctets == 0) return false;
    stack.slipState = Decoder.COMPLETE;
    return true;
  }
  if (state == Decoder.ESCAPED) count(Counter.SLIP_BAD_ESCAPE);
  stack.slipOctets = 0;
  return false;
}

function take(octet: u32): void {
  if (stack.slipState == Decoder.SKIPPING) return;
  if (stack.slipState == Decoder.ESCAPED) {
    stack.slipState = Decoder.INSIDE;
    octet = unescaped(octet);
    if (octet == 0) return skip(Counter.SLIP_BAD_ESCAPE);
  } else if (octet == ESC) {
    stack.slipState = Decoder.ESCAPED;
    return;
  }
  const octets = stack.slipOctets;
  if (octets == 0 && octet == LOG) return skip(Counter.SLIP_LOG_FRAMES);
  if (octets >= <u32>MTU) return skip(Counter.SLIP_OVERSIZE);
  store<u8>(RX + octets, <u8>octet);
  stack.slipOctets = octets + 1;
}

/** Gives the frame up: the rest of it, up to END, is passed over. */
function skip(reason: i32): void {
  count(reason);
  stack.slipOctets = 0;
  stack.slipState = Decoder.SKIPPING;
}

/** Octets of the complete frame at rx, which is then forgotten; 0: there is none. */
export function completeFrame(): i32 {
  if (stack.slipState != Decoder.COMPLETE) return 0;
  stack.slipState = Decoder.INSIDE;
  const octets = stack.slipOctets;
  stack.slipOctets = 0;
  count(Counter.SLIP_FRAMES_IN);
  return octets;
}

/** The datagram of `octets` octets at tx is to leave; END before it flushes what line noise has left (RFC 1055). */
export function beginFrame(octets: i32): void {
  stack.slipLeaving = octets;
  stack.slipLeft = 0;
}

// @ts-ignore: decorator
@inline export function isLeaving(): bool {
  return stack.slipLeaving != 0;
}

/** Fills serialTx from the leaving datagram: how many octets are there. */
export function encode(): i32 {
  let to: usize = SERIAL_TX;
  const room: usize = SERIAL_TX + SERIAL_CHUNK - 2;
  let at = stack.slipLeft;
  const end = stack.slipLeaving;
  if (at == 0) store<u8>(to++, <u8>END);
  while (at < end && to < room) {
    const octet: u32 = load<u8>(TX + at);
    if (isPlain(octet)) {
      const plain = copyPlain(to, TX + at, min(end - at, <u32>(room - to)));
      at += plain;
      to += plain;
      if (plain != 0) continue;
      store<u8>(to++, <u8>octet);
    } else {
      store<u8>(to++, <u8>ESC);
      store<u8>(to++, <u8>(octet == END ? ESC_END : ESC_ESC));
    }
    at += 1;
  }
  stack.slipLeft = at;
  if (at == end) {
    store<u8>(to++, <u8>END);
    stack.slipLeaving = 0;
    count(Counter.SLIP_FRAMES_OUT);
  }
  return <i32>(to - SERIAL_TX);
}
