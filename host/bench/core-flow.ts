// One connection between two cores over an emulated cable, in virtual time: the sender writes whenever its ring has room and
// the receiver reads whatever has come, so that nothing but TCP and the cable decides how fast it goes.
import { Fault } from '../../assembly/numbers.js';
import { VirtualClock } from '../clock.js';
import type { Configuration } from '../configuration.js';
import type { Core, CoreCounters } from '../core.js';
import type { DriverUser } from '../driver.js';
import { parseAddress } from '../address.js';
import { EmulatedCable, type EmulatedOptions } from '../link/emulated.js';
import { loadModule } from '../modules.js';
import { secretFrom } from '../random.js';
import { Station } from '../station.js';

export interface FlowOptions {
  link: EmulatedOptions;
  /** The profile at either end; default 'host'. */
  sender?: string;
  receiver?: string;
  configuration?: Configuration;
  /** Octets to be sent; default: as many as there is time for. */
  octets?: number;
}

const SENDER = '192.168.7.1';
const RECEIVER = '192.168.7.2';
const PORT = 9;

/** Not at 0, which a clock has no reason to begin at. */
const CLOCK_FIRST = 1000;

export class CoreFlow {
  readonly clock: VirtualClock;
  readonly cable: EmulatedCable;
  readonly sender: Station;
  readonly receiver: Station;
  readonly #source: Source;
  readonly #sink: Sink;

  private constructor(clock: VirtualClock, cable: EmulatedCable, sender: Station, receiver: Station, users: Users) {
    this.clock = clock;
    this.cable = cable;
    this.sender = sender;
    this.receiver = receiver;
    this.#source = users.source as Source;
    this.#sink = users.sink as Sink;
  }

  static async create({
    link,
    sender = 'host',
    receiver = 'host',
    configuration = {},
    octets = Infinity,
  }: FlowOptions): Promise<CoreFlow> {
    const clock = new VirtualClock(CLOCK_FIRST);
    const cable = new EmulatedCable(clock, link);
    const seed = link.seed ?? 1;
    const users: Users = {};
    const common = { clock, configuration };
    const far = await Station.create(
      { ...common, module: await loadModule(receiver), link: cable.b, address: RECEIVER, secret: secretFrom(2 * seed) },
      (core) => (users.sink = new Sink(core)),
    );
    const near = await Station.create(
      { ...common, module: await loadModule(sender), link: cable.a, address: SENDER, secret: secretFrom(2 * seed + 1) },
      (core) => (users.source = new Source(core, octets)),
    );
    return new CoreFlow(clock, cable, near, far, users);
  }

  /** Runs for so long, or until everything has arrived: the octets that the receiver has read. */
  async run(limitMs: number): Promise<number> {
    const end = this.clock.now() + limitMs;
    this.#sink.listen();
    this.#source.open();
    this.receiver.driver.start();
    this.sender.driver.start();
    await Promise.resolve(); // a driver takes its first turn when the code that started it has returned
    for (let next = this.clock.next; next !== undefined && next <= end && !this.#isDone(); next = this.clock.next)
      this.clock.step();
    return this.#sink.read;
  }

  get elapsedMs(): number {
    return this.clock.now() - CLOCK_FIRST;
  }

  /** What the sender's core has counted. */
  counters(): CoreCounters {
    return this.sender.core.counters();
  }

  #isDone(): boolean {
    return this.#sink.read >= this.#source.octets;
  }
}

interface Users {
  source?: Source;
  sink?: Sink;
}

/** Writes as long as there is room. What it writes does not matter here: other tests compare streams. */
class Source implements DriverUser {
  readonly octets: number;
  readonly #core: Core;
  #handle = 0;
  #written = 0;

  constructor(core: Core, octets: number) {
    this.#core = core;
    this.octets = octets;
  }

  open(): void {
    this.#handle = this.#core.call.open(parseAddress(RECEIVER), PORT, 0);
  }

  dispatch(): boolean {
    const { call } = this.#core;
    for (
      let room = call.sendRoom(this.#handle);
      room > 0 && this.#written < this.octets;
      room = call.sendRoom(this.#handle)
    ) {
      const length = Math.min(room, this.octets - this.#written);
      call.send(this.#handle, length, 0);
      this.#written += length;
    }
    return false;
  }

  stopped(): void {}
}

/** Reads whatever has come. */
class Sink implements DriverUser {
  read = 0;
  readonly #core: Core;
  #listener = 0;
  #handle: number = Fault.AGAIN;

  constructor(core: Core) {
    this.#core = core;
  }

  listen(): void {
    this.#listener = this.#core.call.listen(0, PORT, 1, 0);
  }

  dispatch(): boolean {
    const { call } = this.#core;
    if (this.#handle < 0) this.#handle = call.accept(this.#listener);
    if (this.#handle < 0) return false;
    for (let ready = call.receiveReady(this.#handle); ready > 0; ready = call.receiveReady(this.#handle)) {
      call.receive(this.#handle, ready);
      this.read += ready;
    }
    return false;
  }

  stopped(): void {}
}
