// ICMP errors about a connection, RFC 9293 section 3.9.2.2 with the checks of RFC 5927: the quoted sequence number must be one
// that is under way (MUST-54). Soft errors are told and never end a connection (MUST-56); hard ones end it only in SYN-SENT,
// as RFC 5461 advises for synchronised states.

import { Drop, Event, Fault, Protocol, State, Table } from "../numbers";
import { between } from "../sequence";
import { headerOctets, destinationOf, protocolOf, sourceOf } from "../wire/ipv4";
import { load16, load32 } from "../wire/octets";
import { find } from "./connections";
import { fail, tell } from "./ending";
import { repeatAll } from "./loss-recovery";
import { ready } from "./ready";
import { Is, Tcb } from "./tcb";

const ICMP_HEADER: i32 = 8;
const UNREACHABLE: i32 = 3;
/** The path takes no smaller datagram for good: IPv4 promises 68 octets, but a path below this is an attack (RFC 1191). */
const PATH_MTU_LEAST: u32 = 296;

/** `octets` octets of an ICMP error lie at `at`. Answers 0, or the Drop reason. */
export function errorArrives(at: usize, octets: i32): i32 {
  const quoted = at + ICMP_HEADER;
  const left = octets - ICMP_HEADER;
  if (left < 20 || left < headerOctets(quoted) + 8 || headerOctets(quoted) < 20) return Drop.TOO_SHORT;
  if (protocolOf(quoted) != Protocol.TCP) return Drop.ICMP_IGNORED;
  const segment = quoted + headerOctets(quoted);
  const ports = load32(segment);
  const entry = find(sourceOf(quoted), destinationOf(quoted), ports);
  if (!entry || entry.table != Table.CONNECTION) return Drop.ICMP_IGNORED;
  const tcb = changetype<Tcb>(entry);
  // RFC 5927 section 4: SND.UNA <= SEG.SEQ < SND.NXT, or somebody guesses.
  if (tcb.snd.una == tcb.snd.nxt || !between(tcb.snd.una, load32(segment + 4), tcb.snd.nxt - 1))
    return Drop.ICMP_IGNORED;
  act(tcb, load<u8>(at), load<u8>(at, 1), load16(at + 6));
  return Drop.NONE;
}

function act(tcb: Tcb, type: i32, code: i32, nextMtu: u32): void {
  if (type == UNREACHABLE && code == 4) return narrowPath(tcb, nextMtu);
  const fault = faultOf(type, code);
  const isHard = type == UNREACHABLE && (code == 2 || code == 3);
  if (isHard && tcb.state == State.SYN_SENT) return fail(tcb, fault);
  tcb.softFault = <i8>fault;
  if (!tcb.isNow(Is.SILENT)) tell(tcb, Event.SOFT_ERROR);
}

function faultOf(type: i32, code: i32): i32 {
  if (type != UNREACHABLE) return Fault.HOST_UNREACHABLE;
  switch (code) {
    case 0:
      return Fault.NETWORK_UNREACHABLE;
    case 2:
      return Fault.PROTOCOL_UNREACHABLE;
    case 3:
      return Fault.REFUSED;
    default:
      return Fault.HOST_UNREACHABLE;
  }
}

/** Path MTU discovery, RFC 1191: smaller segments from now on, and what was too large again. */
function narrowPath(tcb: Tcb, nextMtu: u32): void {
  let mtu = nextMtu != 0 ? nextMtu : 576;
  if (mtu < PATH_MTU_LEAST) mtu = PATH_MTU_LEAST;
  const mss = mtu - 40;
  if (mss >= <u32>tcb.mss) return;
  tcb.mss = <u16>mss;
  tcb.mssMost = <u16>mss;
  if (tcb.state < State.ESTABLISHED) return;
  repeatAll(tcb);
  ready(tcb);
}
