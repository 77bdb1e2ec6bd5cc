// Keepalive, RFC 9293 section 3.8.4: off unless asked for (MUST-25), only on an idle connection (MUST-26), and one probe
// without an answer means nothing yet (MUST-29).

import { Counter, Fault, State } from "../../numbers";
import { count } from "../../counters";
import { after } from "../../sequence";
import { stack } from "../../stack";
import { reset } from "../ending";
import { ready } from "../ready";
import { Is, Owes, Tcb } from "../tcb";
import { arm, disarm, Timer } from "../timers";

export function keepaliveTimeout(tcb: Tcb): void {
  disarm(tcb, Timer.KEEPALIVE);
  if (!tcb.isNow(Is.KEPT_ALIVE)) return;
  if (tcb.state != State.ESTABLISHED && tcb.state != State.CLOSE_WAIT && tcb.state != State.FIN_WAIT_2) {
    return arm(tcb, Timer.KEEPALIVE, tcb.keepaliveIdle); // a SYN or a FIN is under way, or soon will be: it probes by itself
  }
  // Behind our FIN, SND.END lies one octet before SND.NXT: nothing is queued then.
  const isBusy = tcb.snd.una != tcb.snd.nxt || after(tcb.snd.end, tcb.snd.nxt);
  const silent = stack.now - tcb.heardAt;
  if (silent < tcb.keepaliveIdle) {
    if (!isBusy) tcb.probes = 0; // else they are the persist timer's, and its backoff
    return arm(tcb, Timer.KEEPALIVE, tcb.keepaliveIdle - silent);
  }
  if (isBusy) return arm(tcb, Timer.KEEPALIVE, tcb.keepaliveIdle); // what is under way probes by itself
  if (tcb.probes >= tcb.keepaliveCount) return reset(tcb, Fault.TIMED_OUT);
  tcb.probes += 1;
  count(Counter.KEEPALIVES);
  tcb.owes |= Owes.KEEPALIVE;
  ready(tcb);
  arm(tcb, Timer.KEEPALIVE, tcb.keepaliveInterval);
}
