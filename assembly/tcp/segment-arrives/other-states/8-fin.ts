// Eighth, check the FIN bit (RFC 9293 section 3.10.7.4).

import { Event, State } from "../../../numbers";
import { setState } from "../../connections";
import { enterTimeWait, tell } from "../../ending";
import { Is, Owes, Tcb } from "../../tcb";

/** Call when the peer's FIN stands at RCV.NXT: earlier steps have trimmed and put in order what lies before it. */
export function processFin(tcb: Tcb): void {
  tcb.rcv.nxt += 1;
  tcb.is |= Is.FINISHED;
  tcb.owes |= Owes.ACK;
  tell(tcb, Event.END | Event.READABLE);
  switch (tcb.state) {
    case State.SYN_RECEIVED:
    case State.ESTABLISHED:
      setState(tcb, State.CLOSE_WAIT);
      break;
    case State.FIN_WAIT_1:
      setState(tcb, State.CLOSING); // an acknowledged FIN has left this state in the fifth step
      break;
    case State.FIN_WAIT_2:
      enterTimeWait(tcb);
      break;
    default:
      unreachable(); // behind a first FIN no other gets here: the seventh step asks for the state
  }
}
