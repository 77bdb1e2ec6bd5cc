// SEGMENT ARRIVES, RFC 9293 section 3.10.7: which record the segment belongs to, and under which heading it is processed.

import { DEFER } from "../../sizes";
import { State, Table } from "../../numbers";
import { recordBefore } from "../../record";
import { stack } from "../../stack";
import { shownHandle } from "../connections";
import { settle } from "../ending";
import { findListener } from "../listeners";
import { ready } from "../ready";
import { Segment } from "../segment";
import { dropHalfOpen, packHalfOpen, SynEntry, synQueueHasRoom, unpackHalfOpen } from "../syn-queue";
import { Endpoint, Is, Tcb } from "../tcb";
import { dropTimeWait, packTimeWait, TimeWaitEntry, unpackTimeWait } from "../time-wait-table";
import { segmentInClosed } from "./closed";
import { Cookies, segmentInListen } from "./listen";
import { segmentInOtherStates } from "./other-states/other-states";
import { completeHandshake } from "./other-states/handshake";
import { isReincarnation } from "./reincarnation";
import { segmentInSynSent } from "./syn-sent";
import { startVerdict } from "./verdict";

/** `entry` is the record that was found for the segment, if there is one. Answers 0, or the Drop reason. */
export function segmentArrives(seg: Segment, entry: Endpoint | null): i32 {
  startVerdict();
  if (entry) known(entry, seg);
  else unknown(seg);
  return stack.verdict;
}

function known(entry: Endpoint, seg: Segment): void {
  switch (entry.table) {
    case Table.CONNECTION:
      return connected(changetype<Tcb>(entry), seg);
    case Table.SYN_QUEUE:
      return halfOpen(changetype<SynEntry>(entry), seg);
    case Table.TIME_WAIT:
      return timeWaiting(changetype<TimeWaitEntry>(entry), seg);
    default:
      unreachable(); // a free record is found by nobody
  }
}

function unknown(seg: Segment): void {
  const listener = findListener(seg.localAddress, seg.ports >> 16, seg.remoteAddress, seg.ports & 0xffff);
  if (listener < 0) return segmentInClosed(seg);
  recordBefore(Table.LISTENER, 0, State.LISTEN);
  segmentInListen(seg, listener);
}

function connected(tcb: Tcb, seg: Segment): void {
  recordBefore(Table.CONNECTION, shownHandle(tcb), tcb.state);
  tcb.heardAt = stack.now;
  if (tcb.state == State.SYN_SENT) segmentInSynSent(tcb, seg);
  else segmentInOtherStates(tcb, seg);
  if (tcb.table != Table.CONNECTION) return; // it is over and its slot is free
  ready(tcb);
  settle(tcb);
}

function halfOpen(entry: SynEntry, seg: Segment): void {
  const tcb = unpackHalfOpen(entry);
  recordBefore(Table.SYN_QUEUE, 0, tcb.state);
  if (completeHandshake(tcb, entry, seg)) return;
  if (tcb.state == State.CLOSED) return dropHalfOpen(entry);
  if (DEFER && tcb.isNow(Is.DEFERRED)) tcb.owes = 0; // a repeated SYN waits like the first
  packHalfOpen(entry, tcb);
  if (entry.owes != 0) ready(entry);
}

function timeWaiting(entry: TimeWaitEntry, seg: Segment): void {
  const tcb = unpackTimeWait(entry);
  recordBefore(Table.TIME_WAIT, 0, State.TIME_WAIT);
  if (isReincarnation(tcb, seg)) {
    const listener = findListener(seg.localAddress, seg.ports >> 16, seg.remoteAddress, seg.ports & 0xffff);
    if (listener >= 0) {
      // The entry stays behind the half-open one, and is found again should the SYN turn out to be an old duplicate. Where a
      // cookie answers it would stay before the listener, and the ACK with the cookie would never be let in.
      const oldNxt = entry.sndNxt;
      if (!synQueueHasRoom() || stack.cookies == Cookies.ALWAYS) dropTimeWait(entry);
      return segmentInListen(seg, listener, oldNxt);
    }
  }
  segmentInOtherStates(tcb, seg);
  packTimeWait(entry, tcb);
  if (entry.owes != 0) ready(entry);
}
