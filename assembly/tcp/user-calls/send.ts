// SEND, RFC 9293 section 3.10.2, zero-copy: the user writes where sendAt points, up to sendRoom, and commits with send.

import { SEND_RING } from "../../sizes";
import { Fault, SendFlag, State } from "../../numbers";
import { straight } from "../../storage/ring";
import { ready } from "../ready";
import { Is, Tcb } from "../tcb";
import { heldTcb, overFault } from "./handles";

/** Octets that fit at sendAt without a wrap; 0: the ring is full, and WRITABLE will tell. */
export function sendRoom(handle: i32): i32 {
  const tcb = heldTcb(handle);
  if (!tcb) return Fault.BAD_HANDLE;
  const fault = sendFault(tcb);
  if (fault != 0) return fault;
  const room = straight(tcb.snd.end, freeOctets(tcb), SEND_RING);
  if (room == 0) tcb.is |= Is.WANTING_ROOM;
  return room;
}

/** Octets free in the ring; the SYN, while it is unacknowledged, takes none. */
// @ts-ignore: decorator
@inline function freeOctets(tcb: Tcb): u32 {
  const first = tcb.isNow(Is.SYN_ACKED) ? tcb.snd.una : tcb.snd.iss + 1;
  return SEND_RING - (tcb.snd.end - first);
}

function sendFault(tcb: Tcb): i32 {
  switch (tcb.state) {
    case State.SYN_SENT: // queued until the connection is established
    case State.SYN_RECEIVED:
    case State.ESTABLISHED:
    case State.CLOSE_WAIT:
      return tcb.isNow(Is.SHUT) ? Fault.CLOSING : 0;
    case State.FIN_WAIT_1:
    case State.FIN_WAIT_2:
    case State.CLOSING:
    case State.LAST_ACK:
    case State.TIME_WAIT:
      return Fault.CLOSING;
    case State.CLOSED:
      return overFault(tcb);
    default:
      unreachable(); // LISTEN has no TCB
  }
  return 0;
}

/** Where the next octet to send goes. */
export function sendAt(handle: i32): usize {
  const tcb = heldTcb(handle);
  return tcb ? tcb.sendRing + (tcb.snd.end & (SEND_RING - 1)) : 0;
}

/** Commits octets written at sendAt. Nothing leaves before output. */
export function send(handle: i32, length: i32, flags: i32): i32 {
  const tcb = heldTcb(handle);
  if (!tcb) return Fault.BAD_HANDLE;
  const fault = sendFault(tcb);
  if (fault != 0) return fault;
  if (<u32>length > straight(tcb.snd.end, freeOctets(tcb), SEND_RING)) return Fault.INVALID;
  if (length == 0) return 0;
  tcb.snd.end += length;
  if (flags & SendFlag.URGENT) {
    tcb.snd.up = tcb.snd.end;
    tcb.is |= Is.URGENT_OUT;
  }
  ready(tcb);
  return 0;
}
