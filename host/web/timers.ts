// The timers of both ends as bars that run down.
import type { CoreInfo } from '../core.js';
import type { World } from '../scenarios/world.js';
import type { End } from '../trace/event.js';
import { el } from './dom.js';
import { duration } from './ladder.js';
import { say } from './words.js';

type Name = 'retransmission' | 'delayedAck' | 'keepalive' | 'life';

const NAMES: readonly Name[] = ['retransmission', 'delayedAck', 'keepalive', 'life'];

export class TimersView {
  readonly element = el('section', { class: 'panel timers' });
  readonly #heading = el('h2');
  readonly #list = el('div', { class: 'bars' });
  /** How long each was when it was started, so that a bar is full then. */
  #full = new Map<string, { full: number; left: number }>();

  constructor() {
    this.element.append(this.#heading, this.#list);
  }

  reset(): void {
    this.#full.clear();
  }

  update(world: World): void {
    this.#heading.textContent = say('timers');
    const bars = (['laptop', 'board'] as const).flatMap((end) => {
      const info = world.end(end).info();
      return NAMES.flatMap((name) => this.#bar(end, name, info) ?? []);
    });
    if (bars.length === 0) bars.push(el('p', { class: 'quiet', text: say('noTimer') }));
    this.#list.replaceChildren(...bars);
  }

  #bar(end: End, name: Name, info: CoreInfo | undefined): HTMLElement | undefined {
    const key = `${end} ${name}`;
    const left = info?.timers[name];
    if (info === undefined || left === undefined) {
      this.#full.delete(key);
      return undefined;
    }
    const known = this.#full.get(key);
    const full = known === undefined || left > known.left ? left : known.full;
    this.#full.set(key, { full, left });
    const fill = el('span', { class: 'fill' });
    fill.style.width = `${full === 0 ? 0 : (100 * left) / full}%`;
    return el(
      'div',
      { class: `bar ${end}` },
      el('span', { class: 'bar-name', text: `${say(end)}: ${timerName(name, info)}` }),
      el('span', { class: 'track' }, fill),
      el('span', { class: 'bar-value', text: duration(left) }),
    );
  }
}

function timerName(name: Name, { state, timers, table }: CoreInfo): string {
  switch (name) {
    case 'retransmission':
      return timers.kind === 'persist' ? 'persist' : timers.kind === 'tail-probe' ? 'tail probe' : 'RTO';
    case 'delayedAck':
      return 'delayed ACK';
    case 'keepalive':
      return 'keepalive';
    case 'life':
      return state === 'TIME-WAIT' ? '2 MSL' : table === 'syn-queue' ? 'SYN queue' : state;
  }
}
