// Four timers to a connection, and one bound for the whole stack: no timer runs out before stack.nextTimer. Stopping a
// timer leaves the bound alone, so that a segment never has to look at other connections; at worst the bound is early and
// one look finds nothing.

import { after, before } from "../sequence";
import { stack } from "../stack";
import { Tcb } from "./tcb";

export namespace Timer {
  export const RETRANSMISSION = 0; // or persist, or tail probe: tcb.timerKind
  export const DELAYED_ACK = 1;
  export const KEEPALIVE = 2;
  export const LIFE = 3; // 2 MSL, FIN-WAIT-2
  export const COUNT = 4;
}

/** No wait is longer, so that times keep their order on the circle. */
const LONGEST_MS: u32 = 0x3fffffff;

// @ts-ignore: decorator
@inline function cell(tcb: Tcb, timer: u32): usize {
  return changetype<usize>(tcb) + offsetof<Tcb>("retransmissionAt") + ((<usize>timer) << 2);
}

/** The timer runs out `ms` from now. */
// @ts-ignore: decorator
@inline export function arm(tcb: Tcb, timer: u32, ms: u32): void {
  const at = stack.now + (ms < LONGEST_MS ? ms : LONGEST_MS);
  store<u32>(cell(tcb, timer), at);
  tcb.armed |= 1 << timer;
  expectTimer(at);
}

// @ts-ignore: decorator
@inline export function disarm(tcb: Tcb, timer: u32): void {
  tcb.armed &= ~(1 << timer);
}

// @ts-ignore: decorator
@inline export function isArmed(tcb: Tcb, timer: u32): bool {
  return (tcb.armed & (1 << timer)) != 0;
}

/** When an armed timer runs out. */
// @ts-ignore: decorator
@inline export function timerAt(tcb: Tcb, timer: u32): u32 {
  return load<u32>(cell(tcb, timer));
}

/** Whether the timer is armed and has run out. */
// @ts-ignore: decorator
@inline export function hasRunOut(tcb: Tcb, timer: u32): bool {
  return isArmed(tcb, timer) && !after(timerAt(tcb, timer), stack.now);
}

/** ms left, or -1 when the timer is not running. */
export function timerLeft(tcb: Tcb, timer: u32): i32 {
  if (!isArmed(tcb, timer)) return -1;
  const left = <i32>(timerAt(tcb, timer) - stack.now);
  return left > 0 ? left : 0;
}

/** Something is to happen at `at`: the bound of the whole stack. */
// @ts-ignore: decorator
@inline export function expectTimer(at: u32): void {
  if (stack.timersArmed && !before(at, stack.nextTimer)) return;
  stack.nextTimer = at;
  stack.timersArmed = 1;
}
