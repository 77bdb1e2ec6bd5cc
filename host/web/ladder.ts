// The ladder: two lifelines, an arrow for each segment drawn as it happens, both ends' states beside them. One stop of the
// Tab key; the arrow keys move from segment to segment.
import type { Passage } from '../scenarios/passage.js';
import type { End } from '../trace/event.js';
import { drawArrow, type Arrow } from './arrow.js';
import { el, svg } from './dom.js';
import { describe } from './describe.js';
import { NOTE_LINE, type LadderSource, type Placed, Places } from './places.js';
import { inLanguage, say } from './words.js';
import { wrap } from './wrap.js';

/** Below this width numbers are shortened, as on a phone. */
const NARROW = 560;
const WIDEST = 900;
const BOTTOM = 40;

export interface Frame {
  width: number;
  left: number;
  right: number;
  isNarrow: boolean;
}

export class LadderView {
  readonly element: HTMLElement;
  readonly #onSelect: (passage: Passage | undefined) => void;
  #source: LadderSource | undefined;
  #addresses: Record<End, string> = { laptop: '', board: '' };
  #initial: Record<End, string> = { laptop: 'CLOSED', board: 'LISTEN' };
  #picture = svg('svg');
  #places = new Places(() => []);
  #frame: Frame = { width: 0, left: 0, right: 0, isNarrow: false };
  #arrows = new Map<Passage, Arrow>();
  #lifelines: SVGLineElement[] = [];
  #selected: Passage | undefined;

  constructor(onSelect: (passage: Passage | undefined) => void) {
    this.#onSelect = onSelect;
    this.element = el('div', { class: 'ladder', tabindex: 0, role: 'region' });
    this.element.addEventListener('keydown', (event) => this.#key(event));
    new ResizeObserver(() => {
      if (this.#source !== undefined && this.#frameOf().width !== this.#frame.width) this.#redraw();
    }).observe(this.element);
  }

  get selected(): Passage | undefined {
    return this.#selected;
  }

  /** The picture as a file of its own, with the colours that it has now. */
  get picture(): SVGSVGElement {
    return this.#picture;
  }

  /** Begins anew with another source. */
  show(source: LadderSource, addresses: Record<End, string>, initial: Record<End, string>): void {
    this.#source = source;
    this.#addresses = addresses;
    this.#initial = initial;
    this.#select(undefined);
    this.#redraw();
  }

  /** Draws what is new, and moves what is on its way. */
  update(): void {
    const source = this.#source;
    if (source === undefined) return;
    const isFollowing = this.element.scrollTop + this.element.clientHeight >= this.element.scrollHeight - 30;
    const placed = this.#places.take(source);
    for (const one of placed) this.#draw(one);
    for (const arrow of this.#arrows.values()) arrow.move(source.now);
    if (placed.length === 0) return;
    this.#fit();
    if (isFollowing) this.element.scrollTop = this.element.scrollHeight;
  }

  /** Words and colours have changed, or the width. */
  relabel(): void {
    this.#redraw();
  }

  #redraw(): void {
    this.#frame = this.#frameOf();
    const { isNarrow, left, right, width } = this.#frame;
    const noteWidth = right - left - (isNarrow ? 20 : 60);
    this.#places = new Places((deed) => wrap(inLanguage(deed.act.says), noteWidth));
    this.#arrows = new Map();
    this.#picture = svg('svg', { class: 'ladder-picture', width, role: 'list', 'aria-label': say('ladder') });
    this.#lifelines = ([left, right] as const).map((x, at) =>
      svg('line', { class: `lifeline ${at === 0 ? 'laptop' : 'board'}`, x1: x, x2: x, y1: 44, y2: 60 }),
    );
    this.#picture.append(...this.#lifelines, ...this.#heads());
    this.element.replaceChildren(this.#picture);
    this.element.setAttribute('aria-label', `${say('ladder')}. ${say('ladderHelp')}`);
    this.update();
    this.#fit();
    const selected = this.#selected;
    if (selected !== undefined) this.#arrows.get(selected)?.element.classList.add('selected');
  }

  #frameOf(): Frame {
    const width = Math.min(WIDEST, Math.max(300, this.element.clientWidth - 2));
    const isNarrow = width < NARROW;
    const margin = isNarrow ? 95 : 122;
    return { width, left: margin, right: width - margin, isNarrow };
  }

  #heads(): SVGElement[] {
    const { left, right, isNarrow } = this.#frame;
    return (['laptop', 'board'] as const).flatMap((end, at) => {
      const x = at === 0 ? left : right;
      return [
        svg('text', { class: `head ${end}`, x, y: 16, 'text-anchor': 'middle', text: say(end) }),
        ...(isNarrow
          ? []
          : [svg('text', { class: 'address', x, y: 32, 'text-anchor': 'middle', text: this.#addresses[end] })]),
        this.#state(end, this.#initial[end], 58),
      ];
    });
  }

  #draw(placed: Placed): void {
    switch (placed.kind) {
      case 'departure':
        return this.#depart(placed.passage, placed.y);
      case 'arrival': {
        const arrow = this.#arrows.get(placed.passage);
        arrow?.arrive(placed.y, placed.isCopy);
        arrow?.element.setAttribute('aria-label', describe(placed.passage));
        return;
      }
      case 'state': {
        const { end, after } = placed.transition;
        this.#picture.append(this.#state(end, after, placed.y + 4));
        return;
      }
      case 'deed':
        return this.#note(placed.lines, placed.y, placed.deed.act.end);
      case 'wait':
        return this.#wait(placed.ms, placed.y);
    }
  }

  #depart(passage: Passage, y: number): void {
    const arrow = drawArrow(passage, y, this.#places.expected(passage, y), this.#frame);
    const select = (): void => this.#select(passage);
    arrow.element.addEventListener('pointerenter', select);
    arrow.element.addEventListener('click', select);
    arrow.element.setAttribute('aria-label', describe(passage));
    this.#arrows.set(passage, arrow);
    this.#picture.append(arrow.element);
  }

  #state(end: End, state: string, y: number): SVGElement {
    const { left, right, isNarrow } = this.#frame;
    const isLeft = end === 'laptop';
    const x = isLeft ? left - 10 : right + 10;
    return svg(
      'g',
      { class: `state ${end}` },
      svg('circle', { cx: isLeft ? left : right, cy: y - 4, r: 4 }),
      svg('text', {
        x,
        y,
        'text-anchor': isLeft ? 'end' : 'start',
        class: isNarrow ? 'small' : undefined,
        text: state,
      }),
    );
  }

  #note(lines: string[], y: number, end: End | undefined): void {
    const { left, right } = this.#frame;
    const middle = (left + right) / 2;
    const group = svg('g', { class: `note ${end ?? 'wire'}` });
    for (const [at, line] of lines.entries())
      group.append(svg('text', { x: middle, y: y + at * NOTE_LINE, 'text-anchor': 'middle', text: line }));
    this.#picture.append(group);
  }

  #wait(ms: number, y: number): void {
    const { left, right } = this.#frame;
    const middle = (left + right) / 2;
    this.#picture.append(
      svg(
        'g',
        { class: 'wait' },
        svg('line', { x1: left, x2: middle - 50, y1: y, y2: y }),
        svg('line', { x1: middle + 50, x2: right, y1: y, y2: y }),
        svg('text', { x: middle, y: y + 4, 'text-anchor': 'middle', text: duration(ms) }),
      ),
    );
  }

  #fit(): void {
    const height = this.#places.bottom + BOTTOM;
    this.#picture.setAttribute('height', String(height));
    this.#picture.setAttribute('viewBox', `0 0 ${this.#frame.width} ${height}`);
    for (const line of this.#lifelines) line.setAttribute('y2', String(height - 12));
  }

  #select(passage: Passage | undefined): void {
    if (this.#selected === passage) return;
    if (this.#selected !== undefined) this.#arrows.get(this.#selected)?.element.classList.remove('selected');
    this.#selected = passage;
    if (passage !== undefined) this.#arrows.get(passage)?.element.classList.add('selected');
    this.#onSelect(passage);
  }

  #key(event: KeyboardEvent): void {
    const passages = this.#source?.passages ?? [];
    const at = this.#selected === undefined ? -1 : passages.indexOf(this.#selected);
    const to =
      event.key === 'ArrowDown' || event.key === 'ArrowRight'
        ? Math.min(passages.length - 1, at + 1)
        : event.key === 'ArrowUp' || event.key === 'ArrowLeft'
          ? Math.max(0, at - 1)
          : event.key === 'Home'
            ? 0
            : event.key === 'End'
              ? passages.length - 1
              : undefined;
    if (to === undefined || passages[to] === undefined) return;
    event.preventDefault();
    this.#select(passages[to]);
    this.#arrows.get(passages[to])?.element.scrollIntoView({ block: 'nearest' });
  }
}

/** 59.8 s, 4 min: as long as it takes. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 90_000) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 5_400_000 ? `${(ms / 60_000).toFixed(1)} min` : `${(ms / 3_600_000).toFixed(1)} h`;
}
