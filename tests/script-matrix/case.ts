import type { StartState } from './states.js';

/** One script of the matrix: a segment that arrives, and what the RFC says becomes of it. */
export interface Case {
  /** The file's name, without .pkt. */
  input: string;
  /** Which section says it, and what it says. */
  cite: string;
  /** Lines behind those that lead to the state. */
  lines: readonly string[];
  /** The state afterwards; the same as before when absent. */
  after?: string;
}

const RECEIVED = '  +.01 ';
const ANSWERED = '   +0  ';

export const arrives = (segment: string): string => `${RECEIVED}< ${segment}`;
export const sends = (segment: string): string => `${ANSWERED}> ${segment}`;
export const calls = (call: string): string => `${ANSWERED}${call}`;

/** <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>. */
export const acknowledgment = ({ nxt, rcv }: StartState, accepted = 0): string =>
  sends(`.  ${nxt}:${nxt}(0) ack ${rcv + accepted}`);

/** A range as scripts write it. A number before the beginning is one of the circle's last. */
export function range(seq: number, length: number): string {
  return `${seq >>> 0}:${(seq + length) >>> 0}(${length})`;
}

const WIDTH = 100;

function comment(text: string): string[] {
  const lines: string[] = [];
  let line = '//';
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = '//';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

/** The script's text. What the RFC does not ask for must not happen: a silence ends each. */
export function render(state: StartState, { input, cite, lines, after }: Case): { path: string; text: string } {
  const end = after ?? state.name;
  const text = [
    ...comment(cite),
    '--config=DELAYED_ACK=0',
    '',
    ...state.lines,
    '',
    ...(state.lines.length === 0
      ? lines.map((line, at) => (at === 0 ? line.replace('  +.01 ', '    0  ') : line))
      : lines),
    ...(state.name === 'LISTEN' || state.name === 'CLOSED' ? [] : [`   +0  state(${state.handle}) = "${end}"`]),
    ` +.02  state(${state.handle}) = "${state.name === 'LISTEN' && after === undefined ? 'CLOSED' : end}"`,
  ];
  return { path: `${state.folder}/${input}.pkt`, text: `${text.join('\n')}\n` };
}
