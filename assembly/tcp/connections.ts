// Which record belongs to which four numbers: one hash table for TCBs, half-open and TIME-WAIT entries alike, and the
// chain of free TCBs. Connections that differ in any of the four numbers never mix.

import { BUCKETS, CONNECTIONS, SYN_QUEUE, TIME_WAITS } from "../sizes";
import {
  BUCKET_TABLE,
  SYN_ENTRIES,
  SYN_ENTRY_OCTETS,
  TCB_OCTETS,
  TIME_WAIT_ENTRIES,
  TIME_WAIT_OCTETS,
} from "../memory-map";
import { Protocol, RecordKind, State, Table } from "../numbers";
import { clearOctets } from "../storage/record-octets";
import { stack } from "../stack";
import { handleOf, renewHandle, retireHandle } from "../handles";
import { beginRecord, endRecord, recordAfter, recordBefore, recordEnds } from "../record";
import { Endpoint, Is, isScratch, NO_INDEX, scratch, Tcb, tcbAt } from "./tcb";

/** The record of a connection, or null. */
export function find(localAddress: u32, remoteAddress: u32, ports: u32): Endpoint | null {
  let at = load<usize>(bucket(remoteAddress, ports));
  while (at != 0) {
    const entry = changetype<Endpoint>(at);
    if (entry.ports == ports && entry.remoteAddress == remoteAddress && entry.localAddress == localAddress)
      return entry;
    at = entry.next;
  }
  return null;
}

/** Multiplication by a number that nobody knows spreads what an outsider chooses. */
// @ts-ignore: decorator
@inline function bucket(remoteAddress: u32, ports: u32): usize {
  const mixed = remoteAddress * (stack.spread | 1) + ports * (rotl(stack.spread, 16) | 1);
  return BUCKET_TABLE + (((mixed ^ (mixed >> 16)) & (BUCKETS - 1)) << 2);
}

/** The record can be found from now on. */
export function insert(entry: Endpoint): void {
  const head = bucket(entry.remoteAddress, entry.ports);
  entry.next = load<usize>(head);
  store<usize>(head, changetype<usize>(entry));
}

/** The record can no longer be found. */
export function remove(entry: Endpoint): void {
  let link = bucket(entry.remoteAddress, entry.ports);
  const target = changetype<usize>(entry);
  while (load<usize>(link) != target) {
    link = load<usize>(link);
    if (link == 0) unreachable(); // it was inserted
    link += offsetof<Endpoint>("next");
  }
  store<usize>(link, entry.next);
}

/** The four numbers of one record become those of another. */
// @ts-ignore: decorator
@inline export function copyEnds(to: Endpoint, from: Endpoint): void {
  to.localAddress = from.localAddress;
  to.remoteAddress = from.remoteAddress;
  to.ports = from.ports;
}

/** Puts every record on its chain of free ones. Memory has been cleared. */
export function startConnections(): void {
  stack.freeTcbs = chain(changetype<usize>(tcbAt(0)), CONNECTIONS, TCB_OCTETS);
  stack.freeSynEntries = chain(SYN_ENTRIES, SYN_QUEUE, SYN_ENTRY_OCTETS);
  stack.freeTimeWaits = chain(TIME_WAIT_ENTRIES, TIME_WAITS, TIME_WAIT_OCTETS);
  for (let i = 0; i < CONNECTIONS; i++) tcbAt(i).index = <u16>i;
  scratch.index = <u16>NO_INDEX;
}

function chain(first: usize, length: i32, octets: usize): usize {
  let next: usize = 0;
  for (let i = length - 1; i >= 0; i--) {
    const entry = first + <usize>i * octets;
    changetype<Endpoint>(entry).next = next;
    next = entry;
  }
  return next;
}

/** A cleared TCB with its default options, or null when every slot is taken. */
export function allocate(): Tcb | null {
  const at = stack.freeTcbs;
  if (at == 0) return null;
  const tcb = changetype<Tcb>(at);
  stack.freeTcbs = tcb.next;
  clear(tcb);
  tcb.table = Table.CONNECTION;
  renewHandle(tcb.index);
  return tcb;
}

/** Everything but the slot number and the place on the ready list is forgotten. */
export function clear(tcb: Tcb): void {
  const index = tcb.index;
  const readyNext = tcb.readyNext;
  const isReady = tcb.isReady;
  clearOctets(changetype<usize>(tcb), TCB_OCTETS);
  tcb.index = index;
  tcb.readyNext = readyNext;
  tcb.isReady = isReady;
  tcb.ttl = <u8>stack.ttl;
  tcb.rto = stack.rtoInitial;
  tcb.keepaliveIdle = 7200000; // ms; two hours at least (MUST-28)
  tcb.keepaliveInterval = 75000; // ms; as in BSD
  tcb.keepaliveCount = 9; // as in BSD
}

/** Gives the slot back. The TCB is CLOSED, found by nobody, and no user holds it. */
export function release(tcb: Tcb): void {
  tcb.table = Table.NONE;
  tcb.armed = 0;
  tcb.owes = 0;
  retireHandle(tcb.index);
  tcb.next = stack.freeTcbs;
  stack.freeTcbs = changetype<usize>(tcb);
}

/** The handle to show for a TCB: 0 once its user has let it go, or before it has one. */
export function shownHandle(tcb: Tcb): i32 {
  return isScratch(tcb) || !tcb.isNow(Is.HELD) ? 0 : handleOf(tcb.index);
}

/** The time of a small entry is over: the record of it. */
export function recordTimeout(entry: Endpoint): void {
  beginRecord(RecordKind.TIMEOUT, Protocol.TCP, 0);
  recordEnds(entry.localAddress, entry.remoteAddress, entry.ports);
  recordBefore(entry.table, 0, entry.state);
  recordAfter(State.CLOSED);
  endRecord(0);
}

/** The state changes, and the record in hand shows it. */
// @ts-ignore: decorator
@inline export function setState(tcb: Tcb, state: i32): void {
  tcb.state = state;
  recordAfter(state);
}
