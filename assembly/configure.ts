// start and configure: the stack as new, and what may be changed about it. Names in numbers.ts, Config.

import { MEMORY, SEND_RINGS } from "./memory-map";
import { MTU, SACK, SYN_QUEUE, TIMESTAMPS } from "./sizes";
import { Config, Fault } from "./numbers";
import { keyedHash, Label } from "./random";
import { Stack, stack } from "./stack";
import { startConnections } from "./tcp/connections";

/** Forgets everything. The secret, 128 bits of entropy, keys sequence numbers, ports and cookies. */
export function start(localAddress: u32, secret0: u32, secret1: u32, secret2: u32, secret3: u32, now: u32): void {
  memory.fill(MEMORY, 0, SEND_RINGS - MEMORY); // what lies in the rings is nobody's until it is written again
  stack.localAddress = localAddress;
  rekey(secret0, secret1, secret2, secret3);
  stack.now = now;
  stack.pong = -1;
  const kept = keyedHash(0, 0, Label.TIMESTAMP);
  stack.timestampOffset = <u32>kept;
  stack.spread = <u32>(kept >> 32);
  setDefaults();
  startConnections();
}

/**
 * Another secret for a stack that goes on: a copy of memory that is brought back must not use its key a second time. Cookies
 * sent before are refused from now on. The clock of the timestamps stays as it is, since peers compare it with what they saw.
 */
export function rekey(secret0: u32, secret1: u32, secret2: u32, secret3: u32): void {
  stack.secret0 = ((<u64>secret1) << 32) | secret0;
  stack.secret1 = ((<u64>secret3) << 32) | secret2;
  stack.cookieEver = 0;
}

function setDefaults(): void {
  stack.mtu = MTU;
  stack.timestamps = TIMESTAMPS;
  stack.sack = SACK;
  stack.windowScale = 1;
  stack.tailProbe = 1;
  stack.msl = 120000; // RFC 9293 section 3.4.2
  stack.synTimeout = 60000;
  stack.rtoMin = 200; // RFC 6298 (2.4) says 1 s; Linux has used 200 ms since delayed ACKs became short
  stack.rtoInitial = 1000; // RFC 6298 (2.1)
  stack.delayedAck = 100; // well below 500 ms (MUST-40), and below the peer's least RTO
  stack.r1 = 3; // SHLD-10
  stack.r2 = 100000; // SHLD-11
  stack.synR2 = 180000; // MUST-23
  stack.finWait2 = 60000;
  stack.ttl = 64;
  stack.synQueue = SYN_QUEUE;
}

if (offsetof<Stack>("tailProbe") - offsetof<Stack>("mtu") != (<usize>(Config.TAIL_PROBE - Config.MTU)) << 2)
  ERROR("the numbers of Stack stand in the order of Config");

/** Changes one number: 0, or INVALID. */
export function configure(name: i32, value: i32): i32 {
  if (name < Config.MTU || name > Config.TAIL_PROBE || value < least(name) || value > most(name)) return Fault.INVALID;
  store<u32>(changetype<usize>(stack) + ((<usize>(name - Config.MTU)) << 2), value, offsetof<Stack>("mtu"));
  return 0;
}

function least(name: i32): i32 {
  switch (name) {
    case Config.MTU:
      return 68; // RFC 791
    case Config.COOKIES:
    case Config.DELAYED_ACK:
    case Config.SYN_QUEUE:
    case Config.STEP:
    case Config.ANY_ADDRESS:
    case Config.TIMESTAMPS:
    case Config.SACK:
    case Config.WINDOW_SCALE:
    case Config.TAIL_PROBE:
      return 0;
    default:
      return 1;
  }
}

function most(name: i32): i32 {
  switch (name) {
    case Config.MTU:
      return MTU;
    case Config.TTL:
      return 255;
    case Config.SYN_QUEUE:
      return SYN_QUEUE;
    case Config.COOKIES:
      return 2;
    case Config.DELAYED_ACK:
      return 499; // MUST-40
    case Config.TIMESTAMPS:
      return TIMESTAMPS;
    case Config.SACK:
      return SACK;
    case Config.STEP:
    case Config.ANY_ADDRESS:
    case Config.WINDOW_SCALE:
    case Config.TAIL_PROBE:
      return 1;
    default:
      return i32.MAX_VALUE;
  }
}
