// The segment in hand: SEG.SEQ, SEG.ACK, SEG.LEN, SEG.WND, SEG.UP of RFC 9293 section 3.3.1, seen from this end, in our octet
// order. There is one, since no call is re-entrant.

import { SEGMENT } from "../memory-map";
import { Flag } from "../numbers";
import {
  acknowledgmentNumber,
  controlBits,
  dataOffset,
  destinationPort,
  sequenceNumber,
  sourcePort,
  TCP_HEADER,
  urgentPointer,
  windowField,
} from "../wire/tcp-header";
import { readOptions } from "../wire/tcp-options";


@unmanaged
export class Segment {
  localAddress: u32;
  remoteAddress: u32;
  /** local port << 16 | remote port */
  ports: u32;
  seq: u32;
  ack: u32;
  /** The window field as it stands: unscaled. */
  wnd: u32;
  up: u32;
  flags: u32;
  /** Where the text lies and its octets; the eight steps trim both. */
  text: usize;
  length: u32;

  // @ts-ignore: decorator
  @inline has(flag: u32): bool {
    return (this.flags & flag) != 0;
  }

  /** SEG.LEN: text, SYN and FIN. */
  // @ts-ignore: decorator
  @inline get len(): u32 {
    return this.length + (this.flags & Flag.FIN) + ((this.flags & Flag.SYN) >> 1);
  }
}

if (offsetof<Segment>() > 40) ERROR("the options of the segment begin at octet 40");

/** The text already lies in the ring, where it was put while it was summed (input.ts). */
export const IN_PLACE: usize = 0;

export const segment: Segment = changetype<Segment>(SEGMENT);

/** Takes apart the `octets` octets at `at`, whose lengths and checksum have been checked. */
export function readSegment(at: usize, octets: i32, source: u32, destination: u32): Segment {
  const seg = segment;
  const header = dataOffset(at);
  seg.localAddress = destination;
  seg.remoteAddress = source;
  seg.ports = (destinationPort(at) << 16) | sourcePort(at);
  seg.seq = sequenceNumber(at);
  seg.ack = acknowledgmentNumber(at);
  seg.wnd = windowField(at);
  seg.up = urgentPointer(at);
  seg.flags = controlBits(at);
  seg.text = at + header;
  seg.length = octets - header;
  readOptions(at + TCP_HEADER, at + header);
  return seg;
}
