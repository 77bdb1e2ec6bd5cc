// Name, language, and light or dark.
import { el } from './dom.js';
import { say } from './words.js';

type Theme = 'light' | 'dark';

export function header(onLanguage: () => void, onTheme: () => void): HTMLElement {
  const language = el('button', {
    type: 'button',
    class: 'language',
    'aria-label': say('languageLabel'),
    text: say('language'),
    onclick: onLanguage,
  });
  const theme = el('button', { type: 'button', class: 'theme', 'aria-label': say('theme'), text: '◐' });
  theme.addEventListener('click', () => {
    document.documentElement.dataset['theme'] = present() === 'dark' ? 'light' : 'dark';
    onTheme();
  });
  return el(
    'header',
    { class: 'top' },
    el('p', { class: 'brand' }, el('b', { text: 'Slipway' }), el('span', { text: say('tagline') })),
    el('div', { class: 'top-buttons' }, language, theme),
  );
}

function present(): Theme {
  const { theme } = document.documentElement.dataset;
  if (theme === 'light' || theme === 'dark') return theme;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}
