// start and configure: the stack as new, and what may be changed about it. Names in numbers.ts, Config.

import { MEMORY, SEND_RINGS } from "./memory-map";
import { MTU, SACK, SYN_QUEUE, TIMESTAMPS } from "./sizes";
import { Config, Fault } from "./numbers";
import { keyedHash, Label } from "./random";
import { stack } from "./stack";
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
  stack.mtu = <u16>MTU;
  stack.timestamps = <u8>TIMESTAMPS;
  stack.sack = <u8>SACK;
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
  stack.synQueue = <u16>SYN_QUEUE;
}

/** Changes one number: 0, or INVALID. */
export function configure(name: i32, value: i32): i32 {
  if (value < 0) return Fault.INVALID;
  const number: u32 = value;
  switch (name) {
    case Config.MTU:
      if (number < 68 || number > <u32>MTU) return Fault.INVALID;
      stack.mtu = <u16>number;
      return 0;
    case Config.TTL:
      if (number < 1 || number > 255) return Fault.INVALID;
      stack.ttl = <u16>number;
      return 0;
    case Config.SYN_QUEUE:
      if (number > <u32>SYN_QUEUE) return Fault.INVALID;
      stack.synQueue = <u16>number;
      return 0;
    case Config.COOKIES:
      if (number > 2) return Fault.INVALID;
      stack.cookies = <u8>number;
      return 0;
    case Config.MSL:
    case Config.SYN_TIMEOUT:
    case Config.RTO_MIN:
    case Config.DELAYED_ACK:
    case Config.R1:
    case Config.R2:
    case Config.SYN_R2:
    case Config.FIN_WAIT_2:
    case Config.RTO_INITIAL:
      return configureTime(name, number);
    default:
      return number > 1 ? Fault.INVALID : configureSwitch(name, <u8>number);
  }
}

function configureTime(name: i32, ms: u32): i32 {
  if (ms == 0 && name != Config.DELAYED_ACK) return Fault.INVALID;
  switch (name) {
    case Config.MSL:
      stack.msl = ms;
      break;
    case Config.SYN_TIMEOUT:
      stack.synTimeout = ms;
      break;
    case Config.RTO_MIN:
      stack.rtoMin = ms;
      break;
    case Config.DELAYED_ACK:
      if (ms >= 500) return Fault.INVALID; // MUST-40
      stack.delayedAck = ms;
      break;
    case Config.R1:
      stack.r1 = ms;
      break;
    case Config.R2:
      stack.r2 = ms;
      break;
    case Config.SYN_R2:
      stack.synR2 = ms;
      break;
    case Config.FIN_WAIT_2:
      stack.finWait2 = ms;
      break;
    default:
      stack.rtoInitial = ms;
  }
  return 0;
}

function configureSwitch(name: i32, on: u8): i32 {
  switch (name) {
    case Config.STEP:
      stack.step = on;
      break;
    case Config.ANY_ADDRESS:
      stack.anyAddress = on;
      break;
    case Config.TIMESTAMPS:
      stack.timestamps = on & (<u8>TIMESTAMPS);
      break;
    case Config.SACK:
      stack.sack = on & (<u8>SACK);
      break;
    case Config.WINDOW_SCALE:
      stack.windowScale = on;
      break;
    case Config.TAIL_PROBE:
      stack.tailProbe = on;
      break;
    default:
      return Fault.INVALID;
  }
  return 0;
}
