// The sequence space of both directions, and how full the rings are. Numbers count from each direction's SYN.
import type { CoreInfo } from '../core.js';
import type { World } from '../scenarios/world.js';
import { otherEnd, type End } from '../trace/event.js';
import { el, svg } from './dom.js';
import { say } from './words.js';

const WIDTH = 360;
const RING = 4096;

export class SequenceView {
  readonly element = el('section', { class: 'panel sequence' });
  readonly #heading = el('h2');
  readonly #parts = el('div');

  constructor() {
    this.element.append(this.#heading, this.#parts);
  }

  update(world: World): void {
    this.#heading.textContent = say('sequence');
    const parts = (['laptop', 'board'] as const).flatMap((end) => this.#direction(world, end));
    if (parts.length === 0) parts.push(el('p', { class: 'quiet', text: say('noConnection') }));
    this.#parts.replaceChildren(...parts);
  }

  #direction(world: World, end: End): Element[] {
    const sender = world.end(end).info();
    if (sender === undefined) return [];
    const receiver = world.end(otherEnd(end)).info();
    return [drawSpace(end, sender, receiver, holes(world, end, receiver)), rings(end, sender)];
  }
}

/** What has arrived beyond RCV.NXT: the stretches on both sides of a hole. */
function holes(world: World, from: End, receiver: CoreInfo | undefined): (readonly [number, number])[] {
  if (receiver === undefined) return [];
  return world.passages.flatMap((passage) => {
    const { tcp } = passage.datagram;
    const hasArrived = passage.arrivals.some(({ drop }) => drop === '');
    if (tcp === undefined || tcp.length === 0 || passage.from !== from || !hasArrived) return [];
    const beyond = (tcp.seq - receiver.rcv.nxt) | 0;
    return beyond > 0 && beyond < RING ? [[tcp.seq, tcp.seq + tcp.length] as const] : [];
  });
}

function drawSpace(
  end: End,
  { snd, iss }: CoreInfo,
  receiver: CoreInfo | undefined,
  beyond: readonly (readonly [number, number])[],
): Element {
  const relative = (sequence: number): number => (sequence - iss) | 0;
  const una = relative(snd.una);
  const nxt = relative(snd.nxt);
  const edge = una + snd.wnd;
  const from = Math.max(0, una - Math.max(snd.wnd, 1000) * 0.15);
  const to = Math.max(edge, nxt, from + 200) * 1.02;
  const x = (sequence: number): number =>
    ((Math.min(Math.max(sequence, from), to) - from) / (to - from)) * (WIDTH - 4) + 2;
  const stretch = (a: number, b: number, kind: string): SVGElement =>
    svg('rect', { class: kind, x: x(a), width: Math.max(0, x(b) - x(a)), y: 22, height: 14 });
  const picture = svg('svg', { class: `space ${end}`, viewBox: `0 0 ${WIDTH} 74`, role: 'img' });
  picture.append(
    stretch(from, to, 'all'),
    stretch(from, una, 'acknowledged'),
    stretch(una, nxt, 'flight'),
    stretch(nxt, edge, 'usable'),
    ...beyond.map(([a, b]) => stretch(relative(a), relative(b), 'beyond')),
  );
  const marks: [string, number, boolean][] = [
    [`SND.UNA ${una}`, una, true],
    [`SND.NXT ${nxt}`, nxt, false],
  ];
  if (receiver !== undefined && receiver.irs === iss)
    marks.push([`RCV.NXT ${relative(receiver.rcv.nxt)}`, relative(receiver.rcv.nxt), false]);
  for (const [at, [text, place, isAbove]] of marks.entries()) picture.append(...mark(x(place), text, isAbove, at));
  const words = `${say(end)}: ${marks.map(([text]) => text).join(', ')}, SND.WND ${snd.wnd}`;
  picture.setAttribute('aria-label', words);
  return el(
    'div',
    { class: 'space-row' },
    el('p', { class: `space-name ${end}`, text: `${say(end)} → · SND.WND ${snd.wnd}` }),
    picture,
  );
}

/** A mark over or under the space, its words turned inwards near an edge; two below stand on two lines. */
function mark(x: number, text: string, isAbove: boolean, at: number): SVGElement[] {
  const anchor = x > WIDTH * 0.72 ? 'end' : x < WIDTH * 0.28 ? 'start' : 'middle';
  const y = isAbove ? 14 : at === 1 ? 52 : 68;
  return [
    svg('line', { class: 'mark', x1: x, x2: x, y1: isAbove ? 17 : 22, y2: isAbove ? 36 : y - 9 }),
    svg('text', { x: x + (anchor === 'start' ? 3 : anchor === 'end' ? -3 : 0), y, 'text-anchor': anchor, text }),
  ];
}

function rings(end: End, { snd, rcv }: CoreInfo): Element {
  const bar = (name: string, octets: number): HTMLElement => {
    const fill = el('span', { class: 'fill' });
    fill.style.width = `${Math.min(100, (100 * octets) / RING)}%`;
    return el(
      'div',
      { class: `bar ${end}` },
      el('span', { class: 'bar-name', text: name }),
      el('span', { class: 'track' }, fill),
      el('span', { class: 'bar-value', text: `${octets} / ${RING}` }),
    );
  };
  return el(
    'div',
    { class: 'bars' },
    bar(say('sendRing'), queued(snd.una, snd.end)),
    bar(say('receiveRing'), queued(rcv.read, rcv.nxt)),
  );
}

/** SYN and FIN take numbers and no room. */
function queued(from: number, to: number): number {
  return Math.min(RING, Math.max(0, (to - from) | 0));
}
