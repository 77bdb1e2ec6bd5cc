// Hands: a user's calls at either end, and what can befall the next segment on the wire.
import type { HandName } from '../scenarios/hands.js';
import type { World } from '../scenarios/world.js';
import type { End } from '../trace/event.js';
import { el } from './dom.js';
import { HAND_WORDS, inLanguage, say } from './words.js';

const CALLS: readonly HandName[] = ['write', 'read', 'half-close', 'close', 'abort'];
const FAULTS: readonly HandName[] = ['drop', 'duplicate', 'delay', 'corrupt'];

export class HandsView {
  readonly element = el('section', { class: 'hands' });
  readonly #onHand: (name: HandName, end: End) => void;
  readonly #status = el('p', { class: 'quiet', role: 'status' });
  #cable: HTMLButtonElement | undefined;
  #calls: { button: HTMLButtonElement; end: End }[] = [];

  constructor(onHand: (name: HandName, end: End) => void) {
    this.#onHand = onHand;
    this.relabel();
  }

  relabel(): void {
    this.#calls = [];
    this.element.replaceChildren(
      el('h2', { text: say('hands') }),
      el('div', { class: 'hand-columns' }, this.#end('laptop'), this.#wire(), this.#end('board')),
      this.#status,
    );
    this.element.setAttribute('aria-label', say('hands'));
  }

  update(world: World): void {
    for (const { button, end } of this.#calls) button.disabled = world.end(end).handle === 0;
    const { isCut, waiting } = world.cable;
    if (this.#cable !== undefined) this.#cable.textContent = inLanguage(HAND_WORDS[isCut ? 'plug' : 'pull']);
    const armed = world.hands.length > 0 ? waiting.filter(({ matches }) => matches === undefined) : [];
    const words = armed.map(({ fault, from }) => `${fault} ← ${from === undefined ? '' : say(from)}: ${say('armed')}`);
    const told = [...(isCut ? [say('cableOut')] : []), ...words, ...(world.isOver ? [say('over')] : [])].join(' ');
    if (this.#status.textContent !== told) this.#status.textContent = told;
  }

  #end(end: End): HTMLElement {
    const group = el(
      'div',
      { class: `hand-group ${end}`, role: 'group', 'aria-label': say(end) },
      el('h3', { text: say(end) }),
    );
    const buttons = el('div', { class: 'buttons' });
    for (const name of CALLS) {
      const button = this.#button(name, end);
      this.#calls.push({ button, end });
      buttons.append(button);
    }
    group.append(buttons);
    return group;
  }

  #wire(): HTMLElement {
    const group = el(
      'div',
      { class: 'hand-group wire', role: 'group', 'aria-label': say('wire') },
      el('h3', { text: say('wire') }),
    );
    for (const end of ['laptop', 'board'] as const) {
      const buttons = el(
        'div',
        { class: 'buttons' },
        el('span', { class: `from ${end}`, text: end === 'laptop' ? `${say(end)} →` : `← ${say(end)}` }),
      );
      for (const name of FAULTS) {
        const button = this.#button(name, end, short(name));
        button.setAttribute('aria-label', `${inLanguage(HAND_WORDS[name])}: ${say(end)}`);
        buttons.append(button);
      }
      group.append(buttons);
    }
    this.#cable = el('button', { type: 'button', onclick: () => this.#onHand(this.#cableHand(), 'laptop') });
    this.#cable.textContent = inLanguage(HAND_WORDS.pull);
    group.append(el('div', { class: 'buttons' }, this.#cable, this.#button('flood', 'board')));
    return group;
  }

  #cableHand(): HandName {
    return this.#cable?.textContent === inLanguage(HAND_WORDS.pull) ? 'pull' : 'plug';
  }

  #button(name: HandName, end: End, text = inLanguage(HAND_WORDS[name])): HTMLButtonElement {
    return el('button', {
      type: 'button',
      'data-hand': `${name}-${end}`,
      text,
      onclick: () => this.#onHand(name, end),
    });
  }
}

/** Drop, without "next": the group says that. */
function short(name: HandName): string {
  return inLanguage(HAND_WORDS[name]).replace(/ next$|下一个$/, '');
}
