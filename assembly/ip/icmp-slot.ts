// The one ICMP message that waits for output: whoever has something to tell puts it here, and icmp.ts sends it.

import { ICMP_AT } from "../memory-map";
import { ICMP_SLOT } from "../sizes";
import { Cause, Counter } from "../numbers";
import { count } from "../counters";
import { stack } from "../stack";
import { finish, sum } from "../wire/checksum";
import { headerOctets, IPV4_HEADER, sourceOf, totalLength } from "../wire/ipv4";
import { store32 } from "../wire/octets";

export const ICMP_HEADER: i32 = 8;

export namespace Type {
  export const ECHO_REPLY = 0;
  export const UNREACHABLE = 3;
  export const ECHO = 8;
  export const TIME_EXCEEDED = 11;
  export const PARAMETER_PROBLEM = 12;
}

/** Codes of destination unreachable. */
export namespace Unreachable {
  export const PROTOCOL = 2;
  export const PORT = 3;
}

/** Octets of the largest message that leaves: the slot's and the link's bound. */
// @ts-ignore: decorator
@inline export function messageMost(): i32 {
  return min<i32>(ICMP_SLOT, stack.mtu - IPV4_HEADER);
}

/** Whether the one slot for a message is taken. */
// @ts-ignore: decorator
@inline export function icmpWaits(): bool {
  return stack.icmpOctets != 0;
}

/** The message at ICMP_AT, its checksum not yet made, waits for output. */
export function queue(octets: i32, destination: u32, cause: i32): void {
  store<u16>(ICMP_AT, 0, 2);
  store<u16>(ICMP_AT, finish(sum(ICMP_AT, octets, 0)), 2);
  stack.icmpOctets = octets;
  stack.icmpDestination = destination;
  stack.icmpCause = cause;
}

/** Tells the sender of the datagram at `at` that nobody here takes it (RFC 1122 section 3.2.2): its header and eight octets go along. */
export function complain(at: usize, code: u32): void {
  if (icmpWaits()) {
    count(Counter.REPLIES_LOST);
    return;
  }
  const quoted = min(min(headerOctets(at) + 8, totalLength(at)), messageMost() - ICMP_HEADER);
  store32(ICMP_AT, ((<u32>Type.UNREACHABLE) << 24) | (code << 16));
  store32(ICMP_AT + 4, 0);
  memory.copy(ICMP_AT + ICMP_HEADER, at, quoted);
  queue(ICMP_HEADER + quoted, sourceOf(at), Cause.ICMP_ERROR);
}
