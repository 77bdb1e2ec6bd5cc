// The only writer of segments. It takes the plan that `due` made, builds the headers at tx, copies and sums the text in one
// pass, and does the book-keeping of having sent.

import { MTU, RECEIVE_SCALE, SACK, SEND_RING } from "../sizes";
import { TX } from "../memory-map";
import { Cause, Counter, Flag, Protocol, RecordKind, State } from "../numbers";
import { count } from "../counters";
import { beginRecord, endRecord, recordBefore, recordCause, recordEnds } from "../record";
import { after, before } from "../sequence";
import { stack } from "../stack";
import { leftOf, rangeOf, rightOf } from "../storage/reassembly";
import { takeAndSum } from "../storage/ring";
import { finish, pseudoHeader, sumHeader } from "../wire/checksum";
import { IPV4_HEADER, writeIpv4 } from "../wire/ipv4";
import { TCP_HEADER, writeTcp } from "../wire/tcp-header";
import {
  writeMss,
  writeSackBlock,
  writeSackHead,
  writeSackPermitted,
  writeScale,
  writeTimestamps,
} from "../wire/tcp-options";
import { setState, shownHandle } from "./connections";
import { isDue, optionOctets, plan, sackBlocks, textMost } from "./due";
import { repeated } from "./loss-recovery";
import { afterTailProbe, onSent, persist, restart } from "./retransmission-timer";
import { beginTiming, spoilTiming } from "./round-trip";
import { timestampNow } from "./initial-sequence-number";
import { Is, isScratch, Owes, ReceiveSequence, Tcb } from "./tcb";
import { disarm, Timer } from "./timers";
import { advanceEdge, windowToAdvertise } from "./window";

const AT: usize = TX + IPV4_HEADER;

/** The MSS option speaks of the MTU in force (MUST-67), or of less if the user wants less. */
export function announcedMss(most: u32): u32 {
  const mss = <u32>stack.mtu - IPV4_HEADER - TCP_HEADER;
  return most != 0 && most < mss ? most : mss;
}

/** Writes the connection's next segment to tx: octets of the datagram, 0 when nothing is due. */
export function transmit(tcb: Tcb): i32 {
  if (!isDue(tcb)) return 0;
  const seq = plan.seq;
  const length = plan.length;
  const isSyn = (plan.flags & Flag.SYN) != 0;
  const withAck = tcb.state != State.SYN_SENT;
  if (withAck && !isSyn) advanceEdge(tcb);
  const window = isSyn ? min<u32>(tcb.rcv.edge - tcb.rcv.nxt, 0xffff) : windowToAdvertise(tcb);
  const optionsAt = AT + TCP_HEADER;
  const textAt = isSyn ? writeSynOptions(tcb, optionsAt) : writeOptions(tcb, optionsAt, length != 0);
  const header: i32 = <i32>(textAt - AT);
  let flags = plan.flags | (withAck ? Flag.ACK : 0);
  let urgent: u32 = 0;
  if (!isSyn && tcb.isNow(Is.URGENT_OUT) && after(tcb.snd.up, seq)) {
    flags |= Flag.URG;
    urgent = min<u32>(tcb.snd.up - seq, 0xffff); // points behind the urgent data (MUST-62)
  }
  writeTcp(AT, tcb.ports, seq, withAck ? tcb.rcv.nxt : 0, header, flags, window, urgent);
  const total = header + length;
  if (total + IPV4_HEADER > MTU) unreachable(); // mss was bounded by the MTU
  let checksum = sumHeader(AT, header, pseudoHeader(tcb.localAddress, tcb.remoteAddress, Protocol.TCP, total));
  if (length != 0) checksum = takeAndSum(tcb.sendRing, SEND_RING, seq, textAt, length, checksum);
  store<u16>(AT, finish(checksum), 16);
  writeIpv4(TX, Protocol.TCP, tcb.localAddress, tcb.remoteAddress, IPV4_HEADER + total, tcb.tos, tcb.ttl);
  tell(tcb, IPV4_HEADER + total);
  onLeft(tcb, seq, seq + length + (isSyn || plan.flags & Flag.FIN ? 1 : 0));
  return IPV4_HEADER + total;
}

/** The record, and the counters. */
function tell(tcb: Tcb, octets: i32): void {
  count(Counter.SEGMENTS_OUT);
  beginRecord(RecordKind.OUTPUT, Protocol.TCP, octets);
  recordEnds(tcb.localAddress, tcb.remoteAddress, tcb.ports);
  recordBefore(tcb.table, shownHandle(tcb), tcb.state);
  recordCause(plan.cause, plan.repeat);
  endRecord(0);
}

/** MSS in every SYN (SHLD-5); the others when both ends want them. A SYN-ACK answers only what was asked for. */
function writeSynOptions(tcb: Tcb, at: usize): usize {
  at = writeMss(at, announcedMss(tcb.mssMost));
  const isAnswer = tcb.state != State.SYN_SENT;
  if (isAnswer ? tcb.isNow(Is.SCALING) : RECEIVE_SCALE != 0 && stack.windowScale != 0)
    at = writeScale(at, RECEIVE_SCALE);
  if (isAnswer ? tcb.isNow(Is.SACKING) : SACK != 0 && stack.sack != 0) at = writeSackPermitted(at);
  if (isAnswer ? tcb.isNow(Is.STAMPING) : stack.timestamps != 0) at = writeTimestamps(at, timestampNow(), tcb.tsRecent);
  return at;
}

function writeOptions(tcb: Tcb, at: usize, withText: bool): usize {
  if (tcb.isNow(Is.STAMPING)) at = writeTimestamps(at, timestampNow(), tcb.tsRecent);
  const octets = optionOctets(tcb, withText);
  return octets > 12 || (octets != 0 && !tcb.isNow(Is.STAMPING)) ? writeSack(tcb, at) : at;
}

/** RFC 2018 section 4: the block that holds the latest arrival comes first, then those that changed before it. */
function writeSack(tcb: Tcb, at: usize): usize {
  const blocks = sackBlocks(tcb);
  const end = writeSackHead(at, blocks) + (blocks << 3);
  let written: u32 = 0; // a bit per stretch
  at += 4;
  for (let i: u32 = 0; i < 4 && at < end; i++) {
    const seq = load<u32>(changetype<usize>(tcb.rcv) + offsetof<ReceiveSequence>("recent") + (i << 2));
    const index = rangeOf(tcb.beyond, tcb.ranges, seq);
    if (index < 0 || written & (1 << index)) continue;
    written |= 1 << index;
    at = writeSackBlock(at, leftOf(tcb.beyond, index), rightOf(tcb.beyond, index));
  }
  for (let i: u32 = 0; i < tcb.ranges && at < end; i++) {
    if (!(written & (1 << i))) at = writeSackBlock(at, leftOf(tcb.beyond, i), rightOf(tcb.beyond, i));
  }
  return end;
}

/** The segment seq .. end has left: debts are paid, SND.NXT and the timers move. */
function onLeft(tcb: Tcb, seq: u32, end: u32): void {
  payAck(tcb);
  tcb.owes &= ~(Owes.SYN | Owes.KEEPALIVE | Owes.RESET);
  if (seq == end) return;
  if (plan.flags & Flag.SYN) synLeft(tcb, end);
  else textLeft(tcb, seq, end);
}

/** Whatever ACK was owed has gone along; of duplicates, one. */
// @ts-ignore: decorator
@inline function payAck(tcb: Tcb): void {
  tcb.rcv.acked = tcb.rcv.nxt;
  disarm(tcb, Timer.DELAYED_ACK);
  tcb.owes &= ~(Owes.ANY_ACK & ~Owes.DUPLICATE_ACK);
  if (!(tcb.owes & Owes.DUPLICATE_ACK)) return;
  tcb.duplicatesOwed -= 1;
  if (tcb.duplicatesOwed == 0) tcb.owes &= ~Owes.DUPLICATE_ACK;
}

/** A half-open entry keeps its own time (syn-queue.ts). */
function synLeft(tcb: Tcb, end: u32): void {
  if (tcb.repeats != 0) countRepeat(tcb);
  if (isScratch(tcb)) return;
  if (tcb.repeats == 0) beginTiming(tcb, end);
  repeated(tcb, end);
  onSent(tcb);
}

function textLeft(tcb: Tcb, seq: u32, end: u32): void {
  if (plan.flags & Flag.FIN && tcb.state == State.CLOSE_WAIT) setState(tcb, State.LAST_ACK); // section 3.10.4
  if (plan.cause == Cause.WINDOW_PROBE && tcb.snd.wnd == 0) return probeLeft(tcb);
  const isRepeat = before(seq, tcb.snd.nxt);
  if (isRepeat) countRepeat(tcb);
  else beginTiming(tcb, end);
  if (after(end, tcb.snd.nxt)) {
    tcb.snd.nxt = end;
    if (plan.length < textMost(tcb)) tcb.snd.small = end;
  }
  tcb.sentAt = stack.now;
  switch (plan.cause) {
    case Cause.WINDOW_PROBE: // a sliver of window took it: now it is under way like other text
      tcb.owes &= ~Owes.WINDOW_PROBE;
      return restart(tcb);
    case Cause.TAIL_PROBE:
      tcb.owes &= ~Owes.TAIL_PROBE;
      if (isRepeat) {
        tcb.is |= Is.TAIL_PROBED;
        spoilTiming(tcb);
      }
      tcb.tailEnd = tcb.snd.nxt;
      return afterTailProbe(tcb);
    case Cause.RETRANSMISSION:
    case Cause.FAST_RETRANSMISSION:
      repeated(tcb, end);
      spoilTiming(tcb);
      if (seq == tcb.snd.una) return restart(tcb);
  }
  onSent(tcb);
}

/**
 * The octet of a probe lies outside the window, so SND.NXT does not move: a pure ACK must keep a sequence number that the
 * peer accepts, or two ends with closed windows never hear one another again. Is.PROBED lets its acknowledgment in.
 */
function probeLeft(tcb: Tcb): void {
  tcb.owes &= ~Owes.WINDOW_PROBE;
  tcb.is |= Is.PROBED;
  spoilTiming(tcb);
  persist(tcb);
}

function countRepeat(tcb: Tcb): void {
  tcb.retransmissions += 1;
  count(Counter.RETRANSMISSIONS);
}
