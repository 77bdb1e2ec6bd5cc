// The stretches present beyond an edge, against a map that remembers each octet apart.

import { addRange, dropBefore, leftOf, octetsFrom, rangeOf, rightOf } from "../../../assembly/storage/reassembly";

const MOST: u32 = 4;
const RANGES: usize = memory.data(8 * 5, 8);
const CANARY: u64 = 0x5a5a5a5a5a5a5a5a;
const SPAN: u32 = 96;
const PRESENT: usize = memory.data(96);

function text(length: u32): string {
  let out = "";
  for (let i: u32 = 0; i < length; i++) out += `${leftOf(RANGES, i)}-${rightOf(RANGES, i)} `;
  return out.trimEnd();
}

function add(length: u32, left: u32, right: u32): u32 {
  const answer = addRange(RANGES, length, MOST, left, right);
  return answer < 0 ? length : answer;
}

function three(): u32 {
  return add(add(add(0, 30, 40), 10, 20), 50, 60);
}

describe("the stretches present", () => {
  test("they are kept in order", () => {
    expect(text(three())).toBe("10-20 30-40 50-60");
  });

  test("one that touches another on either side becomes one with it", () => {
    expect(text(add(three(), 20, 22))).toBe("10-22 30-40 50-60");
    expect(text(add(three(), 28, 30))).toBe("10-20 28-40 50-60");
  });

  test("one that fills a gap joins both neighbours", () => {
    expect(text(add(three(), 20, 30))).toBe("10-40 50-60");
    expect(text(add(three(), 15, 55))).toBe("10-60");
    expect(text(add(three(), 5, 70))).toBe("5-70");
  });

  test("one that lies within another changes nothing", () => {
    expect(text(add(three(), 32, 38))).toBe("10-20 30-40 50-60");
    expect(text(add(three(), 30, 40))).toBe("10-20 30-40 50-60");
  });

  test("one too many is refused and changes nothing, yet one that touches still fits", () => {
    const full = add(three(), 70, 80);
    expect(text(full)).toBe("10-20 30-40 50-60 70-80");
    expect(addRange(RANGES, full, MOST, 90, 95)).toBe(-1);
    expect(addRange(RANGES, full, MOST, 0, 5)).toBe(-1);
    expect(addRange(RANGES, full, MOST, 22, 25)).toBe(-1);
    expect(text(full)).toBe("10-20 30-40 50-60 70-80");
    expect(text(add(full, 80, 90))).toBe("10-20 30-40 50-60 70-90");
  });

  test("they hold across the wrap of the sequence space", () => {
    let length = add(0, 0xfffffff0, 0xfffffff8);
    length = add(length, 4, 8);
    expect(text(length)).toBe("4294967280-4294967288 4-8");
    expect(octetsFrom(RANGES, length, 0xfffffff0)).toBe(12);
    expect(octetsFrom(RANGES, length, 0xfffffff4)).toBe(8);
    expect(rangeOf(RANGES, length, 4)).toBe(1);
    length = add(length, 0xfffffff8, 4);
    expect(text(length)).toBe("4294967280-8");
    expect(rangeOf(RANGES, length, 0)).toBe(0);
    expect(text(dropBefore(RANGES, length, 2))).toBe("2-8");
  });

  test("what lies before the edge is forgotten, and a stretch across it is cut", () => {
    expect(text(dropBefore(RANGES, three(), 10))).toBe("10-20 30-40 50-60");
    expect(text(dropBefore(RANGES, three(), 20))).toBe("30-40 50-60");
    expect(text(dropBefore(RANGES, three(), 35))).toBe("35-40 50-60");
    expect(text(dropBefore(RANGES, three(), 45))).toBe("50-60");
    expect(dropBefore(RANGES, three(), 60)).toBe(0);
    expect(dropBefore(RANGES, three(), 61)).toBe(0);
  });

  test("the stretch that holds a number is found, its right edge being outside", () => {
    const length = three();
    expect(rangeOf(RANGES, length, 9)).toBe(-1);
    expect(rangeOf(RANGES, length, 10)).toBe(0);
    expect(rangeOf(RANGES, length, 19)).toBe(0);
    expect(rangeOf(RANGES, length, 20)).toBe(-1);
    expect(rangeOf(RANGES, length, 50)).toBe(2);
    expect(rangeOf(RANGES, length, 60)).toBe(-1);
  });

  test("octets are counted from an edge on", () => {
    const length = three();
    expect(octetsFrom(RANGES, length, 0)).toBe(30);
    expect(octetsFrom(RANGES, length, 15)).toBe(25);
    expect(octetsFrom(RANGES, length, 20)).toBe(20);
    expect(octetsFrom(RANGES, length, 60)).toBe(0);
  });
});

/** Whether the ranges say of every number what the map says, lie apart and in order, and the canary lives. */
function agrees(length: u32, base: u32): bool {
  let octets: u32 = 0;
  for (let i: u32 = 0; i < SPAN; i++) {
    const present: u32 = load<u8>(PRESENT + i);
    octets += present;
    if (rangeOf(RANGES, length, base + i) >= 0 != (present != 0)) return false;
  }
  for (let i: u32 = 1; i < length; i++) {
    if (leftOf(RANGES, i) - base <= rightOf(RANGES, i - 1) - base) return false;
  }
  return octetsFrom(RANGES, length, base) == octets && load<u64>(RANGES + 8 * MOST) == CANARY;
}

/** A run of random arrivals around the wrap; false as soon as the ranges and the map differ. */
function run(seed: u32): bool {
  const base: u32 = 0 - SPAN / 2;
  let state = seed;
  let length: u32 = 0;
  memory.fill(PRESENT, 0, SPAN);
  store<u64>(RANGES + 8 * MOST, CANARY);
  for (let step = 0; step < 60; step++) {
    state = state * 1664525 + 1013904223;
    const left = (state >> 24) % SPAN;
    const right = left + 1 + ((state >> 16) & 15);
    const last = right < SPAN ? right : SPAN;
    if ((state >> 12) % 7 == 0) {
      length = dropBefore(RANGES, length, base + left);
      memory.fill(PRESENT, 0, left);
    } else {
      const answer = addRange(RANGES, length, MOST, base + left, base + last);
      if (answer >= 0) {
        memory.fill(PRESENT + left, 1, last - left);
        length = answer;
      }
    }
    if (!agrees(length, base)) return false;
  }
  return true;
}

test("five hundred random runs agree with a map of single octets", () => {
  for (let seed: u32 = 1; seed <= 500; seed++) {
    if (!run(seed)) expect(<i32>seed).toBe(0, "the seed whose run differs");
  }
});
