// Sequence numbers counted from each direction's SYN, so that a person can follow them. What a former connection or an
// attacker sends is counted from the SYN of the present one, and may be negative.
import { Flag } from '../../assembly/numbers.js';
import type { Datagram } from '../trace/decode.js';
import type { TcpSegment } from '../trace/decode-tcp.js';
import type { Relative } from '../trace/event.js';

interface Conversation {
  number: number;
  /** The number that counts as 0, by the end that sends it. */
  origins: Map<string, number>;
}

export class Origins {
  readonly #conversations = new Map<string, Conversation>();
  #count = 0;

  /** Files a segment. `isFirst`: one of the two ends sends it for the first time, so that its SYN sets the origin. */
  place(datagram: Datagram, tcp: TcpSegment, isFirst: boolean): Relative & { connection: number } {
    const from = `${datagram.source}:${tcp.sourcePort}`;
    const to = `${datagram.destination}:${tcp.destinationPort}`;
    const conversation = this.#find(from, to, tcp, isFirst);
    const { origins } = conversation;
    const hasAck = (tcp.flags & Flag.ACK) !== 0;
    const isSyn = (tcp.flags & Flag.SYN) !== 0;
    if (!origins.has(from) || (isSyn && hasAck && isFirst)) origins.set(from, isSyn ? tcp.seq : tcp.seq - 1);
    if (hasAck && !origins.has(to)) origins.set(to, tcp.ack - 1);
    const relativeTo = (end: string, number: number): number => (number - (origins.get(end) ?? 0)) | 0;
    return {
      connection: conversation.number,
      seq: relativeTo(from, tcp.seq),
      ack: hasAck ? relativeTo(to, tcp.ack) : 0,
      sack: tcp.options.flatMap((option) =>
        option.name !== 'sack'
          ? []
          : option.blocks.map(({ left, right }) => ({ left: relativeTo(to, left), right: relativeTo(to, right) })),
      ),
    };
  }

  numberOf(one: string, other: string): number {
    return (this.#conversations.get(keyOf(one, other)) ?? this.begin(one, other)).number;
  }

  /** What counts as 0 for what `from` sends. */
  originOf(from: string, to: string): number {
    return this.#conversations.get(keyOf(from, to))?.origins.get(from) ?? 0;
  }

  /** Another connection of the same pair of sockets. */
  begin(one: string, other: string): Conversation {
    const conversation = { number: (this.#count += 1), origins: new Map<string, number>() };
    this.#conversations.set(keyOf(one, other), conversation);
    return conversation;
  }

  #find(from: string, to: string, tcp: TcpSegment, isFirst: boolean): Conversation {
    const known = this.#conversations.get(keyOf(from, to));
    if (known === undefined) return this.begin(from, to);
    const opens = isFirst && (tcp.flags & (Flag.SYN | Flag.ACK)) === Flag.SYN;
    const origin = known.origins.get(from);
    return opens && origin !== undefined && origin !== tcp.seq ? this.begin(from, to) : known;
  }
}

function keyOf(one: string, other: string): string {
  return one < other ? `${one} ${other}` : `${other} ${one}`;
}
