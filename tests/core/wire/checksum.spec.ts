// RFC 1071: the Internet checksum, against the RFC's example and against its definition followed octet by octet.

import { copyAndSum, finish, fold, pseudoHeader, sum, swapped } from "../../../assembly/wire/checksum";

const TEXT: usize = memory.data(70000, 16);
const COPY: usize = memory.data(70000, 16);

/** The definition: 16-bit words in network order, the carry brought round after each, a missing last octet zero. */
function naive(at: usize, octets: i32, start: u32): u32 {
  let total: u32 = start;
  for (let i = 0; i < octets; i += 2) {
    const high: u32 = load<u8>(at + i);
    const low: u32 = i + 1 < octets ? load<u8>(at + i + 1) : 0;
    total += (high << 8) | low;
    if (total > 0xffff) total = (total & 0xffff) + 1;
  }
  return total;
}

/** A folded sum as the RFC writes it, the network's first octet high. */
function inNetworkOrder(total: u64): u32 {
  return bswap<u16>(<u16>fold(total));
}

function fill(octets: i32, seed: u32): void {
  let state = seed;
  for (let i = 0; i < octets; i++) {
    state = state * 1664525 + 1013904223;
    store<u8>(TEXT + i, <u8>(state >> 24));
  }
}

/** Zero has two spellings in one's complement, and both mean the same to a receiver. */
function same(a: u32, b: u32): bool {
  return a == b || (a == 0 && b == 0xffff) || (a == 0xffff && b == 0);
}

function putExample(): void {
  store<u64>(TEXT, bswap<u64>(0x0001f203f4f5f6f7));
}

describe("RFC 1071, 3: the numerical example", () => {
  test("the octets 00 01 f2 03 f4 f5 f6 f7 add up to ddf2", () => {
    putExample();
    expect(inNetworkOrder(sum(TEXT, 8, 0))).toBe(0xddf2);
  });

  test("their checksum is the one's complement, 220d", () => {
    putExample();
    expect(<u32>bswap<u16>(finish(sum(TEXT, 8, 0)))).toBe(0x220d);
  });

  test("a sum over text and its own checksum is all ones", () => {
    putExample();
    store<u16>(TEXT + 8, finish(sum(TEXT, 8, 0)));
    expect(fold(sum(TEXT, 10, 0))).toBe(0xffff);
  });

  test("two groups added apart, the second from an odd offset, come to the same as one", () => {
    putExample();
    const apart = <u64>fold(sum(TEXT, 3, 0)) + swapped(sum(TEXT + 3, 5, 0));
    expect(inNetworkOrder(apart)).toBe(0xddf2);
  });
});

describe("RFC 1071, 1: the sum of any stretch", () => {
  test("every length up to 70 octets at every alignment equals the definition", () => {
    fill(128, 9293);
    let wrong = 0;
    for (let offset = 0; offset < 16; offset++) {
      for (let octets = 0; octets <= 70; octets++) {
        if (!same(inNetworkOrder(sum(TEXT + offset, octets, 0)), naive(TEXT + offset, octets, 0))) wrong += 1;
      }
    }
    expect(wrong).toBe(0);
  });

  test("long stretches of random text equal the definition", () => {
    fill(65535, 1071);
    const lengths = [536, 1459, 1460, 1499, 1500, 16384, 65534, 65535];
    for (let i = 0; i < lengths.length; i++) {
      expect(inNetworkOrder(sum(TEXT, lengths[i], 0))).toBe(naive(TEXT, lengths[i], 0));
    }
  });

  test("65535 octets of ff, the most carries there can be, do not overflow", () => {
    memory.fill(TEXT, 0xff, 65535);
    expect(inNetworkOrder(sum(TEXT, 65534, 0))).toBe(0xffff);
    expect(inNetworkOrder(sum(TEXT, 65535, 0))).toBe(naive(TEXT, 65535, 0));
  });

  test("what was summed before is added", () => {
    fill(64, 7);
    const start = <u64>0xffffffffff;
    expect(inNetworkOrder(sum(TEXT, 63, start))).toBe(naive(TEXT, 63, inNetworkOrder(start)));
  });

  test("an octet that changes changes the sum", () => {
    fill(1460, 3);
    const before = fold(sum(TEXT, 1460, 0));
    let unnoticed = 0;
    for (let i = 0; i < 1460; i++) {
      store<u8>(TEXT + i, load<u8>(TEXT + i) ^ 0x10);
      if (fold(sum(TEXT, 1460, 0)) == before) unnoticed += 1;
      store<u8>(TEXT + i, load<u8>(TEXT + i) ^ 0x10);
    }
    expect(unnoticed).toBe(0);
  });
});

describe("copying and summing in one pass", () => {
  test("the copy is exact, the sum is that of the text, and nothing beside the copy is touched", () => {
    fill(200, 4);
    let wrong = 0;
    for (let offset = 0; offset < 4; offset++) {
      for (let octets = 0; octets <= 70; octets++) {
        memory.fill(COPY, 0xaa, 100);
        const total = copyAndSum(COPY + 8, TEXT + offset, octets, 5);
        if (fold(total) != fold(sum(TEXT + offset, octets, 5))) wrong += 1;
        if (memory.compare(COPY + 8, TEXT + offset, octets) != 0) wrong += 1;
        if (load<u8>(COPY + 7) != 0xaa || load<u8>(COPY + 8 + octets) != 0xaa) wrong += 1;
      }
    }
    expect(wrong).toBe(0);
  });
});

describe("9293, 3.1: the pseudo-header", () => {
  test("it is both addresses, a zero, the protocol and the length of header and text", () => {
    store<u64>(TEXT, bswap<u64>(0xc0a80702c0a80701));
    store<u32>(TEXT + 8, bswap<u32>((6 << 16) | 1480));
    expect(inNetworkOrder(pseudoHeader(0xc0a80702, 0xc0a80701, 6, 1480))).toBe(naive(TEXT, 12, 0));
  });
});
