// The words on an arrow of the ladder.
import { Flag, Protocol } from '../../assembly/numbers.js';
import type { Datagram } from './decode.js';
import type { TcpOption, TcpSegment } from './decode-tcp.js';
import type { DatagramEvent, Relative } from './event.js';
import { flagNames, inWords } from './names.js';

export interface Label {
  /** SYN-ACK: what kind of segment it is. */
  title: string;
  /** Its numbers: seq 1:79(78), ack 1, win 64240. */
  fields: string[];
  /** What became of it, why it was sent, and its options. */
  details: string[];
}

export function labelOf(event: DatagramEvent): Label {
  const { datagram } = event;
  const details = [...fateOf(event), ...causeOf(event)];
  if (datagram.malformed !== undefined) details.push(datagram.malformed);
  const { tcp } = datagram;
  if (tcp !== undefined && event.relative !== undefined) {
    return {
      title: flagNames(tcp.flags).join('-') || 'no flags',
      fields: fieldsOf(tcp, event.relative),
      details: [...details, ...optionsOf(tcp.options, event.relative)],
    };
  }
  return { ...otherLabel(datagram), details };
}

/** The numbers of a segment: the range of its text, what it acknowledges, and its window. */
export function fieldsOf(tcp: TcpSegment, relative: Relative): string[] {
  const { seq, ack } = relative;
  const range = tcp.length === 0 ? `seq ${seq}` : `seq ${seq}:${seq + tcp.length}(${tcp.length})`;
  const fields = [range];
  if ((tcp.flags & Flag.ACK) !== 0) fields.push(`ack ${ack}`);
  if ((tcp.flags & Flag.RST) === 0) fields.push(`win ${tcp.window}`);
  if ((tcp.flags & Flag.URG) !== 0) fields.push(`urg ${tcp.urgentPointer}`);
  return fields;
}

function optionsOf(options: TcpOption[], relative: Relative): string[] {
  return options.flatMap((option) => {
    switch (option.name) {
      case 'mss':
        return [`mss ${option.mss}`];
      case 'wscale':
        return [`wscale ${option.shift}`];
      case 'sackOK':
        return ['sackOK'];
      case 'sack':
        return relative.sack.map(({ left, right }) => `sack ${left}:${right}`);
      case 'timestamps':
        return [`ts ${relative.timestamps?.value}/${relative.timestamps?.echo}`];
      case 'unknown':
        return [`option ${option.kind}`];
      case 'malformed':
        return [`option ${option.kind} malformed`];
      case 'nop':
      case 'end':
        return [];
    }
  });
}

function causeOf({ cause, repeat }: DatagramEvent): string[] {
  // What the flags say already is not said twice.
  if (cause === '' || cause === 'ack' || cause === 'syn-ack') return [];
  return [repeat > 0 ? `${inWords(cause)} ${repeat}` : inWords(cause)];
}

function fateOf({ fate, drop }: DatagramEvent): string[] {
  const words = [];
  if (fate === 'lost') words.push('lost');
  if (fate === 'damaged') words.push('damaged');
  if (fate === 'copy') words.push('a copy');
  if (drop !== '') words.push(`dropped: ${inWords(drop)}`);
  return words;
}

function otherLabel(datagram: Datagram): Omit<Label, 'details'> {
  const { udp, icmp, fragment } = datagram;
  if (udp !== undefined) {
    return { title: 'UDP', fields: [`${udp.sourcePort} to ${udp.destinationPort} (${udp.length})`] };
  }
  if (icmp !== undefined) {
    const echo = icmp.identifier === undefined ? '' : ` id ${icmp.identifier} seq ${icmp.sequence}`;
    return { title: 'ICMP', fields: [`${icmpName(icmp.type, icmp.code)}${echo} (${icmp.length})`] };
  }
  if (fragment.offset > 0 || fragment.more) {
    return {
      title: 'FRAGMENT',
      fields: [`offset ${fragment.offset} (${datagram.totalLength - datagram.headerLength})`],
    };
  }
  const protocol = datagram.protocol === Protocol.NONE ? '' : `protocol ${datagram.protocol} `;
  return { title: 'IPv4', fields: [`${protocol}(${datagram.octets})`] };
}

/** The messages that a host of RFC 1122 meets. */
function icmpName(type: number, code: number): string {
  switch (type) {
    case 0:
      return 'echo reply';
    case 3:
      return code === 4 ? 'fragmentation needed' : `unreachable, code ${code}`;
    case 4:
      return 'source quench';
    case 5:
      return 'redirect';
    case 8:
      return 'echo request';
    case 11:
      return 'time exceeded';
    case 12:
      return 'parameter problem';
    default:
      return `type ${type} code ${code}`;
  }
}
