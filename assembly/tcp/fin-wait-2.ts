// FIN-WAIT-2 without a user: nobody would ever notice that the peer never closes, so the wait is bounded.

import { stack } from "../stack";
import { isLetGo } from "./ending";
import { Tcb } from "./tcb";
import { arm, Timer } from "./timers";

/** After close() the peer's FIN is awaited only so long (Linux: tcp_fin_timeout); after shutdown without bound. */
export function boundFinWait2(tcb: Tcb): void {
  if (isLetGo(tcb)) arm(tcb, Timer.LIFE, stack.finWait2);
}
