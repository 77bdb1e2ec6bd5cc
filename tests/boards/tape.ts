// A recording of all that a board's module was given: octets from the line and the clock, nothing else. Whoever plays it to
// the same module, as wasm or as C, must get the same octets back.

const BOARD = 0xc0a80702 | 0;
const LAPTOP = 0xc0a80701 | 0;
const PORT = 80;
/** ms that a run may take on the virtual clock. */
const LONGEST_MS = 120_000;

type Call = (...values: number[]) => number;

/** A module driven through its raw exports, as firmware drives it. */
export class Machine {
  private readonly exports: WebAssembly.Exports;
  private readonly octets: Uint8Array;

  constructor(module: WebAssembly.Module) {
    this.exports = new WebAssembly.Instance(module).exports;
    this.octets = new Uint8Array((this.exports['memory'] as WebAssembly.Memory).buffer);
  }

  call(name: string, ...values: number[]): number {
    return (this.exports[name] as Call)(...values);
  }

  constant(name: string): number {
    return Number((this.exports[name] as WebAssembly.Global).value);
  }

  write(at: number, octets: Uint8Array): void {
    this.octets.set(octets, at);
  }

  read(at: number, length: number): Uint8Array {
    return this.octets.slice(at, at + length);
  }

  /** All that a core has to send. */
  output(now: number): Uint8Array {
    const parts: Uint8Array[] = [];
    for (let n: number; (n = this.call('serialOutput', now)) > 0;) parts.push(this.read(this.constant('serialTx'), n));
    return Buffer.concat(parts);
  }

  /** The run loop's turn with what arrived, as boards/common/main.c takes it: everything sent meanwhile, then the deadline. */
  turn(arrived: Uint8Array, now: number): { sent: Uint8Array; deadline: number } {
    const chunk = this.constant('serialChunk');
    const parts: Uint8Array[] = [];
    let waiting = arrived;
    do {
      const some = waiting.subarray(0, chunk);
      this.write(this.constant('serialRx'), some);
      waiting = waiting.subarray(some.length > 0 ? this.call('serialInput', some.length, now) : 0);
      this.call('application', now);
      parts.push(this.output(now));
    } while (waiting.length > 0);
    return { sent: Buffer.concat(parts), deadline: this.call('deadline', now) };
  }
}

/** One thing given to the module: a start with a secret, or octets; and when. */
interface Entry {
  kind: 'start' | 'octets';
  now: number;
  octets: Uint8Array;
}

export class Tape {
  readonly entries: Entry[] = [];

  /** Plays the tape to a module in Node: everything it sent, and each deadline. */
  play(module: WebAssembly.Module): Buffer {
    const machine = new Machine(module);
    const heard: Uint8Array[] = [];
    for (const { kind, now, octets } of this.entries) {
      if (kind === 'start') start(machine, octets, now);
      const { sent, deadline } = machine.turn(kind === 'start' ? new Uint8Array() : octets, now);
      heard.push(sent, word(deadline));
    }
    return Buffer.concat(heard);
  }

  /** The form that player.c reads: kind, milliseconds and length as 32-bit words, then the octets. */
  toBuffer(): Buffer {
    return Buffer.concat(
      this.entries.flatMap(({ kind, now, octets }) => [
        word(kind === 'start' ? 0 : 1),
        word(now),
        word(octets.length),
        octets,
      ]),
    );
  }
}

function start(machine: Machine, secret: Uint8Array, now: number): void {
  const words = [0, 4, 8, 12].map((at) => Buffer.from(secret).readInt32LE(at));
  machine.call('start', BOARD, ...words, now);
}

function word(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32LE(value | 0);
  return buffer;
}

export interface Modules {
  board: WebAssembly.Module;
  laptop: WebAssembly.Module;
}

export interface Conversation {
  seed: number;
  request: string;
  /** Of a hundred frames, how many are lost in either direction. */
  loss: number;
}

/**
 * Records what the board hears while the laptop's core fetches something from it over a line that loses frames, on a
 * virtual clock. Answers what the laptop received.
 */
export function record(tape: Tape, modules: Modules, { seed, request, loss }: Conversation): Buffer {
  const random = generator(seed);
  const board = new Machine(modules.board);
  const laptop = new Machine(modules.laptop);
  let now = Math.floor(random() * 2 ** 32) >>> 0;
  const secret = Buffer.concat(Array.from({ length: 4 }, () => word(Math.floor(random() * 2 ** 32))));
  tape.entries.push({ kind: 'start', now, octets: secret });
  start(board, secret, now);
  board.turn(new Uint8Array(), now);
  laptop.call('start', LAPTOP, seed, 2, 3, 4, now);
  const client = new Client(laptop, request);
  for (let passed = 0; passed < LONGEST_MS && !client.isOver;) {
    const toBoard = lose(client.turn(now), loss, random);
    tape.entries.push({ kind: 'octets', now, octets: toBoard });
    const { sent, deadline } = board.turn(toBoard, now);
    const toLaptop = lose(sent, loss, random);
    client.hear(toLaptop, now);
    const step = toLaptop.length > 0 ? 1 : wait(deadline, laptop.call('deadline', now));
    passed += step;
    now = (now + step) >>> 0;
  }
  return client.received();
}

/** Until something is due at either end, but at least a millisecond. */
function wait(...deadlines: number[]): number {
  return Math.max(1, Math.min(1000, ...deadlines.filter((ms) => ms >= 0)));
}

/** The laptop's side of one exchange over HTTP, with a half close behind the request. */
class Client {
  private readonly connection: number;
  private readonly parts: Uint8Array[] = [];
  private unsent: Uint8Array;
  isOver = false;

  constructor(
    private readonly core: Machine,
    request: string,
  ) {
    this.connection = core.call('open', BOARD, PORT, 0);
    this.unsent = Buffer.from(request, 'latin1');
  }

  turn(now: number): Uint8Array {
    const { core, connection } = this;
    const room = core.call('sendRoom', connection);
    if (room > 0 && this.unsent.length > 0) {
      const some = this.unsent.subarray(0, room);
      core.write(core.call('sendAt', connection), some);
      core.call('send', connection, some.length, 0);
      this.unsent = this.unsent.subarray(some.length);
      if (this.unsent.length === 0) core.call('shutdown', connection);
    }
    return core.output(now);
  }

  hear(octets: Uint8Array, now: number): void {
    const { core, connection } = this;
    let rest = octets;
    while (rest.length > 0) {
      const some = rest.subarray(0, core.constant('serialChunk'));
      core.write(core.constant('serialRx'), some);
      rest = rest.subarray(core.call('serialInput', some.length, now));
    }
    let ready: number;
    while ((ready = core.call('receiveReady', connection)) > 0) {
      this.parts.push(core.read(core.call('receiveAt', connection), ready));
      core.call('receive', connection, ready);
    }
    if (ready === 0 && this.unsent.length === 0) {
      core.call('close', connection);
      this.isOver = true;
    }
  }

  received(): Buffer {
    return Buffer.concat(this.parts);
  }
}

/** Loses whole SLIP frames: an octet that is missing costs the frame anyway. */
function lose(octets: Uint8Array, percent: number, random: () => number): Uint8Array {
  const frames = Buffer.from(octets).toString('latin1').split('\xc0').filter(Boolean);
  const kept = frames.filter(() => random() * 100 >= percent);
  return Buffer.from(kept.map((frame) => `\xc0${frame}\xc0`).join(''), 'latin1');
}

/** mulberry32: the same numbers from the same seed, everywhere. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
