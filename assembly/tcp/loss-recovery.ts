// What is lost and what is repeated: fast retransmit and NewReno (RFC 5681, 6582), SACK (RFC 6675), limited transmit (3042),
// early retransmit (5827), and of RFC 8985 what needs no clock for each segment. SND.NXT never goes back; tcb.rxt walks over
// what is to be repeated.
//
//   una            rxt          recover        nxt
//    |  repeated    |  lost        |   new      |       phase LOSS, or FAST with SACK

import { SACK, SACK_RANGES } from "../sizes";
import { Counter } from "../numbers";
import { count } from "../counters";
import { after, atOrAfter, before, earlier } from "../sequence";
import { addRange, dropBefore, leftOf, octetsFrom, rangeOf, rightOf } from "../storage/reassembly";
import { stack } from "../stack";
import { load32 } from "../wire/octets";
import { options } from "../wire/tcp-options";
import { grow, lowerThreshold } from "./congestion";
import { awaitReordered } from "./retransmission-timer";
import { spoilTiming } from "./round-trip";
import { Is, Owes, Phase, Tcb } from "./tcb";

/** RFC 5681 section 3.2. */
const DUPLICATES_ENOUGH: u32 = 3;

// ---- What ACKs tell

/** `acked` octets were newly acknowledged; SND.UNA has moved. */
export function onAcknowledged(tcb: Tcb, acked: u32): void {
  const una = tcb.snd.una;
  if (SACK && tcb.sacked != 0) tcb.sacked = <u8>dropBefore(tcb.scoreboard, tcb.sacked, una);
  if (before(tcb.rxt, una)) tcb.rxt = una;
  tcb.owes &= ~Owes.RETRANSMISSION; // what was the oldest has arrived, perhaps before its repeat could leave
  switch (tcb.phase) {
    case Phase.OPEN:
      tcb.duplicates = 0;
      grow(tcb, acked);
      break;
    case Phase.FAST:
      if (atOrAfter(una, tcb.recover)) leaveFast(tcb);
      else if (!tcb.isNow(Is.SACKING)) onPartial(tcb, acked);
      else if (SACK) noticeLostRepeats(tcb);
      break;
    default:
      grow(tcb, acked);
      if (atOrAfter(una, tcb.recover)) {
        tcb.phase = Phase.OPEN;
        tcb.duplicates = 0;
      }
  }
}

/** RFC 6582 section 3.2 step 3, partial: the next hole is repeated at once, the window shrinks by what has left it. */
function onPartial(tcb: Tcb, acked: u32): void {
  const mss: u32 = tcb.mss;
  const shrunk = tcb.cwnd > acked ? tcb.cwnd - acked : 0;
  tcb.cwnd = max(mss, acked >= mss ? shrunk + mss : shrunk);
  tcb.owes |= Owes.RETRANSMISSION;
}

/** Everything that was under way when the loss was noticed has arrived. */
function leaveFast(tcb: Tcb): void {
  if (!tcb.isNow(Is.SACKING)) {
    // RFC 6582 section 3.2 step 3 (1): no burst when little is under way.
    const underWay = tcb.snd.nxt - tcb.snd.una;
    tcb.cwnd = min(tcb.ssthresh, max(underWay, <u32>tcb.mss) + tcb.mss);
  } else tcb.cwnd = tcb.ssthresh;
  tcb.phase = Phase.OPEN;
  tcb.duplicates = 0;
}

/** A duplicate ACK in the sense of RFC 5681 section 2, or one with news of SACK. */
export function onDuplicate(tcb: Tcb): void {
  count(Counter.DUPLICATE_ACKS_IN);
  if (tcb.duplicates < 255) tcb.duplicates += 1;
  switch (tcb.phase) {
    case Phase.OPEN:
      if (isEnough(tcb) && mayEnterFast(tcb)) enterFast(tcb);
      else if (SACK && tcb.sacked != 0) awaitReordered(tcb);
      break;
    case Phase.FAST:
      // Without SACK each duplicate tells that one segment has left the network.
      if (!tcb.isNow(Is.SACKING)) tcb.cwnd += tcb.mss;
      else if (SACK) noticeLostRepeats(tcb);
      break;
    default: // behind a time-out they tell nothing new (RFC 6582 section 4), unless SACK does
      if (SACK && tcb.isNow(Is.SACKING)) noticeLostRepeats(tcb);
  }
}

/** Three duplicates, what SACK says, or with less than four segments under way one less than there are (RFC 5827). */
function isEnough(tcb: Tcb): bool {
  if (tcb.duplicates >= DUPLICATES_ENOUGH) return true;
  if (SACK && tcb.sacked != 0 && isLost(tcb, 0)) return true;
  const mss: u32 = tcb.mss;
  const underWay = tcb.snd.nxt - tcb.snd.una;
  if (underWay > 3 * mss || hasNewText(tcb)) return false;
  const segments: u32 = underWay > 2 * mss ? 3 : underWay > mss ? 2 : 1;
  return segments > 1 && <u32>tcb.duplicates >= segments - 1;
}

/** Unsent text of which the peer's window would take a full segment: limited transmit then brings more duplicates. */
function hasNewText(tcb: Tcb): bool {
  const text = tcb.snd.end - tcb.snd.nxt;
  const window = tcb.snd.una + tcb.snd.wnd - tcb.snd.nxt;
  return <i32>text > 0 && <i32>window >= <i32>min<u32>(text, tcb.mss);
}

/** RFC 6582 section 3.2 step 2: not for duplicates of what a time-out has already repeated. */
function mayEnterFast(tcb: Tcb): bool {
  return tcb.isNow(Is.SACKING) || after(tcb.snd.una, tcb.recover);
}

/** Enough is known, or has been waited for, to call the oldest segment lost. */
export function enterFast(tcb: Tcb): void {
  count(Counter.FAST_RETRANSMISSIONS);
  lowerThreshold(tcb, min(tcb.snd.nxt - tcb.snd.una, tcb.cwnd)); // what limited transmit has sent does not count (RFC 5681 section 3.2)
  tcb.phase = Phase.FAST;
  tcb.recover = tcb.snd.nxt;
  tcb.rxt = tcb.snd.una;
  tcb.cwnd = tcb.ssthresh;
  if (!tcb.isNow(Is.SACKING)) tcb.cwnd += <u32>tcb.duplicates * tcb.mss;
  tcb.owes |= Owes.RETRANSMISSION;
  spoilTiming(tcb);
}

/**
 * What left behind the last repeat has arrived, and what was repeated before it has not: it is lost again. That counts as a
 * second sign of congestion (RFC 5681 section 4.3), and the holes are gone through anew; else only the timer would tell.
 */
function noticeLostRepeats(tcb: Tcb): void {
  if (!stack.tailProbe || tcb.sacked == 0 || !after(tcb.rxt, tcb.snd.una)) return;
  if (!after(rightOf(tcb.scoreboard, tcb.sacked - 1), tcb.repeatedAt)) return;
  lowerThreshold(tcb, tcb.cwnd);
  tcb.cwnd = tcb.ssthresh;
  tcb.phase = Phase.FAST;
  tcb.recover = tcb.snd.nxt;
  tcb.rxt = tcb.snd.una;
  tcb.owes |= Owes.RETRANSMISSION;
}

/** The retransmission timer has run out: all that is under way counts as lost (RFC 5681 section 3.1, RFC 2018 section 8). */
export function onTimeout(tcb: Tcb): void {
  if (tcb.phase != Phase.LOSS) lowerThreshold(tcb, tcb.snd.nxt - tcb.snd.una);
  tcb.cwnd = tcb.mss;
  tcb.sacked = 0;
  repeatAll(tcb);
  spoilTiming(tcb);
}

/** Everything from SND.UNA to SND.NXT is to be repeated. */
export function repeatAll(tcb: Tcb): void {
  tcb.phase = Phase.LOSS;
  tcb.recover = tcb.snd.nxt;
  tcb.rxt = tcb.snd.una;
  tcb.duplicates = 0;
  tcb.owes |= Owes.RETRANSMISSION;
}

/** A tail probe that repeated text was needed: a loss was repaired and the window pays for it (RFC 8985 section 7.4). */
export function onTailRepaired(tcb: Tcb): void {
  tcb.is &= ~Is.TAIL_PROBED;
  if (tcb.phase != Phase.OPEN) return;
  lowerThreshold(tcb, tcb.tailEnd - tcb.snd.una);
  if (tcb.cwnd > tcb.ssthresh) tcb.cwnd = tcb.ssthresh;
}

// ---- SACK

/** Takes in the blocks of the segment in hand: whether they told anything new. Blocks outside SND.UNA .. SND.NXT tell nothing. */
export function readSack(tcb: Tcb): bool {
  const board = tcb.scoreboard;
  const known = octetsFrom(board, tcb.sacked, tcb.snd.una);
  let at = options.sackAt;
  for (let i: u32 = 0; i < options.sackBlocks; i++, at += 8) {
    const left = load32(at);
    const right = load32(at + 4);
    if (!before(left, right) || !after(left, tcb.snd.una) || after(right, tcb.snd.nxt)) continue;
    const length = addRange(board, tcb.sacked, SACK_RANGES, left, right);
    if (length >= 0) tcb.sacked = <u8>length;
  }
  return octetsFrom(board, tcb.sacked, tcb.snd.una) != known;
}

/**
 * RFC 6675 section 4, IsLost() for the hole before the index-th range. Once something has been lost, reordering is no longer
 * waited for (RFC 8985 section 6.2): whatever left before a segment that has arrived is lost too.
 */
function isLost(tcb: Tcb, index: u32): bool {
  if (tcb.phase != Phase.OPEN && stack.tailProbe) return true;
  if (<u32>tcb.sacked - index >= DUPLICATES_ENOUGH) return true;
  const edge = leftOf(tcb.scoreboard, index);
  return octetsFrom(tcb.scoreboard, tcb.sacked, edge) > (DUPLICATES_ENOUGH - 1) * <u32>tcb.mss;
}

// ---- How much is under way

/** Octets that are still in the network as far as is known: RFC 6675 section 4, SetPipe(). */
export function pipe(tcb: Tcb): u32 {
  const una = tcb.snd.una;
  const nxt = tcb.snd.nxt;
  switch (tcb.phase) {
    case Phase.OPEN:
      return nxt - una - (SACK ? octetsFrom(tcb.scoreboard, tcb.sacked, una) : 0);
    case Phase.FAST:
      return SACK && tcb.isNow(Is.SACKING) ? pipeBySack(tcb) : nxt - una;
    default: {
      const repeated = earlier(tcb.rxt, tcb.recover);
      const sacked =
        SACK && tcb.sacked != 0
          ? octetsFrom(tcb.scoreboard, tcb.sacked, una) - octetsFrom(tcb.scoreboard, tcb.sacked, repeated)
          : 0;
      return repeated - una - sacked + (nxt - tcb.recover);
    }
  }
}

function pipeBySack(tcb: Tcb): u32 {
  const board = tcb.scoreboard;
  let octets: u32 = 0;
  let hole = tcb.snd.una;
  for (let i: u32 = 0; i < tcb.sacked; i++) {
    const end = leftOf(board, i);
    if (!isLost(tcb, i)) octets += end - hole;
    if (after(tcb.rxt, hole)) octets += earlier(tcb.rxt, end) - hole;
    hole = rightOf(board, i);
  }
  return octets + (tcb.snd.nxt - hole);
}

/** Octets that the congestion window still lets out. */
export function allowance(tcb: Tcb): u32 {
  let window = tcb.cwnd;
  // RFC 3042: the first two duplicates let one new segment out each, the window unchanged.
  if (tcb.phase == Phase.OPEN && tcb.sacked == 0)
    window += (tcb.duplicates < 2 ? <u32>tcb.duplicates : 2) * <u32>tcb.mss;
  const octets = pipe(tcb);
  return window > octets ? window - octets : 0;
}

// ---- What to repeat next

/** Where the next stretch to be repeated begins; call only when mayRepeat. Its octets: repeatLength(tcb, from). */
export function repeatFrom(tcb: Tcb): u32 {
  if (tcb.owes & Owes.RETRANSMISSION) return tcb.snd.una;
  return skipSacked(tcb, tcb.rxt);
}

/** Whether something is to be repeated, if the congestion window permits it: see fits(). */
export function mayRepeat(tcb: Tcb): bool {
  if (tcb.owes & Owes.RETRANSMISSION) return tcb.snd.nxt != tcb.snd.una;
  if (tcb.phase == Phase.OPEN) return false;
  if (tcb.phase == Phase.FAST && !(SACK && tcb.isNow(Is.SACKING))) return false;
  const from = skipSacked(tcb, tcb.rxt);
  if (atOrAfter(from, tcb.recover)) return false;
  return tcb.phase != Phase.FAST || isWorthRepeating(tcb, from);
}

/** Whether the congestion window lets out so many octets again: the oldest segment always, and another when nothing is under way. */
export function fits(tcb: Tcb, octets: u32): bool {
  if (tcb.owes & Owes.RETRANSMISSION) return true;
  const underWay = pipe(tcb);
  return underWay == 0 || underWay + octets <= tcb.cwnd;
}

/** RFC 6675 section 4, NextSeg() rules 1 and 3: a hole known to be lost, or any hole when there is no new text. */
function isWorthRepeating(tcb: Tcb, from: u32): bool {
  for (let i: u32 = 0; i < tcb.sacked; i++) {
    if (before(from, leftOf(tcb.scoreboard, i))) return isLost(tcb, i) || !hasNewText(tcb);
  }
  return false; // nothing beyond it has arrived
}

/** The first sequence number from `seq` on that the peer has not SACKed. */
function skipSacked(tcb: Tcb, seq: u32): u32 {
  if (!SACK || tcb.sacked == 0) return seq;
  const index = rangeOf(tcb.scoreboard, tcb.sacked, seq);
  return index < 0 ? seq : rightOf(tcb.scoreboard, index);
}

/** Octets of sequence space from `from` to the end of what has been sent and not SACKed. */
export function repeatLength(tcb: Tcb, from: u32): u32 {
  for (let i: u32 = 0; i < tcb.sacked; i++) {
    if (after(leftOf(tcb.scoreboard, i), from)) return leftOf(tcb.scoreboard, i) - from;
  }
  return tcb.snd.nxt - from;
}

/** The stretch from .. to has been repeated. */
export function repeated(tcb: Tcb, to: u32): void {
  tcb.owes &= ~Owes.RETRANSMISSION;
  tcb.repeatedAt = tcb.snd.nxt;
  if (after(to, tcb.rxt)) tcb.rxt = to;
}
