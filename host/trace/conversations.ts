// Which connection a segment belongs to, and its sequence numbers counted from the SYN. The rules are those by which
// Wireshark numbers its streams, so that an event and the same frame in a capture say the same numbers.
import { Flag } from '../../assembly/numbers.js';
import type { Datagram } from './decode.js';
import type { TcpSegment } from './decode-tcp.js';

export interface Placed {
  /** From 1, in the order of appearance. */
  connection: number;
  seq: number;
  ack: number;
  sack: { left: number; right: number }[];
  /** Counted from the first that each end has sent. */
  timestamps: { value: number; echo: number } | undefined;
}

export class Conversations {
  readonly #open = new Map<string, Conversation>();
  #count = 0;

  /** Files a segment under its conversation; the first segment of one sets the origin of its numbers. */
  place(datagram: Datagram, tcp: TcpSegment): Placed {
    const from = `${datagram.source}:${tcp.sourcePort}`;
    const to = `${datagram.destination}:${tcp.destinationPort}`;
    const conversation = this.#find(from, to, tcp);
    const origin = conversation.origins;
    const isSyn = (tcp.flags & Flag.SYN) !== 0;
    // Where the SYN was not seen, the first octet seen counts as number 1, as if a SYN had come just before it.
    if (!origin.has(from)) origin.set(from, isSyn ? tcp.seq : tcp.seq - 1);
    const hasAck = (tcp.flags & Flag.ACK) !== 0;
    if (hasAck && !origin.has(to)) origin.set(to, isSyn ? tcp.ack : tcp.ack - 1);
    const relativeTo = (end: string, sequence: number): number => (sequence - (origin.get(end) ?? 0)) >>> 0;
    return {
      connection: conversation.number,
      seq: relativeTo(from, tcp.seq),
      ack: hasAck ? relativeTo(to, tcp.ack) : 0,
      sack: tcp.options.flatMap((option) =>
        option.name !== 'sack'
          ? []
          : option.blocks.map(({ left, right }) => ({ left: relativeTo(to, left), right: relativeTo(to, right) })),
      ),
      timestamps: timestampsOf(conversation.clocks, from, to, tcp),
    };
  }

  /** The number of the connection between two ends as last seen; a new one when there was none. */
  numberOf(one: string, other: string): number {
    return (this.#open.get(keyOf(one, other)) ?? this.#begin(one, other)).number;
  }

  /** A SYN with another number than the one that opened this pair of sockets is a new connection of the same pair. */
  #find(from: string, to: string, tcp: TcpSegment): Conversation {
    const known = this.#open.get(keyOf(from, to));
    const opens = (tcp.flags & (Flag.SYN | Flag.ACK)) === Flag.SYN;
    const origin = known?.origins.get(from);
    if (known === undefined || (opens && origin !== undefined && origin !== tcp.seq)) return this.#begin(from, to);
    return known;
  }

  #begin(from: string, to: string): Conversation {
    const conversation = {
      number: (this.#count += 1),
      origins: new Map<string, number>(),
      clocks: new Map<string, number>(),
    };
    this.#open.set(keyOf(from, to), conversation);
    return conversation;
  }
}

interface Conversation {
  number: number;
  /** The sequence number that counts as 0, for each end that has been heard of. */
  origins: Map<string, number>;
  /** The first timestamp of each end. */
  clocks: Map<string, number>;
}

function timestampsOf(
  clocks: Map<string, number>,
  from: string,
  to: string,
  tcp: TcpSegment,
): { value: number; echo: number } | undefined {
  const option = tcp.options.find(({ name }) => name === 'timestamps');
  if (option?.name !== 'timestamps') return undefined;
  if (!clocks.has(from)) clocks.set(from, option.value);
  const echoed = clocks.get(to);
  // Before the other end has sent one there is nothing to echo.
  return {
    value: (option.value - (clocks.get(from) ?? 0)) >>> 0,
    echo: echoed === undefined ? option.echo : (option.echo - echoed) >>> 0,
  };
}

/** The same for both directions. */
function keyOf(one: string, other: string): string {
  return one < other ? `${one} ${other}` : `${other} ${one}`;
}
