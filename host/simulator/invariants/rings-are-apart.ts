import { Counter, Table } from '../../../assembly/numbers.js';
import { FILL, WATCHED } from '../machine.js';
import type { Invariant, Observer } from '../observer.js';
import type { Side } from '../side.js';
import type { Station } from '../station.js';
import type { World } from '../world.js';

/** Rings of more octets than this are looked at in the end alone. */
const SMALL = 4096;
const SLOT = 1023;

export const ringsAreApart: Invariant = {
  name: 'rings-are-apart',
  sentence:
    'A connection’s data touches its own rings alone: a send ring holds what its user wrote, and the rings of idle slots never change.',
  watch: (world) => new RingsAreApart(world),
};

/** What the rings of one station must hold. */
interface Mirror {
  send: Buffer;
  receive: Buffer;
  /** Slots in use, and connections ever begun, at the last look. */
  busy: number;
  opens: number;
}

function newMirror(): Mirror {
  return { send: Buffer.alloc(0), receive: Buffer.alloc(0), busy: 0, opens: 0 };
}

class RingsAreApart implements Observer {
  readonly #world: World;
  readonly #mirrors: Mirror[];

  constructor(world: World) {
    this.#world = world;
    this.#mirrors = world.stations.map(newMirror);
  }

  onWritten({ station }: Side, at: number, length: number): void {
    const { machine } = station;
    this.#mirrorOf(station).send.set(machine.octets.subarray(at, at + length), at - machine.sendRings);
  }

  afterTurn(station: Station): void {
    const mirror = this.#mirrorOf(station);
    if (station.machine.receiveRing <= SMALL) this.#check(station);
    else mirror.busy |= busySlots(station);
  }

  onRestart({ index }: Station): void {
    this.#mirrors[index] = newMirror();
  }

  atEnd(): void {
    for (const station of this.#world.stations) this.#check(station);
  }

  #check(station: Station): void {
    const { machine } = station;
    const mirror = this.#mirrorOf(station);
    const { octets, sendRings, receiveRings } = machine;
    if (octets.compare(mirror.send, 0, mirror.send.length, sendRings, sendRings + mirror.send.length) !== 0) {
      this.#world.violated('a send ring holds something that its user did not write');
    }
    const now = busySlots(station);
    // What was busy before this turn, or has come and gone within it, may have changed.
    const opens = opensOf(station);
    const busy = now | mirror.busy | (opens === mirror.opens ? 0 : -1);
    mirror.busy = now;
    mirror.opens = opens;
    for (let slot = 0; slot < mirror.receive.length / machine.receiveRing; slot++) {
      const from = slot * machine.receiveRing;
      const to = from + machine.receiveRing;
      if (busy & (1 << slot)) octets.copy(mirror.receive, from, receiveRings + from, receiveRings + to);
      else if (octets.compare(mirror.receive, from, to, receiveRings + from, receiveRings + to) !== 0) {
        this.#world.violated(`the receive ring of slot ${slot} changes, which nobody uses`);
      }
    }
  }

  #mirrorOf(station: Station): Mirror {
    const mirror = this.#mirrors[station.index] as Mirror;
    if (mirror.send.length > 0) return mirror;
    const { machine } = station;
    const slots = Math.min(WATCHED, machine.connections);
    mirror.send = Buffer.alloc(slots * machine.sendRing, FILL);
    mirror.receive = Buffer.alloc(slots * machine.receiveRing, FILL);
    return mirror;
  }
}

/** Connections that have ever had a slot. */
function opensOf({ machine: { call } }: Station): number {
  return call.counter(Counter.ACTIVE_OPENS) + call.counter(Counter.PASSIVE_OPENS);
}

/** A bit for each slot in use; all of them when one that is in use cannot be told by its handle. */
function busySlots({ rows, count }: Station): number {
  let busy = 0;
  for (let i = 0; i < count; i++) {
    const row = rows[i];
    if (row?.table !== Table.CONNECTION) continue;
    if (row.handle === 0) return -1;
    busy |= 1 << (row.handle & SLOT);
  }
  return busy;
}
