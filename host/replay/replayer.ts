// Runs a record again, step by step, and holds every answer and every octet against what was recorded.

import { Core, type CoreInfo } from '../core.js';
import { freed, given, takenAt } from './exchange.js';
import { fingerprint } from './fingerprint.js';
import type { CallEntry, Entry, RecordedStation } from './format.js';
import type { Recording } from './recording.js';

/** The core did something else than when it was recorded. */
export class ReplayDifference extends Error {
  override readonly name = 'ReplayDifference';
  readonly code = 'ERR_SLIPWAY_REPLAY';
  readonly entry: CallEntry;

  constructor(entry: CallEntry, station: string, what: string) {
    super(`Step ${entry.step}, ${station} ${describeCall(entry)}: ${what}.`);
    this.entry = entry;
  }
}

export interface ReplayedStation extends RecordedStation {
  core: Core;
}

/** Counts of what was held against the record. */
export interface ReplayCounts {
  calls: number;
  /** Datagrams or stretches of a line that came out, and their octets. */
  outputs: number;
  outputOctets: number;
}

export class Replayer {
  readonly recording: Recording;
  readonly stations: readonly ReplayedStation[];
  readonly counts: ReplayCounts = { calls: 0, outputs: 0, outputOctets: 0 };
  /** The entry that was run last; undefined before the first. */
  last: Entry | undefined;
  /** Whether the record came to an end of its own; undefined before that. */
  isWhole: boolean | undefined;

  readonly #entries: Generator<Entry, boolean>;

  private constructor(recording: Recording, stations: ReplayedStation[]) {
    this.recording = recording;
    this.stations = stations;
    this.#entries = recording.entries();
  }

  /** Brings every station's memory to where the recording began. */
  static async open(recording: Recording): Promise<Replayer> {
    const stations = recording.header.stations.map(async (station, index) => {
      const module = recording.modules[index] ?? new Uint8Array();
      const snapshot = recording.snapshots[index];
      const core = await Core.load(Uint8Array.from(module));
      if (snapshot !== undefined) core.restore(snapshot);
      return { ...station, core };
    });
    return new Replayer(recording, await Promise.all(stations));
  }

  get step(): number {
    return this.last?.step ?? 0;
  }

  /** ms since the recording began. */
  get time(): number {
    return this.last?.time ?? 0;
  }

  /** The connection table of each station; one whose core has trapped cannot be asked. */
  tables(): Partial<Record<RecordedStation['name'], CoreInfo[]>> {
    const askable = this.stations.filter(({ core }) => core.trap === undefined);
    return Object.fromEntries(askable.map(({ name, core }) => [name, core.list()]));
  }

  /** Runs one entry; undefined behind the last. Throws ReplayDifference. */
  next(): Entry | undefined {
    const next = this.#entries.next();
    if (next.done === true) {
      this.isWhole = next.value;
      return undefined;
    }
    const entry = next.value;
    this.last = entry;
    if (entry.type === 'call') this.#call(entry);
    return entry;
  }

  #call(entry: CallEntry): void {
    const station = this.stations[entry.station];
    if (station === undefined) return;
    const { core, name } = station;
    const { numbers, taken, result } = entry;
    this.counts.calls += 1;
    if (taken !== undefined) core.octets.set(taken, takenAt(core, entry.name, numbers));
    const freeing = freed(core, entry.name, numbers);
    const freeingPrint = freeing && fingerprint(freeing);
    const answered = answerOf(core, entry);
    if (answered !== result) {
      const tell = (value: number | undefined): string => (value === undefined ? 'trapped' : `answered ${value}`);
      throw new ReplayDifference(entry, name, `it ${tell(answered)} and was recorded to have ${tell(result)}`);
    }
    if (entry.given === undefined || answered === undefined) return;
    const octets = given(core, entry.name, numbers, answered) ?? new Uint8Array();
    this.counts.outputs += octets.length > 0 ? 1 : 0;
    this.counts.outputOctets += octets.length;
    if ((freeingPrint ?? fingerprint(octets)) === entry.given) return;
    throw new ReplayDifference(entry, name, `the ${answered} octets are others than those that were recorded`);
  }
}

/** undefined: it trapped. */
function answerOf(core: Core, { name, numbers }: CallEntry): number | undefined {
  const call = (core.call as unknown as Record<string, ((...numbers: number[]) => number | undefined) | undefined>)[
    name
  ];
  if (call === undefined) throw new Error(`The recorded module has no call ${name}.`);
  try {
    return call(...numbers) ?? 0;
  } catch (error) {
    if (error === core.trap) return undefined;
    throw error;
  }
}

/** 'send(4097, 100, 0) of 100 octets' */
export function describeCall({ name, numbers, taken }: CallEntry): string {
  const octets = taken === undefined || taken.length === 0 ? '' : ` of ${taken.length} octets`;
  return `${name}(${numbers.map(String).join(', ')})${octets}`;
}
