// The octets of /bytes/N: octet i is the low 8 bits of i ^ (i >>> 8) ^ (i >>> 16), so that each of them tells where it
// belongs, and a client can check every one.

/** Writes `length` octets of the pattern, from octet `first` on, to `at`. */
export function fill(at: usize, first: u32, length: u32): void {
  let i: u32 = 0;
  for (; i < length && ((first + i) & 3) != 0; i++) store<u8>(at + i, patternAt(first + i));
  // Four at a time: within such a group only the two lowest bits differ.
  for (; i + 4 <= length; i += 4) store<u32>(at + i, (patternAt(first + i) * 0x01010101) ^ 0x03020100);
  for (; i < length; i++) store<u8>(at + i, patternAt(first + i));
}

// @ts-ignore: decorator
@inline function patternAt(i: u32): u32 {
  return (i ^ (i >> 8) ^ (i >> 16)) & 0xff;
}
