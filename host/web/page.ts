// One page: header, list of scenarios, ladder with its controls and hands, and the panels that look inside.
import type { HandName } from '../scenarios/hands.js';
import type { World } from '../scenarios/world.js';
import type { End } from '../trace/event.js';
import { ChartsView } from './charts.js';
import type { LoadedCore } from './core-module.js';
import { DetailView, rfcLinks } from './detail.js';
import { DiagramView } from './diagram.js';
import { el } from './dom.js';
import { HandsView } from './hands.js';
import { header } from './header.js';
import { LadderView } from './ladder.js';
import { Menu } from './menu.js';
import { Player } from './player.js';
import { ProofsView } from './proofs.js';
import { SequenceView } from './sequence.js';
import { SynQueueView } from './syn-queue.js';
import { TableView } from './table.js';
import { formatPlace } from './take-away.js';
import { takeAwayBar } from './take-away-bar.js';
import { TimersView } from './timers.js';
import { Transport } from './transport.js';
import { WireView } from './wire.js';
import { inLanguage, language, say } from './words.js';

/** Timers and charts are read, not followed: so often is often enough. */
const PANELS_EVERY_MS = 60;

export class Page {
  readonly element = el('div', { class: 'page' });
  readonly #core: LoadedCore;
  readonly #player = new Player();
  readonly #ladder = new LadderView((passage) => this.#detail.show(passage));
  readonly #table = new TableView();
  readonly #detail = new DetailView();
  readonly #diagrams = { laptop: new DiagramView('laptop'), board: new DiagramView('board') };
  readonly #timers = new TimersView();
  readonly #sequence = new SequenceView();
  readonly #charts = new ChartsView();
  readonly #proofs = new ProofsView();
  readonly #synQueue = new SynQueueView();
  readonly #hands = new HandsView((name, end) => this.#hand(name, end));
  readonly #transport: Transport;
  readonly #menu: Menu;
  readonly #wire: WireView;
  readonly #text = el('div', { class: 'story' });
  #world: World | undefined;
  #panelsAt = 0;

  /** `again` shows what the address says, from its begin. */
  constructor(core: LoadedCore, again: () => void) {
    this.#core = core;
    this.#transport = new Transport(this.#player, again);
    this.#menu = new Menu((scenario) => this.#go(scenario));
    this.#wire = new WireView(core.module);
    this.#player.onChange = () => this.#update();
    this.#player.onStep = (world) => this.#charts.sample(world);
  }

  show(world: World, addresses: Record<End, string>, initial: Record<End, string>, isPaused: boolean): void {
    this.#world = world;
    this.#player.load(world);
    document.documentElement.lang = language();
    document.title = `Slipway: ${inLanguage(world.scenario.title)}`;
    this.#build(world);
    this.#timers.reset();
    this.#charts.reset();
    this.#ladder.show(world, addresses, initial);
    this.#table.show(world);
    if (isPaused) this.#player.pause();
    else this.#player.play();
  }

  #build({ scenario }: World): void {
    this.#menu.relabel(scenario.name);
    this.#hands.relabel();
    this.#transport.relabel();
    this.#wire.relabel();
    this.#text.replaceChildren(
      el('h1', { text: inLanguage(scenario.title) }),
      el('p', { text: inLanguage(scenario.text) }),
      el('p', { class: 'rfc' }, ...rfcLinks(scenario.rfc)),
    );
    const isAttack = scenario.group === 'attack';
    const isOpening = scenario.group === 'opening';
    const states = el('section', { class: 'states', 'aria-label': say('states') }, el('h2', { text: say('states') }));
    states.append(el('div', { class: 'diagrams' }, this.#diagrams.laptop.element, this.#diagrams.board.element));
    const side = el('aside', { class: 'side' }, ...(isOpening ? [this.#proofs.element] : []));
    if (isAttack) side.append(this.#synQueue.element);
    side.append(this.#detail.element, this.#timers.element, this.#sequence.element, this.#charts.element);
    const details = el('details', { class: 'as-table' }, el('summary', { text: say('table') }), this.#table.element);
    const main = el('main', { class: 'centre' }, this.#text, this.#transport.element, this.#ladder.element);
    main.append(
      this.#hands.element,
      details,
      takeAwayBar(() => this.#world, this.#ladder),
      states,
      this.#wire.element,
    );
    this.element.replaceChildren(
      header(
        () => this.#switchLanguage(),
        () => this.#restyle(),
      ),
      el('div', { class: 'columns' }, this.#menu.element, main, side),
      el('footer', {}, `${say('core')} `, el('code', { class: 'hash', text: this.#core.sha256 })),
    );
    this.#detail.show(undefined);
  }

  #update(): void {
    const world = this.#world;
    if (world === undefined) return;
    this.#ladder.update();
    this.#table.update();
    this.#transport.update();
    this.#hands.update(world);
    for (const end of ['laptop', 'board'] as const) {
      const walked = world.transitions.filter(({ end: of, connection }) => of === end && connection === world.main);
      this.#diagrams[end].update(world.state(end), walked);
    }
    // The ladder moves with every frame; what stands beside it need not, and the frames are the ladder's.
    const now = performance.now();
    if (this.#player.isPlaying && now - this.#panelsAt < PANELS_EVERY_MS) return;
    this.#panelsAt = now;
    this.#updatePanels(world);
  }

  #updatePanels(world: World): void {
    const { group } = world.scenario;
    this.#timers.update(world);
    this.#sequence.update(world);
    this.#charts.update(world);
    if (group === 'opening') this.#proofs.update(world);
    if (group === 'attack') this.#synQueue.update(world);
  }

  #hand(name: HandName, end: End): void {
    const world = this.#world;
    if (world === undefined) return;
    world.hand({ name, end });
    const place = formatPlace({ scenario: world.scenario.name, language: language(), hands: world.hands });
    // The address follows without a new entry in the history, and without the page beginning anew.
    history.replaceState(null, '', place);
    this.#update();
    this.#player.resume();
  }

  #go(scenario: string): void {
    const to = formatPlace({ scenario, language: language(), hands: [] });
    if (location.hash === to) dispatchEvent(new HashChangeEvent('hashchange'));
    else location.hash = to;
  }

  #switchLanguage(): void {
    const world = this.#world;
    if (world === undefined) return;
    const to = language() === 'en' ? 'zh' : 'en';
    location.hash = formatPlace({ scenario: world.scenario.name, language: to, hands: world.hands });
  }

  #restyle(): void {
    this.#charts.restyle();
  }
}
