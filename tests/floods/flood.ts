// A flood in virtual time: a server of one profile, real clients that come ten a second, and an attacker. A tick is a millisecond;
// what arrives in one is handed in together, and the wire takes DELAY ticks each way and loses nothing.
import { Counter, Table } from '../../assembly/numbers.js';
import { loadModule } from '../../host/modules.js';
import { Random } from '../../host/random.js';
import { Machine } from '../../host/simulator/machine.js';
import type { Profile } from '../../host/simulator/plan.js';
import { Row } from '../../host/simulator/row.js';
import { type Attack, ATTACKS } from './attacks.js';
import { Clients } from './clients.js';
import { Door } from './door.js';
import { CLIENT } from './places.js';
import { Server } from './server.js';

export interface FloodOptions {
  profile: Profile;
  attack: keyof typeof ATTACKS;
  /** Datagrams in all, and in a second. */
  datagrams: number;
  rate: number;
  /** Real clients in a second. */
  clients: number;
  seed?: number;
}

export interface FloodResult {
  profile: Profile;
  attack: string;
  sent: number;
  /** Datagrams that went back to those who had asked for nothing. */
  astray: number;
  tried: number;
  served: number;
  failed: number;
  connectTimes: number[];
  serviceTimes: number[];
  /** Of the server: octets of its memory, and entries in use but for listeners. */
  memoryBefore: number;
  memoryAfter: number;
  entriesBefore: number;
  entriesMost: number;
  entriesAfter: number;
  cookiesSent: number;
  cookiesAccepted: number;
}

/** Octets of the longest that an attack makes. */
const DATAGRAM_MOST = 128;
/** ms each way. */
const DELAY = 5;
/** ms behind the flood in which the last clients may end, and in which everything that was kept runs out. */
const PATIENCE = 60_000;
const LONG = 400_000;
const ORIGIN = 0xffff0000; // the clock wraps in the middle of the flood

export async function flood(options: FloodOptions): Promise<FloodResult> {
  const [server, clients] = await Promise.all([loadModule(options.profile), loadModule('host')]);
  const run = new Flood(options, new Machine(server), new Machine(clients));
  run.play();
  return run.result();
}

/** What is under way between the two: by the tick at which it arrives. */
class Wire {
  readonly #queue: { at: number; octets: Buffer }[] = [];

  put(at: number, octets: Buffer): void {
    this.#queue.push({ at, octets });
  }

  *arrivals(now: number): Generator<Buffer> {
    for (let next = this.#queue[0]; next !== undefined && next.at <= now; next = this.#queue[0]) {
      this.#queue.shift();
      yield next.octets;
    }
  }
}

class Flood {
  readonly #options: FloodOptions;
  readonly #server: Server;
  readonly #door: Door;
  readonly #clients: Clients;
  readonly #attack: Attack;
  readonly #random: Random;
  readonly #toServer = new Wire();
  readonly #toClients = new Wire();
  /** ms since the beginning; what the cores' clocks show is ORIGIN more. */
  #time = 0;
  #sent = 0;
  #astray = 0;
  #memoryBefore: number;
  #entriesBefore: number;
  #entriesMost = 0;

  constructor(options: FloodOptions, server: Machine, clients: Machine) {
    this.#options = options;
    this.#server = new Server(server, ORIGIN);
    this.#door = Door.of(server, options.profile !== 'host', (datagram) => this.#leaves(Buffer.from(datagram)));
    this.#clients = new Clients(clients, ORIGIN);
    this.#attack = ATTACKS[options.attack] as Attack;
    this.#random = new Random(options.seed ?? 1);
    this.#memoryBefore = server.octets.buffer.byteLength;
    this.#entriesBefore = this.#entries();
  }

  get #now(): number {
    return (ORIGIN + this.#time) >>> 0;
  }

  play(): void {
    const { datagrams, rate, clients } = this.#options;
    const length = (datagrams * 1000) / rate;
    let next = 0;
    let due = 0;
    while (this.#time < length || (this.#clients.busy > 0 && this.#time < length + PATIENCE)) {
      const arriving: Buffer[] = [];
      if (this.#time < length) {
        for (due += rate / 1000; due >= 1; due--) arriving.push(...this.#attackOnce());
        // They come at random, so many a second on average.
        for (; this.#time >= next; next += 2 * this.#random.fraction() * (1000 / clients))
          this.#clients.come(this.#time);
      }
      this.#tick(arriving);
      if (this.#time % 100 === 0) this.#entriesMost = Math.max(this.#entriesMost, this.#entries());
    }
    for (const end = this.#time + LONG; this.#time < end; this.#time += 1000) this.#tick([]);
  }

  #attackOnce(): Buffer[] {
    const datagram = Buffer.alloc(DATAGRAM_MOST);
    const length = this.#attack(datagram, 0, this.#random, this.#sent);
    if (length === 0) return [];
    this.#sent += 1;
    return [datagram.subarray(0, length)];
  }

  #tick(arriving: Buffer[]): void {
    // Who comes for real comes somewhere between the others.
    for (const octets of this.#toServer.arrivals(this.#time)) {
      arriving.splice(this.#random.below(arriving.length + 1), 0, octets);
    }
    this.#door.take(arriving, this.#now);
    this.#server.serve();
    this.#door.drain(this.#now);
    const there = this.#clients.machine;
    for (const octets of this.#toClients.arrivals(this.#time)) {
      there.octets.set(octets, there.rx);
      there.call.input(octets.length, this.#now);
    }
    this.#clients.act(this.#time);
    for (let length = there.call.output(this.#now); length > 0; length = there.call.output(this.#now)) {
      this.#toServer.put(this.#time + DELAY, Buffer.from(there.octets.subarray(there.tx, there.tx + length)));
    }
    this.#time += 1;
  }

  #leaves(datagram: Buffer): void {
    if (datagram.readUInt32BE(16) !== CLIENT) this.#astray += 1;
    else this.#toClients.put(this.#time + DELAY, datagram);
  }

  #entries(): number {
    const { machine } = this.#server;
    const row = new Row();
    let entries = 0;
    for (let i = 0, at = machine.call.list(0); at > 0; at = machine.call.list(++i)) {
      row.read(machine, at);
      if (row.table !== Table.LISTENER) entries += 1;
    }
    return entries;
  }

  result(): FloodResult {
    const { call, octets } = this.#server.machine;
    const { tried, failed, connectTimes, serviceTimes } = this.#clients;
    return {
      profile: this.#options.profile,
      attack: this.#options.attack,
      sent: this.#sent,
      astray: this.#astray,
      tried,
      served: serviceTimes.length,
      failed,
      connectTimes: connectTimes.sort((a, b) => a - b),
      serviceTimes: serviceTimes.sort((a, b) => a - b),
      memoryBefore: this.#memoryBefore,
      memoryAfter: octets.buffer.byteLength,
      entriesBefore: this.#entriesBefore,
      entriesMost: this.#entriesMost,
      entriesAfter: this.#entries(),
      cookiesSent: call.counter(Counter.COOKIES_SENT) >>> 0,
      cookiesAccepted: call.counter(Counter.COOKIES_ACCEPTED) >>> 0,
    };
  }
}

/** The value below which so many in a hundred lie. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * share) / 100) - 1)] ?? NaN;
}
