import { Flag } from '../../assembly/numbers.js';
import type { Segment } from './datagram.js';
import { formatFlags } from './format.js';
import { formatOption } from './options.js';
import type { Peer, RelativeSegment } from './peer.js';
import { add, difference, distance } from './sequence.js';
import type { IpFields, TcpOption, TcpPacket } from './syntax.js';

/** What a comparison may look away from: all false unless `--peer` fits a foreign script. */
export interface Leniency {
  /** SYN options compared as a set, without the values that a stack chooses for itself. */
  synOptions: boolean;
  /** The window field of what we send. */
  window: boolean;
  /** Timestamps that the script counts by another clock. */
  timestamps: boolean;
}

export const STRICT: Leniency = { synOptions: false, window: false, timestamps: false };

export interface Comparison {
  /** The first field that differs, in words; undefined when none does. */
  difference: string | undefined;
  /** What was looked away from, in words. */
  relaxed: string[];
}

/** Ticks by which a timestamp may differ from the script's, beside the tolerance of time. */
const TICK = 1;

/**
 * Compares a segment that left with the one that the script expects. Only what the script names is compared: ack, win
 * and urg where they stand, options unless they are `<...>`.
 */
export function compareSegment(
  expected: TcpPacket,
  segment: Segment,
  peer: Peer,
  leniency: Leniency,
  toleranceTicks: number,
): Comparison {
  const relaxed: string[] = [];
  learnTimestamp(expected, segment, peer);
  learnWindow(expected, peer);
  const got = peer.relative(segment);
  const find = (): string | undefined =>
    compareNumbers(expected, got) ??
    compareWindow(expected, got, leniency, relaxed) ??
    compareIp(expected.ip, segment) ??
    compareOptions(expected, got, leniency, toleranceTicks, relaxed) ??
    compareText(segment, peer);
  return { difference: find(), relaxed };
}

function compareNumbers(expected: TcpPacket, got: RelativeSegment): string | undefined {
  if (got.flags !== expected.flags) return `flags ${formatFlags(got.flags)}, not ${formatFlags(expected.flags)}`;
  if (got.seq !== expected.seq) return `seq ${got.seq}, not ${expected.seq}`;
  if (got.length !== expected.length) return `${got.length} octets, not ${expected.length}`;
  if (expected.ack !== undefined && got.ack !== expected.ack >>> 0) return `ack ${got.ack}, not ${expected.ack}`;
  if (expected.urg !== undefined && got.urg !== expected.urg) return `urg ${got.urg}, not ${expected.urg}`;
  return undefined;
}

function compareWindow(
  expected: TcpPacket,
  got: RelativeSegment,
  leniency: Leniency,
  relaxed: string[],
): string | undefined {
  if (expected.win === undefined || got.win === expected.win) return undefined;
  if (!leniency.window) return `win ${got.win}, not ${expected.win}`;
  relaxed.push(`win ${got.win} taken for win ${expected.win}`);
  return undefined;
}

function compareIp(expected: IpFields, got: Segment): string | undefined {
  const { tos, ecn, ttl } = expected;
  if (tos !== undefined && got.tos !== tos) return `tos ${got.tos}, not ${tos}`;
  if (ecn !== undefined && !ecn.includes(got.tos & 3)) return `ECN bits ${got.tos & 3}, not ${ecn.join(' or ')}`;
  if (ttl !== undefined && got.ttl !== ttl) return `ttl ${got.ttl}, not ${ttl}`;
  return undefined;
}

/** The first timestamp that a script names says how its clock lies to ours; an unnamed one counts as 100. */
function learnTimestamp(expected: TcpPacket, segment: Segment, peer: Peer): void {
  if (peer.timestampOffset !== undefined) return;
  const live = peer.relative(segment).options.find((option) => option.kind === 'TS');
  if (live?.kind !== 'TS' || live.val === undefined) return;
  const named = expected.options.find((option) => option.kind === 'TS');
  const script = named?.kind === 'TS' && named.val !== undefined ? named.val : 100;
  peer.timestampOffset = distance(script, live.val);
}

/** The window that the script's own stack would have: with --peer its edge is looked for. */
function learnWindow(expected: TcpPacket, peer: Peer): void {
  if (expected.win === undefined) return;
  const scale = expected.options.find((option) => option.kind === 'wscale');
  if (scale?.kind === 'wscale') peer.scriptScale = scale.value ?? 0;
  const isSyn = (expected.flags & Flag.SYN) !== 0;
  peer.scriptWindows.add(isSyn ? expected.win : expected.win << peer.scriptScale);
}

function compareOptions(
  expected: TcpPacket,
  got: RelativeSegment,
  leniency: Leniency,
  toleranceTicks: number,
  relaxed: string[],
): string | undefined {
  if (expected.optionsMode === 'any') return undefined;
  const isSame = (a: TcpOption, b: TcpOption): boolean => isSameOption(a, b, leniency, toleranceTicks, relaxed);
  const list = `<${got.options.map(formatOption).join(',')}>`;
  if (expected.optionsMode === 'contains') {
    const missing = expected.options.find((option) => !got.options.some((other) => isSame(option, other)));
    return missing === undefined ? undefined : `no ${formatOption(missing)} in ${list}`;
  }
  const wanted = withoutPadding(expected.options);
  const present = withoutPadding(got.options);
  if (wanted.length === present.length && wanted.every((option, at) => isSame(option, present[at] as TcpOption))) {
    return undefined;
  }
  const text = `<${expected.options.map(formatOption).join(',')}>`;
  if (!leniency.synOptions || (expected.flags & Flag.SYN) === 0) return `options ${list}, not ${text}`;
  if (!isSameSet(wanted, present)) return `options ${list}, not the set ${text}`;
  relaxed.push(`options ${list} taken for ${text}`);
  return undefined;
}

/** Zeros behind the last option only fill the header up. */
function withoutPadding(options: TcpOption[]): TcpOption[] {
  const end = options.findLastIndex((option) => option.kind !== 'eol');
  return options.slice(0, end + 1);
}

/** Kinds alone: what a SYN asks for, whatever its order, padding and numbers. */
function isSameSet(wanted: TcpOption[], present: TcpOption[]): boolean {
  const kinds = (options: TcpOption[]): string =>
    options
      .filter(({ kind }) => kind !== 'nop' && kind !== 'eol')
      .map(({ kind }) => kind)
      .sort()
      .join();
  return kinds(wanted) === kinds(present);
}

function isSameOption(
  expected: TcpOption,
  got: TcpOption,
  leniency: Leniency,
  toleranceTicks: number,
  relaxed: string[],
): boolean {
  if (expected.kind !== 'TS' || got.kind !== 'TS') {
    if (expected.kind !== got.kind) return false;
    if ('value' in expected && expected.value === undefined) return true;
    return formatOption(expected) === formatOption(got);
  }
  if (expected.ecr !== undefined && expected.ecr !== got.ecr) return false;
  if (expected.val === undefined) return true;
  const ticks = Math.abs(difference(expected.val, got.val ?? 0));
  if (ticks <= toleranceTicks + TICK) return true;
  if (!leniency.timestamps) return false;
  relaxed.push(`TS val ${got.val ?? 0} taken for TS val ${expected.val}`);
  return true;
}

/** Every octet that leaves is one that the application wrote, at its place in the stream. */
function compareText(segment: Segment, peer: Peer): string | undefined {
  if (peer.localIsn === undefined) return undefined;
  const begin = difference(add(peer.localIsn, 1), segment.seq);
  for (const [index, octet] of segment.text.entries()) {
    const written = peer.written.at(begin + index);
    // A keepalive may carry one octet of garbage before SND.UNA (RFC 9293 section 3.8.4).
    if (written === undefined && begin + index < 0) continue;
    if (written === undefined) return `text at ${begin + index + 1} that was never written`;
    if (written !== octet) return `the octet ${octet} at ${begin + index + 1}, where ${written} was written`;
  }
  return undefined;
}
