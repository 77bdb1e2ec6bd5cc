// ABORT, RFC 9293 section 3.10.5: everything queued is dropped, the peer is told by a RST, and the handle is let go.

import { Fault, State } from "../../numbers";
import { endRecord } from "../../record";
import { retireHandle } from "../../handles";
import { freeIfOver, reset } from "../ending";
import { Is } from "../tcb";
import { beginCall } from "./close";
import { heldTcb } from "./handles";

export function abort(handle: i32): i32 {
  const tcb = heldTcb(handle);
  if (!tcb) return Fault.BAD_HANDLE;
  beginCall(tcb);
  tcb.is &= ~Is.HELD;
  retireHandle(tcb.index);
  if (tcb.state == State.CLOSED) freeIfOver(tcb);
  else reset(tcb, Fault.ABORTED);
  endRecord(0);
  return 0;
}
