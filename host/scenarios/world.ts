// Two cores, a cable, a script of acts and one virtual clock. The world stands still until somebody moves it, one event at a
// time: that is what lets it be paused, stepped, slowed down and played twice with the same outcome. Node and browsers alike.
import { Core, type CoreRecord } from '../core.js';
import { decode } from '../trace/decode.js';
import { otherEnd, type End, type StateChange } from '../trace/event.js';
import { Cable, type Travelling } from './cable.js';
import { Endpoint, FIRST_PORT, HTTP_PORT } from './endpoint.js';
import { forge, type Forgery } from './forge.js';
import { applyHand, type Hand } from './hands.js';
import { changeOf, Ledger } from './ledger.js';
import { Origins } from './origins.js';
import type { Arrival, Passage, Transition } from './passage.js';
import type { Act, Scenario } from './scenario.js';

export const ADDRESSES: Readonly<Record<End, string>> = { laptop: '192.168.7.1', board: '192.168.7.2' };
const ENDS: readonly End[] = ['laptop', 'board'];
const DELAY_MS = 50;
/** Keys sequence numbers, so that a scenario runs the same way each time. */
const SEEDS: Readonly<Record<End, number>> = { laptop: 1, board: 2 };

/** An act that has happened. */
export interface Deed {
  time: number;
  act: Act;
  /** As many passages had been sent before it. */
  passages: number;
}

export class World {
  readonly scenario: Scenario;
  readonly laptop: Endpoint;
  readonly board: Endpoint;
  readonly cable: Cable;
  /** ms since the begin. */
  now = 0;
  readonly passages: Passage[] = [];
  readonly deeds: Deed[] = [];
  /** What hands have done, so that a link can do it again. */
  readonly hands: Hand[] = [];

  readonly #origins = new Origins();
  readonly #ledger = new Ledger(this.#origins, () => this.now);
  readonly #wakeAt: Record<End, number> = { laptop: Infinity, board: Infinity };
  readonly #given: Hand[];
  #actAt: number | undefined;
  #departed: Passage | undefined;
  #arriving: Passage | undefined;
  #arrived: Arrival | undefined;

  private constructor(scenario: Scenario, cores: Record<End, Core>, hands: readonly Hand[]) {
    const setting = scenario.setting ?? {};
    this.scenario = scenario;
    this.#given = [...hands];
    this.cable = new Cable(setting.delayMs ?? DELAY_MS);
    const endpoint = (name: End): Endpoint =>
      new Endpoint({
        name,
        address: ADDRESSES[name],
        peer: ADDRESSES[otherEnd(name)],
        core: cores[name],
        seed: SEEDS[name],
        // Timestamps would be in every segment and say nothing about what is to be seen.
        configuration: { timestamps: 0, ...setting[name] },
        isReading: setting.slowReader !== name,
        closesAtEnd: setting.closesAtEnd === name,
        now: () => this.now,
      });
    this.laptop = endpoint('laptop');
    this.board = endpoint('board');
    for (const name of ENDS) cores[name].onRecord((record, datagram) => this.#record(name, record, datagram));
    if (setting.listens !== 'nobody') this.board.listen();
    this.#schedule();
  }

  /** A world before its first act. `hands` are played at their times. */
  static async create(scenario: Scenario, module: WebAssembly.Module, hands: readonly Hand[] = []): Promise<World> {
    const [laptop, board] = await Promise.all([Core.load(module), Core.load(module)]);
    return new World(scenario, { laptop, board }, hands);
  }

  /** The connection that the scenario is about: the last that was opened. 0: none yet. */
  get main(): number {
    return this.#ledger.main;
  }

  get transitions(): readonly Transition[] {
    return this.#ledger.transitions;
  }

  end(name: End): Endpoint {
    return name === 'laptop' ? this.laptop : this.board;
  }

  /** When the next event is; undefined: nothing will happen any more unless a hand reaches in. */
  get next(): number | undefined {
    const at = Math.min(
      this.cable.nextAt,
      this.#wakeAt.laptop,
      this.#wakeAt.board,
      this.#actAt ?? Infinity,
      this.#given[0]?.at ?? Infinity,
    );
    return at === Infinity ? undefined : Math.max(at, this.now);
  }

  /** Every act has been done and nothing more will happen. */
  get isOver(): boolean {
    return this.next === undefined;
  }

  /** Nothing is on the wire. */
  get isQuiet(): boolean {
    return this.cable.travelling.length === 0;
  }

  /** Jumps to the next event and lets it happen; false when there is none. */
  step(): boolean {
    const at = this.next;
    if (at === undefined) return false;
    this.now = at;
    if (this.cable.nextAt <= at) this.#deliver();
    else if (this.#wakeAt.laptop <= at) this.#pump('laptop');
    else if (this.#wakeAt.board <= at) this.#pump('board');
    else if ((this.#given[0]?.at ?? Infinity) <= at) this.#handGiven();
    else this.#act();
    this.#schedule();
    return true;
  }

  /** Everything up to a time happens, and the clock stands there. */
  advance(to: number): void {
    for (let at = this.next; at !== undefined && at <= to; at = this.next) this.step();
    this.now = Math.max(this.now, to);
  }

  /** To the end, or to a condition; false when a time is reached before. */
  run(until: (world: World) => boolean = () => false, limitMs = LIMIT_MS): boolean {
    while (!until(this)) {
      const at = this.next;
      if (at === undefined) return true;
      if (at > limitMs) return false;
      this.step();
    }
    return true;
  }

  /** The state of an end in the connection that the scenario is about. */
  state(end: End): string {
    const known = this.#ledger.state(end, this.main);
    if (known !== undefined) return known;
    return end === 'board' && this.board.listener > 0 ? 'LISTEN' : 'CLOSED';
  }

  /** The state of an end in any connection; empty: it knows nothing of it. */
  stateOf(end: End, connection: number): string {
    return this.#ledger.state(end, connection) ?? '';
  }

  /** Somebody reaches in. It is noted, so that a link can do the same again. */
  hand(hand: Omit<Hand, 'at'>): void {
    this.hands.push({ ...hand, at: this.now });
    applyHand(this, hand);
    this.#afterCalls();
  }

  /** A segment that neither end has sent goes towards the other end of the wire. */
  inject(from: End, forgery: Omit<Forgery, 'source' | 'destination'> & { source?: string }): void {
    const octets = forge({ source: ADDRESSES[from], destination: ADDRESSES[otherEnd(from)], ...forgery });
    this.cable.send(this.#passage(from, octets, 'forged', 0, undefined), this.now);
  }

  /** The absolute number of the octet that counts as 0 in what an end sends. */
  originOf(end: End): number {
    const { laptop, board } = this.#mainSockets();
    return end === 'laptop' ? this.#origins.originOf(laptop, board) : this.#origins.originOf(board, laptop);
  }

  #mainSockets(): Record<End, string> {
    const localPort = this.laptop.localPort || FIRST_PORT;
    const remotePort = this.laptop.remotePort || HTTP_PORT;
    return { laptop: `${ADDRESSES.laptop}:${localPort}`, board: `${ADDRESSES.board}:${remotePort}` };
  }

  #act(): void {
    const act = this.scenario.acts[this.deeds.length];
    this.#actAt = undefined;
    if (act === undefined) return;
    this.deeds.push({ time: this.now, act, passages: this.passages.length });
    act.run(this);
    this.#afterCalls();
  }

  #handGiven(): void {
    const hand = this.#given.shift();
    if (hand !== undefined) this.hand(hand);
  }

  /** The next act's time is set once its condition holds. */
  #schedule(): void {
    const act = this.scenario.acts[this.deeds.length];
    if (act === undefined || this.#actAt !== undefined) return;
    if (act.when?.(this) ?? true) this.#actAt = this.now + (act.after ?? 0);
  }

  #afterCalls(): void {
    for (const name of ENDS) this.#pump(name);
    this.#schedule();
  }

  /** All that arrives at one end in this moment is handed in before its output is asked for: that is the ABI's rule. */
  #deliver(): void {
    const arriving = this.cable.receive(this.now);
    const from = arriving[0]?.passage.from;
    if (from === undefined) return;
    const end = otherEnd(from);
    for (const travelling of arriving) this.#handIn(end, travelling);
    this.#pump(end);
  }

  #handIn(end: End, { passage, octets }: Travelling): void {
    const { core } = this.end(end);
    this.#arriving = passage;
    core.octets.set(octets, core.constants.rx);
    core.call.input(octets.length, this.now);
    passage.arrivals.push(this.#arrived ?? { time: this.now, drop: '', receiver: undefined });
    this.#arrived = this.#arriving = undefined;
  }

  #pump(name: End): void {
    const endpoint = this.end(name);
    endpoint.attend();
    while (endpoint.core.call.output(this.now) > 0) {
      if (this.#departed !== undefined) this.cable.send(this.#departed, this.now);
      this.#departed = undefined;
      endpoint.attend();
    }
    const wait = endpoint.core.call.deadline(this.now);
    this.#wakeAt[name] = wait < 0 ? Infinity : this.now + wait;
  }

  #record(end: End, record: CoreRecord, datagram: Uint8Array | undefined): void {
    const change = changeOf(record, this.end(end).listener > 0);
    const reason = (name: string): string => (name === 'none' ? '' : name);
    if (record.kind === 'output' && datagram !== undefined) {
      const sender = this.#ledger.merge(end, record, change);
      this.#departed = this.#passage(end, datagram, reason(record.cause), record.repeat, sender);
      this.#ledger.note(end, record, change, 'departure', this.#departed);
    } else if (record.kind === 'input') {
      this.#arrived = { time: this.now, drop: reason(record.drop), receiver: change };
      this.#ledger.note(end, record, change, 'arrival', this.#arriving);
    } else {
      this.#ledger.note(end, record, change, record.kind === 'call' ? 'call' : 'timeout', undefined);
    }
  }

  #passage(from: End, octets: Uint8Array, cause: string, repeat: number, sender: StateChange | undefined): Passage {
    const datagram = decode(octets);
    const isFirst = cause !== 'forged' && repeat === 0;
    const { connection = 0, ...relative } = datagram.tcp ? this.#origins.place(datagram, datagram.tcp, isFirst) : {};
    const passage: Passage = {
      number: this.passages.length + 1,
      from,
      time: this.now,
      octets,
      datagram,
      connection,
      relative: 'seq' in relative ? relative : undefined,
      cause,
      repeat,
      sender: sender ?? this.#ledger.standing(from, connection, cause),
      fault: undefined,
      due: this.now,
      isLost: false,
      arrivals: [],
    };
    this.passages.push(passage);
    return passage;
  }
}

/** A day: no scenario lasts longer, keep-alive's two hours included. */
const LIMIT_MS = 86_400_000;
