// Fourth, check the SYN bit (RFC 9293 section 3.10.7.4, RFC 5961 section 4). The third heading, security, is obsolete.

import { Drop, Fault, Flag, State } from "../../../numbers";
import { challenge } from "../../acknowledging";
import { fail } from "../../ending";
import { Segment } from "../../segment";
import { Is, Tcb } from "../../tcb";
import { dropped } from "../verdict";

export function checkSyn(tcb: Tcb, seg: Segment): bool {
  if (!seg.has(Flag.SYN)) return true;
  if (tcb.state == State.SYN_RECEIVED && tcb.isNow(Is.PASSIVE)) {
    fail(tcb, Fault.RESET); // back to LISTEN: the peer has begun anew and will say so again
    return dropped(Drop.BAD_SYN);
  }
  challenge(tcb);
  return dropped(Drop.BAD_SYN);
}
