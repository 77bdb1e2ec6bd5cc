// The stack's own variables: one record at the beginning of the memory map, so that a copy of memory misses nothing.

import { STACK, STACK_OCTETS } from "./memory-map";


@unmanaged
export class Stack {
  localAddress: u32;
  secret0: u64;
  secret1: u64;
  /** ms, as the last call gave it. */
  now: u32;
  /** No timer runs out before this; meaningful while timersArmed. It may be early, never late. */
  nextTimer: u32;
  timersArmed: u32;
  /** First and last of the connections that may have something due (core.ts, output). */
  readyFirst: usize;
  readyLast: usize;
  /** The chain of free TCBs, SYN-queue and TIME-WAIT entries. */
  freeTcbs: usize;
  freeSynEntries: usize;
  freeTimeWaits: usize;
  synEntriesUsed: u32;
  /** First and last of the TIME-WAIT entries, in the order of their ends. */
  timeWaitFirst: usize;
  timeWaitLast: usize;
  /** Listeners up to the last that was ever opened, and datagrams that UDP endpoints have queued. */
  listeners: u32;
  udpQueued: u32;
  /** First and last handle index + 1 with events to fetch. */
  changedFirst: u16;
  changedLast: u16;
  /** Stateless answers waiting: first slot and number in use; octets of the ICMP message waiting. */
  replyFirst: u16;
  replyCount: u16;
  icmpOctets: u32;
  icmpDestination: u32;
  icmpCause: u32;
  pong: i32;
  /** Drop.X of the datagram in hand. */
  verdict: i32;
  /** Draws so far: the counter that random() runs through its keyed hash. */
  draws: u32;
  /** Added to the clock in timestamps, so that they do not tell the uptime. */
  timestampOffset: u32;
  /** Keys the hash chains. Not part of the secret, since the chains stand when the secret changes. */
  spread: u32;
  /** The time slot in which the cookies' key was last turned, whether it ever was, the key and the one before (128 bits each). */
  cookieSlot: u32;
  cookieEver: u32;
  cookieKey0: u64;
  cookieKey1: u64;
  formerKey0: u64;
  formerKey1: u64;
  /** When the last ACK of a handshake was last dropped for want of a TCB, and whether one ever was. */
  starvedAt: u32;
  starvedEver: u32;
  /** Tickets given to SYNs that wait for a decision. */
  tickets: u32;
  // SLIP: octets of the frame so far, decoder state; octets of the datagram at tx and how many have left.
  slipOctets: u32;
  slipState: u32;
  slipLeaving: u32;
  slipLeft: u32;
  // Config, a word each in the order of its names, which is how configure() finds them.
  mtu: u32;
  msl: u32;
  step: u32;
  anyAddress: u32;
  cookies: u32;
  synTimeout: u32;
  rtoMin: u32;
  delayedAck: u32;
  r1: u32;
  r2: u32;
  synR2: u32;
  timestamps: u32;
  sack: u32;
  windowScale: u32;
  finWait2: u32;
  ttl: u32;
  synQueue: u32;
  rtoInitial: u32;
  tailProbe: u32;
}

if (offsetof<Stack>() > STACK_OCTETS) ERROR("STACK_OCTETS is too small");

export const stack: Stack = changetype<Stack>(STACK);
