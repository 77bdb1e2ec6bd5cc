// The round trip and the retransmission time-out, RFC 6298 (MUST-18). One segment at a time is timed, never one that was
// sent twice (Karn); with timestamps the echo tells which copy is meant, so that repeated segments count too.

import { after } from "../sequence";
import { stack } from "../stack";
import { options } from "../wire/tcp-options";
import { timestampNow } from "./initial-sequence-number";
import { Is, Tcb } from "./tcb";

/** ms; RFC 6298 (2.5) allows a bound of at least 60 s. */
export const RTO_MOST: u32 = 60000;
/** ms; the clock's granularity G. */
const GRANULARITY: u32 = 1;
/** ms; RFC 6298 (5.7): what data begins with when the SYN had to be repeated. */
const RTO_AFTER_SYN_LOSS: u32 = 3000;

/** New text up to `end` leaves: time it unless another segment is being timed, or its first octet has gone as a probe. */
// @ts-ignore: decorator
@inline export function beginTiming(tcb: Tcb, end: u32): void {
  if (tcb.is & (Is.TIMING | Is.PROBED)) return;
  tcb.is |= Is.TIMING;
  tcb.rttSeq = end;
  tcb.rttAt = stack.now;
}

/** Something was repeated: no answer can be told from the other's (Karn), unless timestamps do. */
// @ts-ignore: decorator
@inline export function spoilTiming(tcb: Tcb): void {
  if (!tcb.isNow(Is.STAMPING)) tcb.is &= ~Is.TIMING;
}

/** `ack` acknowledges new text: take the sample if it covers the timed segment. */
export function sample(tcb: Tcb, ack: u32): void {
  if (!tcb.isNow(Is.TIMING) || after(tcb.rttSeq, ack)) return;
  tcb.is &= ~Is.TIMING;
  // With timestamps agreed on, a segment without them has not come this far (RFC 7323 section 3.2).
  const ms = tcb.isNow(Is.STAMPING) ? timestampNow() - options.echo : stack.now - tcb.rttAt;
  measure(tcb, ms > RTO_MOST ? RTO_MOST : ms);
}

/** RFC 6298 (2.2), (2.3): SRTT in eighths and RTTVAR in quarters keep the fractions. */
export function measure(tcb: Tcb, ms: u32): void {
  if (!tcb.isNow(Is.MEASURED)) {
    tcb.is |= Is.MEASURED;
    tcb.srtt = ms << 3;
    tcb.rttvar = ms << 1;
  } else {
    const error = <i32>(ms - (tcb.srtt >> 3));
    const distance: u32 = error < 0 ? -error : error;
    tcb.rttvar = tcb.rttvar - (tcb.rttvar >> 2) + distance;
    tcb.srtt += error;
  }
  const variance = tcb.rttvar > GRANULARITY ? tcb.rttvar : GRANULARITY;
  tcb.rto = bounded((tcb.srtt >> 3) + variance);
}

function bounded(ms: u32): u32 {
  if (ms < stack.rtoMin) return stack.rtoMin;
  return ms > RTO_MOST ? RTO_MOST : ms;
}

/** RFC 6298 (5.5): the time-out doubles; it collapses with the next sample. */
export function backOff(tcb: Tcb): void {
  tcb.rto = tcb.rto * 2 > RTO_MOST ? RTO_MOST : tcb.rto * 2;
}

/** The connection is established without a sample, because its SYN was repeated. */
export function afterSynLoss(tcb: Tcb): void {
  if (!tcb.isNow(Is.MEASURED)) tcb.rto = RTO_AFTER_SYN_LOSS;
}
