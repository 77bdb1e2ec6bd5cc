import { UsageError } from './usage-error.js';

/** An IPv4 address as the ABI has it, a number in host order (0xC0A80702), as text (192.168.7.2). */
export function formatAddress(address: number): string {
  return `${String((address >>> 24) & 255)}.${String((address >>> 16) & 255)}.${String((address >>> 8) & 255)}.${String(address & 255)}`;
}

/** Text to number, or undefined when it is not four decimal numbers without leading zeros. */
export function tryParseAddress(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  let address = 0;
  for (const part of match.slice(1)) {
    // A leading zero means octal to some programs and decimal to others, so that it means nothing here.
    if (Number(part) > 255 || (part.length > 1 && part.startsWith('0'))) return undefined;
    address = address * 256 + Number(part);
  }
  return address;
}

/** A dotted address as a number; throws a UsageError for anything else. */
export function parseAddress(text: string): number {
  const address = tryParseAddress(text);
  if (address === undefined)
    throw new UsageError(`'${text}' is not an IPv4 address; write four numbers such as 192.168.7.2.`);
  return address;
}
