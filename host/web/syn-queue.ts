// The board's half-open connections, one box each: what a SYN flood fills.
import type { World } from '../scenarios/world.js';
import { el } from './dom.js';
import { say } from './words.js';

export class SynQueueView {
  readonly element = el('section', { class: 'panel syn-queue' });

  update(world: World): void {
    const { core } = world.board;
    const size = world.scenario.setting?.board?.synQueue ?? core.constants.synQueue;
    const half = core.list().filter(({ table }) => table === 'syn-queue');
    const counters = core.counters();
    const boxes = Array.from({ length: size }, (_, at) => {
      const entry = half[at];
      return el('li', {
        class: entry === undefined ? '' : 'taken',
        text: entry === undefined ? '' : `${entry.remoteAddress}:${entry.remotePort}`,
      });
    });
    const told = [
      `${half.length} / ${size}`,
      `cookies ${Number(counters['cookiesSent'])}`,
      `SYN queue full: ${counters.drops['syn-queue-full'] ?? 0}`,
    ];
    this.element.replaceChildren(
      el('h2', { text: say('synQueue') }),
      el('ol', { class: 'entries' }, ...boxes),
      el('p', { class: 'quiet', text: told.join(' · ') }),
    );
  }
}
