// Inputs that have broken other stacks, as exact octets for 192.0.2.1 from 192.0.2.2: each names what it is and whom it hurt.
// Those that need a connection's numbers are in the tests of their class beside this file, under the same identifiers.
import { readFileSync } from 'node:fs';

/** `answered`: how many datagrams may come back, at most. */
export interface BadInput {
  id: string;
  what: string;
  origin: string;
  /** On a serial line, or as datagrams one after another. */
  line?: string;
  datagrams?: string[];
  answered: number;
}

const FILE = new URL('bad-inputs.json', import.meta.url);

export const BAD_INPUTS = JSON.parse(readFileSync(FILE, 'utf8')) as BadInput[];

/** The octets; `*` repeats the octet before it so many times: 45*2048. */
export function octetsOf(hex: string): Buffer {
  const plain = hex.replace(/([0-9a-f]{2})\*(\d+)/g, (_, octet: string, times: string) => octet.repeat(Number(times)));
  return Buffer.from(plain, 'hex');
}
