// A peer of handcrafted segments: it writes what a remote TCP would send straight into the stack's buffer and reads what
// the stack answers. It is small on purpose, since its own work is part of every nanosecond that is measured: the header's
// words are kept in globals and summed as they are stored, and the sum of the text, which never changes, is known before.

export namespace Flag {
  export const FIN: u32 = 1;
  export const SYN: u32 = 2;
  export const RST: u32 = 4;
  export const PSH: u32 = 8;
  export const ACK: u32 = 16;
}

/** 192.168.7.1 and .2 as they lie in a header. */
const PEER: u32 = 0x0107a8c0;
const STACK: u32 = 0x0207a8c0;

/** The first word of a header, without its length; TTL 64 and the protocol; a window of 32768; MSS 1460. */
const VERSION: u32 = 0x00000045;
const PROTOCOL: u32 = 0x00000640;
const WINDOW: u32 = 0x0080;
const MAXIMUM: u32 = 0xb4050402;
const HEADERS = 40;

let rx: usize = 0;
let tx: usize = 0;
let peerPort: u32 = 0;
let stackPort: u32 = 0;
let sequence: u32 = 0; // the next octet that the peer sends
let acknowledged: u32 = 0; // the next octet that it expects
let text: u32 = 0;
let textSum: u64 = 0;
let damage: u32 = 0;
let isStrict = false;

/** Where the stack takes datagrams and where it leaves them. */
export function meet(rxAt: usize, txAt: usize): void {
  rx = rxAt;
  tx = txAt;
  text = 0;
  damage = 0;
}

/** From now on every checksum of an answer is verified, or not. */
export function strict(is: bool): void {
  isStrict = is;
}

/** From now on the checksum of every segment is wrong, for a test that wants to see it noticed. */
export function spoil(is: bool): void {
  damage = is ? 1 : 0;
}

/** The other end of a connection that has been opened: see `turn`. */
export function introduce(port: u32, destination: u32, first: u32): void {
  peerPort = port;
  stackPort = destination;
  sequence = first;
}

export function nextSequence(): u32 {
  return sequence;
}

export function expected(): u32 {
  return acknowledged;
}

/** Back to a connection that this peer has had before. A SYN's option has lain where the text begins. */
export function turn(port: u32, destination: u32, next: u32, ack: u32): void {
  introduce(port, destination, next);
  for (let i: u32 = 0; i < min<u32>(text, 4); i++) layOctet(i);
  acknowledged = ack;
}

/** Lays `octets` octets of text where a segment's text lies. It stays: only the header is written anew. */
export function layText(octets: u32): void {
  for (let i: u32 = 0; i < octets; i++) layOctet(i);
  text = octets;
  textSum = sum(rx + HEADERS, octets);
}

/** Writes a segment with the text that has been laid, and answers its length. */
export function textSegment(): i32 {
  const length = write(Flag.ACK | Flag.PSH, 5, text, textSum, 0);
  sequence += text;
  return length;
}

/** Writes a segment without text. */
export function segment(flags: u32): i32 {
  if (flags & Flag.SYN) {
    store<u32>(rx, MAXIMUM, HEADERS);
    const length = write(flags, 6, 0, MAXIMUM, 4);
    sequence += 1;
    return length;
  }
  const length = write(flags, 5, 0, 0, 0);
  if (flags & Flag.FIN) sequence += 1;
  return length;
}

// @ts-ignore: decorator
@inline function layOctet(i: u32): void {
  store<u8>(rx + HEADERS + i, <u8>(i * 7 + 1));
}

function write(flags: u32, words: u32, octets: u32, more: u64, options: u32): i32 {
  const length = HEADERS + options + octets;
  const first = VERSION | (swap(length) << 16);
  store<u32>(rx, first);
  store<u32>(rx, 0, 4);
  const head = <u64>first + PROTOCOL + PEER + STACK;
  store<u32>(rx, PROTOCOL | ((<u32>~fold(head)) << 16), 8);
  store<u32>(rx, PEER, 12);
  store<u32>(rx, STACK, 16);
  const ports = swap(peerPort) | (swap(stackPort) << 16);
  const next = bswap<u32>(sequence);
  const ack = flags & Flag.ACK ? bswap<u32>(acknowledged) : 0;
  const control = (words << 4) | (flags << 8) | (WINDOW << 16);
  const pseudo = <u64>PEER + STACK + 0x0600 + swap(length - 20);
  const total = pseudo + ports + next + ack + control + more;
  store<u32>(rx, ports, 20);
  store<u32>(rx, next, 24);
  store<u32>(rx, ack, 28);
  store<u32>(rx, control, 32);
  store<u32>(rx, ((<u32>~fold(total)) & 0xffff) ^ damage, 36);
  return length;
}

/** Reads an answer: it must have these flags, PSH aside, this much text, and acknowledge all that the peer has sent. */
export function expect(length: i32, flags: u32, octets: u32): void {
  if (length < HEADERS) unreachable();
  const header = (<u32>(load<u8>(tx, 32) >> 4)) << 2;
  const got = (<u32>load<u8>(tx, 33)) & 63;
  if ((got & ~Flag.PSH) !== flags || <u32>length - 20 - header !== octets) unreachable();
  if (flags & Flag.ACK && bswap<u32>(load<u32>(tx, 28)) !== sequence) unreachable();
  acknowledged = bswap<u32>(load<u32>(tx, 24)) + octets + (flags & (Flag.SYN | Flag.FIN) ? 1 : 0);
  if (isStrict) verify(length);
}

/** An ACK of all that has been sent, as far as `expect` looks. */
export function answerItself(): void {
  store<u16>(tx, 0x1050, 32);
  store<u32>(tx, bswap<u32>(sequence), 28);
}

/** Both checksums of an answer, and its ports. */
function verify(length: i32): void {
  if (fold(sum(tx, 20)) !== 0xffff) unreachable();
  const pseudo = <u64>PEER + STACK + 0x0600 + swap(length - 20);
  if (fold(pseudo + sum(tx + 20, length - 20)) !== 0xffff) unreachable();
  if (load<u32>(tx, 20) !== (swap(stackPort) | (swap(peerPort) << 16))) unreachable();
}

function sum(at: usize, octets: u32): u64 {
  let total: u64 = 0;
  let i: u32 = 0;
  for (; i + 4 <= octets; i += 4) total += load<u32>(at + i);
  for (; i < octets; i++) total += (<u64>load<u8>(at + i)) << ((i & 1) << 3);
  return total;
}

// @ts-ignore: decorator
@inline function fold(total: u64): u32 {
  let folded = <u32>total + <u32>(total >> 32);
  if (folded < <u32>total) folded += 1;
  folded = (folded & 0xffff) + (folded >> 16);
  return (folded & 0xffff) + (folded >> 16);
}

// @ts-ignore: decorator
@inline function swap(value: u32): u32 {
  return ((value & 0xff) << 8) | ((value >> 8) & 0xff);
}
