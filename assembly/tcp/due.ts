// What a connection sends next: decided here, once. Output writes what the plan says; a connection for which nothing is
// due leaves the ready list, and only a call or one of its timers brings it back.

import { PLAN, PLAN_OCTETS } from "../memory-map";
import { SACK } from "../sizes";
import { Cause, Flag, State } from "../numbers";
import { after } from "../sequence";
import { allowance, fits, mayRepeat, repeatFrom, repeatLength } from "./loss-recovery";
import { restartAfterIdle } from "./congestion";
import { startPersist } from "./retransmission-timer";
import { Is, Owes, Phase, Tcb } from "./tcb";

/** The next segment. */
@unmanaged
export class Plan {
  seq: u32;
  /** Octets of text. */
  length: u32;
  /** Flags beyond ACK. */
  flags: u32;
  cause: i32;
  /** Which retransmission or probe it is. */
  repeat: u32;
}

if (offsetof<Plan>() > PLAN_OCTETS) ERROR("PLAN_OCTETS is too small");

export const plan: Plan = changetype<Plan>(PLAN);

/** Fills the plan; false: nothing is due. */
export function isDue(tcb: Tcb): bool {
  switch (tcb.state) {
    case State.CLOSED:
      return isResetDue(tcb);
    case State.SYN_SENT:
    case State.SYN_RECEIVED:
      return isSynDue(tcb) || isAckDue(tcb);
    case State.ESTABLISHED:
    case State.FIN_WAIT_1:
    case State.CLOSE_WAIT:
    case State.CLOSING:
    case State.LAST_ACK:
      return isRepeatDue(tcb) || isTextDue(tcb) || isProbeDue(tcb) || isAckDue(tcb);
    case State.FIN_WAIT_2:
    case State.TIME_WAIT:
      return isProbeDue(tcb) || isAckDue(tcb);
    default:
      unreachable(); // LISTEN has no TCB
  }
  return false;
}

// @ts-ignore: decorator
@inline function planned(seq: u32, length: u32, flags: u32, cause: i32, repeat: u32): bool {
  plan.seq = seq;
  plan.length = length;
  plan.flags = flags;
  plan.cause = cause;
  plan.repeat = repeat;
  return true;
}

function isResetDue(tcb: Tcb): bool {
  if (!(tcb.owes & Owes.RESET)) return false;
  return planned(tcb.snd.nxt, 0, Flag.RST, Cause.ABORT, 0);
}

/** Our SYN; in SYN-RECEIVED it carries an ACK. */
function isSynDue(tcb: Tcb): bool {
  if (!(tcb.owes & Owes.SYN)) return false;
  const first = tcb.state == State.SYN_SENT ? Cause.OPEN : Cause.SYN_ACK;
  return planned(tcb.snd.iss, 0, Flag.SYN, tcb.repeats == 0 ? first : Cause.RETRANSMISSION, tcb.repeats);
}

/** Octets of text that fit beside the options of a segment with text. */
export function textMost(tcb: Tcb): u32 {
  const options: u32 = optionOctets(tcb, true);
  return <u32>tcb.mss - options;
}

/** Octets of timestamps and of SACK blocks; beside text SACK is left out where it would leave too little room. */
// @ts-ignore: decorator
@inline export function optionOctets(tcb: Tcb, withText: bool): u32 {
  const stamps: u32 = tcb.isNow(Is.STAMPING) ? 12 : 0;
  if (!SACK || tcb.ranges == 0 || !tcb.isNow(Is.SACKING)) return stamps;
  if (withText && tcb.mss < 128) return stamps;
  const blocks = sackBlocks(tcb);
  return blocks == 0 ? stamps : stamps + 4 + 8 * blocks;
}

/**
 * How many blocks go into a segment: 40 octets of options hold four, or three beside timestamps, and neither end's MTU may
 * be passed, which the MSS tells.
 */
export function sackBlocks(tcb: Tcb): u32 {
  const most: u32 = tcb.isNow(Is.STAMPING) ? 3 : 4;
  const room: u32 = tcb.mss - (tcb.isNow(Is.STAMPING) ? 12 : 0) - 4;
  return min(min<u32>(tcb.ranges, most), room >> 3);
}

/** What the peer has not told us it has, once we believe it lost. */
function isRepeatDue(tcb: Tcb): bool {
  if (!mayRepeat(tcb)) return false;
  const from = repeatFrom(tcb);
  // Closed in SYN-RECEIVED: the FIN is out, and the SYN still unacknowledged.
  if (from == tcb.snd.iss && !tcb.isNow(Is.SYN_ACKED))
    return planned(from, 0, Flag.SYN, Cause.RETRANSMISSION, tcb.repeats);
  const window = tcb.snd.una + tcb.snd.wnd - from;
  if (<i32>window <= 0) return false; // the persist timer takes over (SHLD-16 repeats what is inside the window)
  const cause = tcb.phase == Phase.FAST ? Cause.FAST_RETRANSMISSION : Cause.RETRANSMISSION;
  return planSequence(tcb, from, min(repeatLength(tcb, from), window), cause) && fits(tcb, plan.length);
}

/** A segment from `from` of at most `octets` of sequence space; the FIN takes the last, behind SND.END. */
function planSequence(tcb: Tcb, from: u32, octets: u32, cause: i32): bool {
  const text = min(min(octets, tcb.snd.end - from), textMost(tcb));
  const reaches = from + text == tcb.snd.end;
  const flags = (reaches && octets > text ? Flag.FIN : 0) | (reaches && text != 0 ? Flag.PSH : 0);
  return planned(from, text, flags, cause, tcb.repeats);
}

/** New text, and the FIN behind it: RFC 9293 section 3.8.6.2.1 (MUST-38) with Nagle (SHLD-7) in Minshall's reading. */
function isTextDue(tcb: Tcb): bool {
  const nxt = tcb.snd.nxt;
  const end = tcb.snd.end;
  const data = end - nxt;
  const wantsFin = tcb.isNow(Is.SHUT);
  if (<i32>data < 0 || (data == 0 && !wantsFin)) return false; // the FIN has left, or there is nothing
  restartAfterIdle(tcb);
  const isIdle = nxt == tcb.snd.una;
  const window = tcb.snd.una + tcb.snd.wnd - nxt;
  if (<i32>window <= 0) return isIdle && startPersist(tcb);
  const room = allowance(tcb);
  const most = textMost(tcb);
  const length = min(min(data, window), min(room, most));
  const isLast = length == data;
  if (length < most && !mayBeSmall(tcb, length, isLast, isIdle)) {
    return isIdle && room >= length && startPersist(tcb);
  }
  const fin: u32 = isLast && wantsFin && window > length ? Flag.FIN : 0;
  if (length == 0 && fin == 0) return false;
  return planned(
    nxt,
    length,
    fin | (isLast && length != 0 ? Flag.PSH : 0),
    length != 0 ? Cause.WRITTEN : Cause.CLOSE,
    0,
  );
}

/** A segment that is not full may go when it is the last one and nothing small is under way, or half the largest window. */
function mayBeSmall(tcb: Tcb, length: u32, isLast: bool, isIdle: bool): bool {
  if (isLast) {
    if (tcb.isNow(Is.SHUT) || tcb.isNow(Is.NODELAY) || isIdle) return true;
    return !after(tcb.snd.small, tcb.snd.una);
  }
  return length != 0 && isIdle && length >= tcb.snd.most >> 1;
}

/** Probes: of a closed window, of a silent tail, of an idle peer. */
function isProbeDue(tcb: Tcb): bool {
  if (!(tcb.owes & (Owes.WINDOW_PROBE | Owes.TAIL_PROBE | Owes.KEEPALIVE))) return false;
  if (tcb.owes & Owes.WINDOW_PROBE) return planWindowProbe(tcb);
  if (tcb.owes & Owes.TAIL_PROBE) return planTailProbe(tcb);
  // RFC 9293 section 3.8.4: SND.NXT-1, which the peer must answer; no garbage octet (SHLD-12).
  return planned(tcb.snd.nxt - 1, 0, 0, Cause.KEEPALIVE, tcb.probes);
}

/** One octet beyond the window, or what a sliver of a window takes (MUST-36, section 3.8.6.1). */
function planWindowProbe(tcb: Tcb): bool {
  const from = tcb.snd.wnd == 0 ? tcb.snd.una : tcb.snd.nxt;
  const window: u32 = tcb.snd.wnd == 0 ? 1 : tcb.snd.una + tcb.snd.wnd - from;
  const behind: u32 = tcb.isNow(Is.SHUT) ? 1 : 0;
  const left = tcb.snd.end + behind - from;
  if (<i32>left <= 0 || <i32>window <= 0) {
    tcb.owes &= ~Owes.WINDOW_PROBE;
    return isAckDue(tcb);
  }
  planSequence(tcb, from, min(left, window), Cause.WINDOW_PROBE);
  plan.repeat = tcb.probes;
  return true;
}

/** RFC 8985 section 7.3: new text if there is any, else the last segment again. */
function planTailProbe(tcb: Tcb): bool {
  const nxt = tcb.snd.nxt;
  const window = tcb.snd.una + tcb.snd.wnd - nxt;
  const fresh = tcb.snd.end - nxt;
  if (<i32>window > 0 && <i32>fresh > 0) return planSequence(tcb, nxt, min(fresh, window), Cause.TAIL_PROBE);
  const most = textMost(tcb);
  const underWay = nxt - tcb.snd.una;
  if (underWay == 0) {
    tcb.owes &= ~Owes.TAIL_PROBE;
    return isAckDue(tcb);
  }
  return planSequence(tcb, underWay > most ? nxt - most : tcb.snd.una, min(underWay, most), Cause.TAIL_PROBE);
}

/** A segment without text, when nothing above has carried the ACK along. */
function isAckDue(tcb: Tcb): bool {
  const owes = tcb.owes & Owes.ANY_ACK;
  if (owes == 0) return false;
  let cause = Cause.ACK;
  if (owes & Owes.CHALLENGE_ACK) cause = Cause.CHALLENGE_ACK;
  else if (owes & Owes.DUPLICATE_ACK) cause = Cause.DUPLICATE_ACK;
  else if (owes & Owes.ACK) cause = Cause.ACK;
  else if (owes & Owes.DELAYED_ACK) cause = Cause.DELAYED_ACK;
  else cause = Cause.WINDOW_UPDATE;
  return planned(tcb.snd.nxt, 0, 0, cause, 0);
}
