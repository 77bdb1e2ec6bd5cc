// A trace's events as lines of the control socket, and back: what docs/events.md says, and the datagram's octets.
import { decode } from '../trace/decode.js';
import type { DatagramEvent, End, Fate, StateChange, States, TraceEvent } from '../trace/event.js';
import { toObject } from '../trace/json.js';

/** The object of docs/events.md, and the octets in base64 as `data`. */
export function eventObject(event: TraceEvent): object {
  const object = toObject(event);
  return event.type === 'datagram' ? { ...object, data: Buffer.from(event.octets).toString('base64') } : object;
}

/** What an owner of the same version has sent; it is believed as far as its types go. */
export function eventFrom(object: Record<string, unknown>): TraceEvent | undefined {
  switch (object['type']) {
    case 'datagram':
      return datagramFrom(object as unknown as DatagramLine);
    case 'state':
    case 'copy':
      return {
        ...object,
        drop: object['drop'] ?? '',
        states: statesFrom(object as unknown as DatagramLine),
      } as TraceEvent;
    default:
      return undefined;
  }
}

interface DatagramLine {
  number: number;
  time: number;
  from: End;
  data: string;
  tcp?: {
    connection: number;
    relativeSeq: number;
    relativeAck: number;
    relativeSack: { left: number; right: number }[];
    relativeTimestamps: { value: number; echo: number } | null;
  };
  cause: string | null;
  repeat: number;
  fate: Fate;
  drop: string | null;
  states: Record<End, StateChange | null>;
}

function datagramFrom(line: DatagramLine): DatagramEvent {
  const { number, time, from, repeat, fate, tcp } = line;
  const octets = new Uint8Array(Buffer.from(line.data, 'base64'));
  const event: DatagramEvent = {
    type: 'datagram',
    number,
    time,
    from,
    octets,
    datagram: decode(octets),
    connection: tcp?.connection ?? 0,
    cause: line.cause ?? '',
    repeat,
    drop: line.drop ?? '',
    fate,
    states: statesFrom(line),
  };
  if (tcp === undefined) return event;
  const { relativeSeq: seq, relativeAck: ack, relativeSack: sack, relativeTimestamps } = tcp;
  return { ...event, relative: { seq, ack, sack, timestamps: relativeTimestamps ?? undefined } };
}

function statesFrom({ states }: Pick<DatagramLine, 'states'>): States {
  const known: States = {};
  for (const end of ['laptop', 'board'] as const) {
    const change = states[end];
    if (change !== null) known[end] = change;
  }
  return known;
}
