// Whole records, cleared and copied. An engine leaves the module for memory.fill and memory.copy, and the way there and back takes
// longer than a record of some hundred octets, sixteen at a time; in C made of the module both are the processor's best.

// @ts-ignore: decorator
@inline export function clearOctets(at: usize, octets: usize): void {
  if (ASC_FEATURE_SIMD) {
    for (const end = at + octets; at < end; at += 16) v128.store(at, i64x2.splat(0));
  } else memory.fill(at, 0, octets);
}

/** The two do not overlap. */
// @ts-ignore: decorator
@inline export function copyOctets(to: usize, at: usize, octets: usize): void {
  if (ASC_FEATURE_SIMD) {
    for (const end = at + octets; at < end; at += 16, to += 16) v128.store(to, v128.load(at));
  } else memory.copy(to, at, octets);
}
