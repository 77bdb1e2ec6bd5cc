// RFC 1055: SLIP, in both directions, cut at any octet.

import { MTU, SERIAL_CHUNK } from "../../../assembly/sizes";
import { MEMORY, SEND_RINGS, RX, SERIAL_RX, SERIAL_TX, TX } from "../../../assembly/memory-map";
import { Counter } from "../../../assembly/numbers";
import { counter } from "../../../assembly/counters";
import { stack } from "../../../assembly/stack";
import { beginFrame, completeFrame, decode, encode, isLeaving } from "../../../assembly/wire/slip";

const END: u8 = 0xc0;
const ESC: u8 = 0xdb;
const ESC_END: u8 = 0xdc;
const ESC_ESC: u8 = 0xdd;

const FRAMES: usize = memory.data(16384);
const FRAME: usize = memory.data(4096);

function reset(): void {
  memory.fill(MEMORY, 0, SEND_RINGS - MEMORY);
}

/** Hands in octets in pieces of `piece`; answers how many frames came out, the last of them left at FRAME. */
function feed(octets: StaticArray<u8>, piece: i32): i32 {
  let frames = 0;
  for (let from = 0; from < octets.length; from += piece) {
    const length = min(piece, octets.length - from);
    memory.copy(SERIAL_RX, changetype<usize>(octets) + from, length);
    for (let taken = 0; taken < length;) {
      taken = decode(taken, length);
      if (load<u8>(SERIAL_RX + taken - 1) != END || stack.slipOctets == 0) continue;
      const frame = completeFrame();
      frames += 1;
      memory.copy(FRAME, RX, frame);
    }
  }
  return frames;
}

/** The octets of a frame's encoding, at FRAMES: how many. */
function encoded(octets: i32): i32 {
  memory.copy(TX, FRAME, octets);
  beginFrame(octets);
  let at = 0;
  while (isLeaving()) {
    const length = encode();
    if (length == 0 || length > SERIAL_CHUNK) return -1;
    memory.copy(FRAMES + at, SERIAL_TX, length);
    at += length;
  }
  return at;
}

describe("RFC 1055: octets to frames", () => {
  beforeEach(reset);

  test("a frame is what lies between two ENDs", () => {
    expect(feed([END, 0x45, 1, 2, END], 5)).toBe(1);
    expect(load<u8>(FRAME)).toBe(0x45);
    expect(load<u8>(FRAME, 2)).toBe(2);
    expect(counter(Counter.SLIP_FRAMES_IN)).toBe(1);
  });

  test("ESC ESC_END stands for END and ESC ESC_ESC for ESC", () => {
    expect(feed([0x45, ESC, ESC_END, ESC, ESC_ESC, 9, END], 64)).toBe(1);
    expect(load<u32>(FRAME)).toBe((0x09dbc045 & 0x00ffffff) | (9 << 24));
  });

  test("an escape cut in two by the end of a read is still one escape", () => {
    expect(feed([0x45, ESC, ESC_END, ESC, ESC_ESC, END], 1)).toBe(1);
    expect(load<u8>(FRAME, 1)).toBe(END);
    expect(load<u8>(FRAME, 2)).toBe(ESC);
  });

  test("a frame and the octets behind its END are taken one at a time", () => {
    const two: StaticArray<u8> = [0x45, 1, END, 0x46, END];
    memory.copy(SERIAL_RX, changetype<usize>(two), 5);
    expect(decode(0, 5)).toBe(3);
    expect(completeFrame()).toBe(2);
    expect(decode(3, 5)).toBe(5);
    expect(completeFrame()).toBe(1);
  });

  test("a bad escape loses its frame, is counted, and the next frame arrives", () => {
    expect(feed([0x45, ESC, 7, 8, END, 0x47, END], 64)).toBe(1);
    expect(load<u8>(FRAME)).toBe(0x47);
    expect(counter(Counter.SLIP_BAD_ESCAPE)).toBe(1);
    expect(counter(Counter.SLIP_FRAMES_IN)).toBe(1);
  });

  test("an END behind an ESC loses the frame, and the next frame arrives", () => {
    expect(feed([0x45, ESC, END, 0x47, END], 64)).toBe(1);
    expect(load<u8>(FRAME)).toBe(0x47);
    expect(counter(Counter.SLIP_BAD_ESCAPE)).toBe(1);
  });

  test("a frame that begins with 0x0A is log text: passed over and counted", () => {
    expect(feed([0x0a, 0x48, 0x69, END, 0x45, 0x0a, END], 64)).toBe(1);
    expect(load<u16>(FRAME)).toBe(0x0a45);
    expect(counter(Counter.SLIP_LOG_FRAMES)).toBe(1);
  });

  test("a frame of the MTU is taken, one octet more is not and is counted once", () => {
    const octets = new StaticArray<u8>(MTU + 1);
    octets.fill(0x45);
    octets[MTU] = END;
    expect(feed(octets, 64)).toBe(1);
    const over = new StaticArray<u8>(3 * MTU);
    over.fill(0x45);
    over[3 * MTU - 1] = END;
    const canary = load<u64>(RX + MTU);
    expect(feed(over, 64)).toBe(0);
    expect(load<u64>(RX + MTU)).toBe(canary);
    expect(counter(Counter.SLIP_OVERSIZE)).toBe(1);
    expect(feed([0x45, END], 64)).toBe(1);
  });
});

describe("RFC 1055: frames to octets", () => {
  beforeEach(reset);

  test("END stands before and behind, and END and ESC within are escaped", () => {
    store<u32>(FRAME, 0x45 | ((<u32>END) << 8) | ((<u32>ESC) << 16) | (1 << 24));
    expect(encoded(4)).toBe(8);
    expect(load<u64>(FRAMES)).toBe(0xc001dddbdcdb45c0);
    expect(counter(Counter.SLIP_FRAMES_OUT)).toBe(1);
  });

  test("frames of every kind of octet and every length come back as they were", () => {
    let wrong = 0;
    for (let octets = 1; octets <= MTU; octets += octets < 300 ? 1 : 97) {
      reset();
      for (let i = 0; i < octets; i++) store<u8>(FRAME + i, <u8>(i == 0 ? 0x45 : i * 37 + octets));
      const length = encoded(octets);
      const stream = new StaticArray<u8>(length);
      memory.copy(changetype<usize>(stream), FRAMES, length);
      if (feed(stream, 61) != 1 || memory.compare(FRAME, TX, octets) != 0) wrong += 1;
    }
    expect(wrong).toBe(0);
  });

  test("a datagram that is all escapes leaves in full chunks and comes back", () => {
    memory.fill(FRAME, END, MTU);
    store<u8>(FRAME, 0x45);
    const length = encoded(MTU);
    expect(length).toBe(2 * MTU + 1);
    const stream = new StaticArray<u8>(length);
    memory.copy(changetype<usize>(stream), FRAMES, length);
    expect(feed(stream, 200)).toBe(1);
    expect(memory.compare(FRAME, TX, MTU)).toBe(0);
  });
});
