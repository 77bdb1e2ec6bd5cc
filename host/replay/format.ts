// A record as a file (docs/replay.md): what it says first, the stations with their modules and their memories, and then
// one entry after another until the end.

import type { Fault } from '../link/wire.js';
import { OctetWriter } from './octets.js';

export const MAGIC = 'SLIPREC\n';
export const VERSION = 1;

/** What an entry is. */
export const Tag = { END: 0, CALL: 1, TRAP: 2, FAULT: 3, NOTE: 4 } as const;

/** Who is recorded: each end of the cable that runs in this process. */
export interface RecordedStation {
  name: 'laptop' | 'board';
  address: string;
  /** SHA-256 of its module. */
  module: string;
}

/** What a record says first, as JSON. */
export interface RecordHeader {
  stations: RecordedStation[];
  /** Names of the calls, and how many numbers each takes; entries name a call by its place here. */
  calls: [name: string, numbers: number][];
  /** Names of the faults of an emulated cable, likewise. */
  faults: Fault[];
  /** When the recording began, ms since 1970. */
  began: number;
  /** The link, as its URL. */
  link: string;
  /** The address at the other end of the link. */
  peer: string;
}

/** One thing that happened. Its place among the entries, from 1, is its step. */
export type Entry = CallEntry | FaultEntry | NoteEntry;

interface Timed {
  step: number;
  /** ms since the recording began. */
  time: number;
}

export interface CallEntry extends Timed {
  type: 'call';
  station: number;
  name: string;
  numbers: readonly number[];
  /** What the caller had written into the memory for it. */
  taken: Uint8Array | undefined;
  /** undefined: the core trapped. */
  result: number | undefined;
  /** The fingerprint of what the caller found in the memory behind it. */
  given: number | undefined;
}

/** The cable lost, damaged, repeated or delayed a frame that this station had sent. */
export interface FaultEntry extends Timed {
  type: 'fault';
  station: number;
  fault: Fault;
  frame: Uint8Array;
}

/** Words of whoever recorded it. */
export interface NoteEntry extends Timed {
  type: 'note';
  text: string;
}

export const FAULTS: Fault[] = ['lost', 'duplicated', 'corrupted', 'reordered', 'overflow', 'cut'];

/** Everything before the entries. */
export function encodeHead(
  header: RecordHeader,
  bodies: readonly { module: Uint8Array; snapshot: Uint8Array }[],
): Uint8Array {
  const writer = new OctetWriter().raw(new TextEncoder().encode(MAGIC)).number(VERSION).text(JSON.stringify(header));
  for (const { module, snapshot } of bodies) writer.octets(module).octets(snapshot);
  return writer.take();
}
