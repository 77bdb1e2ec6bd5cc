// A segment in one sentence, for those who hear the page.
import type { Passage } from '../scenarios/passage.js';
import { causeWords, fateWords, numbersOf, titleOf } from './label.js';
import { language, say } from './words.js';

export function describe(passage: Passage): string {
  const { from, sender, arrivals, time } = passage;
  const to = from === 'laptop' ? 'board' : 'laptop';
  const parts = [
    `${(time / 1000).toFixed(3)} s`,
    `${say(from)} → ${say(to)}`,
    `${titleOf(passage)} ${numbersOf(passage, Infinity)}`.trim(),
    causeWords(passage),
    fateWords(passage),
    sender === undefined ? '' : `${say(from)}: ${sender.after}`,
    arrivals[0]?.receiver === undefined ? '' : `${say(to)}: ${arrivals[0].receiver.after}`,
  ];
  return parts.filter((part) => part !== '').join(language() === 'zh' ? '，' : ', ');
}
