// A state that must not last has lasted long enough: 2 MSL in TIME-WAIT, or FIN-WAIT-2 of a connection closed by its user.

import { State } from "../../numbers";
import { enterClosed } from "../ending";
import { Tcb } from "../tcb";
import { disarm, Timer } from "../timers";

export function lifeTimeout(tcb: Tcb): void {
  disarm(tcb, Timer.LIFE);
  if (tcb.state == State.TIME_WAIT || tcb.state == State.FIN_WAIT_2) enterClosed(tcb);
}
