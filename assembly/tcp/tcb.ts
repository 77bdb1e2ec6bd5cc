// The Transmission Control Block, RFC 9293 section 3.3.1, and what all three kinds of connection record have in common.
//
//   Endpoint | Tcb's own | Send sequence variables | Receive sequence variables | reassembly ranges | SACKed ranges
//
// A connection that is not yet established is a SynEntry (syn-queue.ts), one in TIME-WAIT a TimeWaitEntry
// (time-wait-table.ts); both begin with the same Endpoint, so that one look-up finds whichever there is.

import { RECEIVE_RINGS, SCRATCH_TCB, SEND_RINGS, TCB_OCTETS, TCBS } from "../memory-map";
import { CONNECTIONS, REASSEMBLY_RANGES, RECEIVE_RING, SACK_RANGES, SEND_RING } from "../sizes";

/** The four numbers, the place on the chains, the state, and what is owed. */
@unmanaged
export class Endpoint {
  /** Next in the hash chain, or in the chain of free records. */
  next: usize;
  /** Next on the ready list. */
  readyNext: usize;
  localAddress: u32;
  remoteAddress: u32;
  /** local port << 16 | remote port */
  ports: u32;
  /** Owes.X */
  owes: u32;
  /** Slot number: of the handle and of the rings. */
  index: u16;
  tableOctet: u8;
  stateOctet: u8;
  /** On the ready list. */
  isReady: u8;

  /** Table.X; Table.NONE: free. */
  // @ts-ignore: decorator
  @inline get table(): i32 {
    return this.tableOctet;
  }

  // @ts-ignore: decorator
  @inline set table(value: i32) {
    this.tableOctet = <u8>value;
  }

  /** State.X */
  // @ts-ignore: decorator
  @inline get state(): i32 {
    return this.stateOctet;
  }

  // @ts-ignore: decorator
  @inline set state(value: i32) {
    this.stateOctet = <u8>value;
  }
}

/** What a connection owes its peer; only output pays. */
export namespace Owes {
  export const SYN = 1; // a SYN, or a SYN-ACK in SYN-RECEIVED
  export const ACK = 2;
  export const DELAYED_ACK = 4; // an ACK whose delay has run out
  export const DUPLICATE_ACK = 8; // tcb.duplicatesOwed of them
  export const CHALLENGE_ACK = 16;
  export const WINDOW_UPDATE = 32;
  export const RESET = 64;
  export const WINDOW_PROBE = 128;
  export const TAIL_PROBE = 256;
  export const KEEPALIVE = 512;
  export const RETRANSMISSION = 1024; // the oldest segment, whatever the congestion window says
  /** Any of these is paid by any segment that carries an ACK. */
  export const ANY_ACK = 62;
}

/** Facts about a connection that are true or false. */
export namespace Is {
  export const HELD = 1; // a user has its handle
  export const SHUT = 2; // the user sends no more: a FIN stands behind SND.END
  export const NODELAY = 4;
  export const KEPT_ALIVE = 8;
  export const TIMING = 16; // rttSeq is being timed
  export const SACKING = 32;
  export const STAMPING = 64;
  export const MEASURED = 128; // SRTT is valid
  export const FIN_BEYOND = 256; // a FIN has arrived beyond a hole, at rcv.fin
  export const SILENT = 512; // soft errors are not reported
  export const WANTING_ROOM = 1024; // the user has found the send ring full
  export const QUEUED = 2048; // in a listener's accept queue
  export const PROBED = 4096; // what lies beyond the peer's window was sent as a probe
  export const URGENT_OUT = 8192; // snd.up is valid
  export const URGENT_IN = 16384; // rcv.up is valid
  export const SYN_REPEATED = 32768; // the initial window is then one segment (RFC 5681 section 3.1)
  export const RESETTING = 65536; // close is to reset: linger 0
  export const FAILING = 131072; // R1 has been reported
  export const TAIL_PROBED = 262144; // a tail probe that repeated text is out
  export const PASSIVE = 524288; // it came from a listener
  export const SCALING = 1048576; // both SYNs carried window scale
  export const FINISHED = 2097152; // the peer's FIN is the octet before RCV.NXT
  export const DEFERRED = 4194304; // half open: not answered before the user has decided
  export const ASKED = 8388608; // ... and the user has been told
  export const SYN_ACKED = 16777216; // our SYN is acknowledged: SND.UNA comes to ISS again behind 4 GiB
}

/** Where loss recovery stands. */
export namespace Phase {
  export const OPEN = 0; // nothing known to be lost
  export const FAST = 1; // RFC 6582 or 6675
  export const LOSS = 2; // behind a retransmission time-out
}


@unmanaged
export class SendSequence {
  una: u32;
  nxt: u32;
  wnd: u32;
  /** MAX.SND.WND */
  most: u32;
  up: u32;
  wl1: u32;
  wl2: u32;
  iss: u32;
  /** Behind the last octet that the user has sent. */
  end: u32;
  /** Behind the last segment sent that was not full (Minshall). */
  small: u32;
}


@unmanaged
export class ReceiveSequence {
  nxt: u32;
  /** The right edge of the window as it was meant, and the furthest that the peer has read from a scaled one, rounded up. */
  edge: u32;
  promised: u32;
  up: u32;
  irs: u32;
  /** The next octet that the user reads. */
  read: u32;
  /** RCV.NXT in the last ACK sent. */
  acked: u32;
  /** Where the FIN stands that arrived beyond a hole. */
  fin: u32;
  /** An octet of the stretch beyond RCV.NXT that changed last: RFC 2018 wants it in the first block. */
  recent: u32;
  /** The like of the stretches that changed before it. */
  recent1: u32;
  recent2: u32;
  recent3: u32;
}


@unmanaged
export class Tcb extends Endpoint {
  /** Is.X */
  is: u32;
  /** A bit per timer, and when each runs out (timers.ts). */
  armed: u32;
  retransmissionAt: u32;
  delayedAckAt: u32;
  keepaliveAt: u32;
  lifeAt: u32;
  /** RFC 6298: SRTT in 1/8 ms, RTTVAR in 1/4 ms, RTO in ms; the segment being timed. */
  srtt: u32;
  rttvar: u32;
  rto: u32;
  rttSeq: u32;
  rttAt: u32;
  /** Since when the oldest octet is being repeated without an answer (R2). */
  since: u32;
  /** When a segment was last heard and last sent. */
  heardAt: u32;
  sentAt: u32;
  /** Congestion control, in octets. */
  cwnd: u32;
  ssthresh: u32;
  counted: u32;
  /** Loss recovery: it ends when this is acknowledged; the next octet to be repeated. */
  recover: u32;
  rxt: u32;
  tailEnd: u32;
  /** SND.NXT when something was repeated last. */
  repeatedAt: u32;
  /** Segments repeated, ever. */
  retransmissions: u32;
  /** TS.Recent and when it was taken; TSval of our last segment is not kept. */
  tsRecent: u32;
  tsRecentAt: u32;
  keepaliveIdle: u32;
  keepaliveInterval: u32;
  userTimeout: u32;
  /** Phase.X */
  phase: i32;
  /** TimerKind.X: what the retransmission timer is running for. */
  timerKind: i32;
  /** The most text in a segment we send, options not counted; the largest segment we have seen. */
  mss: u16;
  heardMss: u16;
  /** The bound that the user or the path has set for mss. */
  mssMost: u16;
  /** 1 + slot of the next in the accept queue; the listener's number. */
  acceptNext: u16;
  /** How many challenge ACKs, and since when: acknowledging.ts. */
  challenges: u16;
  listener: u16;
  sndScale: u8;
  rcvScale: u8;
  duplicates: u8;
  duplicatesOwed: u8;
  /** Segments that are acknowledged at once, behind a hole. */
  promptly: u8;
  /** Retransmissions of the oldest segment, probes without an answer. */
  repeats: u8;
  probes: u8;
  keepaliveCount: u8;
  ranges: u8;
  sacked: u8;
  fault: i8;
  softFault: i8;
  tos: u8;
  ttl: u8;

  // @ts-ignore: decorator
  @inline get snd(): SendSequence {
    return changetype<SendSequence>(changetype<usize>(this) + SEND_AT);
  }

  // @ts-ignore: decorator
  @inline get rcv(): ReceiveSequence {
    return changetype<ReceiveSequence>(changetype<usize>(this) + SEND_AT + offsetof<SendSequence>());
  }

  /** The stretches present beyond RCV.NXT: tcb.ranges of them. */
  // @ts-ignore: decorator
  @inline get beyond(): usize {
    return changetype<usize>(this) + BEYOND_AT;
  }

  /** The stretches that the peer has SACKed: tcb.sacked of them. */
  // @ts-ignore: decorator
  @inline get scoreboard(): usize {
    return changetype<usize>(this) + BEYOND_AT + 8 * REASSEMBLY_RANGES;
  }

  // @ts-ignore: decorator
  @inline get sendRing(): usize {
    return SEND_RINGS + <usize>this.index * SEND_RING;
  }

  // @ts-ignore: decorator
  @inline get receiveRing(): usize {
    return RECEIVE_RINGS + <usize>this.index * RECEIVE_RING;
  }

  // @ts-ignore: decorator
  @inline isNow(fact: u32): bool {
    return (this.is & fact) != 0;
  }
}

/** On a word's border, whatever number of octets the fields before take. */
const SEND_AT: usize = (offsetof<Tcb>() + 3) & ~3;
const BEYOND_AT: usize = SEND_AT + offsetof<SendSequence>() + offsetof<ReceiveSequence>();

if (BEYOND_AT + 8 * (REASSEMBLY_RANGES + SACK_RANGES) > TCB_OCTETS) ERROR("TCB_OCTETS is too small");
if (TCB_OCTETS % 16 != 0) ERROR("TCB_OCTETS is a multiple of 16: TCBs are cleared and copied sixteen octets at a time");

// @ts-ignore: decorator
@inline export function tcbAt(index: i32): Tcb {
  return changetype<Tcb>(TCBS + <usize>index * TCB_OCTETS);
}

/** A record from a small table unpacks into this one; it has no rings and no handle. */
export const scratch: Tcb = changetype<Tcb>(SCRATCH_TCB);

// @ts-ignore: decorator
@inline export function isScratch(tcb: Tcb): bool {
  return changetype<usize>(tcb) == SCRATCH_TCB;
}

/** The index that marks a record without rings and handle. */
export const NO_INDEX: i32 = 0xffff;

if (CONNECTIONS >= NO_INDEX) ERROR("too many connections");
