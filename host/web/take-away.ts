// What can be taken from the page: a capture, a script, a picture, a link.
import { eventsOf } from '../scenarios/events.js';
import { formatHands, parseHands, type Hand } from '../scenarios/hands.js';
import { packetdrillOf } from '../scenarios/packetdrill.js';
import type { Language } from '../scenarios/scenario.js';
import type { World } from '../scenarios/world.js';
import { Pcapng } from '../trace/pcapng.js';

export function captureOf(world: World): Blob {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  // A scenario has no date: its clock begins with 1970.
  const pcapng = new Pcapng((octets) => pieces.push(octets.slice()), 0);
  for (const event of eventsOf(world)) pcapng.event(event);
  pcapng.end(world.now / 1000);
  return new Blob(pieces, { type: 'application/x-pcapng' });
}

export function scriptOf(world: World): Blob | undefined {
  const text = packetdrillOf(world);
  return text === undefined ? undefined : new Blob([text], { type: 'text/plain' });
}

/** The picture with its colours written into it, since a file has no style sheet of ours. */
export function pictureOf(picture: SVGSVGElement): Blob {
  const copy = picture.cloneNode(true) as SVGSVGElement;
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  const [from, to] = [picture.querySelectorAll<SVGElement>('*'), copy.querySelectorAll<SVGElement>('*')];
  for (const [at, element] of from.entries()) {
    const style = getComputedStyle(element);
    to[at]?.setAttribute('style', KEPT.map((name) => `${name}:${style.getPropertyValue(name)}`).join(';'));
    to[at]?.removeAttribute('class');
  }
  const { backgroundColor } = getComputedStyle(document.body);
  copy.setAttribute('style', `background:${backgroundColor};font-family:${getComputedStyle(document.body).fontFamily}`);
  return new Blob([new XMLSerializer().serializeToString(copy)], { type: 'image/svg+xml' });
}

const KEPT = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'font-size',
  'font-weight',
  'opacity',
  'paint-order',
];

export function download(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** What a link says: the scenario, the language, and what hands did. */
export interface Place {
  scenario: string;
  language: Language | undefined;
  hands: Hand[];
  /** Opened at its begin, and not playing: for a teacher who steps. */
  isPaused: boolean;
}

export function readPlace(hash: string): Place {
  const words = new URLSearchParams(hash.replace(/^#/, ''));
  const lang = words.get('lang');
  return {
    scenario: words.get('scenario') ?? '',
    language: lang === 'zh' || lang === 'en' ? lang : undefined,
    hands: parseHands(words.get('hands') ?? ''),
    isPaused: words.has('paused'),
  };
}

export function formatPlace({ scenario, language, hands }: Omit<Place, 'isPaused'>): string {
  const words = new URLSearchParams({ scenario });
  if (language !== undefined) words.set('lang', language);
  if (hands.length > 0) words.set('hands', formatHands(hands));
  return `#${words.toString()}`;
}
