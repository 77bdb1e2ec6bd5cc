// RFC 9293 section 3.2, RFC 7323 and RFC 2018: the options of a segment, read safely whatever they hold.

import { NO_SCALE, Present, options, readOptions } from "../../../assembly/wire/tcp-options";
import {
  writeMss,
  writeSackBlock,
  writeSackHead,
  writeSackPermitted,
  writeScale,
  writeTimestamps,
} from "../../../assembly/wire/tcp-options";

const AT: usize = memory.data(64, 4);

function read(octets: StaticArray<u8>): void {
  memory.copy(AT, changetype<usize>(octets), octets.length);
  memory.fill(AT + octets.length, 0x02, 64 - octets.length); // what lies behind the header looks like an MSS option
  readOptions(AT, AT + octets.length);
}

function nothing(): bool {
  return options.mss == 0 && options.scale == NO_SCALE && options.present == 0 && options.sackBlocks == 0;
}

describe("3.2: options read", () => {
  test("no options are no options", () => {
    read([]);
    expect(nothing()).toBe(true);
  });

  test("(MUST-5) the maximum segment size is taken", () => {
    read([2, 4, 5, 180]);
    expect(<u32>options.mss).toBe(1460);
  });

  test("(MUST-64) an option may begin at any octet", () => {
    for (let nops = 0; nops < 5; nops++) {
      const octets = new StaticArray<u8>(nops + 4);
      octets.fill(1);
      octets[nops] = 2;
      octets[nops + 1] = 4;
      octets[nops + 2] = 2;
      octets[nops + 3] = 24;
      read(octets);
      expect(<u32>options.mss).toBe(536);
    }
  });

  test("(MUST-6) an unknown option is passed over by its length", () => {
    read([254, 6, 2, 4, 9, 9, 2, 4, 2, 24]);
    expect(<u32>options.mss).toBe(536);
    read([30, 2, 2, 4, 2, 24]);
    expect(<u32>options.mss).toBe(536);
  });

  test("(MUST-7) a length below two ends the reading without a loop", () => {
    read([254, 0, 2, 4, 2, 24]);
    expect(nothing()).toBe(true);
    read([254, 1, 2, 4, 2, 24]);
    expect(nothing()).toBe(true);
    read([2, 0, 2, 4, 2, 24]);
    expect(nothing()).toBe(true);
  });

  test("(MUST-7) a length beyond the header ends the reading, and nothing behind the header is read", () => {
    read([2, 4, 5]);
    expect(nothing()).toBe(true);
    read([2]);
    expect(nothing()).toBe(true);
    read([1, 1, 1, 8, 10]);
    expect(nothing()).toBe(true);
    read([254, 40, 2, 4, 2, 24]);
    expect(nothing()).toBe(true);
    read([254, 255]);
    expect(nothing()).toBe(true);
  });

  test("what stood before an illegal length counts", () => {
    read([2, 4, 2, 24, 254, 0, 3, 3, 7]);
    expect(<u32>options.mss).toBe(536);
    expect(<i32>options.scale).toBe(NO_SCALE);
  });

  test("(MUST-69) behind End-of-Option-List nothing is read", () => {
    read([0, 2, 4, 2, 24]);
    expect(nothing()).toBe(true);
    read([3, 3, 7, 0, 2, 4, 2, 24]);
    expect(<i32>options.scale).toBe(7);
    expect(<u32>options.mss).toBe(0);
  });

  test("a known option of a wrong length is passed over", () => {
    read([2, 3, 5, 3, 3, 2]);
    expect(<u32>options.mss).toBe(0);
    expect(<i32>options.scale).toBe(2);
    read([2, 5, 5, 1, 1, 3, 3, 2]);
    expect(<u32>options.mss).toBe(0);
    expect(<i32>options.scale).toBe(2);
    read([3, 4, 7, 7, 4, 3, 0, 8, 9, 0, 0, 0, 0, 0, 0, 0, 5, 9, 0, 0, 0, 0, 0, 0, 0]);
    expect(nothing()).toBe(true);
    read([5, 2, 2, 4, 2, 24]);
    expect(options.sackBlocks).toBe(0);
    expect(<u32>options.mss).toBe(536);
  });

  test("what one segment said is forgotten with the next", () => {
    read([2, 4, 5, 180, 4, 2, 3, 3, 7, 5, 10, 0, 0, 0, 1, 0, 0, 0, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2]);
    expect(nothing()).toBe(false);
    read([]);
    expect(nothing()).toBe(true);
  });
});

describe("7323 and 2018: options read", () => {
  test("2.3: a shift is taken, and one above 14 as 14", () => {
    read([3, 3, 0]);
    expect(<i32>options.scale).toBe(0);
    read([3, 3, 14]);
    expect(<i32>options.scale).toBe(14);
    read([3, 3, 15]);
    expect(<i32>options.scale).toBe(14);
    read([3, 3, 255]);
    expect(<i32>options.scale).toBe(14);
  });

  test("3.2: timestamps are taken, aligned as everyone writes them and not", () => {
    read([1, 1, 8, 10, 0x01, 0x02, 0x03, 0x04, 0xf5, 0x06, 0x07, 0x08]);
    expect(<u32>options.present).toBe(Present.TIMESTAMPS);
    expect(options.timestamp).toBe(0x01020304);
    expect(options.echo).toBe(0xf5060708);
    read([8, 10, 0xf1, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x09, 4, 2]);
    expect(<u32>options.present).toBe(Present.TIMESTAMPS | Present.SACK_PERMITTED);
    expect(options.timestamp).toBe(0xf1020304);
    expect(options.echo).toBe(0x05060709);
  });

  test("2018, 3: SACK blocks are found and counted", () => {
    read([1, 1, 5, 18, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4]);
    expect(options.sackBlocks).toBe(2);
    expect(options.sackAt).toBe(AT + 4);
  });

  test("2018, 3: a SACK option that ends within a block is passed over", () => {
    read([5, 9, 0, 0, 0, 1, 0, 0, 0, 2, 4, 2, 1, 4, 2]);
    expect(options.sackBlocks).toBe(0);
  });
});

describe("options written", () => {
  test("each is as its RFC draws it and keeps to a 32-bit border", () => {
    expect(writeMss(AT, 1460) - AT).toBe(4);
    expect(load<u32>(AT)).toBe(bswap<u32>(0x020405b4));
    expect(writeScale(AT, 7) - AT).toBe(4);
    expect(load<u32>(AT)).toBe(bswap<u32>(0x01030307));
    expect(writeSackPermitted(AT) - AT).toBe(4);
    expect(load<u32>(AT)).toBe(bswap<u32>(0x01010402));
    expect(writeTimestamps(AT, 0x01020304, 0x05060708) - AT).toBe(12);
    expect(load<u32>(AT)).toBe(bswap<u32>(0x0101080a));
    expect(load<u64>(AT + 4)).toBe(bswap<u64>(0x0102030405060708));
    expect(writeSackHead(AT, 3) - AT).toBe(4);
    expect(load<u32>(AT)).toBe(bswap<u32>(0x0101051a));
    expect(writeSackBlock(AT, 0x01020304, 0xf5060708) - AT).toBe(8);
    expect(load<u64>(AT)).toBe(bswap<u64>(0x01020304f5060708));
  });

  test("all of them together are read as they were written", () => {
    let at = writeMss(AT, 1200);
    at = writeScale(at, 3);
    at = writeSackPermitted(at);
    at = writeTimestamps(at, 77, 88);
    at = writeSackHead(at, 1);
    at = writeSackBlock(at, 5, 6);
    readOptions(AT, at);
    expect(<u32>options.mss).toBe(1200);
    expect(<i32>options.scale).toBe(3);
    expect(<u32>options.present).toBe(Present.SACK_PERMITTED | Present.TIMESTAMPS);
    expect(options.timestamp).toBe(77);
    expect(options.echo).toBe(88);
    expect(options.sackBlocks).toBe(1);
  });
});
