// tshark as the judge of captures, and what it reads beside what --json says.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

/** Fields of every frame; several values of one field are separated by commas. */
export function frames(capture: string, fields: string[], options: string[] = []): string[][] {
  const stdout = tshark(['-r', capture, ...options, '-T', 'fields', ...fields.flatMap((field) => ['-e', field])]);
  return stdout === ''
    ? []
    : stdout
        .replace(/\n$/, '')
        .split('\n')
        .map((line) => line.split('\t'));
}

/** How many frames a display filter lets through, with checksums verified. */
export function count(capture: string, filter: string): number {
  const verified = ['ip.check_checksum', 'tcp.check_checksum', 'udp.check_checksum'].flatMap((name) => [
    '-o',
    `${name}:TRUE`,
  ]);
  return frames(capture, ['frame.number'], [...verified, '-Y', filter]).length;
}

export function tshark(args: string[]): string {
  const { status, stdout, stderr } = spawnSync('tshark', args, { encoding: 'utf8', maxBuffer: 256e6 });
  assert.equal(status, 0, stderr);
  return stdout;
}

interface TcpLine {
  connection: number;
  sourcePort: number;
  destinationPort: number;
  seq: number;
  ack: number;
  relativeSeq: number;
  relativeAck: number;
  relativeSack: { left: number; right: number }[];
  flagBits: number;
  length: number;
  window: number;
  urgentPointer: number;
  options: { name: string; [field: string]: unknown }[];
}

interface Line {
  type: string;
  number: number;
  time: number;
  from: string;
  octets: number;
  source: string;
  destination: string;
  ttl: number;
  tcp?: TcpLine;
  malformed: string | null;
  fragment: unknown;
}

const FIELDS = [
  'frame.number',
  'frame.time_epoch',
  'frame.len',
  'frame.packet_flags_direction',
  'ip.src',
  'ip.dst',
  'ip.ttl',
  'tcp.stream',
  'tcp.srcport',
  'tcp.dstport',
  'tcp.seq_raw',
  'tcp.ack_raw',
  'tcp.seq',
  'tcp.ack',
  'tcp.flags',
  'tcp.len',
  'tcp.window_size_value',
  'tcp.urgent_pointer',
  'tcp.option_kind',
  'tcp.options.mss_val',
  'tcp.options.wscale.shift',
  'tcp.options.timestamp.tsval',
  'tcp.options.timestamp.tsecr',
  'tcp.options.sack_le',
  'tcp.options.sack_re',
];

const KINDS: Readonly<Record<string, number>> = {
  end: 0,
  nop: 1,
  mss: 2,
  wscale: 3,
  sackOK: 4,
  sack: 5,
  timestamps: 8,
};

/** Fails unless every event of --json is what tshark reads from the capture, in the same order. Answers how many. */
export function assertEqualToCapture(json: string, capture: string, epochMicros?: number): number {
  const lines = json
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
    .filter(({ type }) => type === 'datagram');
  // Whatever tshark makes of the payload, of resent octets or of a wrong checksum must not hide the header's fields.
  const read = frames(capture, FIELDS, ['-o', 'tcp.desegment_tcp_streams:FALSE', '--disable-protocol', 'http']);
  assert.equal(lines.length, read.length, 'as many events as frames');
  const epoch = epochMicros ?? micros(Number(read[0]?.[1])) - micros(lines[0]?.time ?? 0);
  for (const [at, line] of lines.entries())
    assert.deepEqual(expected(line, epoch), seen(read[at] ?? []), `frame ${at + 1}`);
  return lines.length;
}

/** What tshark must say of an event. */
function expected(line: Line, epoch: number): unknown[] {
  const { tcp } = line;
  const ip = [line.number, epoch + micros(line.time), line.octets, line.from === 'laptop' ? 2 : 1];
  const addresses = [line.source, line.destination, line.ttl];
  if (tcp === undefined) return [...ip, ...addresses];
  const option = (name: string): { [field: string]: unknown } | undefined =>
    tcp.options.find((other) => other.name === name);
  return [
    ...ip,
    ...addresses,
    ...[tcp.connection - 1, tcp.sourcePort, tcp.destinationPort, tcp.seq, tcp.ack, tcp.relativeSeq, tcp.relativeAck],
    ...[tcp.flagBits, tcp.length, tcp.window, tcp.urgentPointer],
    tcp.options.map(({ name, kind }) => KINDS[name] ?? kind).join(),
    ...[option('mss')?.['mss'], option('wscale')?.['shift']].map(text),
    ...[option('timestamps')?.['value'], option('timestamps')?.['echo']].map(text),
    tcp.relativeSack.map(({ left }) => left).join(),
    tcp.relativeSack.map(({ right }) => right).join(),
  ];
}

/** One row of tshark's, its numbers as numbers. */
function seen(row: string[]): unknown[] {
  const [number = '', time = '', octets = '', direction = '', source, destination, ttl = '', stream = '', ...tcp] = row;
  const ip = [
    Number(number),
    micros(Number(time)),
    Number(octets),
    Number(direction),
    source,
    destination,
    Number(ttl),
  ];
  if (stream === '') return ip;
  const [sourcePort, destinationPort, seqRaw, ackRaw, seq, ack, flags, length, window, urgent, ...options] = tcp;
  const numbers = [stream, sourcePort, destinationPort, seqRaw, ackRaw, seq, ack, flags, length, window, urgent].map(
    Number,
  );
  const [kinds = '', mss, shift, value, echo, lefts = '', rights = ''] = options;
  return [...ip, ...numbers, kinds, mss ?? '', shift ?? '', value ?? '', echo ?? '', lefts, rights];
}

function micros(seconds: number): number {
  return Math.round(seconds * 1e6);
}

/** A number of an option as tshark prints it; nothing for an option that is not there. */
function text(value: unknown): string {
  return typeof value === 'number' ? String(value) : '';
}
