// Connections in TIME-WAIT whose user has let them go: a small entry each, so that ten thousand short connections never run
// out of TCBs. An entry that hears a segment unpacks into the scratch TCB and goes the way of every other. When the table is
// full the oldest entry gives way, and that is counted.

import { TIME_WAITS } from "../sizes";
import { TIME_WAIT_ENTRIES, TIME_WAIT_OCTETS } from "../memory-map";
import { Counter, State, Table } from "../numbers";
import { count } from "../counters";
import { after, before } from "../sequence";
import { stack } from "../stack";
import { clear, copyEnds, insert, recordTimeout, remove } from "./connections";
import { ready } from "./ready";
import { Endpoint, scratch, Tcb } from "./tcb";
import { expectTimer, isArmed, Timer } from "./timers";


@unmanaged
export class TimeWaitEntry extends Endpoint {
  sndNxt: u32;
  rcvNxt: u32;
  rcvEdge: u32;
  tsRecent: u32;
  tsRecentAt: u32;
  is: u32;
  expireAt: u32;
  rcvScale: u8;
  challenges: u16;
}

if (offsetof<TimeWaitEntry>() > TIME_WAIT_OCTETS) ERROR("TIME_WAIT_OCTETS is too small");

// @ts-ignore: decorator
@inline function entryAt(index: i32): TimeWaitEntry {
  return changetype<TimeWaitEntry>(TIME_WAIT_ENTRIES + <usize>index * TIME_WAIT_OCTETS);
}

/** Moves a TCB in TIME-WAIT into the table; the caller gives the TCB back. */
export function keepTimeWait(tcb: Tcb): void {
  if (stack.freeTimeWaits == 0) recycleOldest();
  const entry = changetype<TimeWaitEntry>(stack.freeTimeWaits);
  stack.freeTimeWaits = entry.next;
  stack.timeWaitsUsed += 1;
  entry.table = Table.TIME_WAIT;
  copyEnds(entry, tcb);
  remove(tcb);
  insert(entry);
  packTimeWait(entry, tcb);
  if (entry.owes != 0) ready(entry);
}

function recycleOldest(): void {
  let oldest = entryAt(0);
  for (let i = 1; i < TIME_WAITS; i++) {
    const entry = entryAt(i);
    if (before(entry.expireAt, oldest.expireAt)) oldest = entry;
  }
  count(Counter.TIME_WAIT_RECYCLED);
  dropTimeWait(oldest);
}

/** Writes back what a segment or an output has changed. */
export function packTimeWait(entry: TimeWaitEntry, tcb: Tcb): void {
  entry.state = State.TIME_WAIT;
  entry.owes = tcb.owes;
  entry.sndNxt = tcb.snd.nxt;
  entry.rcvNxt = tcb.rcv.nxt;
  entry.rcvEdge = tcb.rcv.edge;
  entry.tsRecent = tcb.tsRecent;
  entry.tsRecentAt = tcb.tsRecentAt;
  entry.is = tcb.is;
  entry.rcvScale = tcb.rcvScale;
  entry.challenges = tcb.challenges;
  if (isArmed(tcb, Timer.LIFE)) {
    entry.expireAt = tcb.lifeAt;
    expectTimer(entry.expireAt);
  }
}

/** The entry as the scratch TCB. */
export function unpackTimeWait(entry: TimeWaitEntry): Tcb {
  const tcb = scratch;
  clear(tcb);
  copyEnds(tcb, entry);
  tcb.table = Table.TIME_WAIT;
  tcb.state = State.TIME_WAIT;
  tcb.owes = entry.owes;
  tcb.duplicatesOwed = 1;
  tcb.snd.una = entry.sndNxt;
  tcb.snd.nxt = entry.sndNxt;
  tcb.snd.end = entry.sndNxt - 1;
  tcb.snd.most = 0xffff;
  tcb.rcv.nxt = entry.rcvNxt;
  tcb.rcv.read = entry.rcvNxt;
  tcb.rcv.acked = entry.rcvNxt;
  tcb.rcv.edge = entry.rcvEdge;
  tcb.tsRecent = entry.tsRecent;
  tcb.tsRecentAt = entry.tsRecentAt;
  tcb.is = entry.is;
  tcb.rcvScale = entry.rcvScale;
  tcb.challenges = entry.challenges;
  tcb.mss = 536;
  tcb.lifeAt = entry.expireAt;
  tcb.armed = 1 << Timer.LIFE;
  return tcb;
}

/** The entry is over. */
export function dropTimeWait(entry: TimeWaitEntry): void {
  remove(entry);
  entry.table = Table.NONE;
  entry.owes = 0;
  entry.next = stack.freeTimeWaits;
  stack.freeTimeWaits = changetype<usize>(entry);
  stack.timeWaitsUsed -= 1;
}

/** Entries whose 2 MSL have passed, one at a time with Config.STEP: then it answers true. */
export function expireTimeWaits(): bool {
  if (stack.timeWaitsUsed == 0) return false;
  for (let i = 0; i < TIME_WAITS; i++) {
    const entry = entryAt(i);
    if (entry.table == Table.NONE) continue;
    if (after(entry.expireAt, stack.now)) {
      expectTimer(entry.expireAt);
      continue;
    }
    recordTimeout(entry);
    dropTimeWait(entry);
    if (stack.step) return true;
  }
  return false;
}

/** Whether an entry holds this local port: listening on it is then refused unless the address may be reused. */
export function timeWaitHolds(address: u32, port: u32): bool {
  if (stack.timeWaitsUsed == 0) return false;
  for (let i = 0; i < TIME_WAITS; i++) {
    const entry = entryAt(i);
    if (entry.table != Table.NONE && entry.ports >> 16 == port && (address == 0 || entry.localAddress == address))
      return true;
  }
  return false;
}
