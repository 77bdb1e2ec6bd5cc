// A listener that defers (ListenFlag.DEFER): the SYN waits in the SYN queue and is not answered before the user has decided,
// so that a gateway can try its own side first and refuse in the other end's words.

import { DEFER, SYN_QUEUE } from "../../sizes";
import { RX, SYN_ENTRIES, SYN_ENTRY_OCTETS } from "../../memory-map";
import { Fault, Flag, InfoAt, Protocol, Table } from "../../numbers";
import { complain } from "../../ip/icmp-slot";
import { stack } from "../../stack";
import { IPV4_HEADER, writeIpv4 } from "../../wire/ipv4";
import { store32 } from "../../wire/octets";
import { ready } from "../ready";
import { replyReset } from "../reply";
import { segment } from "../segment";
import { admitHalfOpen, dropHalfOpen, SynEntry } from "../syn-queue";
import { Is } from "../tcb";
import { heldListener } from "./handles";
import { describeHalfOpen } from "./info";

const INDEX_BITS: i32 = 10;
const INDEX_MASK: i32 = 1023;

/** The record (InfoAt) of the next SYN that waits for a decision, its ticket in place of a handle, each told once; 0: none. */
export function request(handle: i32): i32 {
  const number = heldListener(handle);
  if (number < 0) return Fault.BAD_HANDLE;
  for (let i = 0; DEFER && i < SYN_QUEUE; i++) {
    const entry = entryAt(i);
    if (entry.table == Table.NONE || <i32>entry.listener != number) continue;
    if ((entry.is & (Is.DEFERRED | Is.ASKED)) != Is.DEFERRED) continue;
    entry.is |= Is.ASKED;
    const at = describeHalfOpen(entry);
    store<i32>(at, ((<i32>entry.ticket) << INDEX_BITS) | i, InfoAt.HANDLE);
    return at;
  }
  return 0;
}

/** The SYN is answered as by any listener. */
export function admit(ticket: i32): i32 {
  const entry = asked(ticket);
  if (!entry) return Fault.BAD_HANDLE;
  admitHalfOpen(entry);
  ready(entry);
  return 0;
}

/** The SYN is answered by a RST (`reason` 0), or by ICMP destination unreachable with `reason` - 1 as its code. */
export function refuse(ticket: i32, reason: i32): i32 {
  if (reason < 0 || reason > 16) return Fault.INVALID;
  const entry = asked(ticket);
  if (!entry) return Fault.BAD_HANDLE;
  if (reason) complainOf(entry, reason - 1);
  else resetOf(entry);
  dropHalfOpen(entry);
  return 0;
}

function entryAt(index: i32): SynEntry {
  return changetype<SynEntry>(SYN_ENTRIES + <usize>index * SYN_ENTRY_OCTETS);
}

/** The entry that still waits for this decision; null: its peer has given up, or it has been decided. */
function asked(ticket: i32): SynEntry | null {
  const index = ticket & INDEX_MASK;
  if (!DEFER || ticket <= 0 || index >= SYN_QUEUE) return null;
  const entry = entryAt(index);
  if (entry.table == Table.NONE || !(entry.is & Is.DEFERRED)) return null;
  return <i32>entry.ticket == ticket >> INDEX_BITS ? entry : null;
}

function resetOf(entry: SynEntry): void {
  segment.localAddress = entry.localAddress;
  segment.remoteAddress = entry.remoteAddress;
  segment.ports = entry.ports;
  segment.seq = entry.irs;
  segment.length = 0;
  segment.flags = Flag.SYN;
  replyReset(segment);
}

/** RFC 792 quotes the header and eight octets; of the header only what RFC 5927 looks at was kept. */
function complainOf(entry: SynEntry, code: u32): void {
  writeIpv4(RX, Protocol.TCP, entry.remoteAddress, entry.localAddress, IPV4_HEADER + 20, 0, stack.ttl);
  store32(RX + IPV4_HEADER, rotl(entry.ports, 16));
  store32(RX + IPV4_HEADER + 4, entry.irs);
  complain(RX, code);
}
