// A TCP segment out of an IPv4 datagram: checked, taken apart, handed to SEGMENT ARRIVES.

import { Counter, Drop } from "../numbers";
import { count, countDrop } from "../counters";
import { recordEnds } from "../record";
import { checkTcp } from "../wire/tcp-header";
import { readSegment } from "./segment";
import { segmentArrives } from "./segment-arrives/segment-arrives";

/** `octets` octets of segment lie at `at`. Answers 0, or the Drop reason. */
export function tcpInput(at: usize, octets: i32, source: u32, destination: u32): i32 {
  const fault = checkTcp(at, octets, source, destination);
  if (fault != Drop.NONE) {
    countDrop(fault);
    return fault;
  }
  count(Counter.SEGMENTS_IN);
  const seg = readSegment(at, octets, source, destination);
  recordEnds(destination, source, seg.ports);
  // Port 0 is nobody's.
  if ((seg.ports & 0xffff) == 0 || seg.ports >> 16 == 0) {
    countDrop(Drop.BAD_PORT);
    return Drop.BAD_PORT;
  }
  return segmentArrives(seg);
}
