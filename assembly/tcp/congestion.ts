// How much may be under way: slow start and congestion avoidance, RFC 5681 (MUST-19), counted in octets (RFC 3465) so that
// an ACK split in pieces gains nothing, and without a division.

import { SEND_RING } from "../sizes";
import { stack } from "../stack";
import { Is, Phase, Tcb } from "./tcb";

/** More than the ring holds can never be under way. */
const CWND_MOST: u32 = 2 * SEND_RING;
const SSTHRESH_FIRST: u32 = 0x7fffffff;

/** RFC 5681 section 3.1: two to four segments; one when the SYN had to be repeated. */
export function initialWindow(tcb: Tcb): u32 {
  const mss: u32 = tcb.mss;
  if (tcb.isNow(Is.SYN_REPEATED)) return mss;
  if (mss > 2190) return 2 * mss;
  return mss > 1095 ? 3 * mss : 4 * mss;
}

/** The connection is established. */
export function startCongestion(tcb: Tcb): void {
  tcb.cwnd = initialWindow(tcb);
  tcb.ssthresh = SSTHRESH_FIRST;
  tcb.counted = 0;
  tcb.sentAt = stack.now;
}

/** New text was acknowledged. */
export function grow(tcb: Tcb, acked: u32): void {
  const mss: u32 = tcb.mss;
  if (tcb.cwnd < tcb.ssthresh) {
    // RFC 3465 section 2.3: L is 2 segments, and 1 behind a time-out.
    const most = tcb.phase == Phase.LOSS ? mss : 2 * mss;
    tcb.cwnd += acked < most ? acked : most;
  } else {
    tcb.counted += acked;
    if (tcb.counted >= tcb.cwnd) {
      tcb.counted -= tcb.cwnd;
      tcb.cwnd += mss;
    }
  }
  if (tcb.cwnd > CWND_MOST) tcb.cwnd = CWND_MOST;
}

/** A loss was noticed: RFC 5681 equation (4), with FlightSize in octets. */
export function lowerThreshold(tcb: Tcb, flightSize: u32): void {
  const half = flightSize >> 1;
  const least: u32 = 2 * <u32>tcb.mss;
  tcb.ssthresh = half > least ? half : least;
  tcb.counted = 0;
}

/** RFC 5681 section 4.1: behind a pause longer than the RTO, the window begins anew. */
export function restartAfterIdle(tcb: Tcb): void {
  if (tcb.snd.nxt != tcb.snd.una || stack.now - tcb.sentAt <= tcb.rto) return;
  const restart = initialWindow(tcb);
  if (tcb.cwnd > restart) tcb.cwnd = restart;
}
