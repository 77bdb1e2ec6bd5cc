// The retransmission timer, RFC 9293 section 3.10.8 and RFC 6298 section 5, for its three purposes: retransmission, persist,
// tail probe. And the two thresholds of section 3.8.3: R1 is told, R2 ends the connection (MUST-20, 22, 23).

import { Counter, Event, Fault, State, TimerKind } from "../../numbers";
import { count } from "../../counters";
import { stack } from "../../stack";
import { fail, reset, tell } from "../ending";
import { enterFast, onTimeout } from "../loss-recovery";
import { ready } from "../ready";
import { afterTailProbe, persist, startPersist } from "../retransmission-timer";
import { backOff } from "../round-trip";
import { Is, Owes, Phase, Tcb } from "../tcb";
import { disarm, Timer } from "../timers";

export function retransmissionTimeout(tcb: Tcb): void {
  disarm(tcb, Timer.RETRANSMISSION);
  ready(tcb);
  switch (tcb.timerKind) {
    case TimerKind.PERSIST:
      return probeWindow(tcb);
    case TimerKind.TAIL_PROBE:
      return probeTail(tcb);
    default:
      return isProbeWanted(tcb) ? turnToPersist(tcb) : repeatOldest(tcb);
  }
}

/** The window closed over text. Our SYN needs none, and no octet stands in its place that a probe could carry. */
// @ts-ignore: decorator
@inline function isProbeWanted(tcb: Tcb): bool {
  return tcb.snd.wnd == 0 && tcb.isNow(Is.SYN_ACKED) && tcb.state >= State.ESTABLISHED;
}

function repeatOldest(tcb: Tcb): void {
  if (tcb.repeats == 0) tcb.since = stack.now - tcb.rto; // about when it was first sent
  if (isOverdue(tcb)) return giveUp(tcb);
  if (tcb.repeats < 255) tcb.repeats += 1;
  count(Counter.TIMEOUTS);
  if (tcb.repeats >= stack.r1) report(tcb);
  backOff(tcb);
  if (tcb.state >= State.ESTABLISHED) return onTimeout(tcb);
  tcb.owes |= Owes.SYN;
  tcb.is &= ~Is.TIMING; // no timestamp tells which SYN is answered (Karn)
}

/** R2, or the user's own time-out (RFC 5482); a SYN gets three minutes at least (MUST-23). */
function isOverdue(tcb: Tcb): bool {
  const isSyn = tcb.state == State.SYN_SENT || tcb.state == State.SYN_RECEIVED;
  const most = tcb.userTimeout != 0 ? tcb.userTimeout : isSyn ? stack.synR2 : stack.r2;
  return stack.now - tcb.since >= most;
}

/** R1: the user is told of trouble before the end (SHLD-9). */
function report(tcb: Tcb): void {
  if (tcb.isNow(Is.FAILING)) return;
  tcb.is |= Is.FAILING;
  if (tcb.isNow(Is.SILENT)) return;
  if (tcb.softFault == 0) tcb.softFault = <i8>Fault.TIMED_OUT; // what ICMP has reported tells more
  tell(tcb, Event.SOFT_ERROR);
}

/** The error that ICMP has reported meanwhile tells more than the time-out does. */
function giveUp(tcb: Tcb): void {
  const fault = tcb.softFault != 0 ? tcb.softFault : Fault.TIMED_OUT;
  if (tcb.state == State.SYN_SENT) fail(tcb, fault);
  else reset(tcb, fault);
}

/** The window closed while text was under way: it is probed, and the connection is not given up for it (SHLD-17). */
function turnToPersist(tcb: Tcb): void {
  startPersist(tcb);
  disarm(tcb, Timer.RETRANSMISSION);
  probeWindow(tcb);
}

function probeWindow(tcb: Tcb): void {
  if (tcb.repeats == 0) tcb.since = stack.now;
  else if (isOverdue(tcb)) return giveUp(tcb); // nobody answers the probes at all
  if (tcb.repeats < 255) tcb.repeats += 1;
  if (tcb.probes < 255) tcb.probes += 1;
  count(Counter.WINDOW_PROBES);
  tcb.owes |= Owes.WINDOW_PROBE;
  persist(tcb);
}

/** Nothing has come back for two round trips; or only what lies beyond a hole, which counts as lost now. */
function probeTail(tcb: Tcb): void {
  afterTailProbe(tcb);
  if (tcb.phase != Phase.OPEN) return;
  if (tcb.sacked != 0) return enterFast(tcb);
  count(Counter.TAIL_PROBES);
  tcb.owes |= Owes.TAIL_PROBE;
}
