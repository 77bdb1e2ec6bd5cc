// A new SYN for a connection in TIME-WAIT may open it again, RFC 9293 section 3.6.1 (MAY-2) and RFC 6191 (SHLD-4): when its
// timestamp is newer, or its sequence number lies beyond all that the old connection received.

import { Flag, State } from "../../numbers";
import { after } from "../../sequence";
import { options, Present } from "../../wire/tcp-options";
import { Segment } from "../segment";
import { Is, Tcb } from "../tcb";

export function isReincarnation(tcb: Tcb, seg: Segment): bool {
  if (tcb.state != State.TIME_WAIT) return false;
  if (!seg.has(Flag.SYN) || seg.has(Flag.RST | Flag.ACK | Flag.FIN)) return false;
  if (tcb.isNow(Is.STAMPING) && options.present & Present.TIMESTAMPS) {
    if (options.timestamp != tcb.tsRecent) return after(options.timestamp, tcb.tsRecent);
  }
  return after(seg.seq, tcb.rcv.nxt);
}
