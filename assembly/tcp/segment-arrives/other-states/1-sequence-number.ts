// First, check the sequence number (RFC 9293 section 3.10.7.4), behind PAWS (RFC 7323 section 5).

import { Drop, Flag, State } from "../../../numbers";
import { after, atOrAfter, before, between } from "../../../sequence";
import { stack } from "../../../stack";
import { options, Present } from "../../../wire/tcp-options";
import { acknowledgeUnacceptable } from "../../acknowledging";
import { enterTimeWait } from "../../ending";
import { Segment } from "../../segment";
import { Is, Owes, Tcb } from "../../tcb";
import { receiveWindow } from "../../window";
import { dropped } from "../verdict";

/** RFC 7323 section 5.5: behind 24 days TS.Recent says nothing any more. */
const TS_RECENT_LIFE_MS: u32 = 24 * 24 * 3600 * 1000;

export function checkSequenceNumber(tcb: Tcb, seg: Segment): bool {
  if (tcb.isNow(Is.STAMPING)) {
    // RFC 7323 section 3.2: without the option that was agreed on, the segment is dropped in silence.
    if (!(options.present & Present.TIMESTAMPS) && !seg.has(Flag.RST)) return dropped(Drop.PAWS);
    if (!passesPaws(tcb, seg)) return refuse(tcb, seg, Drop.PAWS);
  }
  if (tcb.state == State.SYN_RECEIVED && seg.seq == tcb.rcv.irs && (seg.flags & (Flag.SYN | Flag.RST)) == Flag.SYN)
    return checkRepeatedSyn(tcb, seg);
  if (!isAcceptable(tcb, seg)) return refuse(tcb, seg, Drop.NOT_ACCEPTABLE);
  if (tcb.isNow(Is.STAMPING)) takeTimestamp(tcb, seg);
  return true;
}

/** The four cases of the table in section 3.10.7.4. */
function isAcceptable(tcb: Tcb, seg: Segment): bool {
  const nxt = tcb.rcv.nxt;
  const window = receiveWindow(tcb);
  const length = seg.len;
  if (window == 0) {
    if (seg.seq != nxt) return false;
    // No text fits, but ACK, URG and RST are still to be heard (MUST-66): it goes on without its text.
    if (length != 0 && !seg.has(Flag.SYN)) {
      seg.length = 0;
      seg.flags &= ~Flag.FIN;
      tcb.owes |= Owes.ACK;
    }
    return true;
  }
  const last = nxt + window - 1;
  if (between(nxt, seg.seq, last)) return true;
  return length != 0 && between(nxt, seg.seq + length - 1, last);
}

/** An unacceptable segment is answered with an ACK, unless it is a RST, and dropped. */
function refuse(tcb: Tcb, seg: Segment, reason: i32): bool {
  if (!seg.has(Flag.RST)) {
    // In TIME-WAIT the peer's repeated FIN starts the 2 MSL again.
    if (tcb.state == State.TIME_WAIT && seg.has(Flag.FIN) && seg.seq + seg.len == tcb.rcv.nxt) enterTimeWait(tcb);
    acknowledgeUnacceptable(tcb, seg.len != 0);
  }
  return dropped(reason);
}

/**
 * The peer's SYN again, in SYN-RECEIVED. Alone, it says that our SYN-ACK was lost: that is repeated. With an ACK it is the
 * other half of a simultaneous open (section 3.5, figure 8): the SYN has done its work, the rest goes on.
 */
function checkRepeatedSyn(tcb: Tcb, seg: Segment): bool {
  if (!seg.has(Flag.ACK)) {
    tcb.owes |= Owes.SYN;
    return dropped(Drop.NOT_ACCEPTABLE);
  }
  seg.flags &= ~Flag.SYN;
  seg.seq += 1;
  seg.wnd >>= tcb.sndScale; // a window in a SYN is not scaled (RFC 7323 section 2.2)
  if (seg.ack == tcb.snd.nxt) tcb.owes |= Owes.ACK; // a wrong one draws a RST, and nothing beside it
  return true;
}

/** RFC 7323 section 5.3 R1: what is older than TS.Recent is refused. */
function passesPaws(tcb: Tcb, seg: Segment): bool {
  if (seg.has(Flag.RST)) return true;
  if (!before(options.timestamp, tcb.tsRecent)) return true;
  return stack.now - tcb.tsRecentAt > TS_RECENT_LIFE_MS;
}

/** RFC 7323 section 4.3 (2): the segment that reaches Last.ACK.sent gives the timestamp to echo. */
function takeTimestamp(tcb: Tcb, seg: Segment): void {
  if (!(options.present & Present.TIMESTAMPS)) return;
  if (!atOrAfter(options.timestamp, tcb.tsRecent) && stack.now - tcb.tsRecentAt <= TS_RECENT_LIFE_MS) return;
  if (after(seg.seq, tcb.rcv.acked)) return;
  tcb.tsRecent = options.timestamp;
  tcb.tsRecentAt = stack.now;
}
