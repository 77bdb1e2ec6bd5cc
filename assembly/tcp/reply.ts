// Answers without a connection behind them: the RST of RFC 9293 section 3.10.7.1 and the SYN-ACK of a cookie. They wait in a
// few small slots that output drains first; what finds no slot is counted and lost, as if the line had dropped it.

import { MTU, RECEIVE_SCALE, REPLIES } from "../sizes";
import { REPLY_OCTETS, REPLY_QUEUE, TX } from "../memory-map";
import { Cause, Counter, Flag, Protocol, RecordKind } from "../numbers";
import { count } from "../counters";
import { beginRecord, endRecord, recordCause, recordEnds } from "../record";
import { stack } from "../stack";
import { finish, pseudoHeader, sumHeader } from "../wire/checksum";
import { IPV4_HEADER, writeIpv4 } from "../wire/ipv4";
import { TCP_HEADER, writeTcp } from "../wire/tcp-header";
import { writeMss, writeSackPermitted, writeScale, writeTimestamps } from "../wire/tcp-options";
import { announcedMss } from "./output";
import { Segment } from "./segment";


@unmanaged
export class Reply {
  localAddress: u32;
  remoteAddress: u32;
  ports: u32;
  seq: u32;
  ack: u32;
  flags: u32;
  cause: u16;
  window: u16;
  /** Offered beside a cookie's MSS: 1 timestamps, 2 window scale, 4 SACK. */
  offers: u32;
  timestamp: u32;
  echo: u32;
}

if (offsetof<Reply>() > REPLY_OCTETS) ERROR("REPLY_OCTETS is too small");

export namespace Offer {
  export const TIMESTAMPS = 1;
  export const SCALE = 2;
  export const SACK = 4;
}

// @ts-ignore: decorator
@inline function slot(number: u32): Reply {
  return changetype<Reply>(REPLY_QUEUE + <usize>(number % REPLIES) * REPLY_OCTETS);
}

// @ts-ignore: decorator
@inline export function replySlotIsFree(): bool {
  return <i32>stack.replyCount < REPLIES;
}

/** A slot for an answer to the segment, or null when none is free. */
export function newReply(seg: Segment, cause: i32): Reply | null {
  if (!replySlotIsFree()) {
    count(Counter.REPLIES_LOST);
    return null;
  }
  const reply = slot(<u32>stack.replyFirst + stack.replyCount);
  stack.replyCount += 1;
  reply.localAddress = seg.localAddress;
  reply.remoteAddress = seg.remoteAddress;
  reply.ports = seg.ports;
  reply.seq = 0;
  reply.ack = 0;
  reply.flags = 0;
  reply.cause = <u16>cause;
  reply.window = 0;
  reply.offers = 0;
  return reply;
}

/** The RST that answers a segment, RFC 9293 section 3.5.2; a RST is never answered. */
export function replyReset(seg: Segment): void {
  if (seg.has(Flag.RST)) return;
  const reply = newReply(seg, Cause.RESET);
  if (!reply) return;
  if (seg.has(Flag.ACK)) {
    reply.seq = seg.ack;
    reply.flags = Flag.RST;
  } else {
    reply.ack = seg.seq + seg.len;
    reply.flags = Flag.RST | Flag.ACK;
  }
  count(Counter.RESETS_SENT);
}

/** Writes the oldest answer to tx: octets of the datagram; 0: none waits. */
export function transmitReply(): i32 {
  if (stack.replyCount == 0) return 0;
  const reply = slot(stack.replyFirst);
  stack.replyFirst = <u16>((<u32>stack.replyFirst + 1) % REPLIES);
  stack.replyCount -= 1;
  const at = TX + IPV4_HEADER;
  let end = at + TCP_HEADER;
  if (reply.flags & Flag.SYN) {
    end = writeMss(end, announcedMss(0));
    if (reply.offers & Offer.SCALE) end = writeScale(end, RECEIVE_SCALE);
    if (reply.offers & Offer.SACK) end = writeSackPermitted(end);
    if (reply.offers & Offer.TIMESTAMPS) end = writeTimestamps(end, reply.timestamp, reply.echo);
  }
  const octets = <i32>(end - at);
  if (octets + IPV4_HEADER > MTU) unreachable(); // forty octets of options at most
  writeTcp(at, reply.ports, reply.seq, reply.ack, octets, reply.flags, reply.window, 0);
  const total = pseudoHeader(reply.localAddress, reply.remoteAddress, Protocol.TCP, octets);
  store<u16>(at, finish(sumHeader(at, octets, total)), 16);
  writeIpv4(TX, Protocol.TCP, reply.localAddress, reply.remoteAddress, IPV4_HEADER + octets, 0, stack.ttl);
  count(Counter.SEGMENTS_OUT);
  beginRecord(RecordKind.OUTPUT, Protocol.TCP, IPV4_HEADER + octets);
  recordEnds(reply.localAddress, reply.remoteAddress, reply.ports);
  recordCause(reply.cause, 0);
  endRecord(0);
  return IPV4_HEADER + octets;
}
