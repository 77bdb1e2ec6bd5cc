// The receive window, RFC 9293 section 3.8.6. The ring is the window: nothing is promised that it cannot hold, and what was
// promised is never taken back (SHLD-14).

import { MTU, HEADERS, RECEIVE_RING, RECEIVE_SCALE } from "../sizes";
import { after, later } from "../sequence";
import { Is, Owes, Tcb } from "./tcb";

/** A scaled window is rounded up to a whole step, so that rounding never moves the edge back; the step is kept free. */
const STEP: u32 = (1 << RECEIVE_SCALE) - 1;
const WINDOW_MOST: u32 = RECEIVE_RING - STEP < 0xffff << RECEIVE_SCALE ? RECEIVE_RING - STEP : 0xffff << RECEIVE_SCALE;
/** What the window field can say without scaling. */
const UNSCALED_MOST: u32 = WINDOW_MOST < 0xffff ? WINDOW_MOST : 0xffff;
const FULL: u32 = MTU - HEADERS;

/** The least advance worth telling: a full segment of the peer's or half the ring (MUST-39, section 3.8.6.2.2). */
// @ts-ignore: decorator
@inline function advanceLeast(tcb: Tcb): u32 {
  const full = tcb.isNow(Is.STAMPING) ? FULL - 12 : FULL;
  return min<u32>(RECEIVE_RING / 2, full);
}

/** The largest edge that can be promised. */
// @ts-ignore: decorator
@inline function edgeMost(tcb: Tcb): u32 {
  return tcb.rcv.read + (RECEIVE_SCALE == 0 || tcb.rcvScale == 0 ? UNSCALED_MOST : WINDOW_MOST);
}

/** Moves the advertised edge when that is worth telling; a segment that carries it is on its way. */
// @ts-ignore: decorator
@inline export function advanceEdge(tcb: Tcb): void {
  const edge = edgeMost(tcb);
  if (after(edge, tcb.rcv.edge) && edge - tcb.rcv.edge >= advanceLeast(tcb)) tcb.rcv.edge = edge;
}

/** The window field that stands for RCV.WND; scaled, it is rounded up, and the peer reads an edge a little further on. */
// @ts-ignore: decorator
@inline export function windowToAdvertise(tcb: Tcb): u32 {
  const rcv = tcb.rcv;
  const shift: u32 = tcb.rcvScale;
  const room = (rcv.edge - rcv.nxt + ((1 << shift) - 1)) >> shift;
  const window: u32 = room > 0xffff ? 0xffff : room;
  if (RECEIVE_SCALE != 0) rcv.promised = later(rcv.promised, rcv.nxt + (window << shift));
  return window;
}

/** RCV.WND, up to the furthest edge that the peer has read: all that was promised is also taken. */
// @ts-ignore: decorator
@inline export function receiveWindow(tcb: Tcb): u32 {
  return (RECEIVE_SCALE != 0 ? tcb.rcv.promised : tcb.rcv.edge) - tcb.rcv.nxt;
}

/** The window of a connection's first segment; a SYN's own is never scaled (RFC 7323 section 2.2). */
export function firstEdge(nxt: u32): u32 {
  return nxt + UNSCALED_MOST;
}

/**
 * The user has read: a window update is owed when the peer may be waiting for it. That is so when the window it knows is
 * nearly closed, or when half the ring has come free since.
 */
export function considerUpdate(tcb: Tcb): void {
  const edge = edgeMost(tcb);
  const advance = edge - tcb.rcv.edge;
  const isNearlyClosed = receiveWindow(tcb) < FULL;
  if (advance >= <u32>RECEIVE_RING / 2 || (isNearlyClosed && advance >= advanceLeast(tcb)))
    tcb.owes |= Owes.WINDOW_UPDATE;
}
