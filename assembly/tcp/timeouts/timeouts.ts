// TIMEOUTS, RFC 9293 section 3.10.8: which timers have run out, connection by connection. Called only when the bound of
// timers.ts has passed.

import { CONNECTIONS } from "../../sizes";
import { Protocol, RecordKind, Table } from "../../numbers";
import { beginRecord, endRecord, recordBefore, recordEnds } from "../../record";
import { stack } from "../../stack";
import { shownHandle } from "../connections";
import { expireHalfOpen } from "../syn-queue";
import { expireTimeWaits } from "../time-wait-table";
import { Tcb, tcbAt } from "../tcb";
import { expectTimer, hasRunOut, isArmed, Timer, timerAt } from "../timers";
import { delayedAckTimeout } from "./delayed-ack";
import { keepaliveTimeout } from "./keepalive";
import { lifeTimeout } from "./time-wait";
import { retransmissionTimeout } from "./retransmission";

/**
 * Runs what has run out and finds the next bound. With Config.STEP it stops behind the first change of a state, so that a
 * tracer sees each, and answers true: the rest is due at once.
 */
export function runTimeouts(): bool {
  stack.timersArmed = 0;
  for (let i = 0; i < CONNECTIONS; i++) {
    const tcb = tcbAt(i);
    if (tcb.table == Table.NONE || tcb.armed == 0) continue;
    if (runTimeoutsOf(tcb) && stack.step) return comeAgain();
    for (let timer: u32 = 0; timer < <u32>Timer.COUNT; timer++) {
      if (isArmed(tcb, timer)) expectTimer(timerAt(tcb, timer));
    }
  }
  return (expireHalfOpen() || expireTimeWaits()) && comeAgain();
}

function comeAgain(): bool {
  expectTimer(stack.now);
  return true;
}

/** Answers whether the state has changed. */
function runTimeoutsOf(tcb: Tcb): bool {
  const before = tcb.state;
  beginRecord(RecordKind.TIMEOUT, Protocol.TCP, 0);
  recordEnds(tcb.localAddress, tcb.remoteAddress, tcb.ports);
  recordBefore(Table.CONNECTION, shownHandle(tcb), before);
  if (hasRunOut(tcb, Timer.RETRANSMISSION)) retransmissionTimeout(tcb);
  if (hasRunOut(tcb, Timer.DELAYED_ACK)) delayedAckTimeout(tcb);
  if (hasRunOut(tcb, Timer.KEEPALIVE)) keepaliveTimeout(tcb);
  if (hasRunOut(tcb, Timer.LIFE)) lifeTimeout(tcb);
  if (tcb.state == before) return false;
  endRecord(0);
  return true;
}
