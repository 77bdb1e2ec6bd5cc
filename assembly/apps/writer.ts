// Writes an answer into a connection's send ring, in pieces. A piece is written whole or not at all, so it is composed
// twice: first measured, then, once the ring has room for all of it, written. What it tells of cannot change between
// the two, since nothing else runs in the meantime; and no buffer is needed.
//
// Texts reach text() as numbers (tools/octets-transform.mjs): they lie in the code and take no memory.

import { InfoAt } from "../numbers";
import { SEND_RING } from "../sizes";
import { send, sendAt, sendRoom } from "../tcp/user-calls/send";
import { info } from "../tcp/user-calls/info";

//   0 handle i32 | 4 at usize | 8 room u32 | 12 length u32 | 16 count u32 | 20 isSpaced u32
@unmanaged
class Writer {
  /** The connection; 0 while octets are only counted. */
  handle: i32;
  /** Where the ring goes on, octets that fit there before it wraps, and how many of them are written. */
  at: usize;
  room: u32;
  length: u32;
  /** Octets of the piece so far. */
  count: u32;
  /** Whether term() writes words for people, or names for programs. */
  isSpaced: u32;
}

const writer: Writer = changetype<Writer>(memory.data(offsetof<Writer>(), 8));

/** From here on octets are counted, and go nowhere. */
export function measure(): void {
  writer.handle = 0;
  writer.count = 0;
}

/** Octets since measure(). */
export function measured(): u32 {
  return writer.count;
}

/** From here on octets go into the send ring of `handle`, which has room for them. */
export function begin(handle: i32): void {
  writer.handle = handle;
  aim();
}

/** Commits what is left to commit. */
export function end(): void {
  if (writer.length != 0) send(writer.handle, writer.length, 0);
  writer.handle = 0;
}

/** Octets that fit into the send ring, wrap or no wrap; negative: the fault that ended the connection. */
export function ringRoom(handle: i32): i32 {
  const room = sendRoom(handle);
  if (room < 0) return room;
  const at = info(handle);
  if (at < 0) return at;
  return SEND_RING - <i32>(load<u32>(<usize>at + InfoAt.SND_END) - load<u32>(<usize>at + InfoAt.SND_UNA));
}

function aim(): void {
  const room = sendRoom(writer.handle);
  assert(room > 0);
  writer.room = <u32>room;
  writer.at = <usize>sendAt(writer.handle);
  writer.length = 0;
}

// The ring wraps here: what stands before the wrap is committed, and the rest goes to its beginning.
function wrap(): void {
  send(writer.handle, writer.length, 0);
  aim();
}

export function put(octet: u32): void {
  writer.count += 1;
  if (writer.handle == 0) return;
  if (writer.length == writer.room) wrap();
  store<u8>(writer.at + writer.length, octet);
  writer.length += 1;
}

/** Up to eight octets of text, the first in the lowest place. In a program: text("any length"). */
export function text(octets: u64): void {
  for (let rest = octets; rest != 0; rest >>= 8) put((<u32>rest) & 0xff);
}

/** Octets that lie in memory. */
export function copy(from: usize, length: u32): void {
  writer.count += length;
  if (writer.handle == 0) return;
  let copied: u32 = 0;
  while (copied < length) {
    if (writer.length == writer.room) wrap();
    const part = min(length - copied, writer.room - writer.length);
    memory.copy(writer.at + writer.length, from + copied, part);
    writer.length += part;
    copied += part;
  }
}

/** How term() writes from here on. */
export function setSpaced(isSpaced: bool): void {
  writer.isSpaced = isSpaced;
}

/** A name of up to 24 octets, inCamelCase or with-hyphens: as it stands for programs, as words for people. */
export function term(octets0: u64, octets1: u64 = 0, octets2: u64 = 0): void {
  letters(octets0);
  letters(octets1);
  letters(octets2);
}

function letters(octets: u64): void {
  for (let rest = octets; rest != 0; rest >>= 8) {
    const octet = (<u32>rest) & 0xff;
    const isCapital = octet >= 0x41 && octet <= 0x5a;
    if (!writer.isSpaced) put(octet);
    else if (octet == 0x2d) put(0x20);
    else {
      if (isCapital) put(0x20);
      put(isCapital ? octet | 0x20 : octet);
    }
  }
}

export function decimal(value: u32): void {
  let unit: u32 = 1;
  for (let rest = value / 10; rest != 0; rest /= 10) unit *= 10;
  digits(value, unit);
}

/** The decimal digits of a value from the place of `unit`, a power of ten, down: with leading zeros. */
export function digits(value: u32, unit: u32): void {
  for (let place = unit; place != 0; place /= 10) put(0x30 + ((value / place) % 10));
}

export function hexadecimal(value: u32): void {
  let shift = value == 0 ? 0 : (31 - clz(value)) & ~3;
  for (; shift >= 0; shift -= 4) {
    const digit = (value >> shift) & 15;
    put(digit < 10 ? 0x30 + digit : 0x57 + digit);
  }
}

/** An IPv4 address in dotted notation. */
export function address(value: u32): void {
  decimal(value >> 24);
  put(0x2e);
  decimal((value >> 16) & 0xff);
  put(0x2e);
  decimal((value >> 8) & 0xff);
  put(0x2e);
  decimal(value & 0xff);
}

/** The octets up to the first zero, at most `limit`, without what would need escaping in HTML or JSON. */
export function plain(at: usize, limit: u32): void {
  for (let i: u32 = 0; i < limit; i++) {
    const octet: u32 = load<u8>(at + i);
    if (octet == 0) return;
    const isPlain = octet >= 0x20 && octet < 0x7f && octet != 0x22 && octet != 0x26 && octet != 0x3c && octet != 0x5c;
    if (isPlain) put(octet);
  }
}
