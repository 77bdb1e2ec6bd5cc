// UDP, RFC 768 and RFC 8085: endpoints, each with a ring of datagrams for either direction.
//
//   in a ring: remote address | local address | remote port, octets | local port | payload, padded to four octets

import { CONNECTIONS, DEFER, LISTENERS, UDP, UDP_ENDPOINTS, UDP_RING } from "../sizes";
import { DATAGRAM, TX, UDP_OCTETS, UDP_TABLE } from "../memory-map";
import { Cause, Counter, DatagramAt, Drop, Event, Fault, Protocol, RecordKind, UdpPort } from "../numbers";
import { count } from "../counters";
import { notify, renewHandle, retireHandle, slotOf } from "../handles";
import { random } from "../random";
import { beginRecord, endRecord, recordCause, recordEnds } from "../record";
import { stack } from "../stack";
import { finish, fold, pseudoHeader, sum } from "../wire/checksum";
import { IPV4_HEADER, writeIpv4 } from "../wire/ipv4";
import { load16, store16, store32 } from "../wire/octets";
import { putText, straight } from "../storage/ring";

const UDP_HEADER: i32 = 8;
const FIRST: i32 = CONNECTIONS + LISTENERS;
const EPHEMERAL_FIRST: u32 = 49152;
const EPHEMERAL_MASK: u32 = 16383;


@unmanaged
class Endpoint {
  address: u32;
  /** 0: every port that no other endpoint has. */
  port: u16;
  isOpen: u8;
  // Positions in the rings, counted without end.
  received: u32;
  read: u32;
  queued: u32;
  sent: u32;
}

if (offsetof<Endpoint>() > UDP_OCTETS) ERROR("UDP_OCTETS is too small");

// @ts-ignore: decorator
@inline function endpointAt(index: i32): Endpoint {
  return changetype<Endpoint>(UDP_TABLE + <usize>index * (UDP_OCTETS + 2 * UDP_RING));
}

// @ts-ignore: decorator
@inline function receiveRing(endpoint: Endpoint): usize {
  return changetype<usize>(endpoint) + UDP_OCTETS;
}

// @ts-ignore: decorator
@inline function sendRing(endpoint: Endpoint): usize {
  return changetype<usize>(endpoint) + UDP_OCTETS + UDP_RING;
}

// @ts-ignore: decorator
@inline function padded(octets: i32): u32 {
  return (octets + 3) & ~3;
}

// ---- Lower side

/** `octets` octets of datagram lie at `at`. Answers 0, or the Drop reason. */
export function udpInput(at: usize, octets: i32, source: u32, destination: u32): i32 {
  if (octets < UDP_HEADER) return Drop.TOO_SHORT;
  const length: i32 = load16(at + 4);
  if (length < UDP_HEADER || length > octets) return Drop.BAD_TOTAL_LENGTH;
  // A checksum of 0 means that there is none (RFC 768).
  if (
    load<u16>(at, 6) != 0 &&
    fold(sum(at, length, pseudoHeader(source, destination, Protocol.UDP, length))) != 0xffff
  ) {
    return Drop.BAD_SEGMENT_CHECKSUM;
  }
  const port = load16(at + 2);
  const remotePort = load16(at);
  recordEnds(destination, source, (port << 16) | remotePort);
  if (port == 0) return Drop.BAD_PORT;
  const index = find(destination, port);
  if (index < 0) return Drop.NO_ENDPOINT;
  count(Counter.UDP_IN);
  return keep(index, at + UDP_HEADER, length - UDP_HEADER, source, destination, (port << 16) | remotePort);
}

/** The endpoint of this very port; else the one that has every port, if there is one; else -1. */
function find(address: u32, port: u32): i32 {
  let found = -1;
  for (let i = 0; i < UDP_ENDPOINTS; i++) {
    const endpoint = endpointAt(i);
    if (!endpoint.isOpen || (endpoint.address != 0 && endpoint.address != address)) continue;
    if (<u32>endpoint.port == port) return i;
    if (DEFER && endpoint.port == 0) found = i;
  }
  return found;
}

function keep(index: i32, at: usize, octets: i32, source: u32, destination: u32, ports: u32): i32 {
  const endpoint = endpointAt(index);
  if (endpoint.received - endpoint.read + DatagramAt.PAYLOAD + padded(octets) > <u32>UDP_RING) return Drop.RING_FULL;
  endpoint.received = push(receiveRing(endpoint), endpoint.received, at, octets, source, destination, ports);
  notify(FIRST + index, Event.DATAGRAM);
  return Drop.NONE;
}

/** Appends a datagram to a ring; answers the position behind it. `ports`: local << 16 | remote. */
function push(ring: usize, position: u32, at: usize, octets: i32, remote: u32, local: u32, ports: u32): u32 {
  putWord(ring, position, remote);
  putWord(ring, position + 4, local);
  putWord(ring, position + 8, (ports & 0xffff) | ((<u32>octets) << 16));
  putWord(ring, position + 12, ports >> 16);
  putText(ring, UDP_RING, position + DatagramAt.PAYLOAD, at, octets);
  return position + DatagramAt.PAYLOAD + padded(octets);
}

// @ts-ignore: decorator
@inline function putWord(ring: usize, position: u32, word: u32): void {
  store<u32>(ring + (position & (UDP_RING - 1)), word);
}

/** Copies the datagram at `position` out of a ring: head to `to`, payload to `payload`; answers its octets. */
function pull(ring: usize, position: u32, to: usize, payload: usize): i32 {
  for (let i: u32 = 0; i < <u32>DatagramAt.PAYLOAD; i += 4)
    store<u32>(to + i, load<u32>(ring + ((position + i) & (UDP_RING - 1))));
  const octets = load<u16>(to, DatagramAt.LENGTH);
  const begin = position + DatagramAt.PAYLOAD;
  const first = straight(begin, octets, UDP_RING);
  memory.copy(payload, ring + (begin & (UDP_RING - 1)), first);
  if (first < <u32>octets) memory.copy(payload + first, ring, octets - first);
  return octets;
}

/** Writes the next datagram that some endpoint has queued to tx: its octets; 0: none. */
export function udpOutput(): i32 {
  if (!UDP || stack.udpQueued == 0) return 0;
  for (let i = 0; i < UDP_ENDPOINTS; i++) {
    const endpoint = endpointAt(i);
    if (endpoint.sent != endpoint.queued) return transmit(endpoint);
  }
  return 0;
}

function transmit(endpoint: Endpoint): i32 {
  const at = TX + IPV4_HEADER;
  // The head of the queued datagram passes through the header's place on its way.
  const octets = pull(sendRing(endpoint), endpoint.sent, TX, at + UDP_HEADER);
  const remote = load<u32>(TX, DatagramAt.REMOTE_ADDRESS);
  const local = load<u32>(TX, DatagramAt.LOCAL_ADDRESS);
  const ports = ((<u32>load<u16>(TX, DatagramAt.LOCAL_PORT)) << 16) | load<u16>(TX, DatagramAt.REMOTE_PORT);
  endpoint.sent += DatagramAt.PAYLOAD + padded(octets);
  stack.udpQueued -= 1;
  const length = UDP_HEADER + octets;
  store32(at, ports);
  store16(at + 4, length);
  store<u16>(at, 0, 6);
  const checksum = finish(sum(at, length, pseudoHeader(local, remote, Protocol.UDP, length)));
  store<u16>(at, checksum == 0 ? 0xffff : checksum, 6);
  writeIpv4(TX, Protocol.UDP, local, remote, IPV4_HEADER + length, 0, stack.ttl);
  count(Counter.UDP_OUT);
  beginRecord(RecordKind.OUTPUT, Protocol.UDP, IPV4_HEADER + length);
  recordEnds(local, remote, ports);
  recordCause(Cause.DATAGRAM, 0);
  endRecord(0);
  return IPV4_HEADER + length;
}

// ---- Upper side

/** An endpoint's handle. `address` 0: any of ours; `port` 0: a random one, UdpPort.EVERY: all that nobody else has. */
export function udpOpen(address: u32, port: u32): i32 {
  if (!UDP) return Fault.NO_RESOURCES;
  if (port > (DEFER ? <u32>UdpPort.EVERY : 0xffff)) return Fault.INVALID;
  if (address != 0 && address != stack.localAddress && !stack.anyAddress) return Fault.BAD_ADDRESS;
  // EVERY is 0 in 16 bits: taken when somebody has every port.
  if (port != 0 && isTaken(address == 0 ? stack.localAddress : address, <u16>port)) return Fault.IN_USE;
  for (let i = 0; i < UDP_ENDPOINTS; i++) {
    const endpoint = endpointAt(i);
    if (endpoint.isOpen) continue;
    endpoint.isOpen = 1;
    endpoint.address = address;
    endpoint.port = <u16>(port != 0 ? port : freePort());
    endpoint.read = endpoint.received; // what the one before has queued still leaves
    return renewHandle(FIRST + i);
  }
  return Fault.NO_RESOURCES;
}

function isTaken(address: u32, port: u16): bool {
  const index = find(address, port);
  return index >= 0 && endpointAt(index).port == port;
}

function freePort(): u32 {
  let port = EPHEMERAL_FIRST + ((<u32>random()) & EPHEMERAL_MASK);
  while (isTaken(stack.localAddress, <u16>port)) port = EPHEMERAL_FIRST + ((port + 1) & EPHEMERAL_MASK);
  return port;
}

function held(handle: i32): i32 {
  const index = slotOf(handle, FIRST, UDP_ENDPOINTS);
  return index < 0 ? -1 : index - FIRST;
}

/**
 * Queues `length` octets of the exchange buffer's payload for a remote address and port. From an endpoint that has every
 * port they leave in the name of the buffer's local address and port.
 */
export function udpSend(handle: i32, address: u32, port: u32, length: i32): i32 {
  const index = held(handle);
  if (index < 0) return Fault.BAD_HANDLE;
  if (port == 0 || port > 0xffff || length < 0) return Fault.INVALID;
  if (length > <i32>stack.mtu - IPV4_HEADER - UDP_HEADER || length + DatagramAt.PAYLOAD > UDP_RING)
    return Fault.MESSAGE_SIZE;
  const endpoint = endpointAt(index);
  if (endpoint.queued - endpoint.sent + DatagramAt.PAYLOAD + padded(length) > <u32>UDP_RING) return Fault.AGAIN;
  const isGateway = DEFER && endpoint.port == 0;
  const local = isGateway ? load<u32>(DATAGRAM, DatagramAt.LOCAL_ADDRESS) : ownAddress(endpoint);
  const localPort = isGateway ? load<u16>(DATAGRAM, DatagramAt.LOCAL_PORT) : endpoint.port;
  endpoint.queued = push(
    sendRing(endpoint),
    endpoint.queued,
    DATAGRAM + DatagramAt.PAYLOAD,
    length,
    address,
    local,
    ((<u32>localPort) << 16) | port,
  );
  stack.udpQueued += 1;
  return 0;
}

// @ts-ignore: decorator
@inline function ownAddress(endpoint: Endpoint): u32 {
  return endpoint.address != 0 ? endpoint.address : stack.localAddress;
}

/** The next datagram goes to the exchange buffer: octets of its payload, or AGAIN. */
export function udpReceive(handle: i32): i32 {
  const index = held(handle);
  if (index < 0) return Fault.BAD_HANDLE;
  const endpoint = endpointAt(index);
  if (endpoint.read == endpoint.received) return Fault.AGAIN;
  const octets = pull(receiveRing(endpoint), endpoint.read, DATAGRAM, DATAGRAM + DatagramAt.PAYLOAD);
  endpoint.read += DatagramAt.PAYLOAD + padded(octets);
  if (endpoint.read != endpoint.received) notify(FIRST + index, Event.DATAGRAM);
  return octets;
}

export function udpClose(handle: i32): i32 {
  const index = held(handle);
  if (index < 0) return Fault.BAD_HANDLE;
  endpointAt(index).isOpen = 0;
  retireHandle(FIRST + index);
  return 0;
}
