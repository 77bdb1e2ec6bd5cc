// The octet ring: an octet with sequence number s lies at s modulo the ring's size.

import { putText, straight, takeAndSum } from "../../../assembly/storage/ring";
import { fold, sum } from "../../../assembly/wire/checksum";

const SIZE: u32 = 64;
const GUARD: u32 = 8;
const RING: usize = memory.data(64 + 16, 16) + 8;
const TEXT: usize = memory.data(128, 16);
const OUT: usize = memory.data(128, 16);

function fillText(): void {
  for (let i = 0; i < 128; i++) store<u8>(TEXT + i, <u8>(i * 7 + 1));
}

function guardIsWhole(): bool {
  for (let i: u32 = 1; i <= GUARD; i++) {
    if (load<u8>(RING - i) != 0xee || load<u8>(RING + SIZE + i - 1) != 0xee) return false;
  }
  return true;
}

function clear(): void {
  memory.fill(RING - GUARD, 0xee, SIZE + 2 * GUARD);
}

describe("the octet ring", () => {
  test("a stretch ends where the ring does, or sooner when less is asked for", () => {
    expect(straight(0, 64, SIZE)).toBe(64);
    expect(straight(60, 64, SIZE)).toBe(4);
    expect(straight(63, 64, SIZE)).toBe(1);
    expect(straight(64, 10, SIZE)).toBe(10);
    expect(straight(60, 3, SIZE)).toBe(3);
    expect(straight(60, 4, SIZE)).toBe(4);
    expect(straight(0xfffffffe, 10, SIZE)).toBe(2);
  });

  test("each octet lies at its sequence number modulo the size, for every place and length", () => {
    fillText();
    let wrong = 0;
    for (let seq: u32 = 0xffffffc0; seq != 64; seq++) {
      for (let octets: u32 = 0; octets <= SIZE; octets++) {
        clear();
        putText(RING, SIZE, seq, TEXT, octets);
        for (let i: u32 = 0; i < octets; i++) {
          if (load<u8>(RING + ((seq + i) & (SIZE - 1))) != load<u8>(TEXT + i)) wrong += 1;
        }
        if (octets < SIZE && load<u8>(RING + ((seq + octets) & (SIZE - 1))) != 0xee) wrong += 1;
        if (!guardIsWhole()) wrong += 1;
      }
    }
    expect(wrong).toBe(0);
  });

  test("what was put in comes out, with its sum, even when an odd number of octets lies before the wrap", () => {
    fillText();
    let wrong = 0;
    for (let seq: u32 = 0xffffffc0; seq != 64; seq++) {
      for (let octets: u32 = 0; octets <= SIZE; octets++) {
        clear();
        memory.fill(OUT, 0x55, 128);
        putText(RING, SIZE, seq, TEXT, octets);
        const total = takeAndSum(RING, SIZE, seq, OUT, octets, 0x12345);
        if (memory.compare(OUT, TEXT, octets) != 0) wrong += 1;
        if (load<u8>(OUT + octets) != 0x55) wrong += 1;
        if (fold(total) != fold(sum(TEXT, octets, 0x12345))) wrong += 1;
      }
    }
    expect(wrong).toBe(0);
  });
});
