// The lower side: octets and a clock go in, octets and the next deadline come out.

import { MTU, SERIAL_CHUNK } from "./sizes";
import { Counter, Drop, Fault } from "./numbers";
import { count, countDrop } from "./counters";
import { before } from "./sequence";
import { stack } from "./stack";
import { ipInput } from "./ip/input";
import { icmpOutput } from "./ip/icmp";
import { icmpWaits } from "./ip/icmp-slot";
import { runTimeouts } from "./tcp/timeouts/timeouts";
import { tcpOutput } from "./tcp/turn";
import { udpOutput } from "./udp/endpoints";
import { beginFrame, completeFrame, decode, encode, isLeaving } from "./wire/slip";
import { replySlotIsFree } from "./tcp/reply";

/** One datagram of `length` octets lies at rx. Answers 0, or the Drop reason. */
export function input(length: i32, now: u32): i32 {
  stack.now = now;
  if (<u32>length > <u32>MTU) {
    countDrop(Drop.TOO_LONG); // it cannot lie at rx
    return Drop.TOO_LONG;
  }
  return ipInput(length);
}

/** Writes the next datagram to tx: its octets; 0: nothing to send. */
export function output(now: u32): i32 {
  stack.now = now;
  if (timerHasRunOut() && runTimeouts()) return 0;
  let octets = icmpOutput();
  if (octets == 0) octets = tcpOutput();
  if (octets == 0) octets = udpOutput();
  if (octets != 0) count(Counter.DATAGRAMS_OUT);
  return octets;
}

// @ts-ignore: decorator
@inline function timerHasRunOut(): bool {
  return stack.timersArmed != 0 && !before(stack.now, stack.nextTimer);
}

/** ms until output must be asked again; 0: now; -1: only after another call. It may be early, never late. */
export function deadline(now: u32): i32 {
  stack.now = now;
  if (stack.readyFirst != 0 || stack.replyCount != 0 || icmpWaits() || isLeaving() || stack.udpQueued != 0) return 0;
  if (!stack.timersArmed) return -1;
  return before(now, stack.nextTimer) ? stack.nextTimer - now : 0;
}

/**
 * Raw octets lie at serialRx: answers how many were taken. It stops behind a datagram whose stateless answer fills the last
 * slot, so that the answer can leave first, and with Config.STEP behind every datagram.
 */
export function serialInput(length: i32, now: u32): i32 {
  if (<u32>length > <u32>SERIAL_CHUNK) return Fault.INVALID;
  stack.now = now;
  let taken = 0;
  while (taken < length) {
    taken = decode(taken, length);
    const octets = completeFrame();
    if (octets == 0) continue;
    ipInput(octets);
    // While a frame is leaving nothing can be drained: then a lost answer is better than a deaf line.
    if (stack.step || ((!replySlotIsFree() || icmpWaits()) && !isLeaving())) break;
  }
  return taken;
}

/** Fills serialTx with raw octets of SLIP: how many; 0: nothing to send. */
export function serialOutput(now: u32): i32 {
  stack.now = now;
  if (!isLeaving()) {
    const octets = output(now);
    if (octets == 0) return 0;
    beginFrame(octets);
  }
  return encode();
}
