// The scenarios: a list beside the ladder, or a select where there is no room for one.
import { SCENARIOS } from '../scenarios/catalog.js';
import { GROUPS } from '../scenarios/scenario.js';
import { el } from './dom.js';
import { GROUP_NAMES, inLanguage, say } from './words.js';

export class Menu {
  readonly element = el('nav', { class: 'menu' });
  readonly #onChoose: (name: string) => void;
  #present = '';

  constructor(onChoose: (name: string) => void) {
    this.#onChoose = onChoose;
  }

  relabel(present = this.#present): void {
    this.#present = present;
    this.element.setAttribute('aria-label', say('scenarios'));
    this.element.replaceChildren(this.#select(), ...GROUPS.map((group) => this.#group(group)));
  }

  #group(group: (typeof GROUPS)[number]): HTMLElement {
    const list = el('ul');
    for (const { name, title, group: of } of SCENARIOS) {
      if (of !== group) continue;
      const chosen = name === this.#present ? 'page' : undefined;
      list.append(
        el(
          'li',
          {},
          el('button', {
            type: 'button',
            'data-scenario': name,
            'aria-current': chosen,
            text: inLanguage(title),
            onclick: () => this.#onChoose(name),
          }),
        ),
      );
    }
    return el('section', { class: 'menu-group' }, el('h2', { text: inLanguage(GROUP_NAMES[group]) }), list);
  }

  #select(): HTMLElement {
    const select = el('select', { class: 'menu-select', 'aria-label': say('scenario') });
    for (const group of GROUPS) {
      const options = SCENARIOS.filter((scenario) => scenario.group === group).map(({ name, title }) =>
        el('option', { value: name, selected: name === this.#present, text: inLanguage(title) }),
      );
      select.append(el('optgroup', { label: inLanguage(GROUP_NAMES[group]) }, ...options));
    }
    select.addEventListener('change', () => this.#onChoose(select.value));
    return select;
  }
}
