// Bulk: one connection between two instances of a module in this process, driven through its exports. Every datagram is copied
// from the one's memory to the other's by this loop, as a link without any delay would.
import { hrtime } from 'node:process';
import { type Spread, spread } from './figure.js';
import { type StackExports } from './subject.js';

/** What a transfer needs of either end. */
export interface End {
  /** Hands a datagram in that lies at rx, octets of it. */
  input(octets: number, now: number): void;
  /** The next datagram, now at `tx()`. */
  output(now: number): number;
  readonly memory: Uint8Array;
  readonly rx: number;
  tx(): number;
  /** Writes as much as there is room for, up to so many octets: how many. */
  write(most: number): number;
  /** Consumes all that has come: how many octets. */
  read(): number;
  /** Runs the timers, in a stack whose output does not. */
  tick(now: number): void;
}

export interface Pair {
  sender: End;
  receiver: End;
}

/** Of one run: short, so that most are not interrupted. */
const OCTETS = 1 << 20;
const RUNS = 61;
const WARM_UP = 24;
const FIRST_NOW = 1000;
/** A millisecond passes with every turn: so many turns are far more than any transfer takes. */
const STILL_MS = 1_000_000;

/** MB/s of each pair, all in turn: many transfers, each behind the other on one connection. */
export function bulkRates(pairs: readonly Pair[], runs = RUNS): Spread[] {
  const transfers = pairs.map((pair) => new Transfer(pair));
  const rates = transfers.map((): number[] => []);
  for (let run = -WARM_UP; run < runs; run += 1) {
    for (const [i, transfer] of transfers.entries()) {
      const began = hrtime.bigint();
      transfer.run(OCTETS);
      if (run >= 0) rates[i]?.push((OCTETS * 1000) / Number(hrtime.bigint() - began));
    }
  }
  return rates.map(spread);
}

class Transfer {
  readonly #pair: Pair;
  #now = FIRST_NOW;

  constructor(pair: Pair) {
    this.#pair = pair;
  }

  /** Hands in all that arrived, then asks for output, as every driver does (docs/abi.md). */
  run(octets: number): void {
    const { sender, receiver } = this.#pair;
    let unsent = octets;
    const began = this.#now;
    for (let unread = octets; unread > 0;) {
      this.#now += 1;
      sender.tick(this.#now);
      receiver.tick(this.#now);
      if (unsent > 0) unsent -= sender.write(unsent);
      move(sender, receiver, this.#now);
      unread -= receiver.read();
      move(receiver, sender, this.#now);
      if (this.#now - began > STILL_MS) throw new Error('The bulk transfer stands still.');
    }
  }
}

/** All that one end has to say, to the other, less what is lost on the way: how many datagrams were sent. */
export function move(from: End, to: End, now: number, isLost?: (octets: number) => boolean): number {
  let datagrams = 0;
  for (let octets = from.output(now); octets > 0; octets = from.output(now)) {
    datagrams += 1;
    if (isLost?.(octets) === true) continue;
    const tx = from.tx();
    to.memory.set(from.memory.subarray(tx, tx + octets), to.rx);
    to.input(octets, now);
  }
  return datagrams;
}

/** Two instances of our core, connected, with their exports. */
export async function corePair(wasm: Uint8Array<ArrayBuffer>): Promise<Pair & { exports: [CoreExports, CoreExports] }> {
  const module = await WebAssembly.compile(wasm);
  const [a, b] = [await instance(module), await instance(module)] as const;
  a.start(SENDER, 1, 2, 3, 4, FIRST_NOW);
  b.start(RECEIVER, 5, 6, 7, 8, FIRST_NOW);
  const listener = b.listen(0, PORT, 1, 0, 0, 0);
  const opened = a.open(RECEIVER, PORT, 0);
  const sender = coreEnd(a, () => opened);
  let accepted = 0;
  const receiver = coreEnd(b, () => accepted);
  for (let turn = 0; turn < 4 && accepted <= 0; turn += 1) {
    move(sender, receiver, FIRST_NOW);
    move(receiver, sender, FIRST_NOW);
    accepted = b.accept(listener);
  }
  if (accepted <= 0) throw new Error('The two cores did not come to a connection.');
  return { sender, receiver, exports: [a, b] };
}

const SENDER = 0xc0a80701;
const RECEIVER = 0xc0a80702;
const PORT = 7;

type Functions = Record<string, (...numbers: number[]) => number>;

export interface CoreExports {
  memory: WebAssembly.Memory;
  rx: WebAssembly.Global<'i32'>;
  tx: WebAssembly.Global<'i32'>;
  start(...numbers: number[]): void;
  listen(...numbers: number[]): number;
  open(...numbers: number[]): number;
  accept(listener: number): number;
  input(octets: number, now: number): number;
  output(now: number): number;
  deadline(now: number): number;
  sendRoom(handle: number): number;
  send(handle: number, octets: number, flags: number): number;
  receiveReady(handle: number): number;
  receive(handle: number, octets: number): number;
}

async function instance(module: WebAssembly.Module): Promise<CoreExports> {
  return (await WebAssembly.instantiate(module)).exports as unknown as CoreExports;
}

function coreEnd(core: CoreExports, handle: () => number): End {
  const tx = core.tx.value;
  return {
    input: core.input,
    output: core.output,
    memory: new Uint8Array(core.memory.buffer),
    rx: core.rx.value,
    tx: () => tx,
    write: (most) => {
      let written = 0;
      for (let room = core.sendRoom(handle()); room > 0 && written < most; room = core.sendRoom(handle())) {
        const some = Math.min(room, most - written);
        core.send(handle(), some, 0);
        written += some;
      }
      return written;
    },
    read: () => {
      let read = 0;
      for (let ready = core.receiveReady(handle()); ready > 0; ready = core.receiveReady(handle())) {
        core.receive(handle(), ready);
        read += ready;
      }
      return read;
    },
    tick: () => undefined,
  };
}

/** Two instances of another stack's module, connected. Its active open goes to 192.168.7.1. */
export async function otherPair(wasm: Uint8Array<ArrayBuffer>): Promise<Pair> {
  const module = await WebAssembly.compile(wasm);
  const [sender, receiver] = [await otherEnd(module, RECEIVER), await otherEnd(module, SENDER)] as const;
  sender.functions['stack_open']?.();
  for (let turn = 0; turn < 4; turn += 1) {
    move(sender.end, receiver.end, FIRST_NOW);
    move(receiver.end, sender.end, FIRST_NOW);
  }
  return { sender: sender.end, receiver: receiver.end };
}

async function otherEnd(module: WebAssembly.Module, address: number): Promise<{ functions: Functions; end: End }> {
  const exports = (await WebAssembly.instantiate(module)).exports as StackExports;
  const f = exports as unknown as Functions;
  const named = (name: string): ((...numbers: number[]) => number) => {
    const found = f[name];
    if (found === undefined) throw new Error(`The module of the other stack has no ${name}.`);
    return found;
  };
  named('stack_be')(address);
  named('stack_start')(FIRST_NOW);
  const [write, consumed, take] = [named('stack_write'), named('stack_consumed'), named('stack_take')];
  let read = 0;
  const end: End = {
    input: take,
    output: named('stack_give'),
    memory: new Uint8Array(exports.memory.buffer),
    rx: named('stack_rx')(),
    tx: named('stack_tx'),
    write: (most) => {
      let written = 0;
      for (let some = write(most); some > 0; some = write(most - written)) written += some;
      return written;
    },
    read: () => {
      const more = (consumed() - read) >>> 0;
      read += more;
      return more;
    },
    tick: named('stack_check_timers'),
  };
  return { functions: f, end };
}
