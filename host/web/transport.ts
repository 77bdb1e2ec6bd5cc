// Play, step, again, to the end, and how fast.
import { el } from './dom.js';
import { SPEEDS, type Player } from './player.js';
import { say } from './words.js';

export class Transport {
  readonly element = el('div', { class: 'transport', role: 'toolbar' });
  readonly #player: Player;
  readonly #again: () => void;
  #play = el('button');
  #step = el('button');
  #end = el('button');
  #clock = el('output');

  constructor(player: Player, again: () => void) {
    this.#player = player;
    this.#again = again;
    this.relabel();
  }

  relabel(): void {
    const player = this.#player;
    this.#play = button('play primary', '', () => (player.isPlaying ? player.pause() : player.play()));
    this.#step = button('step', say('step'), () => player.step());
    this.#end = button('to-end', say('toEnd'), () => player.toEnd());
    const again = button('again', say('again'), this.#again);
    this.#clock = el('output', { class: 'clock', 'aria-label': say('time') });
    this.element.setAttribute('aria-label', say('play'));
    this.element.replaceChildren(this.#play, this.#step, again, this.#end, this.#speed(), this.#skip(), this.#clock);
    this.update();
  }

  update(): void {
    const { world, isPlaying } = this.#player;
    const isOver = world?.isOver === true;
    const text = say(isPlaying ? 'pause' : 'play');
    if (this.#play.textContent !== text) this.#play.textContent = text;
    // A button that has the focus keeps it: what is over is told, not taken away.
    for (const one of [this.#play, this.#step, this.#end]) one.setAttribute('aria-disabled', String(isOver));
    const time = `${((world?.now ?? 0) / 1000).toFixed(3)} s`;
    if (this.#clock.textContent !== time) this.#clock.textContent = time;
  }

  #speed(): HTMLElement {
    // The sign behind the number says what it is; a reader of the screen is told in words.
    const select = el('select', { 'aria-label': say('speed'), class: 'speed' });
    for (const speed of SPEEDS)
      select.append(el('option', { value: speed, selected: speed === this.#player.speed, text: `${speed}×` }));
    select.addEventListener('change', () => (this.#player.speed = Number(select.value)));
    return select;
  }

  #skip(): HTMLElement {
    const box = el('input', { type: 'checkbox', checked: this.#player.shortensWaits });
    box.addEventListener('change', () => (this.#player.shortensWaits = box.checked));
    return el('label', { class: 'skip' }, box, ` ${say('skip')}`);
  }
}

function button(kind: string, text: string, onclick: () => void): HTMLButtonElement {
  return el('button', { type: 'button', class: kind, text, onclick });
}
