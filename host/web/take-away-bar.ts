// The buttons under the ladder: capture, script, picture, link.
import type { World } from '../scenarios/world.js';
import { el } from './dom.js';
import type { LadderView } from './ladder.js';
import { captureOf, download, formatPlace, pictureOf, scriptOf } from './take-away.js';
import { language, say, type Word } from './words.js';

export function takeAwayBar(world: () => World | undefined, ladder: LadderView): HTMLElement {
  const status = el('span', { class: 'quiet', role: 'status' });
  const button = (kind: string, word: Word, act: (from: World) => void): HTMLButtonElement =>
    el('button', {
      type: 'button',
      class: kind,
      text: say(word),
      onclick: () => {
        const from = world();
        if (from !== undefined) act(from);
      },
    });
  return el(
    'section',
    { class: 'take-away', 'aria-label': say('takeAway') },
    el('h2', { text: say('takeAway') }),
    el(
      'div',
      { class: 'buttons' },
      button('pcapng', 'pcapng', (from) => download(captureOf(from), `${from.scenario.name}.pcapng`)),
      button('packetdrill', 'packetdrill', (from) => {
        const script = scriptOf(from);
        if (script !== undefined) download(script, `${from.scenario.name}.pkt`);
      }),
      button('picture', 'picture', (from) => download(pictureOf(ladder.picture), `${from.scenario.name}.svg`)),
      button('link', 'link', (from) => {
        const place = formatPlace({ scenario: from.scenario.name, language: language(), hands: from.hands });
        history.replaceState(null, '', place);
        void navigator.clipboard?.writeText(location.href).then(() => (status.textContent = say('linkCopied')));
      }),
      status,
    ),
  );
}
