// From a user's handle to the connection or listener behind it.

import { CONNECTIONS, LISTENERS } from "../../sizes";
import { Fault, State } from "../../numbers";
import { slotOf } from "../../handles";
import { Is, Tcb, tcbAt } from "../tcb";

/** The TCB that the user holds, or null for a handle that is none (any more). */
export function heldTcb(handle: i32): Tcb | null {
  const index = slotOf(handle, 0, CONNECTIONS);
  if (index < 0) return null;
  const tcb = tcbAt(index);
  return tcb.isNow(Is.HELD) ? tcb : null;
}

/** The listener's number, or -1. */
export function heldListener(handle: i32): i32 {
  const index = slotOf(handle, CONNECTIONS, LISTENERS);
  return index < 0 ? -1 : index - CONNECTIONS;
}

/** What a call on a connection that is over answers: its error, or that it is not there. */
export function overFault(tcb: Tcb): i32 {
  return tcb.state == State.CLOSED && tcb.fault != 0 ? tcb.fault : Fault.CLOSING;
}
