// Connections in TIME-WAIT whose user has let them go: a small entry each, so that ten thousand short connections never run
// out of TCBs. An entry that hears a segment unpacks into the scratch TCB and goes the way of every other. They stand in the
// order of their ends, so that only the first is looked at; when the table is full it gives way, and that is counted.

import { TIME_WAIT_OCTETS } from "../memory-map";
import { Counter, State, Table } from "../numbers";
import { count } from "../counters";
import { after } from "../sequence";
import { stack } from "../stack";
import { clear, copyEnds, insert, recordTimeout, remove } from "./connections";
import { ready } from "./ready";
import { Endpoint, scratch, Tcb } from "./tcb";
import { expectTimer, isArmed, Timer } from "./timers";


@unmanaged
export class TimeWaitEntry extends Endpoint {
  rcvScale: u8;
  challenges: u16;
  /** The one that ends before it, and behind it; 0: none. */
  older: usize;
  newer: usize;
  sndNxt: u32;
  rcvNxt: u32;
  rcvEdge: u32;
  tsRecent: u32;
  tsRecentAt: u32;
  is: u32;
  expireAt: u32;
}

if (offsetof<TimeWaitEntry>() > TIME_WAIT_OCTETS) ERROR("TIME_WAIT_OCTETS is too small");

/** Moves a TCB in TIME-WAIT into the table; the caller gives the TCB back. */
export function keepTimeWait(tcb: Tcb): void {
  if (stack.freeTimeWaits == 0) {
    count(Counter.TIME_WAIT_RECYCLED);
    dropTimeWait(changetype<TimeWaitEntry>(stack.timeWaitFirst));
  }
  const entry = changetype<TimeWaitEntry>(stack.freeTimeWaits);
  stack.freeTimeWaits = entry.next;
  entry.table = Table.TIME_WAIT;
  copyEnds(entry, tcb);
  remove(tcb);
  insert(entry);
  entry.expireAt = tcb.lifeAt;
  place(entry);
  packTimeWait(entry, tcb);
  if (entry.owes != 0) ready(entry);
}

/** Among the others: mostly behind them, but a user may have held on to a connection that had been waiting long before. */
function place(entry: TimeWaitEntry): void {
  const at = changetype<usize>(entry);
  let older = stack.timeWaitLast;
  while (older != 0 && after(changetype<TimeWaitEntry>(older).expireAt, entry.expireAt))
    older = changetype<TimeWaitEntry>(older).older;
  entry.older = older;
  if (older != 0) {
    entry.newer = changetype<TimeWaitEntry>(older).newer;
    changetype<TimeWaitEntry>(older).newer = at;
  } else {
    entry.newer = stack.timeWaitFirst;
    stack.timeWaitFirst = at;
  }
  if (entry.newer != 0) changetype<TimeWaitEntry>(entry.newer).older = at;
  else stack.timeWaitLast = at;
}

function unlink(entry: TimeWaitEntry): void {
  if (entry.older != 0) changetype<TimeWaitEntry>(entry.older).newer = entry.newer;
  else stack.timeWaitFirst = entry.newer;
  if (entry.newer != 0) changetype<TimeWaitEntry>(entry.newer).older = entry.older;
  else stack.timeWaitLast = entry.older;
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
  if (!isArmed(tcb, Timer.LIFE)) return;
  if (entry.expireAt != tcb.lifeAt) {
    unlink(entry); // it was begun again
    entry.expireAt = tcb.lifeAt;
    place(entry);
  }
  expectTimer(entry.expireAt);
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
  tcb.rcv.promised = entry.rcvEdge;
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
  unlink(entry);
  entry.table = Table.NONE;
  entry.owes = 0;
  entry.next = stack.freeTimeWaits;
  stack.freeTimeWaits = changetype<usize>(entry);
}

/** Entries whose 2 MSL have passed, one at a time with Config.STEP: then it answers true. */
export function expireTimeWaits(): bool {
  while (stack.timeWaitFirst != 0) {
    const entry = changetype<TimeWaitEntry>(stack.timeWaitFirst);
    if (after(entry.expireAt, stack.now)) {
      expectTimer(entry.expireAt);
      break;
    }
    recordTimeout(entry);
    dropTimeWait(entry);
    if (stack.step) return true;
  }
  return false;
}

/** Whether an entry holds this local port: listening on it is then refused unless the address may be reused. */
export function timeWaitHolds(address: u32, port: u32): bool {
  for (let at = stack.timeWaitFirst; at != 0; at = changetype<TimeWaitEntry>(at).newer) {
    const entry = changetype<TimeWaitEntry>(at);
    if (entry.ports >> 16 == port && (address == 0 || entry.localAddress == address)) return true;
  }
  return false;
}
