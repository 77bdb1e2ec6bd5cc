// A capture that Wireshark reads: pcapng with raw IPv4 datagrams, seen from the laptop's end of the cable. What no capture
// on a wire could know (why a segment was sent, why it was dropped, the states of both ends) stands in packet comments.
//
//   section header | interface description | enhanced packet ... enhanced packet | interface statistics
//   every block:  type, length, body padded to 32 bits, options (code, length, value padded), length
import type { DatagramEvent, End, States, TraceEvent } from './event.js';
import { inWords } from './names.js';

/** Writes events as a capture that Wireshark reads. */
export class Pcapng {
  readonly #write: (octets: Uint8Array) => void;
  readonly #epochMs: number;
  /** Changes of state that no datagram made: they go into the next packet's comments, the last into the trailer's. */
  #notes: string[] = [];

  /** `epochMs` is the time of day, in milliseconds since 1970, at the trace's time 0. */
  constructor(write: (octets: Uint8Array) => void, epochMs: number) {
    this.#write = write;
    this.#epochMs = epochMs;
    write(sectionHeader());
    write(interfaceDescription());
  }

  /** Writes a datagram as a packet, and anything else into the comments of the next. */
  event(event: TraceEvent): void {
    switch (event.type) {
      case 'datagram':
        this.#write(packet(event, this.#time(event.time), [...this.#notes, ...commentsOf(event)]));
        this.#notes = [];
        break;
      case 'state':
        this.#notes.push(
          `At ${event.time.toFixed(3)} s, by a ${event.reason}: ${stateComments(event.states).join(', ')}`,
        );
        break;
      case 'copy':
        this.#notes.push(
          `Packet ${event.number} reached the board again${event.drop && `, dropped: ${inWords(event.drop)}`}`,
        );
        break;
    }
  }

  /** Says something in the comments of the next packet. */
  note(text: string): void {
    this.#notes.push(text);
  }

  /** Writes the trailer, which holds what happened behind the last packet. */
  end(time: number): void {
    this.#write(interfaceStatistics(this.#time(time), this.#notes));
    this.#notes = [];
  }

  #time(seconds: number): bigint {
    return BigInt(Math.round(this.#epochMs * 1000)) + BigInt(Math.round(seconds * 1e6));
  }
}

/** What the comments of a packet say, one thing in each. */
export function commentsOf(event: DatagramEvent): string[] {
  const comments = stateComments(event.states);
  if (event.cause !== '') {
    comments.push(`Sent: ${inWords(event.cause)}${event.repeat > 0 ? ` number ${event.repeat}` : ''}`);
  }
  if (event.fate === 'lost') comments.push('Lost on the link');
  if (event.fate === 'damaged') comments.push('Damaged on the link');
  if (event.fate === 'copy') comments.push('Arrived once more than it was sent');
  if (event.drop !== '') comments.push(`Dropped: ${inWords(event.drop)}`);
  return comments;
}

function stateComments(states: States): string[] {
  return (['laptop', 'board'] as const satisfies End[]).flatMap((end) => {
    const change = states[end];
    if (change === undefined || change.after === '') return [];
    const inferred = change.inferred ? ' (inferred)' : '';
    return change.before === change.after || change.before === ''
      ? [`${end}: ${change.after}${inferred}`]
      : [`${end}: ${change.before} -> ${change.after}${inferred}`];
  });
}

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const INTERFACE_STATISTICS = 5;
const ENHANCED_PACKET = 6;
/** Written as a number, so that a reader sees by its octets that the file is little-endian. */
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** Datagrams begin with the IP header: LINKTYPE_RAW. */
const LINKTYPE_RAW = 101;
/** Timestamps count microseconds: 10^-6. */
const MICROSECONDS = 6;

const OPTION_COMMENT = 1;
const OPTION_APPLICATION = 4;
const OPTION_NAME = 2;
const OPTION_RESOLUTION = 9;
const OPTION_FLAGS = 2;
const FLAG_INBOUND = 1;
const FLAG_OUTBOUND = 2;

interface Option {
  code: number;
  value: Uint8Array;
}

function sectionHeader(): Uint8Array {
  // Version 1.0; the length of the section is not known beforehand, which -1 says.
  const body = [...u32(BYTE_ORDER_MAGIC), ...u16(1), ...u16(0), ...u32(0xffffffff), ...u32(0xffffffff)];
  return block(SECTION_HEADER, Uint8Array.from(body), [text(OPTION_APPLICATION, 'Slipway')]);
}

function interfaceDescription(): Uint8Array {
  const body = Uint8Array.from([...u16(LINKTYPE_RAW), ...u16(0), ...u32(0)]);
  return block(INTERFACE_DESCRIPTION, body, [
    text(OPTION_NAME, 'slip'),
    { code: OPTION_RESOLUTION, value: Uint8Array.of(MICROSECONDS) },
  ]);
}

function packet(event: DatagramEvent, time: bigint, comments: string[]): Uint8Array {
  const { octets } = event;
  const body = new Uint8Array(20 + octets.length);
  body.set([...u32(0), ...timestamp(time), ...u32(octets.length), ...u32(octets.length)]);
  body.set(octets, 20);
  const direction = event.from === 'laptop' ? FLAG_OUTBOUND : FLAG_INBOUND;
  return block(ENHANCED_PACKET, body, [
    { code: OPTION_FLAGS, value: Uint8Array.from(u32(direction)) },
    ...comments.map((comment) => text(OPTION_COMMENT, comment)),
  ]);
}

function interfaceStatistics(time: bigint, comments: string[]): Uint8Array {
  const body = Uint8Array.from([...u32(0), ...timestamp(time)]);
  return block(
    INTERFACE_STATISTICS,
    body,
    comments.map((comment) => text(OPTION_COMMENT, comment)),
  );
}

function block(type: number, body: Uint8Array, options: Option[]): Uint8Array {
  const optionOctets =
    options.length === 0 ? 0 : 4 + options.reduce((all, { value }) => all + 4 + padded(value.length), 0);
  const length = 12 + padded(body.length) + optionOctets;
  const octets = new Uint8Array(length);
  const view = new DataView(octets.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, length, true);
  octets.set(body, 8);
  let at = 8 + padded(body.length);
  for (const { code, value } of options) {
    view.setUint16(at, code, true);
    view.setUint16(at + 2, value.length, true);
    octets.set(value, at + 4);
    at += 4 + padded(value.length);
  }
  // The end-of-options option is four zeros, which are there already.
  view.setUint32(length - 4, length, true);
  return octets;
}

/** Seconds since 1970 in the resolution of the interface: the high half first, each half little-endian. */
function timestamp(time: bigint): number[] {
  return [...u32(Number(time >> 32n)), ...u32(Number(time & 0xffffffffn))];
}

function text(code: number, value: string): Option {
  return { code, value: new TextEncoder().encode(value) };
}

function padded(length: number): number {
  return (length + 3) & ~3;
}

function u16(value: number): number[] {
  return [value & 255, (value >>> 8) & 255];
}

function u32(value: number): number[] {
  return [...u16(value), ...u16(value >>> 16)];
}
