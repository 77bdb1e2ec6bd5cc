// Applies cells to stages: snapshot, apply, compare with what the oracle allows, restore.

import { cellOf, CELLS, lettersOf } from './cells.js';
import type { Answer, Segment } from './connection.js';
import { type Allowed, judge } from './oracle.js';
import type { Outcome, Probe, Sent } from './probe.js';
import type { Rule } from './rules.js';
import type { Stage } from './stages.js';

/** A cell whose outcome no rule allows. */
export interface Unexplained {
  stage: string;
  cell: number;
  name: string;
  segment: Segment;
  outcome: Outcome;
  allowed: readonly Allowed[];
}

export interface Explored {
  stage: string;
  tried: number;
  /** How many cells each rule has explained. */
  rules: Map<Rule, number>;
  unexplained: Unexplained[];
}

/** Tries every `every`-th cell of a stage, from `first` on. */
export function explore(probe: Probe, stage: Stage, every = 1, first = 0): Explored {
  const explored: Explored = { stage: stage.name, tried: 0, rules: new Map(), unexplained: [] };
  probe.restore(stage.snapshot);
  const before = probe.outcome([]);
  for (let number = first; number < CELLS; number += every) {
    const { segment } = cellOf(number, stage.connection);
    probe.restore(stage.snapshot);
    probe.give(segment);
    const outcome = probe.outcome(probe.take());
    const allowed = judge(stage.connection, segment);
    const found = allowed.find((one) => isMet(one, outcome, before));
    explored.tried += 1;
    if (found !== undefined) explored.rules.set(found.rule, (explored.rules.get(found.rule) ?? 0) + 1);
    else {
      const { name } = cellOf(number, stage.connection);
      explored.unexplained.push({ stage: stage.name, cell: number, name, segment, outcome, allowed });
    }
  }
  return explored;
}

function isMet(allowed: Allowed, outcome: Outcome, before: Outcome): boolean {
  const { state, una, rcvNxt, windows, isDropped } = allowed;
  if (!isSame(outcome.state, state) || !isAnswer(allowed.answer, outcome.sent)) return false;
  const hasRow = outcome.row !== '';
  if (!hasRow) return true;
  if (una !== undefined && outcome.una !== una) return false;
  if (rcvNxt !== undefined && outcome.rcvNxt !== rcvNxt) return false;
  if (windows !== undefined && !windows.includes(outcome.sndWnd)) return false;
  return isDropped !== true || outcome.row === before.row;
}

/** Where no connection is left, a listener may still stand there. */
function isSame(reached: string, allowed: string): boolean {
  return reached === allowed || (reached === 'LISTEN' && allowed === 'CLOSED');
}

export function isAnswer(answer: Answer | undefined, sent: readonly Sent[]): boolean {
  const [first] = sent;
  if (answer === undefined || first === undefined) return answer === undefined && first === undefined;
  if (sent.length > 1 || first.text !== 0 || first.flags !== answer.flags) return false;
  return (answer.seq ?? first.seq) === first.seq && (answer.ack ?? first.ack) === first.ack;
}

/** A cell that is not explained, in words. */
export function describe({ stage, cell, name, outcome, allowed }: Unexplained): string {
  const sent = outcome.sent.map(({ flags, seq, ack, text }) => `${lettersOf(flags)} seq ${seq} ack ${ack} (${text})`);
  const ways = allowed.map(({ rule, state, answer, una, rcvNxt, windows, isDropped }) => {
    const answered =
      answer === undefined ? 'silence' : `${lettersOf(answer.flags)} seq ${answer.seq} ack ${answer.ack}`;
    return `  ${rule}: ${state}, ${answered}, una ${una}, rcv.nxt ${rcvNxt}, wnd ${windows?.join()}${isDropped ? ', dropped' : ''}`;
  });
  const { state, una, rcvNxt, sndWnd } = outcome;
  return [
    `${stage}, cell ${cell}: ${name}`,
    `  is in ${state} and sends ${sent.join('; ') || 'nothing'}; una ${una}, rcv.nxt ${rcvNxt}, wnd ${sndWnd}`,
    ...ways,
  ].join('\n');
}
