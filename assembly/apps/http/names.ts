// Names of states, counters and drop reasons, as RFC 9293 and numbers.ts have them. A new one there needs its line here:
// a test compares the two.

import { Counter, Drop, State } from "../../numbers";
import { term, text } from "../writer";

/** The state's name as the RFC prints it. */
export function writeState(state: i32): void {
  switch (state) {
    case State.CLOSED:
      text("CLOSED");
      break;
    case State.LISTEN:
      text("LISTEN");
      break;
    case State.SYN_SENT:
      text("SYN-SENT");
      break;
    case State.SYN_RECEIVED:
      text("SYN-RECEIVED");
      break;
    case State.ESTABLISHED:
      text("ESTABLISHED");
      break;
    case State.FIN_WAIT_1:
      text("FIN-WAIT-1");
      break;
    case State.FIN_WAIT_2:
      text("FIN-WAIT-2");
      break;
    case State.CLOSE_WAIT:
      text("CLOSE-WAIT");
      break;
    case State.CLOSING:
      text("CLOSING");
      break;
    case State.LAST_ACK:
      text("LAST-ACK");
      break;
    case State.TIME_WAIT:
      text("TIME-WAIT");
      break;
    default:
      unreachable(); // the RFC has eleven
  }
}

/** Counters with a name of their own; those of drop reasons stand behind them. */
export const COUNTERS: i32 = Counter.WINDOW_PROBES + 1;

export function writeCounter(counter: i32): void {
  switch (counter) {
    case Counter.DATAGRAMS_IN:
      term("datagramsIn");
      break;
    case Counter.DATAGRAMS_OUT:
      term("datagramsOut");
      break;
    case Counter.SEGMENTS_IN:
      term("segmentsIn");
      break;
    case Counter.SEGMENTS_OUT:
      term("segmentsOut");
      break;
    case Counter.RETRANSMISSIONS:
      term("retransmissions");
      break;
    case Counter.TIMEOUTS:
      term("timeouts");
      break;
    case Counter.FAST_RETRANSMISSIONS:
      term("fastRetransmissions");
      break;
    case Counter.TAIL_PROBES:
      term("tailProbes");
      break;
    case Counter.ACTIVE_OPENS:
      term("activeOpens");
      break;
    case Counter.PASSIVE_OPENS:
      term("passiveOpens");
      break;
    case Counter.FAILED_ATTEMPTS:
      term("failedAttempts");
      break;
    case Counter.RESETS:
      term("resets");
      break;
    case Counter.RESETS_SENT:
      term("resetsSent");
      break;
    case Counter.COOKIES_SENT:
      term("cookiesSent");
      break;
    case Counter.COOKIES_ACCEPTED:
      term("cookiesAccepted");
      break;
    case Counter.CHALLENGE_ACKS:
      term("challengeAcks");
      break;
    case Counter.ECHOES:
      term("echoes");
      break;
    case Counter.UDP_IN:
      term("udpIn");
      break;
    case Counter.UDP_OUT:
      term("udpOut");
      break;
    case Counter.SLIP_FRAMES_IN:
      term("slipFramesIn");
      break;
    case Counter.SLIP_FRAMES_OUT:
      term("slipFramesOut");
      break;
    case Counter.SLIP_OVERSIZE:
      term("slipOversize");
      break;
    case Counter.SLIP_BAD_ESCAPE:
      term("slipBadEscape");
      break;
    case Counter.SLIP_LOG_FRAMES:
      term("slipLogFrames");
      break;
    case Counter.TIME_WAIT_RECYCLED:
      term("timeWaitRecycled");
      break;
    case Counter.REASSEMBLED:
      term("reassembled");
      break;
    case Counter.REPLIES_LOST:
      term("repliesLost");
      break;
    case Counter.DUPLICATE_ACKS_IN:
      term("duplicateAcksIn");
      break;
    case Counter.SYN_QUEUE_TIMEOUTS:
      term("synQueueTimeouts");
      break;
    case Counter.OUT_OF_ORDER_IN:
      term("outOfOrderIn");
      break;
    case Counter.KEEPALIVES:
      term("keepalives");
      break;
    case Counter.WINDOW_PROBES:
      term("windowProbes");
      break;
    default:
      unreachable(); // there are COUNTERS of them
  }
}

/** Drop reasons, from 1. */
export const DROPS: i32 = Drop.REFUSED;

export function writeDrop(reason: i32): void {
  switch (reason) {
    case Drop.TOO_SHORT:
      term("too-short");
      break;
    case Drop.BAD_VERSION:
      term("bad-version");
      break;
    case Drop.BAD_HEADER_LENGTH:
      term("bad-header-length");
      break;
    case Drop.BAD_TOTAL_LENGTH:
      term("bad-total-length");
      break;
    case Drop.BAD_CHECKSUM:
      term("bad-checksum");
      break;
    case Drop.NOT_FOR_US:
      term("not-for-us");
      break;
    case Drop.BAD_SOURCE:
      term("bad-source");
      break;
    case Drop.FRAGMENT:
      term("fragment");
      break;
    case Drop.BAD_FRAGMENT:
      term("bad-fragment");
      break;
    case Drop.UNKNOWN_PROTOCOL:
      term("unknown-protocol");
      break;
    case Drop.BAD_SEGMENT_CHECKSUM:
      term("bad-segment-checksum");
      break;
    case Drop.BAD_PORT:
      term("bad-port");
      break;
    case Drop.NO_CONNECTION:
      term("no-connection");
      break;
    case Drop.BAD_FLAGS:
      term("bad-flags");
      break;
    case Drop.NOT_ACCEPTABLE:
      term("not-acceptable");
      break;
    case Drop.BAD_ACK:
      term("bad-ack");
      break;
    case Drop.BAD_RST:
      term("bad-rst");
      break;
    case Drop.BAD_SYN:
      term("bad-syn");
      break;
    case Drop.NO_ACK:
      term("no-ack");
      break;
    case Drop.BAD_COOKIE:
      term("bad-cookie");
      break;
    case Drop.SYN_QUEUE_FULL:
      term("syn-queue-full");
      break;
    case Drop.NO_TCB:
      term("no-tcb");
      break;
    case Drop.ACCEPT_QUEUE_FULL:
      term("accept-queue-full");
      break;
    case Drop.REPLY_FULL:
      term("reply-full");
      break;
    case Drop.PAWS:
      term("paws");
      break;
    case Drop.RING_FULL:
      term("ring-full");
      break;
    case Drop.NO_ENDPOINT:
      term("no-endpoint");
      break;
    case Drop.BAD_OPTIONS:
      term("bad-options");
      break;
    case Drop.ICMP_IGNORED:
      term("icmp-ignored");
      break;
    case Drop.TOO_LONG:
      term("too-long");
      break;
    case Drop.REFUSED:
      term("refused");
      break;
    default:
      unreachable(); // there are DROPS of them
  }
}
