import { Flag } from '../../assembly/numbers.js';
import { tryParseAddress } from '../address.js';
import { icmpNumbers } from './icmp-names.js';
import { parseOptions } from './parse-options.js';
import type { IcmpPacket, IpFields, TcpPacket } from './syntax.js';
import type { TokenStream } from './token-stream.js';

const FLAGS: Readonly<Record<string, number>> = {
  F: Flag.FIN,
  S: Flag.SYN,
  R: Flag.RST,
  P: Flag.PSH,
  '.': Flag.ACK,
  U: Flag.URG,
  E: Flag.ECE,
  W: Flag.CWR,
  C: Flag.CWR,
};

const ECN: Readonly<Record<string, readonly number[]>> = { noecn: [0], ect1: [1], ect0: [2], ect01: [1, 2], ce: [3] };

/** Everything behind the time of a packet: direction, IP fields, segment or ICMP message. */
export function parsePacket(tokens: TokenStream): TcpPacket | IcmpPacket {
  const direction = tokens.take().text === '<' ? 'in' : 'out';
  const isHeld = direction === 'in' && tokens.accept('symbol', '<');
  const peer = tokens.accept('symbol', '@') ? tokens.integer() : undefined;
  const ip: IpFields = {};
  let quoted: IcmpPacket['quoted'];
  while (tokens.accept('symbol', '[')) {
    if (tokens.is('integer')) {
      const { seq, length } = parseRange(tokens);
      quoted = { seq, length };
    } else parseIpFields(tokens, ip);
    tokens.symbol(']');
  }
  if (tokens.is('word', 'icmp')) return parseIcmp(tokens, direction, peer, ip, quoted);
  return parseSegment(tokens, direction, isHeld, peer, ip);
}

function parseSegment(
  tokens: TokenStream,
  direction: 'in' | 'out',
  isHeld: boolean,
  peer: number | undefined,
  ip: IpFields,
): TcpPacket {
  const flags = parseFlags(tokens);
  const { seq, isAtEdge, length } = parseRange(tokens);
  const packet: TcpPacket = {
    kind: 'tcp',
    direction,
    isHeld,
    peer,
    ip,
    flags,
    seq,
    isAtEdge,
    length,
    ack: undefined,
    win: undefined,
    urg: undefined,
    options: [],
    optionsMode: 'exact',
  };
  for (;;) {
    if (tokens.accept('word', 'ack')) packet.ack = tokens.integerOrAny();
    else if (tokens.accept('word', 'win')) packet.win = tokens.integerOrAny();
    else if (tokens.accept('word', 'urg')) packet.urg = tokens.integerOrAny();
    else break;
  }
  // A '<' that begins the next statement stands behind that statement's time, so that this one opens options.
  if (tokens.isSymbol('<')) Object.assign(packet, parseOptions(tokens));
  if (direction === 'in' && packet.win === undefined && (flags & Flag.RST) === 0) tokens.refuse("the packet's win");
  return packet;
}

function parseFlags(tokens: TokenStream): number {
  if (tokens.accept('symbol', '-')) return 0;
  let flags = 0;
  while ((tokens.is('word') && !tokens.is('word', 'EDGE')) || tokens.isSymbol('.')) {
    for (const letter of tokens.next.text) {
      const flag = FLAGS[letter];
      if (flag === undefined) tokens.refuse('the flags of a TCP segment');
      flags |= flag;
    }
    tokens.take();
  }
  if (flags === 0) tokens.refuse('the flags of a TCP segment');
  return flags;
}

/** `1:1001(1000)`, or `EDGE:EDGE+10(10)`. */
function parseRange(tokens: TokenStream): { seq: number; isAtEdge: boolean; length: number } {
  const isAtEdge = tokens.is('word', 'EDGE');
  const seq = parseNumber(tokens, isAtEdge);
  tokens.symbol(':');
  const end = parseNumber(tokens, isAtEdge);
  tokens.symbol('(');
  const length = tokens.integer();
  tokens.symbol(')');
  if ((end - seq) >>> 0 !== length) tokens.refuse(`a length of ${(end - seq) >>> 0} octets`);
  return { seq: seq >>> 0, isAtEdge, length };
}

/** `17`; at the edge `EDGE`, `EDGE-1` or `EDGE+1`. */
function parseNumber(tokens: TokenStream, isAtEdge: boolean): number {
  if (!isAtEdge) return tokens.integer();
  tokens.expect('word', 'EDGE');
  if (tokens.accept('symbol', '+')) return tokens.integer();
  return tokens.is('integer') && tokens.next.text.startsWith('-') ? tokens.integer() : 0;
}

function parseIpFields(tokens: TokenStream, ip: IpFields): void {
  do {
    const name = tokens.expect('word').text;
    const ecn = ECN[name];
    if (ecn !== undefined) ip.ecn = ecn;
    else if (name === 'tos') ip.tos = tokens.integer();
    else if (name === 'ttl') ip.ttl = tokens.integer();
    else if (name === 'badsum') ip.badSum = true;
    else if (name === 'badipsum') ip.badIpSum = true;
    else if (name === 'src') ip.source = parseAddressToken(tokens);
    else if (name === 'dst') ip.destination = parseAddressToken(tokens);
    else if (name === 'sport') ip.sourcePort = tokens.integer();
    else if (name === 'dport') ip.destinationPort = tokens.integer();
    else if (name === 'offset') ip.dataOffset = tokens.integer();
    else if (name === 'reserved') ip.reserved = tokens.integer();
    else if (name === 'ipopts') ip.ipOptions = tokens.hex();
    else if (name === 'frag') ip.fragment = parseFragment(tokens);
    else tokens.refuse(`an IP field that this runner knows, not '${name}',`);
  } while (tokens.accept('symbol', ','));
}

function parseAddressToken(tokens: TokenStream): number {
  return tryParseAddress(tokens.expect('address').text) ?? tokens.refuse('an IPv4 address');
}

/** `frag 0:24 more`: these octets of the IPv4 payload. */
function parseFragment(tokens: TokenStream): IpFields['fragment'] {
  const from = tokens.integer();
  tokens.symbol(':');
  const to = tokens.integer();
  return { from, to, more: tokens.accept('word', 'more') };
}

/** `icmp unreachable frag_needed mtu 1000`; the segment quoted stands before or behind it. */
function parseIcmp(
  tokens: TokenStream,
  direction: 'in' | 'out',
  peer: number | undefined,
  ip: IpFields,
  quoted: IcmpPacket['quoted'],
): IcmpPacket {
  tokens.expect('word', 'icmp');
  const typeName = tokens.expect('word').text;
  const codeName = tokens.is('word') && !tokens.is('word', 'mtu') ? tokens.take().text : '';
  const numbers = icmpNumbers(typeName, codeName);
  if (numbers === undefined) tokens.refuse(`an ICMP message that this runner knows, not '${typeName} ${codeName}',`);
  const mtu = tokens.accept('word', 'mtu') ? tokens.integer() : 0;
  if (tokens.accept('symbol', '[')) {
    const { seq, length } = parseRange(tokens);
    quoted = { seq, length };
    tokens.symbol(']');
  }
  const name = codeName === '' ? typeName : `${typeName} ${codeName}`;
  return { kind: 'icmp', direction, peer, ip, ...numbers, mtu, quoted, name };
}
