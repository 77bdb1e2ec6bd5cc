// The cases: each is a round that can be repeated as often as one likes, with its answers looked at. A round that does not
// go as it should traps, so that a number can only come from a stack that did the work.

import * as peer from "./peer";
import { Flag } from "./peer";
import * as stack from "./stack";

const ECHO = 7;
const NOBODY = 9;
const FIRST_PORT: u32 = 40000;
/** Ports of handshakes that come and go: up to the last, then again from behind those of connections that stay. */
const PORTS: u32 = 20000;
const STAYING: u32 = 1000;

/** SLIP: the end of a frame; two plain octets; the escape of an escape. */
const END: u8 = 0xc0;
const PLAIN: u16 = 0x2020;
const ESCAPED: u16 = 0xdddb;
const FRAME: i32 = 1500;
const HEADERS: i32 = 40;

let line: usize = 0;
let lineChunk: i32 = 0;
let now: u32 = 1000;
let port: u32 = 0;
let first: u32 = 1000;

/** Starts the stack anew and opens `connections` connections, the peer being that of the first. */
export function prepare(rx: usize, tx: usize, connections: i32, text: i32): void {
  peer.meet(rx, tx);
  port = 0;
  stack.start(now);
  if (connections === 0) return;
  greet();
  const handle = stack.held();
  const next = peer.nextSequence();
  const ack = peer.expected();
  for (let i = 1; i < connections; i++) greet();
  stack.hold(handle);
  peer.turn(FIRST_PORT + 1, ECHO, next, ack);
  peer.layText(text);
}

/** For the floor, which knows no handshake: the connection is there, as `prepare` would have made it. */
export function assume(rx: usize, tx: usize, text: i32): void {
  peer.meet(rx, tx);
  peer.turn(FIRST_PORT + 1, ECHO, 1, 1);
  peer.layText(text);
}

export function strict(is: bool): void {
  peer.strict(is);
}

export function spoil(is: bool): void {
  peer.spoil(is);
}

/** A stranger: another port and other sequence numbers than the last. */
function stranger(destination: u32): void {
  port = port === PORTS ? STAYING : port + 1;
  first += 100003;
  peer.introduce(FIRST_PORT + port, destination, first);
}

/** A handshake, to the connection that the program has accepted. */
function greet(): void {
  stranger(ECHO);
  now += 1;
  stack.hear(peer.segment(Flag.SYN), now);
  peer.expect(stack.give(now), Flag.SYN | Flag.ACK, 0);
  stack.hear(peer.segment(Flag.ACK), now);
  stack.accept();
}

/** A segment in order, consumed, and its ACK. */
export function receive(rounds: i32): void {
  for (; rounds > 0; rounds--) {
    now += 1;
    stack.take(peer.textSegment(), now);
    peer.expect(stack.give(now), Flag.ACK, 0);
  }
}

/** Fills the half-open table beside the connection that is there. */
export function fillSynQueue(entries: i32): void {
  const next = peer.nextSequence();
  const ack = peer.expected();
  syn(entries);
  peer.turn(FIRST_PORT + 1, ECHO, next, ack);
}

/** How many SYNs come for each segment of text while the stack is flooded. */
const FLOOD = 10;

/**
 * A segment of text and its ACK amid a flood: before it come SYNs of strangers, each of which is answered. No time passes,
 * lest the half-open connections be answered again.
 */
export function receiveAmidFlood(rounds: i32): void {
  for (; rounds > 0; rounds--) {
    const next = peer.nextSequence();
    const ack = peer.expected();
    syn(FLOOD);
    peer.turn(FIRST_PORT + 1, ECHO, next, ack);
    stack.take(peer.textSegment(), now);
    peer.expect(stack.give(now), Flag.ACK, 0);
  }
}

/** The halves of `receive`, for a driver on the other side of the boundary: what is to be handed in, and its answer. */
export function offer(): i32 {
  now += 1;
  return peer.textSegment();
}

export function check(length: i32): void {
  peer.expect(length, Flag.ACK, 0);
}

export function time(): u32 {
  return now;
}

export function handle(): i32 {
  return stack.held();
}

/** The peer's own work in `receive`, with an answer that is there already: what every time contains beside the stack's. */
export function receiveNothing(rounds: i32): void {
  for (; rounds > 0; rounds--) {
    now += 1;
    peer.textSegment();
    peer.answerItself();
    peer.expect(HEADERS, Flag.ACK, 0);
  }
}

/** The same with all that a driver asks: that nothing more is to be sent, and how long it may sleep. */
export function receiveAndSleep(rounds: i32): void {
  for (; rounds > 0; rounds--) {
    now += 1;
    stack.take(peer.textSegment(), now);
    peer.expect(stack.give(now), Flag.ACK, 0);
    if (stack.give(now) !== 0) unreachable();
    stack.sleep(now);
  }
}

/** The program writes, the segment leaves, and its ACK comes. */
export function send(rounds: i32, octets: i32): void {
  for (; rounds > 0; rounds--) {
    now += 1;
    stack.write(octets);
    peer.expect(stack.give(now), Flag.ACK, octets);
    stack.hear(peer.segment(Flag.ACK), now);
  }
}

/** From a SYN over the handshake to the program's close, the peer's FIN and the ACK of it: TIME-WAIT, the slot free. */
export function openAndClose(rounds: i32): void {
  for (; rounds > 0; rounds--) {
    greet();
    stack.close();
    peer.expect(stack.give(now), Flag.FIN | Flag.ACK, 0);
    stack.hear(peer.segment(Flag.FIN | Flag.ACK), now);
    peer.expect(stack.give(now), Flag.ACK, 0);
  }
}

/** A SYN that nobody will follow up, and its answer. No time passes: in a flood many come within a millisecond. */
export function syn(rounds: i32): void {
  for (; rounds > 0; rounds--) {
    stranger(ECHO);
    stack.hear(peer.segment(Flag.SYN), now);
    peer.expect(stack.give(now), Flag.SYN | Flag.ACK, 0);
  }
}

/** The same, taken back by a RST. */
export function synAndReset(rounds: i32): void {
  for (; rounds > 0; rounds--) {
    stranger(ECHO);
    stack.hear(peer.segment(Flag.SYN), now);
    peer.expect(stack.give(now), Flag.SYN | Flag.ACK, 0);
    stack.hear(peer.segment(Flag.RST | Flag.ACK), now);
  }
}

/** A SYN to a port on which nobody listens: a RST. */
export function noConnection(rounds: i32): void {
  for (; rounds > 0; rounds--) {
    stranger(NOBODY);
    stack.hear(peer.segment(Flag.SYN), now);
    peer.expect(stack.give(now), Flag.RST | Flag.ACK, 0);
  }
}

/** Lays octets where raw ones of a line arrive: a chunk of plain ones, or of escapes alone. */
export function layChunk(serialRx: usize, chunk: i32, isEscaped: bool): void {
  line = serialRx;
  lineChunk = chunk;
  for (let i = 0; i < chunk; i += 2) store<u16>(serialRx + i, isEscaped ? ESCAPED : PLAIN);
}

/**
 * A frame of 1500 octets, decoded. What is in it is no datagram and is dropped at its first octet, so that the framing is
 * all that costs.
 */
export function decode(rounds: i32, isEscaped: bool): void {
  const raw = isEscaped ? FRAME * 2 : FRAME;
  for (; rounds > 0; rounds--) {
    end();
    let left = raw;
    for (; left > lineChunk; left -= lineChunk) stack.takeRaw(lineChunk, now);
    stack.takeRaw(left, now);
    end();
  }
}

/** One octet that ends a frame, in the place of another that is needed again. */
function end(): void {
  const first = load<u8>(line);
  store<u8>(line, END);
  stack.takeRaw(1, now);
  store<u8>(line, first);
}

/** What `send` is, with the segment leaving as SLIP. */
export function sendFramed(rounds: i32, octets: i32): void {
  for (; rounds > 0; rounds--) {
    now += 1;
    stack.write(octets);
    stack.giveRaw(now);
    peer.expect(HEADERS + octets, Flag.ACK, octets);
    stack.hear(peer.segment(Flag.ACK), now);
  }
}
