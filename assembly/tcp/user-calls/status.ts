// STATUS, RFC 9293 section 3.10.6: the state, what has happened since, and the error.

import { Fault, State } from "../../numbers";
import { slotOf, takeEvents } from "../../handles";
import { HANDLES } from "../../memory-map";
import { stack } from "../../stack";
import { heldListener, heldTcb } from "./handles";

export { changed } from "../../handles";

/** ms for which the drop of a handshake's last ACK counts as recent: the peer repeats it within its own RTO. */
const STARVED_MS: u32 = 5000;

/** The connection's state; LISTEN for a listener. */
export function status(handle: i32): i32 {
  if (heldListener(handle) >= 0) return State.LISTEN;
  const tcb = heldTcb(handle);
  return tcb ? tcb.state : Fault.BAD_HANDLE;
}

/** Event.X bits since the last ask, then forgotten. */
export function events(handle: i32): i32 {
  const index = slotOf(handle, 0, HANDLES);
  return index < 0 ? Fault.BAD_HANDLE : takeEvents(index);
}

/** The fault that ended the connection, or the last soft error, then forgotten; 0: none. */
export function error(handle: i32): i32 {
  const tcb = heldTcb(handle);
  if (!tcb) return Fault.BAD_HANDLE;
  if (tcb.fault != 0) return tcb.fault;
  const soft = tcb.softFault;
  tcb.softFault = 0;
  return soft;
}

/** Whether a handshake's last ACK was dropped lately because no TCB was free. */
export function starved(): bool {
  return stack.starvedEver != 0 && stack.freeTcbs == 0 && stack.now - stack.starvedAt < STARVED_MS;
}
