// ICMP, RFC 792: echo both ways, and the errors we send. One message waits for output at a time.
//
//   0 type | code | checksum
//   4 identifier | sequence, or unused
//   8 data, or the datagram that is complained of

import { ICMP_AT, TX } from "../memory-map";
import { Cause, Counter, Drop, Fault, Protocol, RecordKind } from "../numbers";
import { count, countDrop } from "../counters";
import { beginRecord, endRecord, recordCause, recordEnds } from "../record";
import { stack } from "../stack";
import { fold, sum } from "../wire/checksum";
import { IPV4_HEADER, writeIpv4 } from "../wire/ipv4";
import { load32, store16, store32 } from "../wire/octets";
import { errorArrives } from "../tcp/icmp-errors";
import { ICMP_HEADER, icmpWaits, messageMost, queue, Type } from "./icmp-slot";

/** `octets` octets of message lie at `at`. Answers 0, or the Drop reason. */
export function icmpInput(at: usize, octets: i32, source: u32): i32 {
  const reason = take(at, octets, source);
  if (reason != Drop.NONE) countDrop(reason);
  return reason;
}

function take(at: usize, octets: i32, source: u32): i32 {
  if (octets < ICMP_HEADER) return Drop.TOO_SHORT;
  if (fold(sum(at, octets, 0)) != 0xffff) return Drop.BAD_SEGMENT_CHECKSUM;
  switch (<i32>load<u8>(at)) {
    case Type.ECHO:
      return answerEcho(at, octets, source);
    case Type.ECHO_REPLY:
      stack.pong = load32(at + 4);
      return Drop.NONE;
    case Type.UNREACHABLE:
    case Type.TIME_EXCEEDED:
    case Type.PARAMETER_PROBLEM:
      return errorArrives(at, octets);
    default:
      return Drop.ICMP_IGNORED; // source quench among them (MUST-55)
  }
}

function answerEcho(at: usize, octets: i32, source: u32): i32 {
  // What came in pieces may be more than the link carries in one; we cut nothing into pieces.
  if (octets > messageMost()) return Drop.TOO_LONG;
  if (icmpWaits()) {
    count(Counter.REPLIES_LOST);
    return Drop.REPLY_FULL;
  }
  memory.copy(ICMP_AT, at, octets);
  store<u8>(ICMP_AT, Type.ECHO_REPLY);
  queue(octets, source, Cause.ECHO_REPLY);
  count(Counter.ECHOES);
  return Drop.NONE;
}

/** Queues an echo request with `length` octets of data. */
export function ping(address: u32, identifier: u32, sequence: u32, length: i32): i32 {
  if (length < 0 || ICMP_HEADER + length > messageMost()) return Fault.MESSAGE_SIZE;
  if (icmpWaits()) return Fault.AGAIN;
  store32(ICMP_AT, (<u32>Type.ECHO) << 24);
  store16(ICMP_AT + 4, identifier);
  store16(ICMP_AT + 6, sequence);
  for (let i = 0; i < length; i++) store<u8>(ICMP_AT + ICMP_HEADER + i, <u8>i);
  queue(ICMP_HEADER + length, address, Cause.ECHO_REQUEST);
  return 0;
}

/** identifier << 16 | sequence of an echo reply that has come since the last ask; -1: none. */
export function pong(): i32 {
  const answer = stack.pong;
  stack.pong = -1;
  return answer;
}

/** Writes the waiting message to tx: octets of the datagram; 0: none waits. */
export function icmpOutput(): i32 {
  const octets = stack.icmpOctets;
  if (octets == 0) return 0;
  stack.icmpOctets = 0;
  memory.copy(TX + IPV4_HEADER, ICMP_AT, octets);
  writeIpv4(TX, Protocol.ICMP, stack.localAddress, stack.icmpDestination, IPV4_HEADER + octets, 0, stack.ttl);
  beginRecord(RecordKind.OUTPUT, Protocol.ICMP, IPV4_HEADER + octets);
  recordEnds(stack.localAddress, stack.icmpDestination, 0);
  recordCause(stack.icmpCause, 0);
  endRecord(0);
  return IPV4_HEADER + octets;
}
