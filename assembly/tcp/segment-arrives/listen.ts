// LISTEN, RFC 9293 section 3.10.7.2. No TCB is spent here: a SYN gets a small entry, or a cookie when there is none.

import { DEFER } from "../../sizes";
import { Drop, Flag, ListenFlag, State } from "../../numbers";
import { recordAfter } from "../../record";
import { before } from "../../sequence";
import { stack } from "../../stack";
import { initialSequenceNumber } from "../initial-sequence-number";
import { acceptQueueIsFull, listenerAt } from "../listeners";
import { replyReset } from "../reply";
import { Segment } from "../segment";
import { cookiesAreOut, fromCookie, sendCookie } from "../syn-cookie";
import { keepHalfOpen, openPassively, synQueueHasRoom } from "../syn-queue";
import { completeHandshake, starve } from "./other-states/handshake";
import { dropped } from "./verdict";

/** Values of Config.COOKIES; 0: when the SYN queue is full. */
export namespace Cookies {
  export const ALWAYS = 1;
  export const NEVER = 2;
}

/** `beyond`: with a connection reborn from TIME-WAIT, the sequence number that ours must lie behind; else 0. */
export function segmentInListen(seg: Segment, listener: i32, beyond: u32 = 0): void {
  // First, a RST: nothing is open that it could end.
  if (seg.has(Flag.RST)) {
    dropped(Drop.NO_CONNECTION);
    return;
  }
  // Second, an ACK: it answers nothing of ours, unless it brings a cookie back.
  if (seg.has(Flag.ACK)) return answerAck(seg, listener);
  // Third, a SYN. What else it carries will come again.
  if (seg.has(Flag.SYN)) return answerSyn(seg, listener, beyond);
  // Fourth, anything else has no ACK and is dropped.
  dropped(Drop.BAD_FLAGS);
}

function answerAck(seg: Segment, listener: i32): void {
  if (!seg.has(Flag.SYN) && stack.cookies != Cookies.NEVER) {
    const tcb = fromCookie(seg, listener);
    if (tcb) {
      completeHandshake(tcb, null, seg);
      return;
    }
  }
  if (!cookiesAreOut()) {
    replyReset(seg);
    dropped(Drop.NO_CONNECTION);
    return;
  }
  // With every TCB taken nothing could be let in: it may be a later segment of one whose cookie comes again with the first.
  if (stack.freeTcbs == 0) {
    starve();
    dropped(Drop.NO_TCB);
    return;
  }
  // Text or a FIN may have overtaken the segment with the cookie, which comes again: a RST would end what is well.
  if (seg.has(Flag.SYN) || seg.len == 0) replyReset(seg);
  dropped(Drop.BAD_COOKIE);
}

function answerSyn(seg: Segment, listener: i32, beyond: u32): void {
  if (acceptQueueIsFull(listenerAt(listener)) && !synQueueHasRoom()) {
    dropped(Drop.ACCEPT_QUEUE_FULL);
    return;
  }
  const mayCookie = !DEFER || !(listenerAt(listener).flags & ListenFlag.DEFER); // its user would never be asked
  if (mayCookie && (stack.cookies == Cookies.ALWAYS || (!synQueueHasRoom() && stack.cookies != Cookies.NEVER))) {
    if (!sendCookie(seg)) dropped(Drop.REPLY_FULL);
    return;
  }
  if (!synQueueHasRoom()) {
    dropped(Drop.SYN_QUEUE_FULL);
    return;
  }
  let iss = initialSequenceNumber(seg.localAddress, seg.remoteAddress, seg.ports);
  if (beyond != 0 && !before(beyond, iss)) iss = beyond + 1;
  keepHalfOpen(openPassively(seg, listener, iss));
  recordAfter(State.SYN_RECEIVED);
}
