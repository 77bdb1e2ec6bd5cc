// Connections that are not yet established: a small entry each, outside the TCBs, so that whoever sends many SYNs takes
// nothing from those who are connected. An entry that hears or owes a segment unpacks into the scratch TCB, goes the way of
// every other connection, and is packed again or promoted.

import { CONNECTIONS, DEFER, RECEIVE_SCALE, SACK, SYN_QUEUE } from "../sizes";
import { SYN_ENTRIES, SYN_ENTRY_OCTETS, TCB_OCTETS } from "../memory-map";
import { Counter, Event, ListenFlag, State, Table } from "../numbers";
import { count } from "../counters";
import { notify } from "../handles";
import { after, earlier } from "../sequence";
import { copyOctets } from "../storage/record-octets";
import { stack } from "../stack";
import { NO_SCALE, options, Present } from "../wire/tcp-options";
import { allocate, clear, copyEnds, find, insert, recordTimeout, remove } from "./connections";
import { measure, RTO_MOST } from "./round-trip";
import { acceptQueueIsFull, enqueue, Listener, listenerAt } from "./listeners";
import { ready } from "./ready";
import { Endpoint, Is, Owes, scratch, Tcb } from "./tcb";
import { expectTimer } from "./timers";
import { dropTimeWait, TimeWaitEntry } from "./time-wait-table";
import { firstEdge } from "./window";
import { Segment } from "./segment";


@unmanaged
export class SynEntry extends Endpoint {
  repeats: u8;
  challenges: u16;
  irs: u32;
  iss: u32;
  wnd: u32;
  is: u32;
  tsRecent: u32;
  repeatAt: u32;
  expireAt: u32;
  sentAt: u32;
  mss: u16;
  listener: u16;
  /** Tells this request from others that had the entry before; with a listener that defers. */
  ticket: u16;
  sndScale: u8;
}

if (offsetof<SynEntry>() > SYN_ENTRY_OCTETS) ERROR("SYN_ENTRY_OCTETS is too small");

/** An MSS below this leaves no room for text beside options; IPv4 promises 68 octets (RFC 791). */
const MSS_LEAST: u32 = 28;
/** RFC 9293 section 3.7.1 (MUST-15). */
const MSS_DEFAULT: u32 = 536;

/** What both SYNs say of the MSS (MUST-16), scaling, SACK and timestamps. */
export function takeSynOptions(tcb: Tcb): void {
  const most = <u32>stack.mtu - 40;
  let mss: u32 = options.mss ? options.mss : MSS_DEFAULT;
  if (tcb.mssMost != 0 && mss > tcb.mssMost) mss = tcb.mssMost;
  tcb.mss = <u16>max(min(mss, most), MSS_LEAST);
  if (RECEIVE_SCALE && stack.windowScale && options.scale != NO_SCALE) {
    tcb.is |= Is.SCALING;
    tcb.sndScale = options.scale;
    tcb.rcvScale = <u8>RECEIVE_SCALE;
  }
  if (SACK && stack.sack && options.present & Present.SACK_PERMITTED) tcb.is |= Is.SACKING;
  if (stack.timestamps && options.present & Present.TIMESTAMPS) {
    tcb.is |= Is.STAMPING;
    tcb.tsRecent = options.timestamp;
    tcb.tsRecentAt = stack.now;
  }
}

/** The scratch TCB in SYN-RECEIVED for a SYN that reached a listener. */
export function openPassively(seg: Segment, listener: i32, iss: u32): Tcb {
  const tcb = scratch;
  clear(tcb);
  tcb.localAddress = seg.localAddress;
  tcb.remoteAddress = seg.remoteAddress;
  tcb.ports = seg.ports;
  tcb.state = State.SYN_RECEIVED;
  tcb.table = Table.SYN_QUEUE;
  tcb.is = Is.PASSIVE;
  tcb.listener = <u16>listener;
  startSequences(tcb, iss, seg.seq);
  tcb.snd.wnd = seg.wnd;
  tcb.snd.most = seg.wnd;
  tcb.snd.wl1 = seg.seq;
  tcb.snd.wl2 = iss;
  takeSynOptions(tcb);
  return tcb;
}

/** Both directions begin behind their SYN. */
export function startSequences(tcb: Tcb, iss: u32, irs: u32): void {
  tcb.snd.iss = iss;
  tcb.snd.una = iss;
  tcb.snd.nxt = iss + 1;
  tcb.snd.end = iss + 1;
  tcb.snd.small = iss;
  tcb.recover = iss;
  tcb.rxt = iss;
  startReceiving(tcb, irs);
}

export function startReceiving(tcb: Tcb, irs: u32): void {
  tcb.rcv.irs = irs;
  tcb.rcv.nxt = irs + 1;
  tcb.rcv.read = irs + 1;
  tcb.rcv.acked = irs + 1;
  tcb.rcv.up = irs + 1;
  tcb.rcv.edge = firstEdge(irs + 1);
  tcb.rcv.promised = tcb.rcv.edge;
}

/** Whether a SYN may have an entry. */
export function synQueueHasRoom(): bool {
  return stack.freeSynEntries != 0 && stack.synEntriesUsed < stack.synQueue;
}

/** Keeps the scratch TCB in an entry of its own; its SYN-ACK is owed. */
export function keepHalfOpen(tcb: Tcb): void {
  const entry = changetype<SynEntry>(stack.freeSynEntries);
  stack.freeSynEntries = entry.next;
  stack.synEntriesUsed += 1;
  entry.table = Table.SYN_QUEUE;
  copyEnds(entry, tcb);
  entry.repeats = 0;
  entry.sentAt = stack.now;
  // Under pressure half-open connections get less time, so that the queue turns over before cookies are needed.
  const isCrowded = stack.synEntriesUsed * 4 > <u32>stack.synQueue * 3;
  entry.expireAt = stack.now + (isCrowded ? stack.synTimeout >> 1 : stack.synTimeout);
  entry.repeatAt = stack.now + stack.rtoInitial;
  expectTimer(earlier(entry.repeatAt, entry.expireAt));
  tcb.owes = Owes.SYN;
  packHalfOpen(entry, tcb);
  insert(entry);
  if (DEFER && listenerAt(tcb.listener).flags & ListenFlag.DEFER) return defer(entry);
  ready(entry);
}

/** The entry waits for its user's decision (user-calls/requests.ts), as long as it would have waited for the peer. */
function defer(entry: SynEntry): void {
  stack.tickets = (stack.tickets % 0xffff) + 1;
  entry.ticket = <u16>stack.tickets;
  entry.is |= Is.DEFERRED;
  entry.owes = 0;
  entry.repeatAt = entry.expireAt;
  notify(CONNECTIONS + entry.listener, Event.REQUEST);
}

export function admitHalfOpen(entry: SynEntry): void {
  entry.is &= ~(Is.DEFERRED | Is.ASKED);
  entry.owes = Owes.SYN;
  entry.sentAt = stack.now;
  entry.expireAt = stack.now + stack.synTimeout;
  entry.repeatAt = stack.now + stack.rtoInitial;
  expectTimer(earlier(entry.repeatAt, entry.expireAt));
}

/** Writes back what a segment or an output has changed. */
export function packHalfOpen(entry: SynEntry, tcb: Tcb): void {
  entry.state = tcb.state;
  entry.owes = tcb.owes;
  entry.irs = tcb.rcv.irs;
  entry.iss = tcb.snd.iss;
  entry.wnd = tcb.snd.wnd;
  entry.is = tcb.is;
  entry.tsRecent = tcb.tsRecent;
  entry.mss = tcb.mss;
  entry.listener = tcb.listener;
  entry.sndScale = tcb.sndScale;
  entry.challenges = tcb.challenges;
}

/** The entry as the scratch TCB. */
export function unpackHalfOpen(entry: SynEntry): Tcb {
  const tcb = scratch;
  clear(tcb);
  copyEnds(tcb, entry);
  tcb.table = Table.SYN_QUEUE;
  tcb.state = entry.state;
  tcb.owes = entry.owes;
  startSequences(tcb, entry.iss, entry.irs);
  tcb.snd.wnd = entry.wnd;
  tcb.snd.most = entry.wnd;
  tcb.snd.wl1 = entry.irs;
  tcb.snd.wl2 = entry.iss;
  tcb.is = entry.is;
  tcb.tsRecent = entry.tsRecent;
  tcb.tsRecentAt = stack.now;
  tcb.mss = entry.mss;
  tcb.listener = entry.listener;
  tcb.sndScale = entry.sndScale;
  if (tcb.isNow(Is.SCALING)) tcb.rcvScale = <u8>RECEIVE_SCALE;
  tcb.repeats = entry.repeats;
  tcb.challenges = entry.challenges;
  return tcb;
}

/** The entry is over. */
export function dropHalfOpen(entry: SynEntry): void {
  remove(entry);
  entry.table = Table.NONE;
  entry.owes = 0;
  entry.next = stack.freeSynEntries;
  stack.freeSynEntries = changetype<usize>(entry);
  stack.synEntriesUsed -= 1;
}

/** Why the handshake cannot be completed now; the ACK is then dropped and the peer repeats it. */
export namespace Full {
  export const NO = 0;
  export const TCBS = 1;
  export const ACCEPT_QUEUE = 2;
}

export function fullness(tcb: Tcb): i32 {
  const listener: Listener = listenerAt(tcb.listener);
  if (acceptQueueIsFull(listener)) return Full.ACCEPT_QUEUE;
  return stack.freeTcbs == 0 ? Full.TCBS : Full.NO;
}

/** The handshake's last ACK has come: the connection gets its TCB and waits for accept(). `entry` null: from a cookie. */
export function promote(from: Tcb, entry: SynEntry | null): Tcb {
  const tcb = changetype<Tcb>(allocate()); // never null: the caller has asked fullness()
  if (entry) {
    const sentAt = entry.sentAt;
    dropHalfOpen(entry);
    if (entry.repeats == 0) measure(from, stack.now - sentAt);
    else from.is |= Is.SYN_REPEATED;
  }
  // A former life of the connection, in TIME-WAIT behind the half-open entry, is over now.
  const former = find(from.localAddress, from.remoteAddress, from.ports);
  if (former) dropTimeWait(changetype<TimeWaitEntry>(former));
  takeOver(tcb, from);
  insert(tcb);
  count(Counter.PASSIVE_OPENS);
  enqueue(tcb.listener, tcb);
  return tcb;
}

/** Everything but the slot's own: its number and its place on the ready list. */
function takeOver(tcb: Tcb, from: Tcb): void {
  const index = tcb.index;
  const isReady = tcb.isReady;
  const readyNext = tcb.readyNext;
  copyOctets(changetype<usize>(tcb), changetype<usize>(from), TCB_OCTETS);
  tcb.index = index;
  tcb.isReady = isReady;
  tcb.readyNext = readyNext;
  tcb.table = Table.CONNECTION;
  tcb.owes = 0;
}

/** Timers of the SYN queue: repeats and time-outs, one at a time with Config.STEP: then it answers true. */
export function expireHalfOpen(): bool {
  if (stack.synEntriesUsed == 0) return false;
  for (let i = 0; i < SYN_QUEUE; i++) {
    const entry = changetype<SynEntry>(SYN_ENTRIES + <usize>i * SYN_ENTRY_OCTETS);
    if (entry.table == Table.NONE) continue;
    if (!after(entry.expireAt, stack.now)) {
      count(Counter.SYN_QUEUE_TIMEOUTS);
      count(Counter.FAILED_ATTEMPTS);
      recordTimeout(entry);
      dropHalfOpen(entry);
      if (stack.step) return true;
      continue;
    }
    if (!after(entry.repeatAt, stack.now)) {
      if (entry.repeats < 255) entry.repeats += 1;
      const wait = entry.repeats < 8 ? stack.rtoInitial << entry.repeats : RTO_MOST;
      entry.repeatAt = stack.now + min(wait, RTO_MOST);
      entry.owes |= Owes.SYN;
      ready(entry);
    }
    expectTimer(earlier(entry.repeatAt, entry.expireAt));
  }
  return false;
}

/** Half-open connections of a listener that closes. */
export function dropHalfOpenOf(listener: i32): void {
  for (let i = 0; i < SYN_QUEUE; i++) {
    const entry = changetype<SynEntry>(SYN_ENTRIES + <usize>i * SYN_ENTRY_OCTETS);
    if (entry.table != Table.NONE && <i32>entry.listener == listener) dropHalfOpen(entry);
  }
}
