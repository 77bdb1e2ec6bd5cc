import { Flag } from '../../assembly/numbers.js';
import { formatOption } from './options.js';
import type { RelativeSegment } from './peer.js';
import type { IcmpPacket, TcpPacket, Time } from './syntax.js';

const LETTERS: readonly (readonly [flag: number, letter: string])[] = [
  [Flag.SYN, 'S'],
  [Flag.FIN, 'F'],
  [Flag.RST, 'R'],
  [Flag.PSH, 'P'],
  [Flag.URG, 'U'],
  [Flag.ECE, 'E'],
  [Flag.CWR, 'W'],
  [Flag.ACK, '.'],
];

export function formatFlags(flags: number): string {
  const letters = LETTERS.filter(([flag]) => (flags & flag) !== 0).map(([, letter]) => letter);
  return letters.length === 0 ? '-' : letters.join('');
}

/** A segment that left, as a script would have it. */
export function formatSegment(segment: RelativeSegment): string {
  const { flags, seq, length, ack, win, urg, options } = segment;
  const parts = [`> ${formatFlags(flags)} ${seq}:${(seq + length) >>> 0}(${length})`];
  if ((flags & Flag.ACK) !== 0) parts.push(`ack ${ack}`);
  parts.push(`win ${win}`);
  if (urg !== 0) parts.push(`urg ${urg}`);
  if (options.length > 0) parts.push(`<${options.map(formatOption).join(',')}>`);
  return parts.join(' ');
}

/** A packet as the script has it, with the fields that it names. */
export function formatPacket(packet: TcpPacket | IcmpPacket): string {
  const mark = packet.direction === 'in' ? '<' : '>';
  const peer = packet.peer === undefined ? '' : `@${packet.peer}`;
  if (packet.kind === 'icmp') return `${mark}${peer} icmp ${packet.name}`;
  const { flags, seq, length, ack, win, urg, options, optionsMode } = packet;
  const parts = [`${mark}${peer} ${formatFlags(flags)} ${seq}:${(seq + length) >>> 0}(${length})`];
  if (ack !== undefined) parts.push(`ack ${ack}`);
  if (win !== undefined) parts.push(`win ${win}`);
  if (urg !== undefined) parts.push(`urg ${urg}`);
  const list = options.map(formatOption);
  if (optionsMode !== 'exact') list.push('...');
  if (list.length > 0) parts.push(`<${list.join(',')}>`);
  return parts.join(' ');
}

/** Seconds since the script began. */
export function formatTime(microseconds: number): string {
  return `${(microseconds / 1_000_000).toFixed(3)} s`;
}

/** When a statement with this time happens, counted from `begin` where it is relative. */
export function formatWhen(time: Time, begin: number): string {
  switch (time.kind) {
    case 'absolute':
      return `at ${formatTime(time.at)}`;
    case 'relative':
      return `at ${formatTime(begin + time.at)}`;
    case 'absolute-range':
      return `from ${formatTime(time.from)} to ${formatTime(time.to)}`;
    case 'relative-range':
      return `from ${formatTime(begin + time.from)} to ${formatTime(begin + time.to)}`;
    case 'any':
      return 'at any time';
  }
}
