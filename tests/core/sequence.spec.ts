// RFC 9293 section 3.4: "all arithmetic dealing with sequence numbers must be performed modulo 2^32".

import { after, atOrAfter, atOrBefore, before, between, earlier, later } from "../../assembly/sequence";

const HALF: u32 = 0x80000000;

describe("3.4: sequence numbers are compared along the circle", () => {
  test("a number comes before its successor wherever on the circle it stands", () => {
    for (let step: u32 = 0; step < 64; step++) {
      const at: u32 = step * 0x04000000 - 1; // sixty-four places, the first of them at the wrap
      expect(before(at, at + 1)).toBe(true);
      expect(before(at + 1, at)).toBe(false);
      expect(after(at + 1, at)).toBe(true);
      expect(after(at, at + 1)).toBe(false);
    }
  });

  test("a number comes neither before nor after itself", () => {
    expect(before(7, 7)).toBe(false);
    expect(after(7, 7)).toBe(false);
    expect(atOrBefore(7, 7)).toBe(true);
    expect(atOrAfter(7, 7)).toBe(true);
  });

  test("the largest number comes before zero", () => {
    expect(before(u32.MAX_VALUE, 0)).toBe(true);
    expect(after(0, u32.MAX_VALUE)).toBe(true);
    expect(atOrBefore(u32.MAX_VALUE, 0)).toBe(true);
    expect(atOrAfter(0, u32.MAX_VALUE)).toBe(true);
    expect(atOrBefore(0, u32.MAX_VALUE)).toBe(false);
    expect(atOrAfter(u32.MAX_VALUE, 0)).toBe(false);
  });

  test("up to half the circle ahead is after, and beyond it is before", () => {
    expect(after(HALF - 1, 0)).toBe(true);
    expect(before(0, HALF - 1)).toBe(true);
    expect(before(HALF + 1, 0)).toBe(true);
    expect(after(0, HALF + 1)).toBe(true);
    expect(atOrAfter(HALF - 1, 0)).toBe(true);
    expect(atOrBefore(HALF + 1, 0)).toBe(true);
  });

  test("between takes both ends in and nothing beside them", () => {
    expect(between(10, 10, 20)).toBe(true);
    expect(between(10, 15, 20)).toBe(true);
    expect(between(10, 20, 20)).toBe(true);
    expect(between(10, 9, 20)).toBe(false);
    expect(between(10, 21, 20)).toBe(false);
  });

  test("between holds across the wrap", () => {
    const low: u32 = 0xfffffff0;
    expect(between(low, low, 16)).toBe(true);
    expect(between(low, 0, 16)).toBe(true);
    expect(between(low, 16, 16)).toBe(true);
    expect(between(low, 17, 16)).toBe(false);
    expect(between(low, low - 1, 16)).toBe(false);
    expect(between(low, HALF, 16)).toBe(false);
  });

  test("between an end and itself lies only that end", () => {
    expect(between(5, 5, 5)).toBe(true);
    expect(between(5, 4, 5)).toBe(false);
    expect(between(5, 6, 5)).toBe(false);
  });

  test("the later and the earlier of two are told across the wrap", () => {
    expect(later(1, 2)).toBe(2);
    expect(later(2, 1)).toBe(2);
    expect(later(0xffffffff, 3)).toBe(3);
    expect(later(3, 0xffffffff)).toBe(3);
    expect(earlier(1, 2)).toBe(1);
    expect(earlier(2, 1)).toBe(1);
    expect(earlier(0xffffffff, 3)).toBe(0xffffffff);
    expect(earlier(3, 0xffffffff)).toBe(0xffffffff);
  });
});
