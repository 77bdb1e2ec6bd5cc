// The delayed ACK has waited long enough (MUST-40).

import { ready } from "../ready";
import { Owes, Tcb } from "../tcb";
import { disarm, Timer } from "../timers";

export function delayedAckTimeout(tcb: Tcb): void {
  disarm(tcb, Timer.DELAYED_ACK);
  tcb.owes |= Owes.DELAYED_ACK;
  ready(tcb);
}
