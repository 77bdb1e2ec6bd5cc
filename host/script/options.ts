import type { WireOption } from './datagram.js';
import type { TcpOption } from './syntax.js';

/** Kind numbers: RFC 9293 section 3.1, RFC 7323, RFC 2018. */
const KIND = { eol: 0, nop: 1, mss: 2, wscale: 3, sackOK: 4, sack: 5, TS: 8 } as const;

const u16 = (value: number): number[] => [(value >>> 8) & 255, value & 255];
const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value)];

/** Octets of an option list, padded with zeros to a full word. Numbers are those of the wire by now. */
export function encodeOptions(options: readonly TcpOption[]): Uint8Array {
  const octets = options.flatMap(encodeOption);
  while (octets.length % 4 !== 0) octets.push(KIND.eol);
  return Uint8Array.from(octets);
}

function encodeOption(option: TcpOption): number[] {
  switch (option.kind) {
    case 'eol':
    case 'nop':
      return [KIND[option.kind]];
    case 'mss':
      return [KIND.mss, 4, ...u16(option.value ?? 0)];
    case 'wscale':
      return [KIND.wscale, 3, option.value ?? 0];
    case 'sackOK':
      return [KIND.sackOK, 2];
    case 'sack': {
      const blocks = option.blocks.flatMap(({ left, right }) => [...u32(left), ...u32(right)]);
      return [KIND.sack, blocks.length + 2, ...blocks];
    }
    case 'TS':
      return [KIND.TS, 10, ...u32(option.val ?? 0), ...u32(option.ecr ?? 0)];
    case 'hex':
      return option.octets;
  }
}

/** What lies in a header, in the words of the script. A length that its kind does not have stays in hexadecimal. */
export function readOption({ kind, value }: WireOption): TcpOption {
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  const length = value.length;
  if (kind === KIND.eol) return { kind: 'eol' };
  if (kind === KIND.nop) return { kind: 'nop' };
  if (kind === KIND.mss && length === 2) return { kind: 'mss', value: view.getUint16(0) };
  if (kind === KIND.wscale && length === 1) return { kind: 'wscale', value: view.getUint8(0) };
  if (kind === KIND.sackOK && length === 0) return { kind: 'sackOK' };
  if (kind === KIND.TS && length === 8) return { kind: 'TS', val: view.getUint32(0), ecr: view.getUint32(4) };
  if (kind === KIND.sack && length > 0 && length % 8 === 0) {
    const blocks = [];
    for (let at = 0; at < length; at += 8) blocks.push({ left: view.getUint32(at), right: view.getUint32(at + 4) });
    return { kind: 'sack', blocks };
  }
  return { kind: 'hex', octets: [kind, length + 2, ...value] };
}

export function formatOption(option: TcpOption): string {
  const number = (value: number | undefined): string => (value === undefined ? '...' : String(value));
  switch (option.kind) {
    case 'mss':
    case 'wscale':
      return `${option.kind} ${number(option.value)}`;
    case 'sack':
      return ['sack', ...option.blocks.map(({ left, right }) => `${left}:${right}`)].join(' ');
    case 'TS':
      return `TS val ${number(option.val)} ecr ${number(option.ecr)}`;
    case 'hex':
      return `hex "${option.octets.map((octet) => octet.toString(16).padStart(2, '0')).join('')}"`;
    default:
      return option.kind;
  }
}
