// Reassembly of IPv4 fragments, RFC 791 section 3.2 and RFC 815 in spirit: one datagram at a time, in one bounded buffer, with
// a time-out. An overlap throws the whole datagram away (the attitude of RFC 5722), so no cleverness can be fed to it.
//
//   FRAGMENTS: Assembly | ranges present, in octets of payload | the datagram: 20 octets of header, then the payload

import { FRAGMENTS, FRAGMENT_HEADER } from "../memory-map";
import { FRAGMENT_BUFFER } from "../sizes";
import { Counter, Drop } from "../numbers";
import { count } from "../counters";
import { before } from "../sequence";
import { stack } from "../stack";
import { addRange, leftOf, rightOf } from "../storage/reassembly";
import { store16 } from "../wire/octets";
import {
  destinationOf,
  fragmentField,
  headerOctets,
  identification,
  IPV4_HEADER,
  protocolOf,
  sourceOf,
  totalLength,
} from "../wire/ipv4";


@unmanaged
class Assembly {
  source: u32;
  destination: u32;
  identification: u16;
  protocol: u8;
  inUse: u8;
  /** Octets of payload, once the last fragment has come; 0: not yet. */
  total: u32;
  ranges: u32;
  expireAt: u32;
}

const RANGES_MOST: i32 = 8;
const RANGES: usize = FRAGMENTS + 32;
const PAYLOAD: usize = FRAGMENTS + FRAGMENT_HEADER + IPV4_HEADER;
const PAYLOAD_MOST: i32 = FRAGMENT_BUFFER - IPV4_HEADER;
/** ms; RFC 1122 section 3.3.2 asks for 60 to 120 s, which on a board would let one lost fragment block the buffer: 15 s, as RFC 791 suggests. */
const LIFE_MS: u32 = 15000;
const MORE_FRAGMENTS: u32 = 0x2000;

const assembly: Assembly = changetype<Assembly>(FRAGMENTS);

if (offsetof<Assembly>() > 32 || 32 + 8 * RANGES_MOST > <i32>FRAGMENT_HEADER) ERROR("FRAGMENT_HEADER is too small");

// @ts-ignore: decorator
@inline export function isFragment(at: usize): bool {
  return (fragmentField(at) & 0x3fff) != 0;
}

/** Where a datagram put together lies. */
export const WHOLE: usize = FRAGMENTS + FRAGMENT_HEADER;

/** Takes the fragment at `at`: NONE when the datagram at WHOLE is complete, FRAGMENT when it is held, or why it is dropped. */
export function takeFragment(at: usize): i32 {
  if (!FRAGMENT_BUFFER) return Drop.BAD_FRAGMENT;
  const field = fragmentField(at);
  const offset = (<i32>(field & 0x1fff)) << 3;
  const header = headerOctets(at);
  const octets = totalLength(at) - header;
  const isLast = (field & MORE_FRAGMENTS) == 0;
  if (octets == 0 || (!isLast && (octets & 7) != 0)) return Drop.BAD_FRAGMENT;
  if (offset + octets > PAYLOAD_MOST) return Drop.BAD_FRAGMENT;
  if (!isSame(at) && !begin(at)) return Drop.BAD_FRAGMENT;
  if (!fits(offset, octets, isLast)) {
    assembly.inUse = 0;
    return Drop.BAD_FRAGMENT;
  }
  memory.copy(PAYLOAD + offset, at + header, octets);
  if (offset == 0) memory.copy(WHOLE, at, IPV4_HEADER);
  return isComplete() ? finish() : Drop.FRAGMENT;
}

/** Of the datagram being put together, and in time. */
function isSame(at: usize): bool {
  if (!assembly.inUse || isLate()) return false;
  return (
    assembly.source == sourceOf(at) &&
    assembly.destination == destinationOf(at) &&
    <u32>assembly.identification == identification(at) &&
    <u32>assembly.protocol == protocolOf(at)
  );
}

// @ts-ignore: decorator
@inline function isLate(): bool {
  return !before(stack.now, assembly.expireAt);
}

/** A new datagram begins unless another one is still in time: then the newcomer is dropped. */
function begin(at: usize): bool {
  if (assembly.inUse && !isLate()) return false;
  assembly.inUse = 1;
  assembly.source = sourceOf(at);
  assembly.destination = destinationOf(at);
  assembly.identification = <u16>identification(at);
  assembly.protocol = <u8>protocolOf(at);
  assembly.total = 0;
  assembly.ranges = 0;
  assembly.expireAt = stack.now + LIFE_MS;
  return true;
}

/** Whether the stretch overlaps nothing and agrees with the end; it is then noted. */
function fits(offset: i32, octets: i32, isLast: bool): bool {
  const end = offset + octets;
  for (let i: u32 = 0; i < assembly.ranges; i++) {
    if (<i32>leftOf(RANGES, i) < end && offset < <i32>rightOf(RANGES, i)) return false;
  }
  const known = <i32>assembly.total;
  if (known != 0 && (isLast || end > known)) return false;
  if (isLast && assembly.ranges != 0 && <i32>rightOf(RANGES, assembly.ranges - 1) > end) return false;
  const length = addRange(RANGES, assembly.ranges, RANGES_MOST, offset, end);
  if (length < 0) return false;
  assembly.ranges = length;
  if (isLast) assembly.total = end;
  return true;
}

function isComplete(): bool {
  return assembly.total != 0 && assembly.ranges == 1 && leftOf(RANGES, 0) == 0 && rightOf(RANGES, 0) == assembly.total;
}

/** The header of the first fragment, made that of a whole datagram. */
function finish(): i32 {
  assembly.inUse = 0;
  count(Counter.REASSEMBLED);
  store<u8>(WHOLE, 0x45);
  store16(WHOLE + 2, IPV4_HEADER + assembly.total);
  store16(WHOLE + 6, 0);
  return Drop.NONE;
}
