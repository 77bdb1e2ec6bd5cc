// A board's module with its application, and a laptop's core, joined in memory on a clock that only the test moves.
// Octets are handed over one datagram at a time, exactly as docs/abi.md asks, and nothing is asynchronous: what a test
// sees after settle() is all there is until it acts again or time passes.

import { Fault, Option } from '../../assembly/numbers.js';
import { Core } from '../../host/core.js';
import { parseAddress } from '../../host/address.js';
import { loadModule } from '../../host/modules.js';
import { secretFrom } from '../../host/random.js';

const LAPTOP = parseAddress('192.168.7.1');
const BOARD = parseAddress('192.168.7.2');
/** Turns within one moment after which two cores would be talking for ever. */
const TURNS_MAX = 200_000;

export interface WorldOptions {
  /** The board's module: 'board-http', 'board-echo', 'micro-http' ... */
  module: string;
  /** The laptop's: 'board', or 'host' where more than four connections are wanted. */
  laptop?: string;
  seed?: number;
}

export class World {
  readonly board: Core;
  readonly laptop: Core;
  /** While the cable is cut, what either side sends is lost. */
  isCut = false;
  #now = 1000;
  /** When the application wants its next turn, the first at once; undefined: after the next datagram, and not before. */
  #applicationAt: number | undefined = 0;
  #seed: number;
  #globals: ReadonlyMap<string, number>;

  private constructor(board: Core, laptop: Core, seed: number, globals: ReadonlyMap<string, number>) {
    this.board = board;
    this.laptop = laptop;
    this.#seed = seed;
    this.#globals = globals;
  }

  static async create({ module, laptop: other = 'board', seed = 1 }: WorldOptions): Promise<World> {
    const [board, laptop] = await Promise.all([loadModule(module), loadModule(other)]);
    const world = new World(await Core.load(board), await Core.load(laptop), seed, globalsOf(board));
    laptopStart(world.laptop, seed);
    world.startBoard();
    return world;
  }

  get now(): number {
    return this.#now;
  }

  /** start(): the board forgets everything, as by a reset. */
  startBoard(): void {
    this.board.call.start(BOARD, ...secretFrom(this.#seed + 1), this.#now);
    this.#applicationAt = this.#now;
    this.#seed += 1;
    this.settle();
  }

  /** Writes a text into one of the buffers that an application exports: address and length by name. */
  label(address: string, length: string, text: string): void {
    const at = this.#globals.get(address) ?? NaN;
    const octets = Buffer.alloc(this.#globals.get(length) ?? NaN);
    octets.write(text, 'latin1');
    this.board.octets.set(octets, at);
  }

  /** Opens a connection from the laptop; it is ESTABLISHED on return unless the board has no room. */
  connect(port: number): Client {
    const handle = this.laptop.call.open(BOARD, port, 0);
    if (handle < 0) throw new Error(`open: ${String(handle)}`);
    this.laptop.call.option(handle, Option.NODELAY, 1);
    this.settle();
    return new Client(this, handle);
  }

  /** Hands datagrams over until neither side has anything to say at this moment. */
  settle(): void {
    for (let turns = 0; turns < TURNS_MAX; turns++) {
      const isDue = this.#applicationAt !== undefined && this.#applicationAt <= this.#now;
      if (isDue) this.#application();
      const isMoved = this.#carry(this.board, this.laptop);
      const hasArrived = this.#carry(this.laptop, this.board);
      if (hasArrived) this.#application();
      else if (!isMoved && !isDue) return;
    }
    throw new Error('The two cores do not come to rest.');
  }

  /** Time passes, timer by timer. */
  pass(ms: number): void {
    const end = this.#now + ms;
    for (let at = this.#next(); at !== undefined && at <= end; at = this.#next()) {
      this.#now = Math.max(at, this.#now + 1);
      this.settle();
    }
    this.#now = end;
    this.settle();
  }

  /** Time passes at once, and nothing happens in between: a machine that slept. */
  jump(ms: number): void {
    this.#now += ms;
    this.settle();
  }

  /** Lets time pass until something is so; an error after `limitMs`. */
  until(isSo: () => boolean, limitMs: number): void {
    const end = this.#now + limitMs;
    while (!isSo()) {
      const next = this.#next();
      if (next === undefined || next > end) throw new Error(`It did not come to pass within ${String(limitMs)} ms.`);
      this.pass(Math.max(1, next - this.#now));
    }
  }

  #application(): void {
    const wait = this.board.call.application?.(this.#now) ?? -1;
    this.#applicationAt = wait < 0 ? undefined : this.#now + wait;
  }

  #carry(from: Core, to: Core): boolean {
    let isMoved = false;
    for (let length = from.call.output(this.#now); length > 0; length = from.call.output(this.#now)) {
      isMoved = true;
      if (this.isCut) continue;
      to.octets.set(from.octets.subarray(from.constants.tx, from.constants.tx + length), to.constants.rx);
      to.call.input(length, this.#now);
    }
    return isMoved;
  }

  #next(): number | undefined {
    const waits = [this.board, this.laptop].map((core) => core.call.deadline(this.#now)).filter((wait) => wait >= 0);
    const times = waits.map((wait) => this.#now + wait);
    if (this.#applicationAt !== undefined) times.push(this.#applicationAt);
    return times.length === 0 ? undefined : Math.min(...times);
  }
}

/** The constants that a module exports, an application's own included. */
function globalsOf(module: WebAssembly.Module): Map<string, number> {
  const { exports } = new WebAssembly.Instance(module);
  const globals = Object.entries(exports).filter(([, value]) => value instanceof WebAssembly.Global);
  return new Map(globals.map(([name, value]) => [name, (value as WebAssembly.Global<'i32'>).value]));
}

function laptopStart(core: Core, seed: number): void {
  core.call.start(LAPTOP, ...secretFrom(seed), 1000);
}

/** A connection of the laptop's: octets in and out, and both directions' ends. */
export class Client {
  readonly world: World;
  readonly handle: number;
  /** All that has been read. */
  received = Buffer.alloc(0);
  /** The board's FIN, once everything before it has been read. */
  isEnded = false;
  /** The fault that ended the connection; 0: none. */
  fault = 0;

  constructor(world: World, handle: number) {
    this.world = world;
    this.handle = handle;
  }

  get text(): string {
    return this.received.toString('latin1');
  }

  /** Writes in fragments, each in a datagram of its own, as far as the ring takes them; how many octets it took. */
  write(octets: Buffer | string, fragment = Infinity): number {
    const all = typeof octets === 'string' ? Buffer.from(octets, 'latin1') : octets;
    let at = 0;
    while (at < all.length) {
      const length = this.#put(all.subarray(at, at + Math.min(fragment, all.length - at)));
      if (length === 0) break;
      at += length;
      this.world.settle();
    }
    return at;
  }

  #put(octets: Buffer): number {
    const { call, octets: memory } = this.world.laptop;
    const room = call.sendRoom(this.handle);
    if (room < 0) throw new Error(`sendRoom: ${String(room)}`);
    const length = Math.min(room, octets.length);
    if (length === 0) return 0;
    memory.set(octets.subarray(0, length), call.sendAt(this.handle));
    call.send(this.handle, length, 0);
    return length;
  }

  /** Reads what has arrived, at most `limit` octets, and lets the window open. */
  read(limit = Infinity): Buffer {
    const { call, octets: memory } = this.world.laptop;
    const parts: Buffer[] = [];
    let left = limit;
    while (left > 0) {
      const ready = call.receiveReady(this.handle);
      if (ready === 0) this.isEnded = true;
      else if (ready < 0 && ready !== Fault.AGAIN) this.fault = ready;
      if (ready <= 0) break;
      const length = Math.min(ready, left);
      const at = call.receiveAt(this.handle);
      parts.push(Buffer.from(memory.slice(at, at + length)));
      call.receive(this.handle, length);
      left -= length;
    }
    const read = Buffer.concat(parts);
    this.received = Buffer.concat([this.received, read]);
    this.world.settle();
    return read;
  }

  /** Reads all that comes without time passing. */
  readAll(): string {
    while (this.read().length > 0);
    return this.text;
  }

  /** Reads on, time passing, until so many octets have come. */
  readTo(octets: number, limitMs = 60_000): Buffer {
    this.world.until(() => {
      this.read();
      return this.received.length >= octets || this.isEnded || this.fault !== 0;
    }, limitMs);
    return this.received;
  }

  /** Reads on, time passing, until the board has closed. */
  readToEnd(limitMs = 60_000): Buffer {
    return this.readTo(Infinity, limitMs);
  }

  /** Half closes: FIN behind what was written. */
  end(): void {
    this.world.laptop.call.shutdown(this.handle);
    this.world.settle();
  }

  close(): void {
    this.world.laptop.call.close(this.handle);
    this.world.settle();
  }

  abort(): void {
    this.world.laptop.call.abort(this.handle);
    this.world.settle();
  }
}
