// The stretches of sequence space present beyond an edge, sorted and apart: pairs of (left, right) at a given address.
// One container serves the receiver (text beyond RCV.NXT) and the sender (what the peer has SACKed).

import { after, atOrAfter, atOrBefore, before } from "../sequence";

// @ts-ignore: decorator
@inline export function leftOf(ranges: usize, index: u32): u32 {
  return load<u32>(ranges + ((<usize>index) << 3));
}

// @ts-ignore: decorator
@inline export function rightOf(ranges: usize, index: u32): u32 {
  return load<u32>(ranges + ((<usize>index) << 3), 4);
}

// @ts-ignore: decorator
@inline function put(ranges: usize, index: u32, left: u32, right: u32): void {
  store<u32>(ranges + ((<usize>index) << 3), left);
  store<u32>(ranges + ((<usize>index) << 3), right, 4);
}

/**
 * Adds left .. right to the `length` ranges at `ranges`, joining what touches. Answers the new length, or -1 when the
 * range touches none and there are `most` already: then nothing has changed.
 */
export function addRange(ranges: usize, length: u32, most: u32, left: u32, right: u32): i32 {
  let first: u32 = 0;
  while (first < length && before(rightOf(ranges, first), left)) first += 1;
  let last = first; // one behind the ranges that touch the new one
  while (last < length && atOrBefore(leftOf(ranges, last), right)) last += 1;
  if (first == last) {
    if (length == most) return -1;
    memory.copy(ranges + ((<usize>(first + 1)) << 3), ranges + ((<usize>first) << 3), (<usize>(length - first)) << 3);
    put(ranges, first, left, right);
    return length + 1;
  }
  if (before(leftOf(ranges, first), left)) left = leftOf(ranges, first);
  if (after(rightOf(ranges, last - 1), right)) right = rightOf(ranges, last - 1);
  put(ranges, first, left, right);
  memory.copy(ranges + ((<usize>(first + 1)) << 3), ranges + ((<usize>last) << 3), (<usize>(length - last)) << 3);
  return length - (last - first) + 1;
}

/** Forgets what lies before `edge`: the new length. */
export function dropBefore(ranges: usize, length: u32, edge: u32): u32 {
  let gone: u32 = 0;
  while (gone < length && atOrBefore(rightOf(ranges, gone), edge)) gone += 1;
  if (gone != 0) memory.copy(ranges, ranges + ((<usize>gone) << 3), (<usize>(length - gone)) << 3);
  length -= gone;
  if (length != 0 && before(leftOf(ranges, 0), edge)) store<u32>(ranges, edge);
  return length;
}

/** The index of the range that holds `seq`, or -1. */
export function rangeOf(ranges: usize, length: u32, seq: u32): i32 {
  for (let i: u32 = 0; i < length; i++) {
    if (atOrAfter(seq, leftOf(ranges, i)) && before(seq, rightOf(ranges, i))) return i;
  }
  return -1;
}

/** Octets in the ranges at or beyond `edge`. */
export function octetsFrom(ranges: usize, length: u32, edge: u32): u32 {
  let octets: u32 = 0;
  for (let i: u32 = 0; i < length; i++) {
    const left = leftOf(ranges, i);
    const right = rightOf(ranges, i);
    if (after(right, edge)) octets += right - (before(left, edge) ? edge : left);
  }
  return octets;
}
