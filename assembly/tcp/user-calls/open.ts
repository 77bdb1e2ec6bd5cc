// OPEN, RFC 9293 section 3.10.1: listen and accept for a passive one, open for an active one.

import { CONNECTIONS, DEFER, LISTENERS } from "../../sizes";
import { LISTENER_OCTETS } from "../../memory-map";
import { Counter, Event, Fault, ListenFlag, Protocol, RecordKind, State, Table } from "../../numbers";
import { count } from "../../counters";
import { handleOf, notify, renewHandle } from "../../handles";
import { random } from "../../random";
import { beginRecord, endRecord, recordBefore, recordEnds } from "../../record";
import { stack } from "../../stack";
import { allocate, find, insert, setState } from "../connections";
import { initialSequenceNumber } from "../initial-sequence-number";
import { dequeue, listenerAt } from "../listeners";
import { ready } from "../ready";
import { startSequences } from "../syn-queue";
import { Is, Owes, Tcb } from "../tcb";
import { timeWaitHolds } from "../time-wait-table";
import { heldListener } from "./handles";

/** RFC 6056 section 3.2: the ephemeral ports. */
const EPHEMERAL_FIRST: u32 = 49152;
const EPHEMERAL_MASK: u32 = 16383;
const BACKLOG_MOST: i32 = 0xffff;

/**
 * A passive open. `address` 0: any of ours; `port` 0: any port. `remoteAddress` and `remotePort` 0: for anybody, else for
 * that remote endpoint only (RFC 9293 section 3.9.1.1). Answers the listener's handle.
 */
export function listen(address: u32, port: u32, backlog: i32, flags: i32, remoteAddress: u32, remotePort: u32): i32 {
  if (port > 0xffff || remotePort > 0xffff || backlog < 1) return Fault.INVALID;
  if (!DEFER && flags & ListenFlag.DEFER) return Fault.INVALID;
  if (address != 0 && address != stack.localAddress && !stack.anyAddress) return Fault.BAD_ADDRESS;
  if (remoteAddress != 0 && !isUnicast(remoteAddress)) return Fault.BAD_ADDRESS; // MUST-46
  let free = -1;
  for (let i = LISTENERS - 1; i >= 0; i--) {
    const other = listenerAt(i);
    if (!other.isOpen) free = i;
    else if (
      <u32>other.port == port &&
      (other.address == address || other.address == 0 || address == 0) &&
      other.remoteAddress == remoteAddress &&
      <u32>other.remotePort == remotePort
    )
      return Fault.IN_USE;
  }
  if (!(flags & ListenFlag.REUSE_ADDRESS) && port != 0 && timeWaitHolds(address, port)) return Fault.IN_USE;
  if (free < 0) return Fault.NO_RESOURCES;
  if (free >= <i32>stack.listeners) stack.listeners = free + 1;
  const listener = listenerAt(free);
  memory.fill(changetype<usize>(listener), 0, LISTENER_OCTETS);
  listener.isOpen = 1;
  listener.flags = <u8>flags;
  listener.port = <u16>port;
  listener.address = address;
  listener.remoteAddress = remoteAddress;
  listener.remotePort = <u16>remotePort;
  listener.backlog = <u16>min(backlog, BACKLOG_MOST);
  return renewHandle(CONNECTIONS + free);
}

/** The connection that has waited longest, or AGAIN. */
export function accept(handle: i32): i32 {
  const number = heldListener(handle);
  if (number < 0) return Fault.BAD_HANDLE;
  const tcb = dequeue(number);
  if (!tcb) return Fault.AGAIN;
  tcb.is |= Is.HELD;
  notify(tcb.index, eventsSoFar(tcb));
  if (listenerAt(number).waiting != 0) notify(CONNECTIONS + number, Event.ACCEPT);
  return handleOf(tcb.index);
}

/** What has happened before somebody came for the connection. */
function eventsSoFar(tcb: Tcb): u32 {
  let events: u32 = Event.CONNECTED | Event.WRITABLE;
  if (tcb.rcv.nxt != tcb.rcv.read) events |= Event.READABLE;
  if (tcb.isNow(Is.FINISHED)) events |= Event.END;
  if (tcb.isNow(Is.URGENT_IN)) events |= Event.URGENT;
  return events;
}

/** An active open: SYN-SENT. `localPort` 0: a random one. */
export function open(address: u32, port: u32, localPort: u32): i32 {
  if (port == 0 || port > 0xffff || localPort > 0xffff) return Fault.INVALID;
  if (!isUnicast(address)) return Fault.BAD_ADDRESS; // MUST-46
  const local = localPort != 0 ? localPort : freePort(address, port);
  if (local == 0) return Fault.IN_USE;
  const ports = (local << 16) | port;
  if (find(stack.localAddress, address, ports)) return Fault.IN_USE;
  const tcb = allocate();
  if (!tcb) return Fault.NO_RESOURCES;
  tcb.is = Is.HELD;
  tcb.localAddress = stack.localAddress;
  tcb.remoteAddress = address;
  tcb.ports = ports;
  tcb.mss = 536;
  startSequences(tcb, initialSequenceNumber(tcb.localAddress, address, ports), 0);
  insert(tcb);
  count(Counter.ACTIVE_OPENS);
  beginRecord(RecordKind.CALL, Protocol.TCP, 0);
  recordEnds(tcb.localAddress, address, ports);
  recordBefore(Table.CONNECTION, handleOf(tcb.index), State.CLOSED);
  setState(tcb, State.SYN_SENT);
  endRecord(0);
  tcb.owes = Owes.SYN;
  ready(tcb);
  return handleOf(tcb.index);
}

/** Neither unspecified, loopback, multicast nor broadcast. */
export function isUnicast(address: u32): bool {
  const first = address >> 24;
  return first != 0 && first != 127 && first < 224;
}

/** RFC 6056 section 3.3.2: a random port, then the next until one is free for this remote end. 0: none. */
function freePort(address: u32, port: u32): u32 {
  const first = <u32>random();
  for (let i: u32 = 0; i <= EPHEMERAL_MASK; i++) {
    const local = EPHEMERAL_FIRST + ((first + i) & EPHEMERAL_MASK);
    if (!find(stack.localAddress, address, (local << 16) | port) && !isListening(local)) return local;
  }
  return 0;
}

function isListening(port: u32): bool {
  for (let i = 0; i < LISTENERS; i++) {
    if (listenerAt(i).isOpen && <u32>listenerAt(i).port == port) return true;
  }
  return false;
}
