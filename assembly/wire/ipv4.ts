// The IPv4 header, RFC 791 section 3.1.
//
//   0 version IHL | type of service | total length
//   4 identification | flags, fragment offset
//   8 time to live | protocol | header checksum
//  12 source address
//  16 destination address
//  20 options

import { load16, load32, store16, store32 } from "./octets";
import { finish, fold, sumHeader } from "./checksum";
import { Drop } from "../numbers";

export const IPV4_HEADER: i32 = 20;
const DONT_FRAGMENT: u32 = 0x4000;
const LOOSE_SOURCE_ROUTE: u32 = 131;
const STRICT_SOURCE_ROUTE: u32 = 137;

/** Whether the `octets` octets at `at` hold an IPv4 datagram: 0, or why not. The accessors below then cannot fail. */
export function checkIpv4(at: usize, octets: i32): i32 {
  if (octets < IPV4_HEADER) return Drop.TOO_SHORT;
  if (load<u8>(at) >> 4 != 4) return Drop.BAD_VERSION;
  const header = headerOctets(at);
  if (header < IPV4_HEADER || header > octets) return Drop.BAD_HEADER_LENGTH;
  const total = totalLength(at);
  if (total < header || total > octets) return Drop.BAD_TOTAL_LENGTH;
  if (fold(sumHeader(at, header, 0)) != 0xffff) return Drop.BAD_CHECKSUM;
  return header == IPV4_HEADER ? Drop.NONE : checkOptions(at + IPV4_HEADER, at + header);
}

/** A source route is refused and a malformed list is dropped; every other option is passed over (MUST-50). */
function checkOptions(at: usize, end: usize): i32 {
  while (at < end) {
    const kind: u32 = load<u8>(at);
    if (kind == 0) break;
    if (kind == 1) {
      at += 1;
      continue;
    }
    if (kind == LOOSE_SOURCE_ROUTE || kind == STRICT_SOURCE_ROUTE) return Drop.BAD_OPTIONS;
    const octets: u32 = at + 1 < end ? load<u8>(at, 1) : 0;
    if (octets < 2 || at + octets > end) return Drop.BAD_OPTIONS;
    at += octets;
  }
  return Drop.NONE;
}

// @ts-ignore: decorator
@inline export function headerOctets(at: usize): i32 {
  return ((<i32>load<u8>(at)) & 15) << 2;
}

// @ts-ignore: decorator
@inline export function totalLength(at: usize): i32 {
  return load16(at + 2);
}

// @ts-ignore: decorator
@inline export function identification(at: usize): u32 {
  return load16(at + 4);
}

/** Flags and fragment offset, as they stand. */
// @ts-ignore: decorator
@inline export function fragmentField(at: usize): u32 {
  return load16(at + 6);
}

// @ts-ignore: decorator
@inline export function protocolOf(at: usize): u32 {
  return load<u8>(at, 9);
}

// @ts-ignore: decorator
@inline export function sourceOf(at: usize): u32 {
  return load32(at + 12);
}

// @ts-ignore: decorator
@inline export function destinationOf(at: usize): u32 {
  return load32(at + 16);
}

/**
 * Writes a header without options. Datagrams carry DF and are never fragmented by us, so that RFC 6864 lets the
 * identification be 0.
 */
export function writeIpv4(
  at: usize,
  protocol: u32,
  source: u32,
  destination: u32,
  total: i32,
  tos: u32,
  ttl: u32,
): void {
  store16(at, 0x4500 | tos);
  store16(at + 2, total);
  store<u16>(at, 0, 4);
  store16(at + 6, DONT_FRAGMENT);
  store16(at + 8, (ttl << 8) | protocol);
  store<u16>(at, 0, 10);
  store32(at + 12, source);
  store32(at + 16, destination);
  store<u16>(at, finish(sumHeader(at, IPV4_HEADER, 0)), 10);
}
