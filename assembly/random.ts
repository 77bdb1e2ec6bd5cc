// Keyed randomness: SipHash-2-4 (Aumasson and Bernstein, 2012) under the secret that start() was given. Sequence
// numbers (RFC 6528), ports (RFC 6056) and cookies all come from here, each with a label of its own.

import { stack } from "./stack";

/** What a hash is for; keeps one use from telling about another. */
export namespace Label {
  export const SEQUENCE = 1;
  export const COOKIE = 2;
  export const DRAW = 3;
  export const TIMESTAMP = 4;
}

/** SipHash-2-4 of three 64-bit words under the stack's secret. */
export function keyedHash(first: u64, second: u64, third: u64): u64 {
  return hashUnder(stack.secret0, stack.secret1, first, second, third);
}

/** SipHash-2-4 of three 64-bit words under a key of 128 bits. */
export function hashUnder(k0: u64, k1: u64, first: u64, second: u64, third: u64): u64 {
  let v0 = k0 ^ 0x736f6d6570736575;
  let v1 = k1 ^ 0x646f72616e646f6d;
  let v2 = k0 ^ 0x6c7967656e657261;
  let v3 = k1 ^ 0x7465646279746573;
  for (let i = 0; i < 5; i++) {
    // Three words of two rounds, the length word, then four closing rounds behind the 0xff.
    const word: u64 = i == 0 ? first : i == 1 ? second : i == 2 ? third : i == 3 ? (<u64>24) << 56 : 0;
    if (i == 4) v2 ^= 0xff;
    v3 ^= word;
    for (let round = i == 4 ? 4 : 2; round > 0; round--) {
      v0 += v1;
      v1 = rotl(v1, 13) ^ v0;
      v0 = rotl(v0, 32);
      v2 += v3;
      v3 = rotl(v3, 16) ^ v2;
      v0 += v3;
      v3 = rotl(v3, 21) ^ v0;
      v2 += v1;
      v1 = rotl(v1, 17) ^ v2;
      v2 = rotl(v2, 32);
    }
    v0 ^= word;
  }
  return v0 ^ v1 ^ v2 ^ v3;
}

/** A number that nobody without the secret can foretell. */
export function random(): u64 {
  stack.draws += 1;
  return keyedHash(stack.draws, 0, Label.DRAW);
}
