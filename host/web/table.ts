// The ladder as a table: the same segments, states and fates, for a screen reader, for copying, and for tests.
import type { Passage } from '../scenarios/passage.js';
import { el } from './dom.js';
import { causeWords, fateWords, titleOf } from './label.js';
import type { LadderSource } from './places.js';
import { say } from './words.js';
import { Flag } from '../../assembly/numbers.js';

export class TableView {
  readonly element = el('div', { class: 'table-scroll', tabindex: 0, role: 'region' });
  #rows: { passage: Passage; row: HTMLTableRowElement; told: string }[] = [];
  #body = el('tbody');
  #source: LadderSource | undefined;

  show(source: LadderSource): void {
    this.#source = source;
    this.#rows = [];
    this.#body = el('tbody');
    this.element.setAttribute('aria-label', say('table'));
    const names = [
      'time',
      'laptop',
      'direction',
      'flags',
      null,
      null,
      'length',
      'window',
      'board',
      'fate',
      'cause',
    ] as const;
    const head = el('tr');
    for (const [at, name] of names.entries())
      head.append(el('th', { scope: 'col', text: name === null ? (at === 4 ? 'SEQ' : 'ACK') : say(name) }));
    this.element.replaceChildren(el('table', { class: 'segments' }, el('thead', {}, head), this.#body));
    this.update();
  }

  update(): void {
    const passages = this.#source?.passages ?? [];
    for (const passage of passages.slice(this.#rows.length)) {
      const row = el('tr');
      this.#body.append(row);
      this.#rows.push({ passage, row, told: '' });
    }
    // What is settled does not change any more, except that a copy may arrive.
    for (const one of this.#rows.slice(-RECENT)) {
      const cells = cellsOf(one.passage);
      const told = cells.join('\t');
      if (told === one.told) continue;
      one.told = told;
      one.row.replaceChildren(...cells.map((text) => el('td', { text })));
    }
  }
}

/** So many rows at the end may still change: more than can be on the wire. */
const RECENT = 80;

function cellsOf(passage: Passage): string[] {
  const { datagram, relative, from, time } = passage;
  const { tcp, udp } = datagram;
  const state = { laptop: '', board: '' };
  const to = from === 'laptop' ? 'board' : 'laptop';
  state[from] = passage.sender?.after ?? '';
  state[to] = passage.arrivals[0]?.receiver?.after ?? '';
  const hasAck = ((tcp?.flags ?? 0) & Flag.ACK) !== 0;
  return [
    (time / 1000).toFixed(3),
    inferred(passage, 'laptop') + state.laptop,
    from === 'laptop' ? '→' : '←',
    titleOf(passage),
    String(relative?.seq ?? ''),
    hasAck ? String(relative?.ack ?? '') : '',
    String(tcp?.length ?? udp?.length ?? ''),
    String(tcp?.window ?? ''),
    inferred(passage, 'board') + state.board,
    fateWords(passage),
    causeWords(passage),
  ];
}

function inferred(passage: Passage, end: 'laptop' | 'board'): string {
  const change = passage.from === end ? passage.sender : passage.arrivals[0]?.receiver;
  return change?.inferred === true && change.after !== '' ? '~' : '';
}
