// The page: a scenario's world, the views of it, and what binds them together.
import './style.css';
import 'uplot/dist/uPlot.min.css';
import { scenarioByName } from '../scenarios/catalog.js';
import { threeWayHandshake } from '../scenarios/catalog/three-way-handshake.js';
import { ADDRESSES, World } from '../scenarios/world.js';
import { loadCore, type LoadedCore } from './core-module.js';
import { el } from './dom.js';
import { Page } from './page.js';
import { readPlace } from './take-away.js';
import { setLanguage } from './words.js';

async function begin(host: HTMLElement): Promise<void> {
  const core = await loadCore();
  const page = new Page(core, () => void follow(page, core));
  host.replaceChildren(page.element);
  addEventListener('hashchange', () => void follow(page, core));
  await follow(page, core);
}

/** Shows what the address says. */
async function follow(page: Page, { module }: LoadedCore): Promise<void> {
  const place = readPlace(location.hash);
  const preferred = navigator.language.startsWith('zh') ? 'zh' : 'en';
  setLanguage(place.language ?? preferred);
  const scenario = scenarioByName(place.scenario) ?? threeWayHandshake;
  const world = await World.create(scenario, module, place.hands);
  const initial = { laptop: 'CLOSED', board: scenario.setting?.listens === 'nobody' ? 'CLOSED' : 'LISTEN' };
  page.show(world, ADDRESSES, initial, place.isPaused);
}

const host = document.getElementById('page');
if (host !== null) {
  begin(host).catch((error: unknown) => {
    const words = error instanceof Error ? error.message : String(error);
    host.replaceChildren(el('p', { class: 'failure', role: 'alert', text: words }));
  });
}
