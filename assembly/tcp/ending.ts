// How a connection ends: in TIME-WAIT, in CLOSED, by an error. Whoever still holds the handle keeps the slot until close();
// what nobody holds frees itself.

import { Counter, Event, State } from "../numbers";
import { count } from "../counters";
import { notify } from "../handles";
import { stack } from "../stack";
import { release, remove, setState } from "./connections";
import { unqueue } from "./listeners";
import { ready } from "./ready";
import { Is, isScratch, Owes, Tcb } from "./tcb";
import { keepTimeWait } from "./time-wait-table";
import { arm, disarm, Timer } from "./timers";

/** Tells the user, if there is one. */
export function tell(tcb: Tcb, events: u32): void {
  if (tcb.isNow(Is.HELD)) notify(tcb.index, events);
}

/** Neither a user nor an accept queue has it any more. */
// @ts-ignore: decorator
@inline export function isLetGo(tcb: Tcb): bool {
  return (tcb.is & (Is.HELD | Is.QUEUED)) == 0;
}

/** Both FINs have been exchanged: 2 MSL begin, or begin again (RFC 9293 section 3.6.1, MUST-13). */
export function enterTimeWait(tcb: Tcb): void {
  if (tcb.state != State.TIME_WAIT) {
    setState(tcb, State.TIME_WAIT);
    tcb.armed = 0;
    tell(tcb, Event.CLOSED);
  }
  disarm(tcb, Timer.RETRANSMISSION);
  arm(tcb, Timer.LIFE, 2 * stack.msl);
}

/** A TCB in TIME-WAIT that nobody holds gives its slot up for a small entry. */
export function settle(tcb: Tcb): void {
  if (tcb.state != State.TIME_WAIT || !isLetGo(tcb) || isScratch(tcb)) return;
  keepTimeWait(tcb);
  release(tcb);
}

/** The connection is over without an error. */
export function enterClosed(tcb: Tcb): void {
  end(tcb, Event.CLOSED);
}

/** The connection is over by an error; what has arrived in order can still be read. */
export function fail(tcb: Tcb, fault: i32): void {
  if (tcb.state == State.ESTABLISHED || tcb.state == State.CLOSE_WAIT) count(Counter.RESETS);
  else if (tcb.state <= State.SYN_RECEIVED) count(Counter.FAILED_ATTEMPTS);
  tcb.fault = <i8>fault;
  end(tcb, Event.CLOSED | Event.ERROR);
}

function end(tcb: Tcb, events: u32): void {
  const wasFound = tcb.state != State.CLOSED;
  setState(tcb, State.CLOSED);
  tcb.armed = 0;
  tcb.owes &= Owes.RESET;
  if (isScratch(tcb)) return; // whoever unpacked it drops the entry
  if (wasFound) remove(tcb);
  if (tcb.isNow(Is.QUEUED)) unqueue(tcb);
  tell(tcb, events);
  freeIfOver(tcb);
}

/** Frees a CLOSED slot that nobody holds and that owes nothing. */
export function freeIfOver(tcb: Tcb): void {
  if (tcb.state != State.CLOSED || !isLetGo(tcb)) return;
  if (tcb.owes & Owes.RESET) ready(tcb);
  else release(tcb);
}

/** The connection is aborted: a RST is owed in the states for which section 3.10.5 asks for one. */
export function reset(tcb: Tcb, fault: i32): void {
  const isKnown = isResetOwed(tcb.state);
  if (isKnown) {
    tcb.owes |= Owes.RESET;
    count(Counter.RESETS_SENT);
  }
  fail(tcb, fault);
  if (isKnown && !isLetGo(tcb)) ready(tcb);
}

/** In SYN-SENT the peer knows of nothing; in CLOSING, LAST-ACK and TIME-WAIT both ends have said all they had to say. */
function isResetOwed(state: i32): bool {
  switch (state) {
    case State.SYN_RECEIVED:
    case State.ESTABLISHED:
    case State.FIN_WAIT_1:
    case State.FIN_WAIT_2:
    case State.CLOSE_WAIT:
      return true;
    default:
      return false;
  }
}
