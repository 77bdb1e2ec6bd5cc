// The eleven states of RFC 9293 figure 5, for one end: the way walked so far, the state that it is in, and what took it there.
import type { Passage, Transition } from '../scenarios/passage.js';
import type { End } from '../trace/event.js';
import { el, svg } from './dom.js';
import { titleOf } from './label.js';
import { language, say } from './words.js';

type Point = readonly [x: number, y: number];

/** Middles of the boxes, in a picture of 360 by 372. */
const PLACES: Readonly<Record<string, Point>> = {
  CLOSED: [180, 24],
  LISTEN: [88, 80],
  'SYN-SENT': [272, 80],
  'SYN-RECEIVED': [88, 140],
  ESTABLISHED: [200, 176],
  'FIN-WAIT-1': [88, 224],
  'CLOSE-WAIT': [290, 224],
  CLOSING: [184, 270],
  'LAST-ACK': [290, 304],
  'FIN-WAIT-2': [70, 304],
  'TIME-WAIT': [176, 346],
};

const EDGES: readonly (readonly [string, string])[] = [
  ['CLOSED', 'LISTEN'],
  ['CLOSED', 'SYN-SENT'],
  ['LISTEN', 'SYN-RECEIVED'],
  ['LISTEN', 'SYN-SENT'],
  ['SYN-SENT', 'SYN-RECEIVED'],
  ['SYN-SENT', 'ESTABLISHED'],
  ['SYN-RECEIVED', 'ESTABLISHED'],
  ['SYN-RECEIVED', 'FIN-WAIT-1'],
  ['ESTABLISHED', 'FIN-WAIT-1'],
  ['ESTABLISHED', 'CLOSE-WAIT'],
  ['FIN-WAIT-1', 'FIN-WAIT-2'],
  ['FIN-WAIT-1', 'CLOSING'],
  ['FIN-WAIT-1', 'TIME-WAIT'],
  ['FIN-WAIT-2', 'TIME-WAIT'],
  ['CLOSING', 'TIME-WAIT'],
  ['CLOSE-WAIT', 'LAST-ACK'],
  ['LAST-ACK', 'CLOSED'],
  ['TIME-WAIT', 'CLOSED'],
];

const BOX: Point = [104, 24];

export class DiagramView {
  readonly element: HTMLElement;
  readonly #end: End;
  readonly #edges = svg('g');
  readonly #boxes = new Map<string, SVGGElement>();
  readonly #path = el('ol', { class: 'path' });
  readonly #title = el('h3');
  readonly #picture = svg('svg', { viewBox: '0 0 360 372', role: 'img' });
  #told = '';

  constructor(end: End) {
    this.#end = end;
    this.#picture.append(this.#edges);
    for (const [name, [x, y]] of Object.entries(PLACES)) {
      const box = svg('g', { class: 'box' });
      box.append(
        svg('rect', { x: x - BOX[0] / 2, y: y - BOX[1] / 2, width: BOX[0], height: BOX[1], rx: 12 }),
        svg('text', { x, y: y + 4, 'text-anchor': 'middle', text: name }),
      );
      this.#boxes.set(name, box);
      this.#picture.append(box);
    }
    this.element = el('figure', { class: `diagram ${end}` }, this.#title, this.#picture, this.#path);
  }

  update(state: string, transitions: readonly Transition[], isAgain = false): void {
    const told = `${language()} ${state} ${transitions.length}`;
    if (told === this.#told && !isAgain) return;
    this.#told = told;
    this.#title.textContent = `${say(this.#end)}: ${state}`;
    this.#picture.setAttribute('aria-label', this.#title.textContent);
    const walked = new Set(transitions.map(({ before, after }) => `${before}>${after}`));
    const visited = new Set(transitions.flatMap(({ before, after }) => [before, after]));
    for (const [name, box] of this.#boxes)
      box.setAttribute('class', `box ${visited.has(name) ? 'visited' : ''} ${name === state ? 'present' : ''}`);
    const unusual = transitions
      .filter(({ before, after }) => !EDGES.some(([from, to]) => from === before && to === after))
      .map(({ before, after }) => [before, after] as const);
    this.#edges.replaceChildren(
      ...[...EDGES, ...unusual]
        .map((edge) => ({ edge, isWalked: walked.has(`${edge[0]}>${edge[1]}`) }))
        .sort((one, other) => Number(one.isWalked) - Number(other.isWalked))
        .flatMap(({ edge, isWalked }) => drawEdge(edge, isWalked)),
    );
    this.#path.replaceChildren(
      ...transitions.map((transition) =>
        el(
          'li',
          {},
          el('b', { text: transition.after }),
          el('span', { text: ` ${eventWords(transition)}` }),
          el('time', { text: ` ${(transition.time / 1000).toFixed(3)}` }),
        ),
      ),
    );
  }
}

/** From the border of one box to that of the other; the ways back to CLOSED go round the outside. */
function drawEdge([from, to]: readonly [string, string], isWalked: boolean): SVGElement[] {
  const [a, b] = [PLACES[from], PLACES[to]];
  if (a === undefined || b === undefined || from === to) return [];
  const kind = `edge ${isWalked ? 'walked' : ''}`;
  if (to === 'CLOSED') {
    const isRight = from === 'LAST-ACK' || a[0] > 230;
    const x = isRight ? 352 : 8;
    const side = isRight ? BOX[0] / 2 : -BOX[0] / 2;
    const d = `M${a[0] + side},${a[1]} H${x} V${b[1]} H${b[0] + side}`;
    return [svg('path', { class: kind, d, fill: 'none' }), tip(b[0] + side, b[1], isRight ? 180 : 0, kind)];
  }
  const start = border(a, b);
  const end = border(b, a);
  const angle = (Math.atan2(end[1] - start[1], end[0] - start[0]) * 180) / Math.PI;
  const d = `M${start[0]},${start[1]}L${end[0]},${end[1]}`;
  return [svg('path', { class: kind, d, fill: 'none' }), tip(end[0], end[1], angle, kind)];
}

function tip(x: number, y: number, angle: number, kind: string): SVGElement {
  return svg('path', {
    class: `${kind} tip`,
    d: 'M0,0l-7,-3.5v7z',
    transform: `translate(${x},${y}) rotate(${angle})`,
  });
}

/** Where the line from the middle of one box towards another leaves it. */
function border([x, y]: Point, [toX, toY]: Point): Point {
  const [dx, dy] = [toX - x, toY - y];
  const share = Math.min(BOX[0] / 2 / Math.abs(dx || 1e-9), BOX[1] / 2 / Math.abs(dy || 1e-9));
  return [x + dx * share, y + dy * share];
}

function eventWords({ by, passage }: Transition): string {
  switch (by) {
    case 'call':
      return say('userCall');
    case 'timeout':
      return say('timeout');
    case 'arrival':
      return `${title(passage)} ${say('arrived')}`;
    case 'departure':
      return `${title(passage)} ${say('sentWord')}`;
  }
}

function title(passage: Passage | undefined): string {
  return passage === undefined ? '' : titleOf(passage);
}
