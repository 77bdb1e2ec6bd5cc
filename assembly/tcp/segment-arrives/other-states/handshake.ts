// The last step of a passive open. The eight steps run for a small entry (or a cookie) as for any connection; between the
// fourth and the fifth, where the ACK would establish it, the connection gets its TCB. With none free, or with the accept
// queue full, the ACK is dropped and never answered with a RST: the peer repeats it and finds the next free slot.

import { Drop, Flag } from "../../../numbers";
import { after, atOrBefore } from "../../../sequence";
import { stack } from "../../../stack";
import { ready } from "../../ready";
import { settle } from "../../ending";
import { Segment } from "../../segment";
import { fullness, Full, promote, SynEntry } from "../../syn-queue";
import { Tcb } from "../../tcb";
import { dropped } from "../verdict";
import { checkAck } from "./5-ack";
import { checkIdentity, finishSegment } from "./other-states";

/** `from` is the scratch TCB in SYN-RECEIVED. Answers whether it has become a connection. */
export function completeHandshake(from: Tcb, entry: SynEntry | null, seg: Segment): bool {
  if (!checkIdentity(from, seg)) return false;
  if (!seg.has(Flag.ACK) || !after(seg.ack, from.snd.una) || !atOrBefore(seg.ack, from.snd.nxt)) {
    checkAck(from, seg); // no ACK, or a wrong one: the fifth step says what is due
    return false;
  }
  const full = fullness(from);
  if (full != Full.NO) {
    if (full == Full.TCBS) starve();
    dropped(full == Full.TCBS ? Drop.NO_TCB : Drop.ACCEPT_QUEUE_FULL);
    return false;
  }
  const tcb = promote(from, entry);
  tcb.heardAt = stack.now;
  if (checkAck(tcb, seg)) finishSegment(tcb, seg);
  ready(tcb);
  settle(tcb);
  return true;
}

/** Somebody waits for a TCB: a program with idle connections may close one (starved()). */
export function starve(): void {
  stack.starvedAt = stack.now;
  stack.starvedEver = 1;
}
