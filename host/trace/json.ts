// One event a line, for programs. The fields are documented in docs/events.md; what is not there is not promised.
import { Protocol } from '../../assembly/numbers.js';
import type { Datagram } from './decode.js';
import type { DatagramEvent, States, TraceEvent } from './event.js';
import { flagNames } from './names.js';

/** An event as one line of JSON, without the line's end. */
export function toJson(event: TraceEvent): string {
  return JSON.stringify(toObject(event));
}

/** The object that the line holds. */
export function toObject(event: TraceEvent): object {
  const time = Math.round(event.time * 1e6) / 1e6;
  switch (event.type) {
    case 'datagram':
      return datagramObject(event, time);
    case 'state': {
      const { type, end, connection, reason, local, remote, states } = event;
      return { type, time, end, connection, reason, local, remote, states: statesObject(states) };
    }
    case 'copy': {
      const { type, number, connection, drop, states } = event;
      return { type, time, number, connection, drop: drop || null, states: statesObject(states) };
    }
  }
}

function datagramObject(event: DatagramEvent, time: number): object {
  const { datagram } = event;
  return {
    type: event.type,
    number: event.number,
    time,
    from: event.from,
    direction: event.from === 'laptop' ? 'out' : 'in',
    octets: event.octets.length,
    source: datagram.source,
    destination: datagram.destination,
    protocol: protocolName(datagram.protocol),
    ttl: datagram.ttl,
    fragment: datagram.fragment.more || datagram.fragment.offset > 0 ? datagram.fragment : null,
    ...upperObject(event),
    cause: event.cause || null,
    repeat: event.repeat,
    fate: event.fate,
    drop: event.drop || null,
    checksum: isChecksumRight(datagram) ? 'right' : 'wrong',
    malformed: datagram.malformed ?? null,
    states: statesObject(event.states),
  };
}

function upperObject({ datagram, connection, relative }: DatagramEvent): object {
  const { tcp, udp, icmp } = datagram;
  if (tcp !== undefined) {
    return {
      tcp: {
        connection,
        sourcePort: tcp.sourcePort,
        destinationPort: tcp.destinationPort,
        seq: tcp.seq,
        ack: tcp.ack,
        relativeSeq: relative?.seq ?? 0,
        relativeAck: relative?.ack ?? 0,
        relativeSack: relative?.sack ?? [],
        relativeTimestamps: relative?.timestamps ?? null,
        flags: flagNames(tcp.flags),
        flagBits: tcp.flags,
        length: tcp.length,
        window: tcp.window,
        urgentPointer: tcp.urgentPointer,
        options: tcp.options,
      },
    };
  }
  if (udp !== undefined) {
    const { sourcePort, destinationPort, length } = udp;
    return { udp: { sourcePort, destinationPort, length } };
  }
  if (icmp !== undefined) {
    const { type, code, identifier = null, sequence = null, length } = icmp;
    return { icmp: { type, code, identifier, sequence, length } };
  }
  return {};
}

function statesObject(states: States): object {
  return { laptop: states.laptop ?? null, board: states.board ?? null };
}

function isChecksumRight(datagram: Datagram): boolean {
  const upper = datagram.tcp ?? datagram.udp ?? datagram.icmp;
  return datagram.isHeaderChecksumRight && upper?.isChecksumRight !== false;
}

function protocolName(protocol: number): string {
  switch (protocol) {
    case Protocol.TCP:
      return 'tcp';
    case Protocol.UDP:
      return 'udp';
    case Protocol.ICMP:
      return 'icmp';
    default:
      return String(protocol);
  }
}
