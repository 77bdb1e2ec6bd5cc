// The floor: the least that any receiver and any sender can do for a segment, without a connection's state. It answers to
// the same words as a stack (stack.ts), so that the same peer drives it, and it knows one connection only: the last one
// that a segment came from.

const RX: usize = memory.data(1504, 16);
const TX: usize = memory.data(1504, 16);
const RING: usize = memory.data(1504, 16);
const HEADERS = 40;

const VERSION: u32 = 0x00000045;
const PROTOCOL: u32 = 0x00000640;
/** ACK without options, a window of 4096. */
const CONTROL: u32 = 0x00101050;
const TEXT: u32 = 0x00001800;

/** The addresses as this side sends them, and the ports of the connection that the peer takes for granted. */
const OWN: u32 = 0x0207a8c0;
const PEER: u32 = 0x0107a8c0;

let leaving: i32 = 0;
let ports: u32 = 0;
let next: u32 = 0; // what this side sends next
let received: u32 = 0; // what it expects
let consumed: u32 = 0;

export function stack_start(_now: u32): void {
  leaving = 0;
  consumed = 0;
  received = 0;
}

/** The connection is there without a handshake, since the floor has none. */
export function assume(own: u32, peer: u32, sequence: u32, ack: u32): void {
  ports = swap(own) | (swap(peer) << 16);
  next = ack;
  received = sequence;
}

export function stack_rx(): usize {
  return RX;
}

export function stack_tx(): usize {
  return TX;
}

export function stack_consumed(): u32 {
  return consumed;
}

/** Both checksums, the text into the ring in the same pass, and the ACK. */
export function stack_take(length: i32, _now: u32): void {
  const text = length - HEADERS;
  const total = checked(length) + copyAndSum(RING, RX + HEADERS, text);
  if (fold(total) !== 0xffff) return;
  received += text;
  consumed += text;
  leaving = header(0, CONTROL, 0);
}

/** An ACK: both checksums, and nothing to be done. */
export function stack_hear(length: i32, _now: u32): void {
  if (fold(checked(length)) !== 0xffff) unreachable();
}

export function stack_give(_now: u32): i32 {
  const length = leaving;
  leaving = 0;
  return length;
}

export function stack_accept(): void {}

export function stack_close(): void {}

/** A segment: the text out of the ring with its sum, then the header. */
export function stack_write(octets: i32): i32 {
  const total = copyAndSum(TX + HEADERS, RING, octets);
  leaving = header(octets, CONTROL | TEXT, total);
  next += octets;
  return octets;
}

/** The IPv4 header's checksum, and the sum of the pseudo-header and the TCP header. */
function checked(length: i32): u64 {
  const addresses = <u64>load<u32>(RX, 12) + load<u32>(RX, 16);
  const head = addresses + load<u32>(RX) + load<u32>(RX, 4) + load<u32>(RX, 8);
  if (fold(head) !== 0xffff) unreachable();
  const segment =
    <u64>load<u32>(RX, 20) + load<u32>(RX, 24) + load<u32>(RX, 28) + load<u32>(RX, 32) + load<u32>(RX, 36);
  return addresses + segment + 0x0600 + swap(length - 20);
}

function header(text: i32, control: u32, more: u64): i32 {
  const length = HEADERS + text;
  const first = VERSION | (swap(length) << 16);
  const sequence = bswap<u32>(next);
  const ack = bswap<u32>(received);
  const addresses = <u64>OWN + PEER;
  store<u32>(TX, first);
  store<u32>(TX, 0, 4);
  store<u32>(TX, PROTOCOL | ((<u32>~fold(addresses + first + PROTOCOL)) << 16), 8);
  store<u32>(TX, OWN, 12);
  store<u32>(TX, PEER, 16);
  store<u32>(TX, ports, 20);
  store<u32>(TX, sequence, 24);
  store<u32>(TX, ack, 28);
  store<u32>(TX, control, 32);
  const total = addresses + ports + sequence + ack + control + 0x0600 + swap(length - 20) + more;
  store<u32>(TX, (<u32>~fold(total)) & 0xffff, 36);
  return length;
}

function copyAndSum(to: usize, from: usize, octets: i32): u64 {
  let total: u64 = 0;
  const whole = from + (octets & ~31);
  if (ASC_FEATURE_SIMD) {
    let lanes = i32x4.splat(0);
    for (; from < whole; from += 32, to += 32) {
      const low = v128.load(from);
      const high = v128.load(from, 16);
      v128.store(to, low);
      v128.store(to, high, 16);
      lanes = i32x4.add(lanes, i32x4.extadd_pairwise_i16x8_u(low));
      lanes = i32x4.add(lanes, i32x4.extadd_pairwise_i16x8_u(high));
    }
    total = <u64>(<u32>i32x4.extract_lane(lanes, 0)) + <u64>(<u32>i32x4.extract_lane(lanes, 1));
    total += <u64>(<u32>i32x4.extract_lane(lanes, 2)) + <u64>(<u32>i32x4.extract_lane(lanes, 3));
  } else {
    for (; from < whole; from += 32, to += 32) {
      total += word(to, from, 0) + word(to, from, 4) + word(to, from, 8) + word(to, from, 12);
      total += word(to, from, 16) + word(to, from, 20) + word(to, from, 24) + word(to, from, 28);
    }
  }
  for (let rest = (octets & 31) >> 2; rest > 0; rest--, from += 4, to += 4) total += word(to, from, 0);
  let last: u32 = 0;
  for (let i = 0; i < (octets & 3); i++) {
    const octet = load<u8>(from + i);
    store<u8>(to + i, octet);
    last |= (<u32>octet) << (i << 3);
  }
  return total + last;
}

// @ts-ignore: decorator
@inline function word(to: usize, from: usize, offset: usize): u64 {
  const value = load<u32>(from + offset);
  store<u32>(to + offset, value);
  return value;
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
