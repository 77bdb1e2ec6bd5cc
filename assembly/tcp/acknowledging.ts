// When an ACK is owed for what arrived: RFC 9293 section 3.8.6.3 and the limits of RFC 5961 section 10.

import { Counter } from "../numbers";
import { count } from "../counters";
import { stack } from "../stack";
import { Owes, Tcb } from "./tcb";
import { arm, isArmed, Timer } from "./timers";

/**
 * RFC 5961 section 10: at most this many challenges in 5 s, counted per connection, so that no side channel joins two. The
 * small entries count too, so that all of it is 16 bits: when it began, in steps of 256 ms, and how many since.
 */
const CHALLENGES_MOST: u32 = 10;
const CHALLENGE_STEPS: u32 = 21; // 5 s, and the step in which it began
const DUPLICATES_MOST: u32 = 32;
/**
 * Behind a hole so many segments are acknowledged one by one: the peer's window is small then, often a single segment, and a
 * delay would be the longest part of each round trip. As many as Linux does.
 */
const PROMPT_SEGMENTS: u8 = 16;

/** Text arrived in order: at least every second full segment is acknowledged at once (SHLD-18, 19), the rest within a delay (MUST-40). */
export function acknowledgeText(tcb: Tcb): void {
  if (tcb.promptly != 0) {
    tcb.promptly -= 1;
    tcb.owes |= Owes.ACK;
  } else if (stack.delayedAck == 0 || tcb.rcv.nxt - tcb.rcv.acked >= 2 * <u32>tcb.heardMss) tcb.owes |= Owes.ACK;
  else if (!isArmed(tcb, Timer.DELAYED_ACK)) arm(tcb, Timer.DELAYED_ACK, stack.delayedAck);
}

/** Text arrived out of order: each segment draws a duplicate ACK of its own (RFC 5681 section 4.2). */
export function acknowledgeAgain(tcb: Tcb): void {
  tcb.owes |= Owes.DUPLICATE_ACK;
  tcb.promptly = PROMPT_SEGMENTS;
  if (tcb.duplicatesOwed < DUPLICATES_MOST) tcb.duplicatesOwed += 1;
}

/** A segment that is answered but not believed. */
export function challenge(tcb: Tcb): void {
  if (!mayChallenge(tcb)) return;
  count(Counter.CHALLENGE_ACKS);
  tcb.owes |= Owes.CHALLENGE_ACK;
}

/** An unacceptable segment without text draws an ACK too, but not without limit: two confused ends would never stop. */
export function acknowledgeUnacceptable(tcb: Tcb, hasText: bool): void {
  if (hasText || mayChallenge(tcb)) tcb.owes |= Owes.ACK;
}

function mayChallenge(tcb: Tcb): bool {
  const now = stack.now & 0xff00;
  const began: u32 = tcb.challenges & 0xff00;
  const count: u32 = tcb.challenges & 0xff;
  if (count == 0 || ((now - began) & 0xff00) >= CHALLENGE_STEPS << 8) {
    tcb.challenges = <u16>(now | 1);
    return true;
  }
  if (count >= CHALLENGES_MOST) return false;
  tcb.challenges += 1;
  return true;
}
