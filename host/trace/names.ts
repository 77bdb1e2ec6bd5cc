// The names that a trace prints, made from the numbers that cross the ABI, so that no list is kept twice.
import { Cause, Drop, Flag, State } from '../../assembly/numbers.js';

/** FIN_WAIT_1 as the RFC spells it: FIN-WAIT-1. */
export function stateName(state: number): string {
  return STATES[state] ?? `STATE-${state}`;
}

/** The control bits that are set, in the order in which people say them. */
export function flagNames(bits: number): string[] {
  return FLAG_ORDER.filter(([, bit]) => (bits & bit) !== 0).map(([name]) => name);
}

/** Why a datagram was sent, in words: "delayed ACK". Empty for none. */
export function causeName(cause: number): string {
  return cause === Cause.NONE ? '' : (CAUSES[cause] ?? `cause ${cause}`);
}

/** Why a datagram was not taken, in words: "not acceptable". Empty when it was. */
export function dropName(drop: number): string {
  return drop === Drop.NONE ? '' : (DROPS[drop] ?? `drop ${drop}`);
}

function namesOf(numbers: Record<string, number>, spell: (name: string) => string): string[] {
  const names: string[] = [];
  for (const [name, value] of Object.entries(numbers)) names[value] = spell(name);
  return names;
}

/** Words of a name in lower case, except the ones that are acronyms. */
function words(name: string): string {
  return name
    .toLowerCase()
    .replaceAll('_', ' ')
    .replace(/\b(syn ack|syn|ack|rst|tcb|icmp|paws)\b/g, (word) => word.toUpperCase().replace(' ', '-'));
}

const STATES = namesOf({ ...State }, (name) => name.replaceAll('_', '-'));
const CAUSES = namesOf({ ...Cause }, words);
const DROPS = namesOf({ ...Drop }, words);

/** SYN ACK, FIN ACK, PSH ACK: never ACK SYN. */
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
