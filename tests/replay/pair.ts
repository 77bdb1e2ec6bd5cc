// Two cores and a perfect cable on a clock that only a test moves, driven as docs/abi.md asks: all that they sent is kept.

import { Config, Fault } from '../../assembly/numbers.js';
import { Core } from '../../host/core.js';
import { loadModule } from '../../host/modules.js';
import type { Snapshot } from '../../host/replay/snapshot.js';

export const LEFT = 0xc0a80701 | 0;
export const RIGHT = 0xc0a80702 | 0;
export const PORT = 80;
const START = 0xfffff000; // the clock wraps within every longer test

export interface PairSnapshot {
  now: number;
  left: Snapshot;
  right: Snapshot;
}

export class Pair {
  now = START;
  /** Every datagram in the order of sending: the time, a letter for the sender, and the octets. */
  sent: string[] = [];
  isCut = false;

  private constructor(
    readonly left: Core,
    readonly right: Core,
  ) {
    left.call.start(LEFT, 1, 2, 3, 4, this.now);
    right.call.start(RIGHT, 5, 6, 7, 8, this.now);
    for (const core of [left, right]) core.call.configure(Config.MSL, 1000);
  }

  static async open(profile: string): Promise<Pair> {
    const module = await loadModule(profile);
    return new Pair(await Core.load(module), await Core.load(module));
  }

  /** An established connection: the handles of the left end, which opened it, and of the right. `heard`: the listener, when there is one. */
  connect(localPort = 0, heard = 0): { opener: number; accepted: number; listener: number } {
    const listener = heard > 0 ? heard : this.right.call.listen(0, PORT, 4, 1, 0, 0);
    const opener = this.left.call.open(RIGHT, PORT, localPort);
    this.turn();
    const accepted = this.right.call.accept(listener);
    if (opener <= 0 || accepted <= 0) throw new Error(`open answers ${opener}, accept ${accepted}`);
    return { opener, accepted, listener };
  }

  /** All that can happen now happens: both ends send until neither has anything to send. */
  turn(most = 10_000): void {
    for (let isBusy = true; isBusy;) {
      const before = this.sent.length;
      this.#drain('<', this.right, this.left);
      this.#drain('>', this.left, this.right);
      isBusy = this.sent.length > before;
      if (this.sent.length > most) throw new Error(`more than ${most} datagrams have passed`);
    }
  }

  /** Time passes, from deadline to deadline. */
  pass(ms: number): void {
    this.turn();
    for (let left = ms; left > 0;) {
      const deadlines = [this.left, this.right].map((core) => core.call.deadline(this.now)).filter((wait) => wait >= 0);
      const step = Math.min(left, Math.max(1, ...(deadlines.length > 0 ? [Math.min(...deadlines)] : [left])));
      this.now = (this.now + step) >>> 0;
      left -= step;
      this.turn();
    }
  }

  write(core: Core, handle: number, text: Uint8Array): number {
    let at = 0;
    for (let room = core.call.sendRoom(handle); room > 0 && at < text.length; room = core.call.sendRoom(handle)) {
      const piece = text.subarray(at, at + room);
      core.octets.set(piece, core.call.sendAt(handle));
      core.call.send(handle, piece.length, 0);
      at += piece.length;
    }
    return at;
  }

  read(core: Core, handle: number): Buffer {
    const pieces: Uint8Array[] = [];
    for (let ready = core.call.receiveReady(handle); ready > 0; ready = core.call.receiveReady(handle)) {
      const at = core.call.receiveAt(handle);
      pieces.push(core.octets.slice(at, at + ready));
      core.call.receive(handle, ready);
    }
    return Buffer.concat(pieces);
  }

  /** Moves `text` from one end of a connection to the other: what arrived. */
  transfer(text: Uint8Array, from: [Core, number], to: [Core, number]): Buffer {
    const arrived: Buffer[] = [];
    for (let at = 0, idle = 0; idle < 100; this.pass(10)) {
      at += this.write(...from, text.subarray(at));
      this.turn();
      const piece = this.read(...to);
      idle = piece.length > 0 ? 0 : idle + 1;
      arrived.push(piece);
      if (at === text.length && to[0].call.receiveReady(to[1]) === Fault.AGAIN && length(arrived) >= at) break;
    }
    return Buffer.concat(arrived);
  }

  snapshot(): PairSnapshot {
    return { now: this.now, left: this.left.snapshot(this.now), right: this.right.snapshot(this.now) };
  }

  restore({ now, left, right }: PairSnapshot): void {
    this.now = now;
    this.left.restore(left);
    this.right.restore(right);
    this.sent = [];
  }

  #drain(letter: string, from: Core, to: Core): void {
    for (;;) {
      const octets = from.call.output(this.now);
      if (octets === 0 && from.call.deadline(this.now) !== 0) return;
      if (octets === 0) continue;
      const datagram = from.octets.slice(from.constants.tx, from.constants.tx + octets);
      this.sent.push(`${this.now} ${letter} ${Buffer.from(datagram).toString('hex')}`);
      if (this.isCut) continue;
      to.octets.set(datagram, to.constants.rx);
      to.call.input(octets, this.now);
    }
  }
}

function length(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}
