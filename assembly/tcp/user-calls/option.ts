// What a user may set on one connection: names in numbers.ts, Option.

import { Fault, Option } from "../../numbers";
import { startKeepalive } from "../keepalive-timer";
import { ready } from "../ready";
import { Is, Tcb } from "../tcb";
import { heldTcb } from "./handles";

/** Sets the option: 0, or INVALID for a name or value that is not one. */
export function option(handle: i32, name: i32, value: i32): i32 {
  const tcb = heldTcb(handle);
  if (!tcb) return Fault.BAD_HANDLE;
  switch (name) {
    case Option.NODELAY:
      setFact(tcb, Is.NODELAY, value != 0);
      ready(tcb);
      return 0;
    case Option.SOFT_ERRORS:
      setFact(tcb, Is.SILENT, value == 0);
      return 0;
    case Option.LINGER:
      setFact(tcb, Is.RESETTING, value == 0);
      return 0;
    case Option.KEEPALIVE:
      setFact(tcb, Is.KEPT_ALIVE, value != 0);
      startKeepalive(tcb);
      return 0;
    default:
      return value < 0 ? Fault.INVALID : setNumber(tcb, name, value);
  }
}

function setFact(tcb: Tcb, fact: u32, isTrue: bool): void {
  tcb.is = isTrue ? tcb.is | fact : tcb.is & ~fact;
}

function setNumber(tcb: Tcb, name: i32, value: i32): i32 {
  switch (name) {
    case Option.USER_TIMEOUT:
      tcb.userTimeout = value;
      return 0;
    case Option.TOS:
      if (value > 255) return Fault.INVALID;
      tcb.tos = <u8>value;
      return 0;
    case Option.TTL:
      if (value < 1 || value > 255) return Fault.INVALID;
      tcb.ttl = <u8>value;
      return 0;
    case Option.MAXSEG:
      if (value < 28 || value > 0xffff) return Fault.INVALID;
      tcb.mssMost = <u16>value;
      if (tcb.mss > tcb.mssMost) tcb.mss = tcb.mssMost;
      return 0;
    default:
      return value == 0 ? Fault.INVALID : setKeepalive(tcb, name, value);
  }
}

function setKeepalive(tcb: Tcb, name: i32, value: i32): i32 {
  switch (name) {
    case Option.KEEPALIVE_IDLE:
      tcb.keepaliveIdle = value;
      break;
    case Option.KEEPALIVE_INTERVAL:
      tcb.keepaliveInterval = value;
      break;
    case Option.KEEPALIVE_COUNT:
      if (value > 255) return Fault.INVALID;
      tcb.keepaliveCount = <u8>value;
      break;
    default:
      return Fault.INVALID;
  }
  startKeepalive(tcb);
  return 0;
}
