// Whose turn it is to send: the stateless answers first, then the ready list, one segment for each in turn.

import { Owes, Endpoint, Tcb } from "./tcb";
import { State, Table } from "../numbers";
import { freeIfOver } from "./ending";
import { transmit } from "./output";
import { ready, takeReady } from "./ready";
import { transmitReply } from "./reply";
import { packHalfOpen, SynEntry, unpackHalfOpen } from "./syn-queue";
import { packTimeWait, TimeWaitEntry, unpackTimeWait } from "./time-wait-table";

/** The next segment, at tx: octets of the datagram; 0: nobody has anything due. */
export function tcpOutput(): i32 {
  const reply = transmitReply();
  if (reply != 0) return reply;
  let entry = takeReady();
  while (entry) {
    const octets = transmitFor(entry);
    if (octets != 0) return octets;
    entry = takeReady();
  }
  return 0;
}

function transmitFor(entry: Endpoint): i32 {
  switch (entry.table) {
    case Table.NONE:
      return 0; // it was freed while it waited
    case Table.CONNECTION:
      return transmitConnection(changetype<Tcb>(entry));
    case Table.SYN_QUEUE:
      return transmitHalfOpen(changetype<SynEntry>(entry));
    case Table.TIME_WAIT:
      return transmitTimeWait(changetype<TimeWaitEntry>(entry));
    default:
      unreachable(); // listeners owe nothing
  }
  return 0;
}

function transmitConnection(tcb: Tcb): i32 {
  const octets = transmit(tcb);
  if (tcb.state == State.CLOSED) freeIfOver(tcb);
  else if (octets != 0) ready(tcb);
  return octets;
}

function transmitHalfOpen(entry: SynEntry): i32 {
  const tcb = unpackHalfOpen(entry);
  const octets = transmit(tcb);
  packHalfOpen(entry, tcb);
  if (entry.owes & (Owes.SYN | Owes.ANY_ACK)) ready(entry);
  return octets;
}

function transmitTimeWait(entry: TimeWaitEntry): i32 {
  const tcb = unpackTimeWait(entry);
  const octets = transmit(tcb);
  packTimeWait(entry, tcb);
  if (entry.owes & Owes.ANY_ACK) ready(entry);
  return octets;
}
