// What a trace tells: one event for each datagram on the wire, and one for whatever changes without a datagram of its
// own. The ladder, the capture, the JSON lines and the page are all made from this one stream.
import type { Datagram } from './decode.js';

/** The laptop is this program's end of the cable; the board is the other. */
export type End = 'laptop' | 'board';

/** What a trace tells, event by event. */
export type TraceEvent = DatagramEvent | StateEvent | CopyEvent;

/** One datagram on the wire. */
export interface DatagramEvent {
  type: 'datagram';
  /** From 1, as the frames of the capture are numbered. */
  number: number;
  /** Seconds since the trace began, taken at the laptop's end of the cable, where the capture is taken. */
  time: number;
  from: End;
  octets: Uint8Array;
  datagram: Datagram;
  /** The TCP connection, numbered from 1 in the order of appearance; 0: not TCP. */
  connection: number;
  /** Counted from each direction's SYN, or first timestamp. Without ACK, `ack` is 0. */
  relative?: Relative;
  /** Why it was sent, as the sender tells; empty when the sender cannot be asked. */
  cause: string;
  /** Which retransmission, from 1; 0: sent for the first time. */
  repeat: number;
  /** Why the receiver did not take it; empty when it did, or cannot be asked. */
  drop: string;
  fate: Fate;
  /** The states before and after. Empty: not known, or not about a connection. */
  states: States;
}

/** A change that no datagram made: a user call or a timer. */
export interface StateEvent {
  type: 'state';
  time: number;
  end: End;
  connection: number;
  reason: 'call' | 'timeout';
  /** Address and port of this end and of the other. */
  local: string;
  remote: string;
  states: States;
}

/** A datagram from the laptop that reached the board once more. The capture, taken at the laptop, has it once. */
export interface CopyEvent {
  type: 'copy';
  time: number;
  /** Of the datagram that was sent once. */
  number: number;
  connection: number;
  drop: string;
  states: States;
}

/**
 * What became of a datagram on its way. `taken`: it arrived (`drop` says whether the receiver could use it). `lost`: it
 * never did. `damaged`: it arrived with other octets. `copy`: it had arrived before. `unknown`: nobody can be asked.
 */
export type Fate = 'taken' | 'lost' | 'damaged' | 'copy' | 'unknown';

/** Numbers as people count them: from each direction's SYN. */
export interface Relative {
  seq: number;
  ack: number;
  sack: { left: number; right: number }[];
  timestamps?: { value: number; echo: number } | undefined;
}

/** What became of each end's state. */
export type States = Partial<Record<End, StateChange>>;

/** A state before and after. */
export interface StateChange {
  before: string;
  after: string;
  /** The end could not be asked: concluded from the segments that passed. */
  inferred: boolean;
}

export function otherEnd(end: End): End {
  return end === 'laptop' ? 'board' : 'laptop';
}
