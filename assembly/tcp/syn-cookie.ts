// SYN cookies, RFC 4987 section 3.6: with the SYN queue full a SYN is answered without any state. The sequence number of the
// answer is a keyed hash of the four numbers, the peer's ISN and an index into a table of MSS values, with a key drawn anew
// for each time slot; the ACK that comes back proves that its sender has seen it. Where timestamps are in use their low bits
// carry window scale and SACK.
//
//   cookie = 29 bits of hash | 3 bits of MSS index
//   TSval  = time, its low 6 bits replaced:  1 | SACK | scale (15: none)

import { RECEIVE_SCALE, SACK } from "../sizes";
import { Cause, Counter, Flag } from "../numbers";
import { count } from "../counters";
import { hashUnder, Label, random } from "../random";
import { stack } from "../stack";
import { NO_SCALE, options, Present } from "../wire/tcp-options";
import { timestampNow } from "./initial-sequence-number";
import { newReply, Offer } from "./reply";
import { Segment } from "./segment";
import { openPassively } from "./syn-queue";
import { Is, Tcb } from "./tcb";
import { firstEdge } from "./window";

/** A slot is 2^16 ms, about a minute; a cookie of this slot or the one before is good, also across the clock's wrap. */
const SLOT_BITS: u32 = 16;
const SLOT_MASK: u32 = 0xffff;
const INDEX_MASK: u32 = 7;
const MARK: u32 = 32;
const SACK_BIT: u32 = 16;
const NO_SHIFT: u32 = 15;

/** Common values of the MSS in ascending order; the largest that is not above the peer's is kept. */
function mssOf(index: u32): u32 {
  switch (index) {
    case 0:
      return 28; // IPv4's least MTU of 68
    case 1:
      return 256;
    case 2:
      return 536;
    case 3:
      return 966;
    case 4:
      return 1220;
    case 5:
      return 1360;
    case 6:
      return 1440;
    default:
      return 1460;
  }
}

function indexOf(mss: u32): u32 {
  let index: u32 = INDEX_MASK;
  while (index != 0 && mssOf(index) > mss) index -= 1;
  return index;
}

/** The hash covers the index too, so that nobody can choose another MSS than was offered. */
function cookie(seg: Segment, irs: u32, index: u32, key0: u64, key1: u64): u32 {
  const addresses = ((<u64>seg.localAddress) << 32) | seg.remoteAddress;
  const numbers = ((<u64>seg.ports) << 32) | irs;
  return ((<u32>hashUnder(key0, key1, addresses, numbers, (index << 8) | Label.COOKIE)) & ~INDEX_MASK) | index;
}

/** Slots since the keys were last turned. */
function slotsPassed(): u32 {
  return ((stack.now >> SLOT_BITS) - stack.cookieSlot) & SLOT_MASK;
}

/** Whether a cookie that is still good may be on its way back. */
export function cookiesAreOut(): bool {
  return stack.cookieEver != 0 && slotsPassed() <= 1;
}

/** A new slot has a key of its own; the one before stays good for what it has signed. */
function turnKeys(): void {
  if (stack.cookieEver && slotsPassed() == 0) return;
  const isNext = cookiesAreOut();
  stack.formerKey0 = isNext ? stack.cookieKey0 : random();
  stack.formerKey1 = stack.cookieKey1;
  stack.cookieKey0 = random();
  stack.cookieKey1 = random();
  stack.cookieSlot = stack.now >> SLOT_BITS;
  stack.cookieEver = 1;
}

/** Answers a SYN without keeping anything. */
export function sendCookie(seg: Segment): bool {
  const reply = newReply(seg, Cause.COOKIE);
  if (!reply) return false;
  const mss: u32 = options.mss ? options.mss : 536;
  turnKeys();
  reply.seq = cookie(seg, seg.seq, indexOf(mss), stack.cookieKey0, stack.cookieKey1);
  reply.ack = seg.seq + 1;
  reply.flags = Flag.SYN | Flag.ACK;
  reply.window = <u16>min<u32>(firstEdge(0), 0xffff);
  if (stack.timestamps && options.present & Present.TIMESTAMPS) {
    reply.offers = offers();
    reply.timestamp = stamped(reply.offers);
    reply.echo = options.timestamp;
  }
  count(Counter.COOKIES_SENT);
  return true;
}

/** What the SYN asked for and we have. */
function offers(): u32 {
  let bits: u32 = Offer.TIMESTAMPS;
  if (RECEIVE_SCALE && stack.windowScale && options.scale != NO_SCALE) bits |= Offer.SCALE;
  if (SACK && stack.sack && options.present & Present.SACK_PERMITTED) bits |= Offer.SACK;
  return bits;
}

/** The time with the offers in its low bits; never later than now, so that later stamps do not seem old (RFC 7323). */
function stamped(bits: u32): u32 {
  const now = timestampNow();
  const shift: u32 = bits & Offer.SCALE ? options.scale : NO_SHIFT;
  const low = MARK | (bits & Offer.SACK ? SACK_BIT : 0) | shift;
  const stamp = (now & ~63) | low;
  return stamp - now < 64 && stamp != now ? stamp - 64 : stamp;
}

/** Whether the ACK in hand brings a cookie back: then the scratch TCB is as it would be in SYN-RECEIVED; else null. */
export function fromCookie(seg: Segment, listener: i32): Tcb | null {
  if (!cookiesAreOut()) return null;
  const iss = seg.ack - 1;
  const irs = seg.seq - 1;
  const index = iss & INDEX_MASK;
  if (iss != cookie(seg, irs, index, stack.cookieKey0, stack.cookieKey1)) {
    if (slotsPassed() != 0) return null; // the former key's slot is two slots ago
    if (iss != cookie(seg, irs, index, stack.formerKey0, stack.formerKey1)) return null;
  }
  seg.seq = irs; // the SYN that is not kept
  const tcb = openPassively(seg, listener, iss);
  seg.seq = irs + 1;
  tcb.mss = <u16>min(mssOf(index), <u32>stack.mtu - 40);
  takeStamped(tcb);
  count(Counter.COOKIES_ACCEPTED);
  return tcb;
}

/** Window scale and SACK come back in the echoed timestamp; without one they were never offered. */
function takeStamped(tcb: Tcb): void {
  tcb.is &= ~(Is.SCALING | Is.SACKING);
  tcb.sndScale = 0;
  tcb.rcvScale = 0;
  if (!tcb.isNow(Is.STAMPING)) return;
  const bits = options.echo & 63;
  if (!(bits & MARK)) return;
  if (bits & SACK_BIT) tcb.is |= Is.SACKING;
  const shift = bits & 15;
  if (shift == NO_SHIFT || !RECEIVE_SCALE) return;
  tcb.is |= Is.SCALING;
  tcb.sndScale = <u8>shift;
  tcb.rcvScale = <u8>RECEIVE_SCALE;
}
