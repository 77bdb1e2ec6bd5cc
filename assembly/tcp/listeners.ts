// Listeners: the ports on which passive opens wait, and the connections that wait for accept(), RFC 9293 section 3.9.1.1.

import { CONNECTIONS } from "../sizes";
import { LISTENER_OCTETS, LISTENER_TABLE } from "../memory-map";
import { Event } from "../numbers";
import { notify } from "../handles";
import { stack } from "../stack";
import { Is, Tcb, tcbAt } from "./tcb";


@unmanaged
export class Listener {
  isOpen: u8;
  flags: u8;
  /** 0: any port, for a gateway. */
  port: u16;
  /** 0: any address that is ours. */
  address: u32;
  /** A passive open for one remote endpoint only; 0: for anybody. */
  remoteAddress: u32;
  remotePort: u16;
  backlog: u16;
  /** 1 + slot of the first and last connection waiting, and how many wait. */
  first: u16;
  last: u16;
  waiting: u16;
}

if (offsetof<Listener>() > LISTENER_OCTETS) ERROR("LISTENER_OCTETS is too small");

// @ts-ignore: decorator
@inline export function listenerAt(index: i32): Listener {
  return changetype<Listener>(LISTENER_TABLE + <usize>index * LISTENER_OCTETS);
}

/** The number of the listener for a SYN to this address and port: the most particular one, or -1. */
export function findListener(address: u32, port: u32, remoteAddress: u32, remotePort: u32): i32 {
  let best = -1;
  let bestRank = -1;
  for (let i = 0; i < <i32>stack.listeners; i++) {
    const listener = listenerAt(i);
    if (!listener.isOpen) continue;
    if (listener.port != 0 && <u32>listener.port != port) continue;
    if (listener.address != 0 && listener.address != address) continue;
    if (listener.remoteAddress != 0 && listener.remoteAddress != remoteAddress) continue;
    if (listener.remotePort != 0 && <u32>listener.remotePort != remotePort) continue;
    const rank = (listener.port ? 4 : 0) + (listener.remoteAddress ? 2 : 0) + (listener.address ? 1 : 0);
    if (rank > bestRank) {
      best = i;
      bestRank = rank;
    }
  }
  return best;
}

// @ts-ignore: decorator
@inline export function acceptQueueIsFull(listener: Listener): bool {
  return listener.waiting >= listener.backlog;
}

/** The connection waits for accept(). */
export function enqueue(number: i32, tcb: Tcb): void {
  const listener = listenerAt(number);
  const place = <u16>(tcb.index + 1);
  tcb.acceptNext = 0;
  tcb.is |= Is.QUEUED;
  if (listener.last != 0) tcbAt(listener.last - 1).acceptNext = place;
  else listener.first = place;
  listener.last = place;
  listener.waiting += 1;
  notify(CONNECTIONS + number, Event.ACCEPT);
}

/** Takes the connection that has waited longest; null: none. */
export function dequeue(number: i32): Tcb | null {
  const first = listenerAt(number).first;
  if (first == 0) return null;
  const tcb = tcbAt(first - 1);
  unqueue(tcb);
  return tcb;
}

/** The connection waits no longer: accepted, or over before anybody came for it. */
export function unqueue(tcb: Tcb): void {
  const listener = listenerAt(tcb.listener);
  const place = <u16>(tcb.index + 1);
  tcb.is &= ~Is.QUEUED;
  listener.waiting -= 1;
  if (listener.first == place) {
    listener.first = tcb.acceptNext;
    if (listener.first == 0) listener.last = 0;
    return;
  }
  let at = tcbAt(listener.first - 1);
  while (at.acceptNext != place) at = tcbAt(at.acceptNext - 1);
  at.acceptNext = tcb.acceptNext;
  if (listener.last == place) listener.last = <u16>(at.index + 1);
}
