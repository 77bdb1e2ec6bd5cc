// How a trace spells the flags, and the core's reasons, for people.
import { Flag } from '../../assembly/numbers.js';

/** The control bits that are set, in the order in which people say them. */
export function flagNames(bits: number): string[] {
  return FLAG_ORDER.filter(([, bit]) => (bits & bit) !== 0).map(([name]) => name);
}

/** The core's 'delayed-ack' as people write it: delayed ACK. */
export function inWords(reason: string): string {
  return reason
    .replaceAll('-', ' ')
    .replace(/\b(syn ack|syn|ack|rst|tcb|icmp|paws)\b/g, (word) => word.toUpperCase().replace(' ', '-'));
}

/** SYN-ACK, FIN-ACK, PSH-ACK: never ACK-SYN. */
const FLAG_ORDER: readonly (readonly [string, number])[] = [
  ['SYN', Flag.SYN],
  ['FIN', Flag.FIN],
  ['RST', Flag.RST],
  ['PSH', Flag.PSH],
  ['URG', Flag.URG],
  ['ACK', Flag.ACK],
  ['ECE', Flag.ECE],
  ['CWR', Flag.CWR],
];

/** What a user's call did, by the state behind it. */
export function callWords(after: string): string {
  switch (after) {
    case 'LISTEN':
      return 'listens';
    case 'SYN-SENT':
      return 'opens';
    case 'CLOSED':
      return 'lets go';
    default:
      return 'closes';
  }
}

/** What a timer did, by the state before it. */
export function timeoutWords(before: string): string {
  return before === 'TIME-WAIT' ? '2 MSL have passed' : 'time has run out';
}
