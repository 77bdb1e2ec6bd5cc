import { UsageError } from '../usage-error.js';

/** '3%', '0.03' or '3 %' as a share from 0 to 1. */
export function parseShare(text: string, what: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text.trim());
  const share = match === null ? NaN : Number(match[1]) / (match[2] === '%' ? 100 : 1);
  if (share >= 0 && share <= 1) return share;
  throw new UsageError(`${what} '${text}' is not a share; write it as 3% or 0.03, from 0% to 100%.`);
}

const MS: Readonly<Record<string, number>> = { '': 1, us: 0.001, ms: 1, s: 1000, m: 60_000, min: 60_000 };

/** '20ms', '1.5s', '2m' or a bare number of milliseconds. */
export function parseDuration(text: string, what: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(us|ms|s|m|min)?$/.exec(text.trim());
  if (match !== null) return Number(match[1]) * (MS[match[2] ?? ''] ?? 1);
  throw new UsageError(`${what} '${text}' is not a time; write it as 20ms, 1.5s or 2m.`);
}

const BITS: Readonly<Record<string, number>> = { '': 1, bit: 1, kbit: 1e3, mbit: 1e6, gbit: 1e9 };

/**
 * Bits a second: '115200', '9600baud' (ten bits on the line for each octet, start and stop bit among them), '10Mbit'. The
 * answer is octets a second.
 */
export function parseBandwidth(text: string, what: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(baud|[kmg]?bit)?(?:\/s)?$/i.exec(text.trim());
  const unit = match?.[2]?.toLowerCase() ?? '';
  const octets =
    match === null ? 0 : unit === 'baud' ? Number(match[1]) / 10 : (Number(match[1]) * (BITS[unit] ?? 1)) / 8;
  if (octets > 0) return octets;
  throw new UsageError(`${what} '${text}' is not a bandwidth; write it as 115200baud, 64kbit or 10Mbit.`);
}

/** A whole number within a range. */
export function parseWhole(text: string, what: string, least: number, most: number): number {
  const number = /^\d+$/.test(text.trim()) ? Number(text) : NaN;
  if (number >= least && number <= most) return number;
  throw new UsageError(`${what} '${text}' is not a whole number from ${String(least)} to ${String(most)}.`);
}
