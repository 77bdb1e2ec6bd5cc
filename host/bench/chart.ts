// The figures as a chart: for each case a bar for each stack, what the floor takes of it shaded.
import type { Figure } from './figure.js';
import { short } from './table.js';

const WIDTH = 860;
const LABEL = 190;
const BAR = 14;
const GAP = 10;
const TITLE = 34;
const NUMBERS = 90;

/** Distinguishable in print and for eyes that see few colours. */
const COLOURS: Readonly<Record<string, string>> = { slipway: '#0a6e8f', lwIP: '#d98c1f', floor: '#9aa5ab' };

const PANELS = [
  { engine: 'v8', unit: 'ns', title: 'Nanoseconds in V8, driven from inside WebAssembly' },
  { engine: 'cortex-m3', unit: 'instructions', title: 'Instructions of a Cortex-M3' },
  { engine: 'wasm', unit: 'instructions', title: 'Instructions of WebAssembly' },
] as const;

/** What is drawn: one segment, and the handshakes. */
const DRAWN: ReadonlySet<string> = new Set(['receive', 'send', 'open-close', 'syn-reset', 'no-connection']);

export function chartOf(figures: readonly Figure[]): string {
  const pieces: string[] = [];
  let y = 10;
  for (const { engine, unit, title } of PANELS) {
    const own = figures.filter((one) => one.engine === engine && one.unit === unit && DRAWN.has(one.case));
    if (own.length === 0) continue;
    pieces.push(text(0, y + 16, title, 'font-weight="bold"'));
    y += TITLE;
    const panel = drawPanel(own, y);
    pieces.push(...panel.pieces);
    y = panel.y + GAP;
  }
  const style = 'font-family="system-ui, sans-serif" font-size="12"';
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-10 0 ${WIDTH + 20} ${y}" ${style}>`;
  return [head, `<rect x="-10" width="${WIDTH + 20}" height="${y}" fill="#fff"/>`, ...pieces, '</svg>', ''].join('\n');
}

/** Each case has a scale of its own would hide what matters: all bars of a panel share one. */
function drawPanel(figures: readonly Figure[], top: number): { pieces: string[]; y: number } {
  const most = Math.max(...figures.map(({ median }) => median));
  const scale = (WIDTH - LABEL - NUMBERS) / most;
  const pieces: string[] = [];
  let y = top;
  let last = '';
  for (const figure of figures) {
    const name = `${figure.case}${figure.octets > 0 ? ` ${figure.octets}` : ''}`;
    if (name !== last) {
      if (last !== '') y += GAP;
      pieces.push(text(0, y + 11, name));
      last = name;
    }
    const width = Math.max(1, figure.median * scale);
    const colour = COLOURS[figure.peer] ?? '#000';
    const who = figure.peer === 'slipway' ? figure.profile : `${figure.peer} ${figure.profile}`;
    pieces.push(`<rect x="${LABEL}" y="${y}" width="${width.toFixed(1)}" height="${BAR - 2}" fill="${colour}"/>`);
    if (figure.floor !== undefined) {
      const floor = figure.floor * scale;
      pieces.push(
        `<rect x="${LABEL}" y="${y}" width="${floor.toFixed(1)}" height="${BAR - 2}" fill="#000" opacity="0.25"/>`,
      );
    }
    pieces.push(text(LABEL + width + 5, y + 10, short(figure.median), 'font-size="10"'));
    pieces.push(text(LABEL - 6, y + 10, who, 'font-size="10" text-anchor="end"'));
    y += BAR;
  }
  return { pieces, y: y + GAP };
}

function text(x: number, y: number, what: string, more = ''): string {
  return `<text x="${x.toFixed(1)}" y="${y}" ${more}>${what.replace(/&/g, '&amp;').replace(/</g, '&lt;')}</text>`;
}
