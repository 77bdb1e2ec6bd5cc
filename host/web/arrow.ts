// One arrow. What is lost ends in a cross and is dashed; what is retransmitted, delayed, dropped, damaged or forged each looks
// different in form, not only in colour.
import type { Passage } from '../scenarios/passage.js';
import { outcomeOf } from '../scenarios/table.js';
import { svg, apply } from './dom.js';
import { causeWords, numbersOf, titleOf } from './label.js';
import type { Frame } from './ladder.js';

export interface Arrow {
  element: SVGGElement;
  /** Time passes: what is on its way moves on. */
  move(now: number): void;
  /** It has arrived, at that height. */
  arrive(y: number, isCopy: boolean): void;
}

/** A lost segment gets this far. */
const LOST_AT = 0.72;
const HEAD = 8;
/** Between tail and label, and between line and label. */
const LABEL_INSET = 14;
const LABEL_LIFT = 5;

export function drawArrow(passage: Passage, y: number, expected: number, frame: Frame): Arrow {
  const isOut = passage.from === 'laptop';
  const [from, to] = isOut ? [frame.left, frame.right] : [frame.right, frame.left];
  const line = svg('line', { class: 'shaft', x1: from, y1: y, x2: from, y2: y });
  const head = svg('path', { class: 'head-mark' });
  const hit = svg('line', { class: 'hit', x1: from, y1: y, x2: to, y2: expected });
  const label = svg('text', { class: 'label' });
  const mark = svg('text', { class: 'fate' });
  const element = svg('g', { class: `arrow ${passage.from} ${styleOf(passage)}`, role: 'listitem' });
  element.append(hit, line, head, label, mark);
  let endY = expected;
  let isDone = false;

  const place = (fraction: number): void => {
    const share = passage.isLost ? Math.min(fraction, LOST_AT) : fraction;
    const x2 = from + (to - from) * share;
    const y2 = y + (endY - y) * share;
    apply(line, { x2, y2 });
    if (passage.isLost && share >= LOST_AT) {
      apply(head, { d: `M${x2 - 6},${y2 - 6}l12,12m0,-12l-12,12`, class: 'cross' });
    } else {
      const angle = (Math.atan2(endY - y, to - from) * 180) / Math.PI;
      apply(head, { d: `M0,0l${-HEAD},${-HEAD / 2}v${HEAD}z`, transform: `translate(${x2},${y2}) rotate(${angle})` });
    }
  };
  const write = (): void => {
    const slope = (Math.atan2(endY - y, Math.abs(to - from)) * 180) / Math.PI;
    const x = from + (isOut ? LABEL_INSET : -LABEL_INSET);
    const middle = y + (endY - y) * (LABEL_INSET / Math.abs(to - from)) - LABEL_LIFT;
    apply(label, {
      x,
      y: middle,
      'text-anchor': isOut ? 'start' : 'end',
      transform: `rotate(${isOut ? slope : -slope} ${x} ${middle})`,
    });
    apply(hit, { y2: endY });
    fill(label, passage, frame.right - frame.left);
  };
  write();
  return {
    element,
    move(now) {
      if (isDone) return;
      const span = passage.due - passage.time;
      const fraction = span <= 0 ? 1 : Math.min(1, Math.max(0, (now - passage.time) / span));
      place(fraction);
      if (passage.isLost && fraction >= LOST_AT) {
        isDone = true;
        element.setAttribute('class', `arrow ${passage.from} ${styleOf(passage)}`);
      }
    },
    arrive(at, isCopy) {
      element.setAttribute('class', `arrow ${passage.from} ${styleOf(passage)}`);
      if (isCopy) {
        element.append(svg('line', { class: 'shaft copy', x1: from, y1: y, x2: to, y2: at }));
        return;
      }
      isDone = true;
      endY = Math.max(at, y);
      write();
      place(1);
      const isRefused = ['dropped', 'damaged'].includes(outcomeOf(passage));
      if (!isRefused) return;
      apply(mark, { x: to + (isOut ? -12 : 12), y: endY - 7, 'text-anchor': isOut ? 'end' : 'start' });
      mark.textContent = '⊘';
    },
  };
}

/** SYN seq 0 win 4096 · cookie, the first words strong. */
function fill(label: SVGTextElement, passage: Passage, room: number): void {
  const numbers = numbersOf(passage, room);
  const cause = causeWords(passage);
  label.replaceChildren(
    svg('tspan', { class: 'title', text: titleOf(passage) }),
    svg('tspan', { class: 'numbers', dx: 6, text: numbers }),
  );
  if (cause !== '' && room >= 300) label.append(svg('tspan', { class: 'cause', dx: 6, text: cause }));
}

function styleOf(passage: Passage): string {
  const styles: string[] = [outcomeOf(passage)];
  if (passage.repeat > 0 || passage.cause === 'fast-retransmission') styles.push('repeat');
  if (passage.fault === 'delayed') styles.push('delayed');
  if (passage.cause === 'forged') styles.push('forged');
  if (((passage.datagram.tcp?.flags ?? 0) & 4) !== 0) styles.push('reset');
  return styles.join(' ');
}
