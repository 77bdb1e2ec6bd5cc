// Sixth, check the URG bit (RFC 9293 sections 3.8.5 and 3.10.7.4). The text stays in line (RFC 6093 section 6); the user is
// told where the urgent part ends.

import { Event, Flag, State } from "../../../numbers";
import { after } from "../../../sequence";
import { tell } from "../../ending";
import { Segment } from "../../segment";
import { Is, Tcb } from "../../tcb";

export function checkUrg(tcb: Tcb, seg: Segment): void {
  if (!seg.has(Flag.URG)) return;
  switch (tcb.state) {
    case State.ESTABLISHED:
    case State.FIN_WAIT_1:
    case State.FIN_WAIT_2:
      break;
    default:
      return; // the remote end has sent its FIN: this should not occur, and is ignored
  }
  const up = seg.seq + seg.up;
  if (tcb.isNow(Is.URGENT_IN) ? !after(up, tcb.rcv.up) : !after(up, tcb.rcv.read)) return;
  tcb.rcv.up = up;
  tcb.is |= Is.URGENT_IN;
  tell(tcb, Event.URGENT);
}
