// What is asked of each station when a run is over and all its tables are empty again: does it still do all it could at first?
// A peer played by hand does the asking, with sizes and numbers drawn from the run's seed.
import { Config, Flag } from '../../assembly/numbers.js';
import { Dice } from './draw.js';
import { Ghost, type GhostEnds } from './ghost.js';
import type { Machine } from './machine.js';
import { mix } from './mix.js';
import type { Invariant } from './observer.js';
import { Segment } from './segment.js';
import type { Station } from './station.js';
import type { World } from './world.js';

/** An address that is no station's. */
export const GHOST = 0x0a090909;
export const PORT = 9;
/** It takes time; one run in so many is asked. */
const ONE_IN = 4;
const SETTLED = 60_000;
const OUTPUTS_MOST = 200;

export class Aftermath {
  readonly world: World;
  readonly station: Station;
  readonly machine: Machine;
  readonly dice: Dice;
  now: number;

  constructor(world: World, station: Station, name: string) {
    this.world = world;
    this.station = station;
    this.machine = station.machine;
    this.dice = new Dice(mix(world.plan.seed, station.index, name.length));
    this.now = (station.now(world.time) + 4 * station.msl + SETTLED) >>> 0;
  }

  pass(ms: number): void {
    this.now = (this.now + ms) >>> 0;
  }

  /** Every segment that the core sends now to the ghost. */
  segments(): Segment[] {
    const segments: Segment[] = [];
    const { call, octets, tx } = this.machine;
    for (let i = 0; i < OUTPUTS_MOST; i++) {
      const length = call.output(this.now);
      if (length === 0 && call.deadline(this.now) !== 0) break;
      const segment = new Segment();
      if (length > 0 && segment.read(octets, tx, length) && segment.destination === GHOST) segments.push(segment);
    }
    return segments;
  }

  /** A ghost that has opened a connection to the station, and the station's handle of it. */
  connect(options?: Uint8Array): [ghost: Ghost, handle: number] {
    const { call } = this.machine;
    call.configure(Config.COOKIES, 2);
    const listener = call.listen(0, PORT, 1, 1);
    const ends: GhostEnds = { from: GHOST, fromPort: 2000, to: this.station.address, toPort: PORT };
    const ghost = new Ghost(this.machine, ends, this.dice.next());
    if (!ghost.open(this.now, options)) this.world.violated('a handshake fails when all is over');
    const handle = call.accept(listener);
    call.close(listener);
    return [ghost, handle];
  }

  /** The segment as it is given, its sequence number counted from what the ghost would send next; nothing counts as sent. */
  forge(
    ghost: Ghost,
    flags: number,
    offset: number,
    more: { ack?: number; text?: Uint8Array; options?: Uint8Array },
  ): void {
    const { seq } = ghost;
    const ack = (ghost.ack + (more.ack ?? 0)) >>> 0;
    ghost.send(flags, this.now, { ...more, seq: (seq + offset) >>> 0, ack });
    ghost.seq = seq;
  }

  reset(ghost: Ghost): void {
    this.forge(ghost, Flag.RST, 0, {});
  }
}

/** An invariant of the end: `ask` is put to every station of some runs, and must leave nothing behind. */
export function afterwards(name: string, sentence: string, ask: (aftermath: Aftermath) => void): Invariant {
  return {
    name,
    sentence,
    watch: (world) => ({
      atEnd() {
        if (mix(world.plan.seed, 1, 7) % ONE_IN !== 0) return;
        for (const station of world.stations) {
          const aftermath = new Aftermath(world, station, name);
          ask(aftermath);
          aftermath.segments();
          if (station.machine.call.list(0) !== 0) world.violated('something is left when all is over');
        }
      },
    }),
  };
}
