// One datagram's way over the wire, as both ends and the wire tell of it.
import type { Datagram } from '../trace/decode.js';
import type { End, Relative, StateChange } from '../trace/event.js';

export interface Passage {
  /** From 1, in the order of sending. */
  number: number;
  from: End;
  /** ms, when it was sent. */
  time: number;
  octets: Uint8Array;
  datagram: Datagram;
  /** From 1; 0: not TCP. */
  connection: number;
  /** Counted from each direction's SYN; what is older is negative. */
  relative: Relative | undefined;
  /** Why it was sent, as the sender tells: 'written', 'delayed-ack' ...; 'forged': by none of the two ends. */
  cause: string;
  /** Which retransmission, from 1. */
  repeat: number;
  /** The sender's states; absent when it was forged or is about no connection. */
  sender: StateChange | undefined;
  /** What the wire did to it. */
  fault: WireFault | undefined;
  /** When it arrives or is lost; what is delayed by hand has the later time. */
  due: number;
  isLost: boolean;
  /** In the order of arrival: two when it was duplicated. */
  arrivals: Arrival[];
}

export type WireFault = 'lost' | 'cut' | 'duplicated' | 'delayed' | 'corrupted';

export interface Arrival {
  time: number;
  /** Why the receiver did not take it; empty: it did. */
  drop: string;
  receiver: StateChange | undefined;
}

/** A change of state with what took it: the path through the state diagram. */
export interface Transition {
  time: number;
  end: End;
  connection: number;
  before: string;
  after: string;
  by: 'call' | 'timeout' | 'arrival' | 'departure';
  /** The segment that arrived or left. */
  passage: Passage | undefined;
  /** A segment left in the same moment, and tells of the change. */
  isMerged: boolean;
  local: string;
  remote: string;
}

/** What was called at an end, for the script that can be taken away. */
export interface UserCall {
  time: number;
  end: End;
  call: 'listen' | 'accept' | 'open' | 'write' | 'read' | 'shutdown' | 'close' | 'abort' | 'option' | 'restart' | 'udp';
  handle: number;
  /** Octets written or read; a port; an option's number. */
  value: number;
  /** An option's value; 1: urgent. */
  extra: number;
}
