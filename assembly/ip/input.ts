// A datagram arrives: checked, put together if it comes in pieces, handed to its protocol.

import { RX } from "../memory-map";
import { DEFER, UDP } from "../sizes";
import { Counter, Drop, Protocol, RecordKind } from "../numbers";
import { count, countDrop } from "../counters";
import { beginRecord, endRecord, recordEnds, recordProtocol } from "../record";
import { stack } from "../stack";
import { checkIpv4, destinationOf, headerOctets, protocolOf, sourceOf, totalLength } from "../wire/ipv4";
import { tcpInput } from "../tcp/input";
import { udpInput } from "../udp/endpoints";
import { isFragment, takeFragment, WHOLE } from "./fragments";
import { icmpInput } from "./icmp";
import { complain, Unreachable } from "./icmp-slot";

/** `length` octets lie at rx. Answers 0, or the Drop reason. */
export function ipInput(length: i32): i32 {
  count(Counter.DATAGRAMS_IN);
  beginRecord(RecordKind.INPUT, Protocol.NONE, length);
  const reason = take(length);
  endRecord(reason);
  return reason;
}

function take(length: i32): i32 {
  const fault = length > <i32>stack.mtu ? Drop.TOO_LONG : checkIpv4(RX, length);
  if (fault != Drop.NONE) return refuse(fault);
  const source = sourceOf(RX);
  const destination = destinationOf(RX);
  recordProtocol(protocolOf(RX));
  recordEnds(destination, source, 0);
  if (!isOurs(destination)) return refuse(Drop.NOT_FOR_US);
  if (!isValidSource(source)) return refuse(Drop.BAD_SOURCE);
  if (!isFragment(RX)) return deliver(RX);
  const held = takeFragment(RX);
  return held == Drop.NONE ? deliver(WHOLE) : refuse(held);
}

function refuse(reason: i32): i32 {
  countDrop(reason);
  return reason;
}

/** Our address; for a gateway any that one host can have. Broadcast and multicast are nobody's (MUST-57). */
function isOurs(address: u32): bool {
  return address == stack.localAddress || (stack.anyAddress != 0 && isUnicastHost(address));
}

/** No answer may go to a broadcast, multicast, loopback or unspecified address (MUST-63), nor to ourselves (LAND). */
function isValidSource(address: u32): bool {
  return isUnicastHost(address) && address != stack.localAddress;
}

function isUnicastHost(address: u32): bool {
  const first = address >> 24;
  return first != 0 && first != 127 && first < 224;
}

function deliver(at: usize): i32 {
  const header = headerOctets(at);
  const text = at + header;
  const octets = totalLength(at) - header;
  switch (protocolOf(at)) {
    case Protocol.TCP:
      return tcpInput(text, octets, sourceOf(at), destinationOf(at));
    case Protocol.ICMP:
      // A gateway speaks for others in TCP and UDP; who answers to their names otherwise it cannot know.
      if (DEFER && destinationOf(at) != stack.localAddress) return refuse(Drop.NOT_FOR_US);
      return icmpInput(text, octets, sourceOf(at));
    case Protocol.UDP:
      if (UDP) return deliverUdp(at, text, octets);
  }
  complain(at, Unreachable.PROTOCOL);
  return refuse(Drop.UNKNOWN_PROTOCOL);
}

function deliverUdp(at: usize, text: usize, octets: i32): i32 {
  const reason = udpInput(text, octets, sourceOf(at), destinationOf(at));
  if (reason == Drop.NO_ENDPOINT) complain(at, Unreachable.PORT);
  return reason == Drop.NONE ? reason : refuse(reason);
}
