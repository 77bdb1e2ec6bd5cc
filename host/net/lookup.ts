import { tryParseAddress } from '../address.js';
import type { LookupFunction } from './arguments.js';
import { badAddress } from './checks.js';
import { notFound } from './socket-errors.js';

/** What a lookup ended with; `error` is set when the name has no address that a link could carry. */
export interface LookupResult {
  error: Error | null;
  address: string | undefined;
  family: number | undefined;
}

/** A link has no name server: without a function of the caller's no name is known. */
const nobodyKnows: LookupFunction = (hostname, _options, callback) => {
  process.nextTick(callback, notFound(hostname), undefined, undefined);
};

/** Asks for the address of a name; `answer` is told once. */
export function lookUp(
  hostname: string,
  lookup: LookupFunction = nobodyKnows,
  family: number | undefined,
  answer: (result: LookupResult) => void,
): void {
  const options = { family: family === undefined || family === 0 ? 4 : family, hints: 0, all: false } as const;
  lookup(hostname, options, (error, address, found) => {
    answer({ error, address, family: found });
  });
}

/** Why what a lookup has answered cannot be connected to; undefined when it can. */
export function objectionTo({ error, address }: LookupResult): Error | undefined {
  if (error !== null && error !== undefined) return error;
  return tryParseAddress(String(address)) === undefined ? badAddress(String(address)) : undefined;
}
