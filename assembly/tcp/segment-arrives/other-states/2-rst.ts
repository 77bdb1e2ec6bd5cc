// Second, check the RST bit (RFC 9293 section 3.10.7.4, RFC 5961 section 3).

import { Drop, Fault, Flag, State } from "../../../numbers";
import { after } from "../../../sequence";
import { challenge } from "../../acknowledging";
import { fail } from "../../ending";
import { Segment } from "../../segment";
import { Tcb } from "../../tcb";
import { dropped } from "../verdict";

export function checkRst(tcb: Tcb, seg: Segment): bool {
  if (!seg.has(Flag.RST)) return true;
  // In the window but not exactly at RCV.NXT: whoever sent it is asked to prove that he knows (challenge ACK). What begins
  // left of the window and reaches into it is outside by its sequence number, and met with silence.
  if (seg.seq != tcb.rcv.nxt) {
    if (after(seg.seq, tcb.rcv.nxt)) challenge(tcb);
    return dropped(Drop.BAD_RST);
  }
  switch (tcb.state) {
    case State.SYN_RECEIVED: // from a listener: back to LISTEN, the entry is gone; else the open is refused (MUST-11)
      fail(tcb, Fault.REFUSED);
      break;
    case State.ESTABLISHED:
    case State.FIN_WAIT_1:
    case State.FIN_WAIT_2:
    case State.CLOSE_WAIT:
    case State.CLOSING:
    case State.LAST_ACK:
      fail(tcb, Fault.RESET);
      break;
    case State.TIME_WAIT: // RFC 1337: an old RST must not cut the wait short, so it is ignored; Linux can do the same
      return dropped(Drop.BAD_RST);
    default:
      unreachable(); // CLOSED, LISTEN and SYN-SENT have other headings
  }
  return false;
}
