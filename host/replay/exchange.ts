// Which octets pass through the memory with a call, beside its numbers: what the caller has written there before it, and
// what it finds there behind it.

import { DatagramAt } from '../../assembly/numbers.js';
import type { Core } from '../core.js';

/** A stretch of the core's memory. */
export interface Stretch {
  at: number;
  length: number;
}

type Find = (core: Core, numbers: readonly number[], result: number) => Stretch;

/** Written by the caller before the call. */
const TAKES: Readonly<Record<string, Find>> = {
  input: ({ constants }, [length = 0]) => ({ at: constants.rx, length: Math.min(length, constants.mtu) }),
  serialInput: ({ constants }, [length = 0]) => ({
    at: constants.serialRx,
    length: Math.min(length, constants.serialChunk),
  }),
  send: ({ call, constants }, [handle = 0, length = 0]) => ({
    at: call.sendAt(handle),
    length: Math.min(length, constants.sendRing),
  }),
  udpSend: ({ constants }, [, , , length = 0]) => ({
    at: constants.datagram + DatagramAt.PAYLOAD,
    length: Math.min(length, constants.mtu - DATAGRAM_HEADERS),
  }),
};

/** Read by the caller behind the call; what receive() gives back to the ring, before it. */
const GIVES: Readonly<Record<string, Find>> = {
  output: ({ constants }, _numbers, result) => ({ at: constants.tx, length: result }),
  serialOutput: ({ constants }, _numbers, result) => ({ at: constants.serialTx, length: result }),
  udpReceive: ({ constants }, _numbers, result) => ({
    at: constants.datagram,
    length: result < 0 ? 0 : DatagramAt.PAYLOAD + result,
  }),
};

const FREES: Readonly<Record<string, Find>> = {
  receive: ({ call }, [handle = 0, length = 0]) => ({
    at: call.receiveAt(handle),
    length: Math.min(length, call.receiveReady(handle)),
  }),
};

/** IPv4 and UDP. */
const DATAGRAM_HEADERS = 28;

export const takes = (name: string): boolean => name in TAKES;
export const gives = (name: string): boolean => name in GIVES || name in FREES;

/** What the caller has written for a call that is about to be made; undefined: the call takes none. */
export function taken(core: Core, name: string, numbers: readonly number[]): Uint8Array | undefined {
  return read(core, TAKES[name]?.(core, numbers, 0));
}

/** What a call that is about to be made lets go of. */
export function freed(core: Core, name: string, numbers: readonly number[]): Uint8Array | undefined {
  return read(core, FREES[name]?.(core, numbers, 0));
}

/** What a call has left for its caller. */
export function given(core: Core, name: string, numbers: readonly number[], result: number): Uint8Array | undefined {
  return read(core, GIVES[name]?.(core, numbers, result));
}

/** Where the caller of a call writes what it takes. */
export function takenAt(core: Core, name: string, numbers: readonly number[]): number {
  return TAKES[name]?.(core, numbers, 0).at ?? 0;
}

function read(core: Core, stretch: Stretch | undefined): Uint8Array | undefined {
  if (stretch === undefined) return undefined;
  const { at, length } = stretch;
  return length > 0 && at > 0 && at + length <= core.octets.length
    ? core.octets.subarray(at, at + length)
    : core.octets.subarray(0, 0);
}

/** Calls that only look, and change nothing but the place where they put what they saw: they are in no record. */
export const LOOKS: ReadonlySet<string> = new Set([
  'info',
  'list',
  'counter',
  'sendAt',
  'receiveAt',
  'receiveReady',
  'status',
]);
