// Seventh, process the segment text (RFC 9293 section 3.10.7.4). An octet goes to its place in the ring, in order or not
// (SHLD-31); reassembly says how far RCV.NXT moves.

import { REASSEMBLY_RANGES, RECEIVE_RING } from "../../../sizes";
import { Counter, Event, Fault, Flag, State } from "../../../numbers";
import { count } from "../../../counters";
import { after, before, later } from "../../../sequence";
import { addRange, dropBefore, leftOf, rangeOf, rightOf } from "../../../storage/reassembly";
import { putText } from "../../../storage/ring";
import { acknowledgeAgain, acknowledgeText } from "../../acknowledging";
import { fail, isLetGo, tell } from "../../ending";
import { replyReset } from "../../reply";
import { IN_PLACE, Segment } from "../../segment";
import { Is, Owes, Tcb } from "../../tcb";
import { receiveWindow } from "../../window";

/** Answers whether RCV.NXT has reached the segment's end, so that its FIN is the next thing. */
export function processText(tcb: Tcb, seg: Segment): bool {
  switch (tcb.state) {
    case State.ESTABLISHED:
    case State.FIN_WAIT_1:
    case State.FIN_WAIT_2:
      break;
    default:
      return false; // behind the remote FIN there is no text
  }
  trim(tcb, seg);
  if (seg.length == 0 && !seg.has(Flag.FIN)) return false;
  if (isLetGo(tcb) && seg.length != 0) {
    replyReset(seg); // nobody will ever read it, and the peer is told so (SHLD-3)
    fail(tcb, Fault.ABORTED);
    return false;
  }
  if (seg.length > tcb.heardMss) tcb.heardMss = <u16>seg.length;
  return seg.seq == tcb.rcv.nxt ? takeInOrder(tcb, seg) : keepBeyond(tcb, seg);
}

/** Cuts off what was received before and what lies beyond the window. */
function trim(tcb: Tcb, seg: Segment): void {
  const old = tcb.rcv.nxt - seg.seq;
  if (<i32>old > 0) {
    seg.seq += old;
    seg.text += old;
    seg.length = old < seg.length ? seg.length - old : 0; // a FIN left of RCV.NXT was refused by the first step
    tcb.owes |= Owes.ACK;
  }
  const room = tcb.rcv.nxt + receiveWindow(tcb) - seg.seq;
  if (seg.length + (seg.flags & Flag.FIN) <= room) return;
  if (seg.length > room) seg.length = room;
  seg.flags &= ~Flag.FIN;
}

function takeInOrder(tcb: Tcb, seg: Segment): bool {
  const length = seg.length;
  if (length != 0) {
    if (seg.text != IN_PLACE) putText(tcb.receiveRing, RECEIVE_RING, seg.seq, seg.text, length);
    tcb.rcv.nxt += length;
    if (tcb.ranges != 0) closeHole(tcb);
    else acknowledgeText(tcb);
    tell(tcb, Event.READABLE);
  }
  return seg.has(Flag.FIN) || (tcb.isNow(Is.FIN_BEYOND) && tcb.rcv.nxt == tcb.rcv.fin);
}

/** The text has reached or filled a hole: RCV.NXT moves over what was kept, and the ACK is not delayed (RFC 5681 section 4.2). */
function closeHole(tcb: Tcb): void {
  const beyond = tcb.beyond;
  for (let i: u32 = 0; i < tcb.ranges && !after(leftOf(beyond, i), tcb.rcv.nxt); i++) {
    tcb.rcv.nxt = later(tcb.rcv.nxt, rightOf(beyond, i));
  }
  tcb.ranges = <u8>dropBefore(beyond, tcb.ranges, tcb.rcv.nxt);
  tcb.owes |= Owes.ACK;
}

/** Beyond a hole: kept where it belongs, or dropped when there are too many holes to remember. */
function keepBeyond(tcb: Tcb, seg: Segment): bool {
  acknowledgeAgain(tcb);
  const end = seg.seq + seg.length;
  if (seg.length != 0) {
    const length = addRange(tcb.beyond, tcb.ranges, REASSEMBLY_RANGES, seg.seq, end);
    if (length < 0) return false;
    count(Counter.OUT_OF_ORDER_IN);
    tcb.ranges = <u8>length;
    noteRecent(tcb, seg.seq);
    putText(tcb.receiveRing, RECEIVE_RING, seg.seq, seg.text, seg.length);
  }
  if (seg.has(Flag.FIN) && (!tcb.isNow(Is.FIN_BEYOND) || before(tcb.rcv.fin, end))) {
    tcb.is |= Is.FIN_BEYOND;
    tcb.rcv.fin = end;
  }
  return false;
}

/** Keeps the stretches in the order in which they changed, for RFC 2018 section 4. */
function noteRecent(tcb: Tcb, seq: u32): void {
  const rcv = tcb.rcv;
  const index = rangeOf(tcb.beyond, tcb.ranges, seq);
  if (isIn(tcb, index, rcv.recent)) {
    rcv.recent = seq;
    return;
  }
  if (!isIn(tcb, index, rcv.recent1)) {
    if (!isIn(tcb, index, rcv.recent2)) rcv.recent3 = rcv.recent2;
    rcv.recent2 = rcv.recent1;
  }
  rcv.recent1 = rcv.recent;
  rcv.recent = seq;
}

function isIn(tcb: Tcb, index: i32, seq: u32): bool {
  return rangeOf(tcb.beyond, tcb.ranges, seq) == index;
}
