// RECEIVE, RFC 9293 section 3.10.3, zero-copy: what lies at receiveAt, receiveReady octets of it, until receive consumes it.

import { RECEIVE_RING } from "../../sizes";
import { Fault, State } from "../../numbers";
import { after } from "../../sequence";
import { straight } from "../../storage/ring";
import { ready } from "../ready";
import { Is, Owes, Tcb } from "../tcb";
import { considerUpdate } from "../window";
import { heldTcb } from "./handles";

/** Octets readable without a wrap; 0: end of stream; AGAIN: nothing yet; the fault that ended the connection. */
export function receiveReady(handle: i32): i32 {
  const tcb = heldTcb(handle);
  if (!tcb) return Fault.BAD_HANDLE;
  const octets = unread(tcb);
  if (octets != 0) return straight(tcb.rcv.read, octets, RECEIVE_RING);
  if (tcb.state == State.CLOSED && tcb.fault != 0) return tcb.fault;
  return tcb.isNow(Is.FINISHED) ? 0 : tcb.state == State.CLOSED ? Fault.CLOSING : Fault.AGAIN;
}

/** Octets of text between what the user has read and RCV.NXT. */
export function unread(tcb: Tcb): u32 {
  if (tcb.state == State.SYN_SENT) return 0;
  return tcb.rcv.nxt - tcb.rcv.read - (tcb.isNow(Is.FINISHED) ? 1 : 0);
}

/** Where the next octet to read lies. */
export function receiveAt(handle: i32): usize {
  const tcb = heldTcb(handle);
  return tcb ? tcb.receiveRing + (tcb.rcv.read & (RECEIVE_RING - 1)) : 0;
}

/** Consumes octets: their room is given back to the peer when that is worth a segment. */
export function receive(handle: i32, length: i32): i32 {
  const tcb = heldTcb(handle);
  if (!tcb) return Fault.BAD_HANDLE;
  if (<u32>length > unread(tcb)) return Fault.INVALID;
  tcb.rcv.read += length;
  if (tcb.isNow(Is.URGENT_IN) && !after(tcb.rcv.up, tcb.rcv.read)) tcb.is &= ~Is.URGENT_IN;
  switch (tcb.state) {
    case State.ESTABLISHED:
    case State.FIN_WAIT_1:
    case State.FIN_WAIT_2:
      considerUpdate(tcb);
      if (tcb.owes & Owes.WINDOW_UPDATE) ready(tcb);
      break;
    default: // behind the peer's FIN, or CLOSED: nobody waits for room
  }
  return 0;
}
