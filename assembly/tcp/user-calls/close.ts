// CLOSE, RFC 9293 section 3.10.4, in two halves: shutdown ends what we send, close lets the handle go as well.

import { CONNECTIONS } from "../../sizes";
import { Fault, Protocol, RecordKind, State, Table } from "../../numbers";
import { retireHandle } from "../../handles";
import { beginRecord, endRecord, recordBefore, recordEnds } from "../../record";
import { setState } from "../connections";
import { startCongestion } from "../congestion";
import { enterClosed, freeIfOver, reset, settle } from "../ending";
import { dequeue, listenerAt } from "../listeners";
import { ready } from "../ready";
import { boundFinWait2 } from "../fin-wait-2";
import { dropHalfOpenOf } from "../syn-queue";
import { Is, Owes, Tcb } from "../tcb";
import { heldListener, heldTcb } from "./handles";
import { unread } from "./receive";

/** No more to send: a FIN goes behind what is queued. Reading goes on. */
export function shutdown(handle: i32): i32 {
  const tcb = heldTcb(handle);
  if (!tcb) return Fault.BAD_HANDLE;
  if (tcb.state == State.CLOSED) return Fault.NOT_CONNECTED;
  beginCall(tcb);
  sendFin(tcb);
  endRecord(0);
  return 0;
}

function sendFin(tcb: Tcb): void {
  if (tcb.isNow(Is.SHUT)) return;
  tcb.is |= Is.SHUT;
  switch (tcb.state) {
    case State.SYN_SENT: // queued until the connection is established
      break;
    case State.SYN_RECEIVED: // likewise behind text, and before our SYN has left; else the FIN goes at once
      if (tcb.snd.end != tcb.snd.iss + 1 || tcb.owes & Owes.SYN) break;
      startCongestion(tcb);
      setState(tcb, State.FIN_WAIT_1);
      break;
    case State.ESTABLISHED:
      setState(tcb, State.FIN_WAIT_1);
      break;
    case State.CLOSE_WAIT: // LAST-ACK is entered when the FIN leaves, behind what is queued (output.ts)
      break;
    case State.CLOSED:
      return;
    default:
      unreachable(); // LISTEN has no TCB; the other states have sent their FIN
  }
  ready(tcb);
}

/** Lets the handle go. What is queued is still delivered; unread text or linger 0 make it a reset (SHLD-3). */
export function close(handle: i32): i32 {
  const number = heldListener(handle);
  if (number >= 0) return closeListener(number);
  const tcb = heldTcb(handle);
  if (!tcb) return Fault.BAD_HANDLE;
  beginCall(tcb);
  tcb.is &= ~Is.HELD;
  retireHandle(tcb.index);
  if (tcb.state == State.CLOSED) freeIfOver(tcb);
  else if (tcb.state == State.SYN_SENT) enterClosed(tcb);
  else if (tcb.isNow(Is.RESETTING) || (unread(tcb) != 0 && tcb.state != State.TIME_WAIT)) reset(tcb, Fault.ABORTED);
  else {
    sendFin(tcb);
    if (tcb.state == State.FIN_WAIT_2) boundFinWait2(tcb);
  }
  endRecord(0);
  settle(tcb);
  return 0;
}

/** Nobody is let in any more; who waits for accept is reset, who is half open forgotten. */
function closeListener(number: i32): i32 {
  let waiting = dequeue(number);
  while (waiting) {
    reset(waiting, Fault.ABORTED);
    waiting = dequeue(number);
  }
  dropHalfOpenOf(number);
  listenerAt(number).isOpen = 0;
  retireHandle(CONNECTIONS + number);
  return 0;
}

/** The record of a call that may change the state. */
export function beginCall(tcb: Tcb): void {
  beginRecord(RecordKind.CALL, Protocol.TCP, 0);
  recordEnds(tcb.localAddress, tcb.remoteAddress, tcb.ports);
  recordBefore(Table.CONNECTION, 0, tcb.state);
}
