// One timer for three purposes that exclude one another: retransmission (RFC 6298 section 5), the tail loss probe before it
// (RFC 8985 section 7), and the persist timer while the peer's window is closed (RFC 9293 section 3.8.6.1).

import { State, TimerKind } from "../numbers";
import { stack } from "../stack";
import { arm, disarm, isArmed, Timer, timerLeft } from "./timers";
import { RTO_MOST } from "./round-trip";
import { Is, Phase, Tcb } from "./tcb";

/** ms; what the peer may add by delaying the ACK of a lone segment (RFC 8985 section 7.2, TLP.max_ack_delay). */
const ACK_DELAY_MOST: u32 = 200;
/** ms; a tail probe never comes sooner: our clock is coarse. */
const TAIL_LEAST: u32 = 10;

/** Something that occupies sequence space has left: start the timer unless it runs (RFC 6298 (5.1)). */
// @ts-ignore: decorator
@inline export function onSent(tcb: Tcb): void {
  if (!isArmed(tcb, Timer.RETRANSMISSION)) restart(tcb);
  else if (stack.tailProbe) postponeTailProbe(tcb);
}

/** Each new segment puts the tail probe off (RFC 8985 section 7.2), though never behind the retransmission timer. */
function postponeTailProbe(tcb: Tcb): void {
  if (!mayProbeTail(tcb)) return;
  const ms = tailProbeMs(tcb);
  if (tcb.timerKind == TimerKind.RETRANSMISSION && ms >= <u32>timerLeft(tcb, Timer.RETRANSMISSION)) return;
  tcb.timerKind = TimerKind.TAIL_PROBE;
  arm(tcb, Timer.RETRANSMISSION, min(ms, tcb.rto));
}

/** PTO: two round trips, and what the peer may delay the ACK of a lone segment. */
function tailProbeMs(tcb: Tcb): u32 {
  const isAlone = tcb.snd.nxt - tcb.snd.una <= <u32>tcb.mss;
  return max(tcb.srtt >> 2, TAIL_LEAST) + (isAlone ? ACK_DELAY_MOST : 0);
}

/** New text was acknowledged: (5.2) and (5.3). */
export function onProgress(tcb: Tcb): void {
  tcb.repeats = 0;
  tcb.probes = 0;
  tcb.is &= ~Is.FAILING;
  if (tcb.snd.una == tcb.snd.nxt) disarm(tcb, Timer.RETRANSMISSION);
  else restart(tcb);
}

/** The timer begins anew: as a tail probe's where one is allowed and comes sooner. */
export function restart(tcb: Tcb): void {
  let kind = TimerKind.RETRANSMISSION;
  let ms = tcb.rto;
  if (stack.tailProbe && mayProbeTail(tcb)) {
    const probe = tailProbeMs(tcb);
    if (probe < ms) {
      kind = TimerKind.TAIL_PROBE;
      ms = probe;
    }
  }
  tcb.timerKind = kind;
  arm(tcb, Timer.RETRANSMISSION, ms);
}

function mayProbeTail(tcb: Tcb): bool {
  if (tcb.phase != Phase.OPEN || tcb.sacked != 0 || tcb.repeats != 0) return false;
  if (!tcb.isNow(Is.MEASURED) || tcb.isNow(Is.TAIL_PROBED)) return false;
  return tcb.state >= State.ESTABLISHED;
}

/** The tail probe is out: now it is the retransmission timer's turn. */
export function afterTailProbe(tcb: Tcb): void {
  tcb.timerKind = TimerKind.RETRANSMISSION;
  arm(tcb, Timer.RETRANSMISSION, tcb.rto);
}

/**
 * Something beyond a hole has arrived, though not enough to call the hole lost: what is missing may merely have been passed
 * on the way. A quarter of a round trip decides (RFC 8985 section 6.2, RACK.reo_wnd), since the duplicates that would tell
 * never come where a window is a few segments.
 */
export function awaitReordered(tcb: Tcb): void {
  if (!stack.tailProbe || !tcb.isNow(Is.MEASURED)) return;
  const ms = max(tcb.srtt >> 5, TAIL_LEAST);
  if (ms >= <u32>timerLeft(tcb, Timer.RETRANSMISSION)) return;
  tcb.timerKind = TimerKind.TAIL_PROBE;
  arm(tcb, Timer.RETRANSMISSION, ms);
}

/** The peer's window is closed and nothing is under way: probe after one RTO (SHLD-29). Answers false: nothing is due now. */
export function startPersist(tcb: Tcb): bool {
  if (isArmed(tcb, Timer.RETRANSMISSION) && tcb.timerKind == TimerKind.PERSIST) return false;
  tcb.repeats = 0;
  persist(tcb);
  return false;
}

/** The next probe: the interval doubles (SHLD-30) up to RTO_MOST. */
export function persist(tcb: Tcb): void {
  const ms = tcb.probes < 16 ? tcb.rto << tcb.probes : RTO_MOST;
  tcb.timerKind = TimerKind.PERSIST;
  arm(tcb, Timer.RETRANSMISSION, ms > RTO_MOST ? RTO_MOST : ms);
}
