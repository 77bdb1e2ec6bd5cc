// Draws what passes during a replay, as the demo draws it live.

import { Ladder, type LadderOptions } from '../trace/ladder.js';
import { Tracer } from '../trace/tracer.js';
import { unframe } from '../trace/unframe.js';
import type { Entry } from './format.js';
import type { Replayer } from './replayer.js';

export class ReplayLadder {
  readonly #ladder: Ladder;
  readonly #tracer: Tracer;
  readonly #replayer: Replayer;
  readonly #print: (line: string) => void;

  constructor(replayer: Replayer, options: LadderOptions) {
    const { stations, recording } = replayer;
    this.#replayer = replayer;
    this.#print = options.print;
    this.#ladder = new Ladder(options);
    const [laptop, board] = stations;
    this.#ladder.heading(`laptop ${laptop?.address ?? ''}`, `board ${board?.address ?? recording.header.peer}`);
    this.#tracer = new Tracer({
      canAskBoard: stations.some(({ name }) => name === 'board'),
      transit: TRANSIT_SECONDS,
      onEvent: (event) => {
        this.#ladder.event(event);
      },
    });
    for (const { name, core } of stations)
      core.onRecord((record, datagram) => {
        this.#tracer.record(name, record, datagram, this.#time);
      });
  }

  /** An entry has been run. */
  entry(entry: Entry): void {
    const time = entry.time / 1000;
    if (entry.type === 'fault') this.#fault(entry.fault, entry.station, entry.frame);
    else if (entry.type === 'note') this.#note(entry.text, time);
    else this.#tracer.tick(time);
  }

  /** What is still on its way is told as such. */
  end(): void {
    this.#tracer.flush();
    this.#ladder.flush();
  }

  /** Seconds, of the entry that is being run. */
  get #time(): number {
    return this.#replayer.time / 1000;
  }

  #fault(fault: string, station: number, frame: Uint8Array): void {
    const end = this.#replayer.stations[station]?.name ?? 'laptop';
    if (fault === 'lost' || fault === 'overflow' || fault === 'cut') this.#tracer.lost(end, unframe(frame));
    if (fault === 'corrupted') this.#tracer.damaged(end, unframe(frame));
  }

  #note(text: string, time: number): void {
    this.#tracer.tick(time);
    this.#ladder.flush();
    this.#print(`${time.toFixed(3).padStart(8)}  ${text}`);
  }
}

/** A slow line's: a datagram that nobody has called lost is waited for this long. */
const TRANSIT_SECONDS = 10;
