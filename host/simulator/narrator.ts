// A run told step by step: each datagram on the ladder with what became of it, what the applications did, and a capture.
import { type CoreRecord, decodeRecord, stateName } from '../decode.js';
import { Conversations } from '../trace/conversations.js';
import { decode } from '../trace/decode.js';
import type { DatagramEvent, End, States } from '../trace/event.js';
import { Ladder } from '../trace/ladder.js';
import { Pcapng } from '../trace/pcapng.js';
import type { Spectator } from './network.js';
import type { Invariant } from './observer.js';
import { Row } from './row.js';
import type { Side } from './side.js';
import type { Station } from './station.js';
import type { Fate } from './wire.js';
import type { World } from './world.js';

export interface NarratorOptions {
  /** Takes the ladder, line by line. */
  print?: ((line: string) => void) | undefined;
  /** Takes the capture. */
  write?: ((octets: Uint8Array) => void) | undefined;
  columns?: number | undefined;
}

export class Narrator implements Spectator {
  readonly #ladder: Ladder | undefined;
  readonly #capture: Pcapng | undefined;
  readonly #print: (line: string) => void;
  readonly #conversations = new Conversations();
  readonly #row = new Row();
  #frames = 0;
  #time = 0;

  constructor({ print, write, columns }: NarratorOptions) {
    this.#print = print ?? (() => undefined);
    if (print !== undefined) this.#ladder = new Ladder({ print, columns: columns ?? 120, unfolds: true });
    if (write !== undefined) this.#capture = new Pcapng(write, 0);
  }

  /** An invariant that is never broken: it tells what the applications do. */
  get acts(): Invariant {
    return {
      name: 'narrator',
      sentence: 'What happens is told.',
      watch: (world) => ({
        onWritten: (side, _at, length) => this.#act(world, side, `writes ${length}`),
        onDelivered: (side, _at, length) => this.#act(world, side, `reads ${length}`),
        onEnded: (side) => this.#act(world, side, 'reads the end'),
        onFailed: (side) => this.#act(world, side, `is told of fault ${side.fault}`),
      }),
    };
  }

  sent(from: Station, to: Station, octets: Buffer, at: number, length: number, fate: Fate, time: number): void {
    this.#time = time / 1000;
    const copy = Uint8Array.from(octets.subarray(at, at + length));
    const datagram = decode(copy);
    const { connection = 0, ...relative } = datagram.tcp ? this.#conversations.place(datagram, datagram.tcp) : {};
    const event: DatagramEvent = {
      type: 'datagram',
      number: (this.#frames += 1),
      time: this.#time,
      from: endOf(from),
      octets: copy,
      datagram,
      connection,
      ...this.#reasonOf(from),
      drop: '',
      fate: fate.isLost ? 'lost' : fate.corruption >= 0 ? 'damaged' : 'taken',
      states: { ...this.#stateOf(from, copy, true), ...this.#stateOf(to, copy, false) },
    };
    if ('seq' in relative) event.relative = relative;
    this.#ladder?.event(event);
    this.#capture?.event(event);
    if (fate.copies > 1) this.#print(`${' '.repeat(30)}(sent twice)`);
  }

  end(): void {
    this.#ladder?.flush();
    this.#capture?.end(this.#time);
  }

  #act({ time }: World, { conversation, isOpener, station }: Side, what: string): void {
    this.#ladder?.flush();
    const who = `${isOpener ? 'the opener' : 'the listener'} of conversation ${conversation.number}, station ${station.index},`;
    this.#print(`${(time / 1000).toFixed(3).padStart(8)}  ${who} ${what}`);
  }

  /** Why it was sent, where the module keeps records. */
  #reasonOf({ machine }: Station): { cause: string; repeat: number } {
    if (machine.record === 0) return { cause: '', repeat: 0 };
    const view = new DataView(machine.octets.buffer, machine.octets.byteOffset);
    const record: CoreRecord = decodeRecord(view, machine.record);
    if (record.kind !== 'output') return { cause: '', repeat: 0 };
    return { cause: record.cause === 'none' ? '' : record.cause, repeat: record.repeat };
  }

  /** The state of a station's end of the connection that the datagram belongs to. */
  #stateOf(station: Station, datagram: Uint8Array, isSender: boolean): States {
    const view = new DataView(datagram.buffer);
    const [local, remote] = isSender ? [20, 22] : [22, 20];
    const { machine } = station;
    for (let index = 0, at = machine.call.list(0); at > 0; at = machine.call.list(++index)) {
      this.#row.read(machine, at);
      if (this.#row.remotePort === 0) continue;
      if (this.#row.localPort !== view.getUint16(local) || this.#row.remotePort !== view.getUint16(remote)) continue;
      const name = stateName(this.#row.state);
      return { [endOf(station)]: { before: name, after: name, inferred: false } };
    }
    return {};
  }
}

/** The ladder has two lifelines: the first station's, and the others'. */
function endOf(station: Station): End {
  return station.index === 0 ? 'laptop' : 'board';
}
