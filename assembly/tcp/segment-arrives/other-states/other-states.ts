// The eight steps for every state but CLOSED, LISTEN and SYN-SENT, in the RFC's order: section 3.10.7.4.

import { Segment } from "../../segment";
import { Tcb } from "../../tcb";
import { checkSequenceNumber } from "./1-sequence-number";
import { checkRst } from "./2-rst";
import { checkSyn } from "./4-syn";
import { checkAck } from "./5-ack";
import { checkUrg } from "./6-urg";
import { processText } from "./7-segment-text";
import { processFin } from "./8-fin";

export function segmentInOtherStates(tcb: Tcb, seg: Segment): void {
  if (checkIdentity(tcb, seg) && checkAck(tcb, seg)) finishSegment(tcb, seg);
}

/** The first four: whether the segment is this connection's and wants to be heard. */
export function checkIdentity(tcb: Tcb, seg: Segment): bool {
  return checkSequenceNumber(tcb, seg) && checkRst(tcb, seg) && checkSyn(tcb, seg);
}

/** The last three: urgent pointer, text, FIN. */
export function finishSegment(tcb: Tcb, seg: Segment): void {
  checkUrg(tcb, seg);
  if (processText(tcb, seg)) processFin(tcb);
}
