// A record, read. One whose end is missing, since its program was killed or its board unplugged, is good as far as it goes.

import { gives, takes } from './exchange.js';
import { type CallEntry, type Entry, MAGIC, type RecordHeader, Tag, VERSION } from './format.js';
import { EndOfOctets, OctetReader } from './octets.js';
import { Snapshot } from './snapshot.js';

/** A file that is no record, or one that this version cannot read. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
  readonly code = 'ERR_SLIPWAY_RECORDING';
}

export class Recording {
  readonly header: RecordHeader;
  /** Of each station: its module, and its memory when the recording began. */
  readonly modules: Uint8Array[] = [];
  readonly snapshots: Snapshot[] = [];

  readonly #octets: Uint8Array;
  readonly #entriesAt: number;

  constructor(octets: Uint8Array) {
    this.#octets = octets;
    const reader = new OctetReader(octets);
    this.header = readHeader(reader);
    try {
      for (let station = 0; station < this.header.stations.length; station += 1) {
        this.modules.push(reader.octets());
        this.snapshots.push(Snapshot.decode(reader.octets()));
      }
    } catch (error) {
      if (!(error instanceof EndOfOctets)) throw error;
      throw new RecordingError('The record ends before anything has happened: record it again.');
    }
    this.#entriesAt = reader.at;
  }

  /** What happened, in its order. The generator returns whether the record has an end of its own. */
  *entries(): Generator<Entry, boolean> {
    const reader = new OctetReader(this.#octets);
    reader.at = this.#entriesAt;
    try {
      for (let step = 1, time = 0; !reader.isAtEnd; step += 1) {
        const tag = reader.octet();
        const station = reader.octet();
        time += reader.number() / 1000;
        if (tag === Tag.END) return reader.number() === step - 1;
        yield this.#read(reader, tag, { step, station, time });
      }
    } catch (error) {
      if (!(error instanceof EndOfOctets)) throw error;
    }
    return false;
  }

  #read(reader: OctetReader, tag: number, begun: { step: number; station: number; time: number }): Entry {
    const { step, time } = begun;
    switch (tag) {
      case Tag.CALL:
      case Tag.TRAP:
        return this.#readCall(reader, tag === Tag.TRAP, begun);
      case Tag.FAULT: {
        const fault = this.header.faults[reader.octet()] ?? 'lost';
        return { type: 'fault', ...begun, fault, frame: reader.octets() };
      }
      case Tag.NOTE:
        return { type: 'note', step, time, text: reader.text() };
      default:
        throw new RecordingError(`The record is damaged at step ${step}: it has an entry of kind ${tag}.`);
    }
  }

  #readCall(
    reader: OctetReader,
    hasTrapped: boolean,
    begun: { step: number; station: number; time: number },
  ): CallEntry {
    const [name, count] = this.header.calls[reader.octet()] ?? [];
    if (name === undefined || count === undefined || begun.station >= this.header.stations.length)
      throw new RecordingError(`The record is damaged at step ${begun.step}: it makes a call that there is none of.`);
    const numbers = Array.from({ length: count }, () => reader.signed());
    return {
      type: 'call',
      ...begun,
      name,
      numbers,
      taken: takes(name) ? reader.octets() : undefined,
      result: hasTrapped ? undefined : reader.signed(),
      given: !hasTrapped && gives(name) ? reader.number() : undefined,
    };
  }
}

function readHeader(reader: OctetReader): RecordHeader {
  try {
    if (new TextDecoder().decode(reader.raw(MAGIC.length)) === MAGIC) {
      const version = reader.number();
      if (version === VERSION) return JSON.parse(reader.text()) as RecordHeader;
      throw new RecordingError(
        `The record has format ${version} and this version of slipway reads format ${VERSION}: use the version that made it.`,
      );
    }
  } catch (error) {
    if (error instanceof RecordingError) throw error;
  }
  throw new RecordingError("This is no record of slipway: make one with 'slipway record'.");
}
