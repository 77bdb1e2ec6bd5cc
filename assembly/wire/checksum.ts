// The Internet checksum, RFC 1071. One's-complement addition does not care about octet order, so the words are added as
// this machine loads them, in 32-bit pieces, into 64 bits that cannot overflow within a datagram; the carries are folded
// in once, at the end. A finished checksum is stored and compared as a native 16-bit word.

/** No stretch is longer: the bound that lets a compiler of the generated C see that no address wraps. */
const LONGEST: u32 = 65535;

/** The unfolded sum of `octets` octets from `at`, added to `start`. */
export function sum(at: usize, octets: i32, start: u64): u64 {
  if (<u32>octets > LONGEST) unreachable();
  let total = start;
  const last = at + octets;
  while (at + 16 <= last) {
    total += <u64>load<u32>(at) + <u64>load<u32>(at, 4) + <u64>load<u32>(at, 8) + <u64>load<u32>(at, 12);
    at += 16;
  }
  return total + tail(at, last);
}

/** The same while copying to `to`: one pass over the text. */
export function copyAndSum(to: usize, at: usize, octets: i32, start: u64): u64 {
  if (<u32>octets > LONGEST) unreachable();
  let total = start;
  const last = at + octets;
  while (at + 16 <= last) {
    const a = load<u32>(at);
    const b = load<u32>(at, 4);
    const c = load<u32>(at, 8);
    const d = load<u32>(at, 12);
    store<u32>(to, a);
    store<u32>(to, b, 4);
    store<u32>(to, c, 8);
    store<u32>(to, d, 12);
    total += <u64>a + <u64>b + <u64>c + <u64>d;
    at += 16;
    to += 16;
  }
  memory.copy(to, at, last - at);
  return total + tail(at, last);
}

/** Up to fifteen octets; an odd last one counts as if a zero followed it. */
function tail(at: usize, last: usize): u64 {
  let total: u64 = 0;
  while (at + 4 <= last) {
    total += load<u32>(at);
    at += 4;
  }
  if (at + 2 <= last) {
    total += load<u16>(at);
    at += 2;
  }
  if (at < last) total += load<u8>(at);
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
