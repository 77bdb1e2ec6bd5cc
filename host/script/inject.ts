import { Flag, Protocol } from '../../assembly/numbers.js';
import { peerText } from './content.js';
import { checksum, encodeDatagram, encodeSegment, type SegmentFields } from './datagram.js';
import { encodeOptions } from './options.js';
import type { Peer } from './peer.js';
import { add, difference } from './sequence.js';
import type { IcmpPacket, IpFields, TcpOption, TcpPacket } from './syntax.js';

/** Octets of an IPv4 payload that an ICMP error quotes at least (RFC 792); RFC 1812 wants more. */
const QUOTED_OCTETS = 28;

/** Turns a script's inbound packets into datagrams. */
export class Injector {
  #identification = 0;

  segment(packet: TcpPacket, peer: Peer): Uint8Array {
    const fields = addressed(packet.ip, peer);
    const segment = encodeSegment({
      ...fields,
      seq: peer.wireSeq(packet.flags, packet.seq),
      ack: packet.ack === undefined ? 0 : peer.wireAck(packet.ack),
      flags: packet.flags,
      win: packet.win ?? 0,
      urg: packet.urg ?? 0,
      options: encodeOptions(packet.options.map((option) => onWire(option, peer))),
      text: peerText(textOffset(packet, peer), packet.length),
      dataOffset: packet.ip.dataOffset,
      reserved: packet.ip.reserved,
      badSum: packet.ip.badSum,
    });
    return this.#datagram(packet.ip, fields, Protocol.TCP, segment);
  }

  /** An ICMP error that quotes our own segment: the one named, else the last we sent. */
  icmp(packet: IcmpPacket, peer: Peer): Uint8Array {
    const fields = addressed(packet.ip, peer);
    const { quoted } = packet;
    const sent = peer.lastSent;
    const segment = encodeSegment({
      source: fields.destination,
      destination: fields.source,
      sourcePort: fields.destinationPort,
      destinationPort: fields.sourcePort,
      seq: quoted === undefined ? (sent?.seq ?? 0) : peer.wireOwn(quoted.seq),
      ack: sent?.ack ?? 0,
      flags: sent?.flags ?? 0,
      win: sent?.win ?? 0,
      urg: 0,
      options: new Uint8Array(0),
      text: new Uint8Array(quoted?.length ?? sent?.text.length ?? 0),
    });
    const quote = encodeDatagram(
      { source: fields.destination, destination: fields.source, protocol: Protocol.TCP, identification: 1 },
      segment,
    ).subarray(0, 20 + QUOTED_OCTETS);
    const message = new Uint8Array(8 + quote.length);
    const view = new DataView(message.buffer);
    message.set([packet.type, packet.code]);
    view.setUint16(6, packet.mtu);
    message.set(quote, 8);
    view.setUint16(2, checksum(message));
    return this.#datagram(packet.ip, fields, Protocol.ICMP, message);
  }

  #datagram(ip: IpFields, ends: Ends, protocol: number, payload: Uint8Array): Uint8Array {
    if (ip.fragment === undefined) this.#identification += 1;
    const { source, destination } = ends;
    const identification = ip.fragment === undefined ? this.#identification : 0xf000;
    const tos = (ip.tos ?? 0) | (ip.ecn?.[0] ?? 0);
    const { ttl, badIpSum: badSum, ipOptions: options, fragment } = ip;
    return encodeDatagram(
      { source, destination, protocol, identification, tos, ttl, badSum, options, fragment },
      payload,
    );
  }
}

type Ends = Pick<SegmentFields, 'source' | 'destination' | 'sourcePort' | 'destinationPort'>;

function addressed(ip: IpFields, peer: Peer): Ends {
  return {
    source: ip.source ?? peer.remoteAddress,
    destination: ip.destination ?? peer.localAddress,
    sourcePort: ip.sourcePort ?? peer.remotePort,
    destinationPort: ip.destinationPort ?? peer.localPort ?? 0,
  };
}

/** Where in the peer's stream a segment's text begins: a SYN takes the number before its text. */
function textOffset(packet: TcpPacket, peer: Peer): number {
  if ((packet.flags & Flag.SYN) !== 0) return 0;
  return difference(add(peer.remoteIsn ?? 0, 1), peer.wireSeq(packet.flags, packet.seq));
}

/** Numbers inside options that are relative in the script. */
function onWire(option: TcpOption, peer: Peer): TcpOption {
  if (option.kind === 'TS') return { ...option, ecr: peer.wireEcho(option.ecr ?? 0) };
  if (option.kind !== 'sack') return option;
  const blocks = option.blocks.map(({ left, right }) => ({ left: peer.wireOwn(left), right: peer.wireOwn(right) }));
  return { kind: 'sack', blocks };
}
