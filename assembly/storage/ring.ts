// A ring has no head and no tail of its own: the octet with sequence number s lies at s modulo the ring's size, which is
// a power of two. What is in it, SND.UNA and RCV.NXT say.

import { copyAndSum, fold, swapped } from "../wire/checksum";

/** Octets from `seq` up to the ring's end, `octets` at most: the stretch without a wrap. */
// @ts-ignore: decorator
@inline export function straight(seq: u32, octets: u32, size: u32): u32 {
  const toEnd = size - (seq & (size - 1));
  return octets < toEnd ? octets : toEnd;
}

/** Puts `octets` octets from `at` into the ring at their sequence numbers. */
export function putText(ring: usize, size: u32, seq: u32, at: usize, octets: u32): void {
  const first = straight(seq, octets, size);
  memory.copy(ring + (seq & (size - 1)), at, first);
  if (first < octets) memory.copy(ring, at + first, octets - first);
}

/** Puts text into the ring and adds it to `start`, in one pass. */
export function putAndSum(ring: usize, size: u32, seq: u32, at: usize, octets: u32, start: u64): u64 {
  const first = straight(seq, octets, size);
  const total = copyAndSum(ring + (seq & (size - 1)), at, first, start);
  return first == octets ? total : joined(total, first, copyAndSum(ring, at + first, octets - first, 0));
}

/** Copies `octets` octets from the ring at `seq` to `to` and adds them to `start`, in one pass. */
export function takeAndSum(ring: usize, size: u32, seq: u32, to: usize, octets: u32, start: u64): u64 {
  const first = straight(seq, octets, size);
  const total = copyAndSum(to, ring + (seq & (size - 1)), first, start);
  return first == octets ? total : joined(total, first, copyAndSum(to + first, ring, octets - first, 0));
}

/** Two stretches added: behind an odd number of octets the second one's change places. */
function joined(total: u64, first: u32, rest: u64): u64 {
  return <u64>fold(total) + (first & 1 ? swapped(rest) : <u64>fold(rest));
}
