// What each end knows: that it hears the other, and that it is heard. The handshake fills four ticks with three segments.
import type { World } from '../scenarios/world.js';
import { otherEnd, type End } from '../trace/event.js';
import { el } from './dom.js';
import { say } from './words.js';

export class ProofsView {
  readonly element = el('section', { class: 'panel proofs' });
  readonly #heading = el('h2');
  readonly #rows = el('div', { class: 'ticks' });

  constructor() {
    this.element.append(this.#heading, this.#rows);
  }

  update(world: World): void {
    this.#heading.textContent = say('proofs');
    this.#rows.replaceChildren(
      ...(['laptop', 'board'] as const).map((end) => {
        const { hears, isHeard } = proofsOf(world, end);
        return el(
          'div',
          { class: `tick-row ${end}` },
          el('b', { text: say(end) }),
          tick(hears, say('canReceive')),
          tick(isHeard, say('canSend')),
        );
      }),
    );
  }
}

function proofsOf(world: World, end: End): { hears: boolean; isHeard: boolean } {
  const heard = world.passages.filter(
    ({ from, cause, connection, arrivals }) =>
      from === otherEnd(end) &&
      cause !== 'forged' &&
      connection === world.main &&
      arrivals.some(({ drop }) => drop === ''),
  );
  return { hears: heard.length > 0, isHeard: heard.some(({ relative }) => (relative?.ack ?? 0) > 0) };
}

function tick(isProved: boolean, words: string): HTMLElement {
  return el(
    'span',
    { class: isProved ? 'tick proved' : 'tick' },
    el('i', { 'aria-hidden': 'true', text: isProved ? '✓' : '·' }),
    ` ${words}${isProved ? '' : ' ?'}`,
  );
}
