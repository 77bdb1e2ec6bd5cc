// The words on an arrow: what the terminal's ladder says too, shorter where there is little room.
import { Flag } from '../../assembly/numbers.js';
import { CAUSES } from '../scenarios/causes.js';
import type { Passage } from '../scenarios/passage.js';
import { outcomeOf } from '../scenarios/table.js';
import { fieldsOf } from '../trace/label.js';
import { flagNames, inWords } from '../trace/names.js';
import { phraseInChinese } from '../scenarios/causes.js';
import { inLanguage, language, say } from './words.js';

/** What the flags say already is not said twice. */
const SILENT = new Set(['', 'ack', 'syn-ack', 'written', 'datagram', 'close']);

/** Below this many pixels numbers are shortened; from this many on, everything is said. */
const SHORT = 300;
const WIDE = 480;

export function titleOf({ datagram }: Passage): string {
  const { tcp, udp, icmp } = datagram;
  if (tcp !== undefined) return flagNames(tcp.flags).join('-') || '–';
  return udp !== undefined ? 'UDP' : icmp !== undefined ? 'ICMP' : 'IPv4';
}

/** `room`: pixels between the lifelines; Infinity where there is no picture. */
export function numbersOf({ datagram, relative }: Passage, room: number): string {
  const { tcp, udp } = datagram;
  if (udp !== undefined) return `${udp.length} B`;
  if (tcp === undefined || relative === undefined) return '';
  if (room >= SHORT) {
    // Two labels that cross must not meet. A window that is nearly closed is news all the same.
    const fields = fieldsOf(tcp, relative).filter((field) => room >= WIDE || !/^win \d{4}/.test(field));
    return fields.join(' ');
  }
  const text = tcp.length > 0 ? ` +${tcp.length}` : '';
  return `${relative.seq}${text}${(tcp.flags & Flag.ACK) !== 0 ? ` ack ${relative.ack}` : ''}`;
}

/** Why it was sent, in a few words; empty when the flags say it. */
export function causeWords({ cause, repeat }: Passage): string {
  if (SILENT.has(cause)) return '';
  const known = CAUSES[cause];
  const words = known === undefined ? inWords(cause) : inLanguage(known.words);
  return repeat > 0 ? `${words} ${repeat}` : words;
}

/** What became of it, with the reason. */
export function fateWords(passage: Passage): string {
  const outcome = outcomeOf(passage);
  const words: string[] = [say(outcome)];
  const [first] = passage.arrivals;
  if (first !== undefined && first.drop !== '') {
    const reason = inWords(first.drop);
    words.push(language() === 'zh' ? phraseInChinese(reason) : reason);
  }
  if (passage.arrivals.length > 1) words.push(say('twice'));
  if (passage.fault === 'delayed') words.push(say('late'));
  return words.join(', ');
}
