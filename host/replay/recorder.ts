// Records all that cores are given and all that they answer: numbers, octets and the clock. What a core does follows from
// nothing else, so that a replay gives the same octets.

import type { Clock } from '../clock.js';
import type { CallWatcher, Core } from '../core.js';
import type { FaultEvent } from '../link/emulated.js';
import { originOf } from '../module-octets.js';
import type { Stack } from '../stack.js';
import { freed, given, gives, LOOKS, taken } from './exchange.js';
import { fingerprint } from './fingerprint.js';
import { encodeHead, FAULTS, type RecordedStation, type RecordHeader, Tag } from './format.js';
import { OctetWriter } from './octets.js';

export interface RecordedCore {
  name: RecordedStation['name'];
  address: string;
  core: Core;
  /** What its clock reads now. */
  now: number;
}

export interface RecorderOptions {
  clock: Clock;
  /** Takes the record, piece by piece. */
  write: (octets: Uint8Array) => void;
  /** For those who read it: the link's URL, the address at its other end, and the time of day, ms since 1970. */
  link?: string;
  peer?: string;
  began?: number;
}

/** Pieces of a record are handed over when they are this long. */
const PIECE_OCTETS = 32_768;

export class Recorder {
  /** Entries so far, the end not among them. */
  steps = 0;

  readonly #write: (octets: Uint8Array) => void;
  readonly #clock: Clock;
  readonly #origin: number;
  readonly #entries = new OctetWriter();
  readonly #calls: Map<string, number>;
  readonly #stops: (() => void)[] = [];
  #time = 0;
  #isOver = false;

  constructor(stations: readonly RecordedCore[], { clock, write, link = '', peer = '', began = 0 }: RecorderOptions) {
    this.#clock = clock;
    this.#write = write;
    this.#origin = clock.now();
    const calls = new Map(stations.flatMap(({ core }) => [...core.arities]));
    this.#calls = new Map([...calls.keys()].map((name, index) => [name, index]));
    // Records stop a core behind each datagram: whoever looks at a replay will want them, and must not change it.
    for (const { core } of stations) this.#stops.push(core.onRecord(() => undefined));
    const header: RecordHeader = {
      stations: stations.map(({ name, address, core }) => ({ name, address, module: originOf(core.module).sha256 })),
      calls: [...calls],
      faults: FAULTS,
      began,
      link,
      peer,
    };
    write(
      encodeHead(
        header,
        stations.map(({ core, now }) => ({
          module: originOf(core.module).octets,
          snapshot: core.snapshot(now).encode(),
        })),
      ),
    );
    for (const [index, { core }] of stations.entries())
      this.#stops.push(
        core.watchCalls(new Watcher(core, (octets, tag) => this.#entry(tag, index, octets), this.#calls)),
      );
  }

  /** An emulated cable's fault: it is no input of a core, but whoever reads the record wants to know. */
  fault(station: number, { fault, frame }: FaultEvent): void {
    const entry = new OctetWriter().octet(FAULTS.indexOf(fault)).octets(frame);
    this.#entry(Tag.FAULT, station, entry.take());
  }

  note(text: string): void {
    this.#entry(Tag.NOTE, 0, new OctetWriter().text(text).take());
  }

  /** Nothing more is recorded. Can be called twice. */
  end(): void {
    if (this.#isOver) return;
    // The watchers first: that nobody looks any more is no input.
    for (const stop of this.#stops.reverse()) stop();
    this.#entry(Tag.END, 0, new OctetWriter().number(this.steps).take());
    this.steps -= 1;
    this.#isOver = true;
    this.#write(this.#entries.take());
  }

  /** tag u8 | station u8 | µs since the entry before | what the tag says */
  #entry(tag: number, station: number, octets: Uint8Array): void {
    if (this.#isOver) return;
    const time = Math.round((this.#clock.now() - this.#origin) * 1000);
    this.#entries
      .octet(tag)
      .octet(station)
      .number(Math.max(0, time - this.#time))
      .raw(octets);
    this.#time = Math.max(time, this.#time);
    this.steps += 1;
    if (this.#entries.length >= PIECE_OCTETS) this.#write(this.#entries.take());
  }
}

/** call u8 | numbers | octets taken | result | fingerprint of the octets given; the last three where the call has them. */
class Watcher implements CallWatcher {
  readonly #core: Core;
  readonly #done: (octets: Uint8Array, tag: number) => void;
  readonly #calls: ReadonlyMap<string, number>;
  readonly #entry = new OctetWriter();
  #name = '';
  #numbers: readonly number[] = [];
  #freed: number | undefined;

  constructor(core: Core, done: (octets: Uint8Array, tag: number) => void, calls: ReadonlyMap<string, number>) {
    this.#core = core;
    this.#done = done;
    this.#calls = calls;
  }

  before(name: string, numbers: readonly number[]): void {
    if (LOOKS.has(name)) return;
    this.#numbers = numbers.map((number) => number | 0);
    const taking = taken(this.#core, name, this.#numbers);
    const freeing = freed(this.#core, name, this.#numbers);
    this.#name = name;
    this.#freed = freeing && fingerprint(freeing);
    this.#entry.octet(this.#calls.get(name) ?? 0);
    for (const number of this.#numbers) this.#entry.signed(number);
    if (taking !== undefined) this.#entry.octets(taking);
  }

  after(result: number): void {
    const name = this.#name;
    // A look, also one of ours.
    if (name === '') return;
    this.#name = '';
    this.#entry.signed(result);
    if (gives(name))
      this.#entry.number(this.#freed ?? fingerprint(given(this.#core, name, this.#numbers, result) ?? NONE));
    this.#done(this.#entry.take(), Tag.CALL);
  }

  trapped(): void {
    this.#done(this.#entry.take(), Tag.TRAP);
  }
}

const NONE = new Uint8Array();

/** Records a stack, its board when that is emulated, and the faults of the cable between them. */
export function recordStack(
  stack: Stack,
  options: Omit<RecorderOptions, 'clock' | 'peer' | 'link'> & { link?: string },
): Recorder {
  const { core, driver, network, board, cable } = stack;
  const stations: RecordedCore[] = [{ name: 'laptop', address: network.address, core, now: driver.now() }];
  if (board !== undefined)
    stations.push({ name: 'board', address: board.address, core: board.core, now: board.driver.now() });
  const recorder = new Recorder(stations, {
    ...options,
    clock: network.clock,
    peer: network.peer,
    link: options.link ?? stack.link.name,
  });
  cable?.onFault((event) => {
    recorder.fault(event.from === 'a' ? 0 : 1, event);
  });
  return recorder;
}
