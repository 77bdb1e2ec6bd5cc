// The trace as people draw it: two lifelines, an arrow for each segment, and both ends' states at the sides.
//
//      0.000  #1     SYN-SENT │── SYN  seq 0 win 64240 ─────────────────────────▶│ SYN-RECEIVED
//                             │   mss 1460 · sackOK · open                       │
//      0.021  #1  ESTABLISHED │◀───────────── SYN-ACK  seq 0 ack 1 win 4096 ──│ SYN-RECEIVED
import { Flag } from '../../assembly/numbers.js';
import { labelOf, type Label } from './label.js';
import type { CopyEvent, DatagramEvent, End, StateEvent, States, TraceEvent } from './event.js';
import { Folder, type Strand } from './fold.js';
import { callWords, inWords, timeoutWords } from './names.js';
import { paint, type Paint } from './paint.js';
import { widthOf } from './width.js';

/** How a ladder is drawn. */
export interface LadderOptions {
  /** Takes one line, without its end. */
  print: (line: string) => void;
  /** Columns of the terminal. */
  columns?: number;
  isColoured?: boolean;
  /** Runs of like data segments are not folded into one line. */
  unfolds?: boolean;
  /** The details and what an end does, in another language. */
  translate?: (phrase: string) => string;
}

/** Draws events as two lifelines with an arrow for each segment, line by line. */
export class Ladder {
  readonly #print: (line: string) => void;
  #heading: string | undefined;
  readonly #paint: Paint;
  readonly #width: number;
  readonly #folder: Folder;
  readonly #unfolds: boolean;
  readonly #translate: (phrase: string) => string;
  /** Connections whose ends have been named. */
  readonly #introduced = new Set<number>();
  /** The last known states of each connection. */
  readonly #known = new Map<number, Partial<Record<End, string>>>();

  constructor({
    print,
    columns = 100,
    isColoured = false,
    unfolds = false,
    translate = (phrase) => phrase,
  }: LadderOptions) {
    this.#print = (line) => {
      if (this.#heading !== undefined) print(this.#heading);
      this.#heading = undefined;
      print(line);
    };
    this.#paint = paint(isColoured);
    this.#width = Math.min(Math.max(columns, COLUMNS_MIN), COLUMNS_MAX) - FRAME_COLUMNS;
    this.#unfolds = unfolds;
    this.#translate = translate;
    this.#folder = new Folder(
      unfolds,
      (event) => this.#one(event),
      (strand) => this.#strand(strand),
    );
  }

  /** Names the two lifelines, above the first line. */
  heading(laptop: string, board: string): void {
    this.#heading = this.#frame('', '', this.#between(laptop, board), '', ' ');
  }

  /** Draws one event, now or with others of its kind. */
  event(event: TraceEvent): void {
    this.#folder.event(event);
  }

  /** Time passes: a run that nothing has been added to for a while is printed. */
  tick(time: number): void {
    this.#folder.tick(time);
  }

  /** Prints what waits for more of its kind. */
  flush(): void {
    this.#folder.flush();
  }

  #one(event: TraceEvent): void {
    switch (event.type) {
      case 'datagram':
        return this.#datagram(event);
      case 'state':
        return this.#state(event);
      case 'copy':
        return this.#copy(event);
    }
  }

  #datagram(event: DatagramEvent): void {
    this.#introduce(event);
    const label = labelOf(event);
    const room = this.#width - ARROW_MIN;
    const { title, fields } = label;
    // What is too long for the arrow goes below it, the last field first.
    while (fields.length > 0 && `${title}  ${fields.join(' ')}`.length > room)
      label.details.unshift(fields.pop() ?? '');
    this.#arrowWithDetails(event, title, fields.join(' '), this.#details(label, event));
  }

  /** Timestamps stand in nearly every segment: unless all is asked for, they must not cost a line of their own. */
  #withoutTimestamps(event: DatagramEvent, details: Text[], roomLeft: number): Text[] {
    const isSyn = ((event.datagram.tcp?.flags ?? 0) & Flag.SYN) !== 0;
    const length = details.reduce((sum, { plain }) => sum + 3 + widthOf(plain), 0);
    if (this.#unfolds || isSyn || length <= roomLeft) return details;
    return details.filter(({ plain }) => !plain.startsWith('ts '));
  }

  #arrowWithDetails(event: DatagramEvent, title: string, fields: string, details: Text[], stroke?: string): void {
    const room = this.#width - ARROW_MIN;
    const numbers = fields === '' ? '' : `  ${fields}`;
    const plain = `${title}${numbers}`;
    const painted = `${this.#title(title, event)}${numbers}`;
    const rows = wrap(this.#withoutTimestamps(event, details, room - widthOf(plain)), room);
    const [row] = rows;
    // One short row of details finds its place on the arrow itself.
    const isInline = rows.length === 1 && row !== undefined && widthOf(plain) + 3 + widthOf(row.plain) <= room;
    const text = isInline
      ? { plain: `${plain} · ${row.plain}`, painted: `${painted} ${this.#paint.dim('·')} ${row.painted}` }
      : { plain, painted };
    this.#line(event.time, event.connection, this.#arrow(event, text, stroke), event.states);
    if (!isInline) for (const below of rows) this.#below(event.from, below);
  }

  #state(event: StateEvent): void {
    const { before = '', after = '' } = event.states[event.end] ?? {};
    const plain = this.#translate(event.reason === 'call' ? callWords(after) : timeoutWords(before));
    const text = this.#aside(event.end, { plain, painted: this.#paint.dim(plain) });
    this.#line(event.time, event.connection, text, event.states);
  }

  #copy(event: CopyEvent): void {
    const plain = this.#translate(
      `frame ${event.number} arrives again${event.drop && `, dropped: ${inWords(event.drop)}`}`,
    );
    const text = this.#aside('board', { plain, painted: this.#paint.dim(plain) });
    this.#line(event.time, event.connection, text, event.states);
  }

  #strand({ event, segments, octets, acks, first }: Strand): void {
    this.#introduce(event);
    const fields = `seq ${first}:${first + octets}(${octets}) win ${event.datagram.tcp?.window}`;
    const back = acks === 0 ? '' : `${acks} ${acks === 1 ? 'ACK' : 'ACKs'}`;
    const details = back === '' ? [] : [{ plain: back, painted: this.#paint.dim(back) }];
    this.#arrowWithDetails(event, `${segments} segments`, fields, details, '═');
  }

  /** A connection's ends are named when it first appears. */
  #introduce(event: DatagramEvent): void {
    const { tcp, source, destination } = event.datagram;
    if (tcp === undefined || this.#introduced.has(event.connection)) return;
    this.#introduced.add(event.connection);
    const ends = [`${source}:${tcp.sourcePort}`, `${destination}:${tcp.destinationPort}`];
    const [laptop = '', board = ''] = event.from === 'laptop' ? ends : ends.reverse();
    const isShort = laptop.length + board.length + 3 <= this.#width;
    for (const [at, ends] of (isShort
      ? [[laptop, board]]
      : [
          [laptop, ''],
          ['', board],
        ]
    ).entries()) {
      const { plain } = this.#between(ends[0] ?? '', ends[1] ?? '');
      this.#print(
        this.#frame('', at === 0 ? `#${event.connection}` : '', { plain, painted: this.#paint.dim(plain) }, ''),
      );
    }
  }

  #title(title: string, event: DatagramEvent): string {
    if (event.fate === 'lost' || title.includes('RST')) return this.#paint.red(title);
    if (title.includes('SYN')) return this.#paint.green(title);
    if (title.includes('FIN')) return this.#paint.magenta(title);
    return (event.datagram.tcp?.length ?? 0) > 0 ? this.#paint.cyan(title) : title;
  }

  #details(label: Label, event: DatagramEvent): Text[] {
    const isTrouble = (word: string): boolean => /^(lost|damaged|a copy|dropped)/.test(word);
    return label.details.map((detail) => {
      const plain = this.#translate(detail);
      if (isTrouble(detail)) return { plain, painted: this.#paint.red(plain) };
      const isRepeat = event.repeat > 0 && detail.includes('retransmission');
      return { plain, painted: isRepeat ? this.#paint.yellow(plain) : this.#paint.dim(plain) };
    });
  }

  /** An arrow from one lifeline to the other; one that is lost ends on the way. */
  #arrow(event: DatagramEvent, text: Text, stroke = '─'): Text {
    const isLost = event.fate === 'lost';
    const { dim, red } = this.#paint;
    const gap = isLost ? Math.min(LOST_GAP, Math.max(0, this.#width - widthOf(text.plain) - 6)) : 0;
    const shaft = stroke.repeat(Math.max(1, this.#width - widthOf(text.plain) - 5 - gap));
    const tail = stroke.repeat(2);
    const space = ' '.repeat(gap);
    const toRight = event.from === 'laptop';
    const head = isLost ? '✗' : toRight ? '▶' : '◀';
    const tip = isLost ? red(head) : head;
    return toRight
      ? {
          plain: `${tail} ${text.plain} ${shaft}${head}${space}`,
          painted: `${dim(tail)} ${text.painted} ${dim(shaft)}${tip}${space}`,
        }
      : {
          plain: `${space}${head}${shaft} ${text.plain} ${tail}`,
          painted: `${space}${tip}${dim(shaft)} ${text.painted} ${dim(tail)}`,
        };
  }

  /** Words beside one lifeline. */
  #aside(end: End, text: Text): Text {
    const space = ' '.repeat(Math.max(0, this.#width - widthOf(text.plain) - 3));
    return end === 'laptop'
      ? { plain: `   ${text.plain}${space}`, painted: `   ${text.painted}${space}` }
      : { plain: `${space}${text.plain}   `, painted: `${space}${text.painted}   ` };
  }

  #between(left: string, right: string): Text {
    const plain = ` ${left}${' '.repeat(Math.max(1, this.#width - widthOf(left) - widthOf(right) - 2))}${right} `;
    return { plain, painted: plain };
  }

  /** Details that found no place on the arrow, under its tail. */
  #below(from: End, text: Text): void {
    this.#print(this.#frame('', '', this.#aside(from, text), ''));
  }

  #line(time: number, connection: number, between: Text, states: States): void {
    const known = { ...this.#known.get(connection) };
    const side = (end: End): string => {
      const change = states[end];
      if (change !== undefined && change.after !== '') known[end] = `${change.inferred ? '~' : ''}${change.after}`;
      return known[end] ?? '';
    };
    const style = (end: End, text: string): string =>
      states[end] !== undefined && states[end].before !== states[end].after
        ? this.#paint.strong(text)
        : this.#paint.dim(text);
    const [laptop, board] = [side('laptop'), side('board')];
    if (connection > 0) this.#known.set(connection, known);
    const left = `${this.#paint.dim(time.toFixed(3).padStart(TIME_COLUMNS))} ${this.#tag(connection)} ${style('laptop', laptop.padStart(STATE_COLUMNS))}`;
    const bar = this.#paint.dim('│');
    this.#print(`${left} ${bar}${between.painted}${bar} ${style('board', board)}`.trimEnd());
  }

  #frame(time: string, tag: string, between: Text, state: string, lifeline = '│'): string {
    const left = `${time.padStart(TIME_COLUMNS)} ${tag.padStart(TAG_COLUMNS)} ${state.padStart(STATE_COLUMNS)}`;
    const bar = this.#paint.dim(lifeline);
    return `${left} ${bar}${between.painted}${bar}`.trimEnd();
  }

  #tag(connection: number): string {
    return this.#paint.dim((connection === 0 ? '' : `#${connection}`).padStart(TAG_COLUMNS));
  }
}

/** Text as it is measured and as it is printed. */
interface Text {
  plain: string;
  painted: string;
}

const TIME_COLUMNS = 8;
const TAG_COLUMNS = 3;
/** ~SYN-RECEIVED is the longest. */
const STATE_COLUMNS = 13;
/** Everything but the space between the lifelines: time, tag, two states, the two lifelines and blanks. */
const FRAME_COLUMNS = TIME_COLUMNS + 1 + TAG_COLUMNS + 1 + STATE_COLUMNS + 2 + 2 + STATE_COLUMNS;
/** Below this, arrows would have no room for their words. */
const COLUMNS_MIN = 80;
/** Above this, an arrow would be too long to follow with the eye. */
const COLUMNS_MAX = 140;
/** The least that is left of an arrow: tail, blanks, shaft, head. */
const ARROW_MIN = 6;
/** How far before the other lifeline a lost segment ends. */
const LOST_GAP = 6;

/** Joins details with dots into rows that fit. */
function wrap(details: Text[], room: number): Text[] {
  const rows: Text[] = [];
  for (const detail of details) {
    const last = rows.at(-1);
    if (last !== undefined && widthOf(last.plain) + 3 + widthOf(detail.plain) <= room) {
      last.plain += ` · ${detail.plain}`;
      last.painted += ` · ${detail.painted}`;
    } else {
      rows.push({ ...detail });
    }
  }
  return rows;
}
