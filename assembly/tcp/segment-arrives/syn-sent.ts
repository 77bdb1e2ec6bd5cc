// SYN-SENT, RFC 9293 section 3.10.7.3.

import { Drop, Fault, Flag, State } from "../../numbers";
import { setState } from "../connections";
import { fail } from "../ending";
import { replyReset } from "../reply";
import { Segment } from "../segment";
import { startReceiving, takeSynOptions } from "../syn-queue";
import { Owes, Tcb } from "../tcb";
import { enterEstablished } from "./other-states/5-ack";
import { finishSegment } from "./other-states/other-states";
import { dropped } from "./verdict";

export function segmentInSynSent(tcb: Tcb, seg: Segment): void {
  // First, check the ACK bit.
  if (seg.has(Flag.ACK) && seg.ack != tcb.snd.nxt) {
    replyReset(seg);
    dropped(Drop.BAD_ACK);
    return;
  }
  // Second, check the RST bit: it counts only when it acknowledges our SYN.
  if (seg.has(Flag.RST)) {
    if (seg.has(Flag.ACK)) fail(tcb, Fault.REFUSED);
    else dropped(Drop.BAD_RST);
    return;
  }
  // Third, security, is obsolete. Fourth, check the SYN bit; fifth, without SYN or RST the segment is dropped.
  if (!seg.has(Flag.SYN)) {
    dropped(Drop.BAD_FLAGS);
    return;
  }
  startReceiving(tcb, seg.seq);
  takeSynOptions(tcb);
  if (seg.has(Flag.ACK)) takeSynAck(tcb, seg);
  else crossSyn(tcb, seg);
}

/** Our SYN is acknowledged: ESTABLISHED. What else the segment carries goes on at the sixth step. */
function takeSynAck(tcb: Tcb, seg: Segment): void {
  const shift = tcb.sndScale;
  tcb.sndScale = 0; // a window in a SYN is never scaled (RFC 7323 section 2.2)
  enterEstablished(tcb, seg);
  tcb.sndScale = shift;
  tcb.owes |= Owes.ACK;
  seg.flags &= ~Flag.SYN;
  seg.seq += 1;
  finishSegment(tcb, seg);
}

/** Both ends opened at once (MUST-10): SYN-RECEIVED, and our SYN goes again, now with an ACK. */
function crossSyn(tcb: Tcb, seg: Segment): void {
  setState(tcb, State.SYN_RECEIVED);
  tcb.snd.wnd = seg.wnd;
  tcb.snd.most = seg.wnd;
  tcb.snd.wl1 = seg.seq;
  tcb.snd.wl2 = tcb.snd.iss;
  tcb.owes |= Owes.SYN;
}
