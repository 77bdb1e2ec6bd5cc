// A TCP segment out of an IPv4 datagram: checked, taken apart, handed to SEGMENT ARRIVES. Text that comes in order is copied
// into the ring in the same pass that sums it: what lies beyond RCV.NXT is nobody's yet, and RCV.NXT moves only once the
// checksum is right.

import { RECEIVE_RING } from "../sizes";
import { Counter, Drop, Protocol, State, Table } from "../numbers";
import { count, countDrop } from "../counters";
import { recordEnds } from "../record";
import { putAndSum } from "../storage/ring";
import { fold, pseudoHeader, sum, sumHeader } from "../wire/checksum";
import { checkTcp } from "../wire/tcp-header";
import { find } from "./connections";
import { IN_PLACE, readSegment, Segment } from "./segment";
import { segmentArrives } from "./segment-arrives/segment-arrives";
import { Endpoint, Tcb } from "./tcb";
import { receiveWindow } from "./window";

/** `octets` octets of segment lie at `at`. Answers 0, or the Drop reason. */
export function tcpInput(at: usize, octets: i32, source: u32, destination: u32): i32 {
  const fault = checkTcp(at, octets);
  if (fault != Drop.NONE) return refuse(fault);
  const seg = readSegment(at, octets, source, destination);
  const entry = find(destination, source, seg.ports);
  const header = sumHeader(at, octets - seg.length, pseudoHeader(source, destination, Protocol.TCP, octets));
  const total =
    entry && fitsInPlace(entry, seg)
      ? putInPlace(changetype<Tcb>(entry), seg, header)
      : sum(seg.text, seg.length, header);
  if (fold(total) != 0xffff) return refuse(Drop.BAD_SEGMENT_CHECKSUM);
  count(Counter.SEGMENTS_IN);
  recordEnds(destination, source, seg.ports);
  // Port 0 is nobody's.
  if ((seg.ports & 0xffff) == 0 || seg.ports >> 16 == 0) return refuse(Drop.BAD_PORT);
  return segmentArrives(seg, entry);
}

function refuse(reason: i32): i32 {
  countDrop(reason);
  return reason;
}

/** Whether the text continues the stream of a connection with nothing beyond, inside its window. */
function fitsInPlace(entry: Endpoint, seg: Segment): bool {
  if (seg.length == 0 || entry.table != Table.CONNECTION || entry.state < State.ESTABLISHED) return false;
  const tcb = changetype<Tcb>(entry);
  return seg.seq == tcb.rcv.nxt && tcb.ranges == 0 && seg.length <= receiveWindow(tcb);
}

function putInPlace(tcb: Tcb, seg: Segment, start: u64): u64 {
  const total = putAndSum(tcb.receiveRing, RECEIVE_RING, seg.seq, seg.text, seg.length, start);
  seg.text = IN_PLACE;
  return total;
}
