// The TCP header, RFC 9293 section 3.1.
//
//   0 source port | destination port
//   4 sequence number
//   8 acknowledgment number
//  12 data offset, reserved, control bits | window
//  16 checksum | urgent pointer
//  20 options

import { load16, load32, store32 } from "./octets";
import { Drop } from "../numbers";

export const TCP_HEADER: i32 = 20;

/** Whether `octets` octets at `at` can hold a TCP segment: 0, or why not. The checksum is the caller's. */
export function checkTcp(at: usize, octets: i32): i32 {
  if (octets < TCP_HEADER) return Drop.TOO_SHORT;
  const header = dataOffset(at);
  return header < TCP_HEADER || header > octets ? Drop.BAD_HEADER_LENGTH : Drop.NONE;
}

/** Octets of the header with its options. */
// @ts-ignore: decorator
@inline export function dataOffset(at: usize): i32 {
  return ((<i32>load<u8>(at, 12)) >> 4) << 2;
}

// @ts-ignore: decorator
@inline export function sourcePort(at: usize): u32 {
  return load16(at);
}

// @ts-ignore: decorator
@inline export function destinationPort(at: usize): u32 {
  return load16(at + 2);
}

// @ts-ignore: decorator
@inline export function sequenceNumber(at: usize): u32 {
  return load32(at + 4);
}

// @ts-ignore: decorator
@inline export function acknowledgmentNumber(at: usize): u32 {
  return load32(at + 8);
}

// @ts-ignore: decorator
@inline export function controlBits(at: usize): u32 {
  return load<u8>(at, 13);
}

/** The window field, unsigned (MUST-1). */
// @ts-ignore: decorator
@inline export function windowField(at: usize): u32 {
  return load16(at + 14);
}

// @ts-ignore: decorator
@inline export function urgentPointer(at: usize): u32 {
  return load16(at + 18);
}

/** Writes a header whose checksum is still 0. `ports` is source << 16 | destination; `offset` counts options in. */
// @ts-ignore: decorator
@inline export function writeTcp(
  at: usize,
  ports: u32,
  seq: u32,
  ack: u32,
  offset: i32,
  flags: u32,
  window: u32,
  urgent: u32,
): void {
  store32(at, ports);
  store32(at + 4, seq);
  store32(at + 8, ack);
  store32(at + 12, ((<u32>offset) << 26) | (flags << 16) | window);
  store32(at + 16, urgent);
}
