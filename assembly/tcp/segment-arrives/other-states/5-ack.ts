// Fifth, check the ACK field (RFC 9293 section 3.10.7.4).

import { Drop, Event, Flag, State, TimerKind } from "../../../numbers";
import { SACK } from "../../../sizes";
import { after, before } from "../../../sequence";
import { stack } from "../../../stack";
import { options } from "../../../wire/tcp-options";
import { challenge } from "../../acknowledging";
import { setState } from "../../connections";
import { startCongestion } from "../../congestion";
import { enterClosed, enterTimeWait, isLetGo, tell } from "../../ending";
import { boundFinWait2 } from "../../fin-wait-2";
import { onAcknowledged, onDuplicate, onTailRepaired, readSack, repeatAll } from "../../loss-recovery";
import { onProgress } from "../../retransmission-timer";
import { replyReset } from "../../reply";
import { afterSynLoss, sample } from "../../round-trip";
import { Segment } from "../../segment";
import { Is, Tcb } from "../../tcb";
import { disarm, isArmed, Timer } from "../../timers";
import { dropped } from "../verdict";

/** Octets; what a full segment of the peer's is taken to be until a larger one has come (for SHLD-19). */
const HEARD_MSS_FIRST: u32 = 536;

export function checkAck(tcb: Tcb, seg: Segment): bool {
  if (!seg.has(Flag.ACK)) return dropped(Drop.NO_ACK);
  if (tcb.state == State.SYN_RECEIVED && !establish(tcb, seg)) return false;
  if (!isPlausible(tcb, seg)) {
    challenge(tcb);
    return dropped(Drop.BAD_ACK);
  }
  takeAck(tcb, seg);
  return afterFin(tcb);
}

/** SYN-RECEIVED: our SYN must be what is acknowledged, else the other end speaks of another life of this connection. */
export function establish(tcb: Tcb, seg: Segment): bool {
  if (!after(seg.ack, tcb.snd.una) || after(seg.ack, tcb.snd.nxt)) {
    replyReset(seg);
    return dropped(Drop.BAD_ACK);
  }
  enterEstablished(tcb, seg);
  return true;
}

/** Our SYN is acknowledged and the connection established; the window of the segment in hand is the first that counts. */
export function enterEstablished(tcb: Tcb, seg: Segment): void {
  tcb.snd.una = seg.ack;
  tcb.rxt = seg.ack;
  tcb.is |= Is.SYN_ACKED;
  if (tcb.repeats != 0) tcb.is |= Is.SYN_REPEATED;
  sample(tcb, seg.ack);
  onProgress(tcb);
  setState(tcb, tcb.isNow(Is.SHUT) ? State.FIN_WAIT_1 : State.ESTABLISHED);
  tcb.snd.wnd = seg.wnd << tcb.sndScale;
  tcb.snd.most = tcb.snd.wnd;
  tcb.snd.wl1 = seg.seq;
  tcb.snd.wl2 = seg.ack;
  if (tcb.isNow(Is.SYN_REPEATED)) afterSynLoss(tcb);
  startCongestion(tcb);
  tcb.heardMss = <u16>min<u32>(tcb.mss, HEARD_MSS_FIRST);
  tell(tcb, Event.CONNECTED | Event.WRITABLE);
}

/** RFC 5961 section 5 (MAY-12): neither beyond what was sent nor older than the largest window ever. */
function isPlausible(tcb: Tcb, seg: Segment): bool {
  return !after(seg.ack, sentUpTo(tcb)) && !before(seg.ack, tcb.snd.una - tcb.snd.most);
}

/** SND.NXT, and behind it the octet of a window probe. */
function sentUpTo(tcb: Tcb): u32 {
  return tcb.isNow(Is.PROBED) && tcb.snd.nxt == tcb.snd.una ? tcb.snd.nxt + 1 : tcb.snd.nxt;
}

function takeAck(tcb: Tcb, seg: Segment): void {
  const news = SACK && options.sackBlocks != 0 && tcb.isNow(Is.SACKING) && readSack(tcb);
  const una = tcb.snd.una;
  if (after(seg.ack, una)) {
    takeProgress(tcb, seg.ack);
    if (news && tcb.sacked != 0) onDuplicate(tcb); // it tells of a hole as well
  } else if (tcb.snd.nxt != una && seg.ack == una && (news || isDuplicate(tcb, seg))) onDuplicate(tcb);
  if (after(seg.ack, una) || (seg.ack == una && isLatest(tcb, seg))) takeWindow(tcb, seg);
}

/** RFC 5681 section 2. With SACK only news of it makes a duplicate (RFC 6675 section 2), so that mere copies do not count. */
function isDuplicate(tcb: Tcb, seg: Segment): bool {
  if (tcb.isNow(Is.SACKING)) return false;
  return seg.len == 0 && seg.wnd << tcb.sndScale == tcb.snd.wnd;
}

function takeProgress(tcb: Tcb, ack: u32): void {
  const acked = ack - tcb.snd.una;
  if (tcb.isNow(Is.TAIL_PROBED) && !before(ack, tcb.tailEnd)) onTailRepaired(tcb);
  tcb.snd.una = ack;
  tcb.sentAt = stack.now; // on a slow line it took until now to leave: only from here on is the connection idle
  if (after(ack, tcb.snd.nxt)) tcb.snd.nxt = ack; // the probe was taken
  tcb.is = (tcb.is & ~Is.PROBED) | Is.SYN_ACKED;
  sample(tcb, ack);
  onAcknowledged(tcb, acked);
  onProgress(tcb);
  if (tcb.isNow(Is.URGENT_OUT) && !after(tcb.snd.up, ack)) tcb.is &= ~Is.URGENT_OUT;
  if (tcb.isNow(Is.WANTING_ROOM)) {
    tcb.is &= ~Is.WANTING_ROOM;
    tell(tcb, Event.WRITABLE);
  }
}

/** SND.WL1 and SND.WL2 tell old segments from new ones. */
function isLatest(tcb: Tcb, seg: Segment): bool {
  return before(tcb.snd.wl1, seg.seq) || (tcb.snd.wl1 == seg.seq && !after(tcb.snd.wl2, seg.ack));
}

/**
 * SND.WND from the latest segment, and with every advance of SND.UNA, also when that came with an old sequence number: else
 * SND.UNA + SND.WND would lie beyond every edge that the peer has promised. Linux does so too.
 */
function takeWindow(tcb: Tcb, seg: Segment): void {
  const window = seg.wnd << tcb.sndScale;
  tcb.snd.wl1 = seg.seq;
  tcb.snd.wl2 = seg.ack;
  tcb.snd.wnd = window;
  if (window > tcb.snd.most) tcb.snd.most = window;
  if (tcb.timerKind == TimerKind.PERSIST && isArmed(tcb, Timer.RETRANSMISSION)) onPersistAnswered(tcb, window);
}

/**
 * The peer answers the probes, so the connection lives (MUST-37); an open window ends them. What its user has let go lives no
 * longer than R2 while no TCB is free for anybody else: RFC 6429 asks for that much against peers who keep windows closed.
 */
function onPersistAnswered(tcb: Tcb, window: u32): void {
  if (stack.freeTcbs != 0 || !isLetGo(tcb)) tcb.repeats = 0;
  if (window == 0) return;
  disarm(tcb, Timer.RETRANSMISSION);
  tcb.probes = 0;
  // Had the window closed over text under way, that is sent again, without a change of the congestion window.
  if (tcb.snd.una != tcb.snd.nxt) repeatAll(tcb);
}

/** What our FIN's acknowledgment changes. */
function afterFin(tcb: Tcb): bool {
  const isFinAcked = tcb.isNow(Is.SHUT) && after(tcb.snd.una, tcb.snd.end);
  switch (tcb.state) {
    case State.ESTABLISHED:
    case State.CLOSE_WAIT:
    case State.FIN_WAIT_2:
      return true;
    case State.FIN_WAIT_1:
      if (!isFinAcked) return true;
      setState(tcb, State.FIN_WAIT_2);
      boundFinWait2(tcb);
      return true;
    case State.CLOSING:
      if (isFinAcked) enterTimeWait(tcb);
      return false;
    case State.LAST_ACK:
      if (isFinAcked) enterClosed(tcb);
      return false;
    case State.TIME_WAIT:
      // Only a repeated FIN means something here, and it stands left of the window: the first step has dealt with it. A
      // pure ACK is not answered, or two ends in TIME-WAIT would never stop.
      return false;
    default:
      unreachable(); // CLOSED, LISTEN, SYN-SENT have other headings; SYN-RECEIVED has been left above
  }
  return false;
}
