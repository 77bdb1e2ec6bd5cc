// The Internet checksum, RFC 1071. One's-complement addition does not care about octet order, so the words are added as
// this machine loads them, in 32-bit pieces, into 64 bits that cannot overflow within a datagram; the carries are folded
// in once, at the end. A finished checksum is stored and compared as a native 16-bit word.

/** No stretch is longer: the bound that lets a compiler of the generated C see that no address wraps. */
const LONGEST: u32 = 65535;

/** The unfolded sum of `octets` octets from `at`, added to `start`. */
export function sum(at: usize, octets: i32, start: u64): u64 {
  if (<u32>octets > LONGEST) unreachable();
  let total = start;
  if (ASC_FEATURE_SIMD) {
    const wide = octets & ~15;
    return tail(at + wide, octets & 15) + total + sumWide(at, wide);
  }
  // Counted in blocks: the generated C then checks the bounds of a block once.
  for (let blocks = octets >> 5; blocks != 0; blocks--) {
    total += <u64>load<u32>(at) + <u64>load<u32>(at, 4) + <u64>load<u32>(at, 8) + <u64>load<u32>(at, 12);
    total += <u64>load<u32>(at, 16) + <u64>load<u32>(at, 20) + <u64>load<u32>(at, 24) + <u64>load<u32>(at, 28);
    at += 32;
  }
  return total + tail(at, octets & 31);
}

/** The same while copying to `to`: one pass over the text. */
export function copyAndSum(to: usize, at: usize, octets: i32, start: u64): u64 {
  if (<u32>octets > LONGEST) unreachable();
  let total = start;
  if (ASC_FEATURE_SIMD) {
    const wide = octets & ~15;
    total += copyAndSumWide(to, at, wide);
    return total + copyTail(to + wide, at + wide, octets & 15);
  }
  for (let blocks = octets >> 5; blocks != 0; blocks--) {
    total += copyWord(to, at, 0) + copyWord(to, at, 4) + copyWord(to, at, 8) + copyWord(to, at, 12);
    total += copyWord(to, at, 16) + copyWord(to, at, 20) + copyWord(to, at, 24) + copyWord(to, at, 28);
    at += 32;
    to += 32;
  }
  return total + copyTail(to, at, octets & 31);
}

// @ts-ignore: decorator
@inline function copyWord(to: usize, at: usize, offset: usize): u64 {
  const word = load<u32>(at + offset);
  store<u32>(to + offset, word);
  return word;
}

/** Sixteen octets at a time; the lanes have room for 64 KiB. `octets` is a multiple of sixteen. */
function sumWide(at: usize, octets: i32): u64 {
  let lanes = i32x4.splat(0);
  for (const end = at + octets; at < end; at += 16) {
    lanes = i32x4.add(lanes, i32x4.extadd_pairwise_i16x8_u(v128.load(at)));
  }
  return acrossLanes(lanes);
}

function copyAndSumWide(to: usize, at: usize, octets: i32): u64 {
  let lanes = i32x4.splat(0);
  for (const end = at + octets; at < end; at += 16, to += 16) {
    const words = v128.load(at);
    v128.store(to, words);
    lanes = i32x4.add(lanes, i32x4.extadd_pairwise_i16x8_u(words));
  }
  return acrossLanes(lanes);
}

function acrossLanes(lanes: v128): u64 {
  const low = <u64>(<u32>i32x4.extract_lane(lanes, 0)) + <u64>(<u32>i32x4.extract_lane(lanes, 1));
  return low + <u64>(<u32>i32x4.extract_lane(lanes, 2)) + <u64>(<u32>i32x4.extract_lane(lanes, 3));
}

/** A header: `octets` is a multiple of four, and small. */
export function sumHeader(at: usize, octets: i32, start: u64): u64 {
  let total = start;
  for (let words = octets >> 2; words != 0; words--) {
    total += load<u32>(at);
    at += 4;
  }
  return total;
}

/** Up to thirty-one octets; an odd last one counts as if a zero followed it. */
function tail(at: usize, octets: i32): u64 {
  let total = sumHeader(at, octets, 0);
  at += octets & ~3;
  if (octets & 2) {
    total += load<u16>(at);
    at += 2;
  }
  if (octets & 1) total += load<u8>(at);
  return total;
}

/**
 * The same while copying. An engine leaves the module for memory.copy, whatever the length: for so few octets that takes
 * longer than all the rest of a small segment's checksum.
 */
function copyTail(to: usize, at: usize, octets: i32): u64 {
  let total: u64 = 0;
  for (let words = octets >> 2; words != 0; words--) {
    total += copyWord(to, at, 0);
    at += 4;
    to += 4;
  }
  if (octets & 2) {
    const half = load<u16>(at);
    store<u16>(to, half);
    total += half;
    at += 2;
    to += 2;
  }
  if (octets & 1) {
    const last = load<u8>(at);
    store<u8>(to, last);
    total += last;
  }
  return total;
}

/** A sum folded to 16 bits. */
// @ts-ignore: decorator
@inline export function fold(total: u64): u32 {
  let folded = <u32>total + <u32>(total >> 32);
  if (folded < <u32>total) folded += 1;
  folded = (folded & 0xffff) + (folded >> 16);
  return (folded & 0xffff) + (folded >> 16);
}

/** The checksum field for a sum, as a native word. */
// @ts-ignore: decorator
@inline export function finish(total: u64): u16 {
  return <u16>~fold(total);
}

/** The sum of a stretch that begins at an odd offset of the whole: its octets change places. */
// @ts-ignore: decorator
@inline export function swapped(total: u64): u64 {
  const folded = fold(total);
  return <u64>(((folded & 0xff) << 8) | (folded >> 8));
}

/** The pseudo-header of RFC 9293 section 3.1: both addresses, the protocol, the length of header and text. */
// @ts-ignore: decorator
@inline export function pseudoHeader(source: u32, destination: u32, protocol: u32, octets: u32): u64 {
  return <u64>bswap<u32>(source) + <u64>bswap<u32>(destination) + <u64>bswap<u32>((protocol << 16) | octets);
}
