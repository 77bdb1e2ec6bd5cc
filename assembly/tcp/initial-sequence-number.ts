// Initial sequence numbers, RFC 9293 section 3.4.1 and RFC 6528: a clock that ticks every 4 microseconds (MUST-8) plus a
// keyed hash of the four numbers (SHLD-1, MUST-9). And the clock of the timestamps.

import { keyedHash, Label } from "../random";
import { stack } from "../stack";

/** Ticks of 4 microseconds in a millisecond: our clock has no finer step. */
const TICKS_PER_MS: u32 = 250;

export function initialSequenceNumber(localAddress: u32, remoteAddress: u32, ports: u32): u32 {
  const addresses = ((<u64>localAddress) << 32) | remoteAddress;
  return stack.now * TICKS_PER_MS + <u32>keyedHash(addresses, ports, Label.SEQUENCE);
}

/** TSval now (RFC 7323 section 5.4: a tick of 1 ms), moved by a secret amount so that it does not tell the uptime. */
// @ts-ignore: decorator
@inline export function timestampNow(): u32 {
  return stack.now + stack.timestampOffset;
}
