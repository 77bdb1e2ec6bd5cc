// Linear memory on one page of code: each address is the previous one plus its size. The sum is checked by the build,
// which gives the module exactly the pages that __heap_base needs.
//
//   stack | counters | record | info (segment and plan lie in it) | rx | tx | serial | datagram | replies | icmp | fragments
//   | handles | listeners | buckets | TCBs + scratch | SYN queue | TIME-WAIT | UDP | send rings | receive rings
//
// Sizes of records stand here as numbers; the file that draws the record asserts that it fits.

import {
  BUCKETS,
  CONNECTIONS,
  FRAGMENT_BUFFER,
  ICMP_SLOT,
  LISTENERS,
  MTU,
  REASSEMBLY_RANGES,
  RECEIVE_RING,
  RECORDS,
  REPLIES,
  SACK_RANGES,
  SEND_RING,
  SERIAL_CHUNK,
  SYN_QUEUE,
  TIME_WAITS,
  UDP,
  UDP_ENDPOINTS,
  UDP_RING,
} from "./sizes";
import { Counter, DatagramAt, InfoAt, RecordAt } from "./numbers";

export const STACK_OCTETS: usize = 288;
export const SEGMENT_OCTETS: usize = 64;
export const PLAN_OCTETS: usize = 32;
export const REPLY_OCTETS: usize = 40;
export const FRAGMENT_HEADER: usize = 104;
export const HANDLE_OCTETS: usize = 8;
export const LISTENER_OCTETS: usize = 28;
export const TCB_OCTETS: usize = 288 + 8 * (REASSEMBLY_RANGES + SACK_RANGES);
export const SYN_ENTRY_OCTETS: usize = 72;
export const TIME_WAIT_OCTETS: usize = 68;
export const UDP_OCTETS: usize = 32;
export const HANDLES: i32 = CONNECTIONS + LISTENERS + UDP_ENDPOINTS;

// The receive rings and the datagram buffers stand on 16-octet borders, so that wide loads stay aligned.
const PADDED_MTU: i32 = (MTU + 15) & ~15;

const stackAt: i32 = 0;
const countersAt: i32 = stackAt + <i32>STACK_OCTETS;
const recordAt: i32 = countersAt + 4 * Counter.COUNT;
const segmentAt: i32 = recordAt + (RECORDS ? (RecordAt.OCTETS + 7) & ~7 : 0);
const planAt: i32 = segmentAt + <i32>SEGMENT_OCTETS;
// What info() tells holds until the next call, and a segment and its plan only within one: they share their place.
const infoAt: i32 = segmentAt;
const rxAt: i32 = (infoAt + InfoAt.OCTETS + 15) & ~15;
const txAt: i32 = rxAt + PADDED_MTU;
const serialRxAt: i32 = txAt + PADDED_MTU;
const serialTxAt: i32 = serialRxAt + SERIAL_CHUNK;
const datagramAt: i32 = serialTxAt + SERIAL_CHUNK;
const repliesAt: i32 = (datagramAt + (UDP ? DatagramAt.PAYLOAD + MTU - 28 : 0) + 7) & ~7;
const icmpAt: i32 = repliesAt + REPLIES * <i32>REPLY_OCTETS;
const fragmentsAt: i32 = (icmpAt + ICMP_SLOT + 7) & ~7;
const handlesAt: i32 = (fragmentsAt + (FRAGMENT_BUFFER ? <i32>FRAGMENT_HEADER + FRAGMENT_BUFFER : 0) + 7) & ~7;
const listenersAt: i32 = handlesAt + HANDLES * <i32>HANDLE_OCTETS;
const bucketsAt: i32 = (listenersAt + LISTENERS * <i32>LISTENER_OCTETS + 7) & ~7;
const tcbsAt: i32 = bucketsAt + BUCKETS * 4;
const synQueueAt: i32 = tcbsAt + (CONNECTIONS + 1) * <i32>TCB_OCTETS;
const timeWaitsAt: i32 = synQueueAt + SYN_QUEUE * <i32>SYN_ENTRY_OCTETS;
const udpAt: i32 = timeWaitsAt + TIME_WAITS * <i32>TIME_WAIT_OCTETS;
const sendRingsAt: i32 = (udpAt + UDP_ENDPOINTS * (<i32>UDP_OCTETS + 2 * UDP_RING) + 15) & ~15;
const receiveRingsAt: i32 = sendRingsAt + CONNECTIONS * SEND_RING;
const end: i32 = receiveRingsAt + CONNECTIONS * RECEIVE_RING;

if (<i32>SEGMENT_OCTETS + <i32>PLAN_OCTETS > InfoAt.OCTETS) ERROR("a segment and its plan lie in what info() tells");

/** All of the core's state, in one piece. */
export const MEMORY: usize = memory.data(end, 16);

export const STACK: usize = MEMORY + stackAt;
export const COUNTERS: usize = MEMORY + countersAt;
export const RECORD: usize = MEMORY + recordAt;
export const INFO: usize = MEMORY + infoAt;
export const SEGMENT: usize = MEMORY + segmentAt;
export const PLAN: usize = MEMORY + planAt;
export const RX: usize = MEMORY + rxAt;
export const TX: usize = MEMORY + txAt;
export const SERIAL_RX: usize = MEMORY + serialRxAt;
export const SERIAL_TX: usize = MEMORY + serialTxAt;
export const DATAGRAM: usize = MEMORY + datagramAt;
export const REPLY_QUEUE: usize = MEMORY + repliesAt;
export const ICMP_AT: usize = MEMORY + icmpAt;
export const FRAGMENTS: usize = MEMORY + fragmentsAt;
export const HANDLE_TABLE: usize = MEMORY + handlesAt;
export const LISTENER_TABLE: usize = MEMORY + listenersAt;
export const BUCKET_TABLE: usize = MEMORY + bucketsAt;
export const TCBS: usize = MEMORY + tcbsAt;
export const SCRATCH_TCB: usize = TCBS + <usize>CONNECTIONS * TCB_OCTETS;
export const SYN_ENTRIES: usize = MEMORY + synQueueAt;
export const TIME_WAIT_ENTRIES: usize = MEMORY + timeWaitsAt;
export const UDP_TABLE: usize = MEMORY + udpAt;
export const SEND_RINGS: usize = MEMORY + sendRingsAt;
export const RECEIVE_RINGS: usize = MEMORY + receiveRingsAt;
