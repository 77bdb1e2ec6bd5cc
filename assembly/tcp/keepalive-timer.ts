// When keepalive looks next: a user call sets it going, and timeouts/keepalive.ts says what happens then.

import { stack } from "../stack";
import { Is, Tcb } from "./tcb";
import { arm, disarm, Timer } from "./timers";

/** The user has switched keepalive on or off, or changed its times. */
export function startKeepalive(tcb: Tcb): void {
  if (!tcb.isNow(Is.KEPT_ALIVE)) return disarm(tcb, Timer.KEEPALIVE);
  const silent = stack.now - tcb.heardAt;
  arm(tcb, Timer.KEEPALIVE, silent < tcb.keepaliveIdle ? tcb.keepaliveIdle - silent : 0);
}
