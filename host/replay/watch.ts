// Looks behind each step of a replay whether an expression holds for one of the connections.

import type { CoreInfo, CoreRecord } from '../decode.js';
import type { Condition } from './expression.js';
import { connectionsOf, type End, type Ends, eventOf, Facts } from './facts.js';
import type { Entry } from './format.js';
import type { ReplayedStation, Replayer } from './replayer.js';

export class Watch {
  readonly #replayer: Replayer;
  readonly #condition: Condition;
  #tables: Partial<Record<End, readonly CoreInfo[]>> = {};
  #before: Map<string, Ends>;
  #eventBefore: Facts['event'] = {};
  /** The number of each end's last record. */
  readonly #records = new Map<End, number>();

  constructor(replayer: Replayer, condition: Condition) {
    this.#replayer = replayer;
    this.#condition = condition;
    this.#tables = replayer.tables();
    this.#before = connectionsOf(this.#tables);
  }

  /** Whether the expression holds behind the step that was run last. */
  holds(entry: Entry): boolean {
    const station = entry.type === 'note' ? undefined : this.#replayer.stations[entry.station];
    const record = station && this.#newRecord(station);
    if (station !== undefined && station.core.trap === undefined)
      this.#tables = { ...this.#tables, [station.name]: station.core.list() };
    const now = connectionsOf(this.#tables);
    const event = eventOf(entry, station?.name, record);
    // Variables without an end are those of the end where this step happened, before and now.
    const before = { ...this.#eventBefore, end: event['end'] };
    const holds = [...(now.size > 0 ? now : NOBODY)].some(([key, ends]) =>
      this.#condition(new Facts(event, ends), new Facts(before, this.#before.get(key) ?? {})),
    );
    this.#before = now;
    this.#eventBefore = event;
    return holds;
  }

  /** What the core noted in this step; undefined when it noted nothing. */
  #newRecord({ name, core }: ReplayedStation): CoreRecord | undefined {
    const record = core.trap === undefined ? core.record() : undefined;
    if (record === undefined || record.number === this.#records.get(name)) return undefined;
    this.#records.set(name, record.number);
    return record;
  }
}

/** Without a connection only the step itself can be asked about. */
const NOBODY = new Map<string, Ends>([['', {}]]);
