// The real wire: a board behind Web Serial, the tab as its laptop, and the ladder of what really passes.
import { el } from './dom.js';
import { DetailView } from './detail.js';
import { LadderView } from './ladder.js';
import { RealWire, REAL_ADDRESSES } from './real-wire.js';
import { TableView } from './table.js';
import { say } from './words.js';
import { webSerial, WebSerialLink } from './web-serial.js';

const BAUDS = [115_200, 9600, 57_600, 230_400, 921_600];

export class WireView {
  readonly element = el('section', { class: 'real-wire' });
  readonly #module: WebAssembly.Module;
  readonly #detail = new DetailView();
  readonly #ladder = new LadderView((passage) => this.#detail.show(passage));
  readonly #table = new TableView();
  readonly #status = el('p', { class: 'quiet', role: 'status' });
  readonly #answer = el('pre', { class: 'answer', tabindex: 0 });
  #wire: RealWire | undefined;
  #isDrawing = false;

  constructor(module: WebAssembly.Module) {
    this.#module = module;
  }

  relabel(): void {
    this.element.setAttribute('aria-label', say('realWire'));
    const parts = [el('h2', { text: say('realWire') }), el('p', { class: 'quiet', text: say('realWireText') })];
    if (webSerial() === undefined) {
      this.element.replaceChildren(...parts, el('p', { class: 'quiet', text: say('noSerial') }));
      return;
    }
    this.element.replaceChildren(
      ...parts,
      this.#buttons(),
      this.#status,
      ...(this.#wire === undefined ? [] : this.#views()),
    );
  }

  #buttons(): HTMLElement {
    const baud = el('select', { 'aria-label': say('baud') });
    for (const rate of BAUDS) baud.append(el('option', { value: rate, text: `${rate} baud` }));
    const button = (kind: string, text: string, act: () => Promise<void>): HTMLButtonElement =>
      el('button', {
        type: 'button',
        class: kind,
        text,
        onclick: () => void act().catch((error: unknown) => this.#tell(error)),
      });
    return this.#wire === undefined
      ? el(
          'div',
          { class: 'buttons' },
          baud,
          button('connect', say('connect'), () => this.#connect(Number(baud.value))),
        )
      : el(
          'div',
          { class: 'buttons' },
          button('fetch primary', say('fetch'), () => this.#fetch()),
          button('disconnect', say('disconnect'), () => this.#disconnect()),
        );
  }

  #views(): HTMLElement[] {
    const details = el('details', { class: 'as-table' }, el('summary', { text: say('table') }), this.#table.element);
    return [
      el('p', { class: 'quiet', text: say('inferred') }),
      this.#ladder.element,
      details,
      this.#detail.element,
      this.#answer,
    ];
  }

  async #connect(baudRate: number): Promise<void> {
    const serial = webSerial();
    if (serial === undefined) return;
    const port = await serial.requestPort();
    const link = await WebSerialLink.open(port, baudRate);
    this.#wire = await RealWire.start(
      this.#module,
      link,
      () => this.#draw(),
      (why) => this.#ended(why),
    );
    this.relabel();
    this.#ladder.show(this.#wire, REAL_ADDRESSES, { laptop: 'CLOSED', board: '' });
    this.#table.show(this.#wire);
  }

  async #fetch(): Promise<void> {
    this.#tell('');
    this.#answer.textContent = '';
    const answer = await this.#wire?.fetch('/');
    this.#answer.textContent = answer ?? '';
    this.#tell(answer?.split('\r\n')[0] ?? '');
  }

  async #disconnect(): Promise<void> {
    await this.#wire?.close();
  }

  #ended(why: string): void {
    this.#wire = undefined;
    this.relabel();
    this.#tell(why);
  }

  #tell(words: unknown): void {
    this.#status.textContent = words instanceof Error ? words.message : String(words);
  }

  /** Many segments, one drawing: in the next frame. */
  #draw(): void {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    requestAnimationFrame(() => {
      this.#isDrawing = false;
      this.#ladder.update();
      this.#table.update();
    });
  }
}
