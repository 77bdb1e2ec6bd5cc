// The real clients: one stack from which ten a second come, ask, hear the answer out, and go.
import { Event, State } from '../../assembly/numbers.js';
import type { Machine } from '../../host/simulator/machine.js';
import { CLIENT, PORT, SERVER } from './places.js';
import { ANSWER } from './server.js';

const REQUEST = Buffer.from('GET / HTTP/1.0\r\n\r\n');

interface Call {
  handle: number;
  began: number;
  isConnected: boolean;
  heard: Buffer[];
}

export class Clients {
  readonly machine: Machine;
  /** ms from the SYN to ESTABLISHED, and to the end of the answer, of each that was served. */
  readonly connectTimes: number[] = [];
  readonly serviceTimes: number[] = [];
  tried = 0;
  /** Whatever did not come back whole. */
  failed = 0;
  readonly #calls = new Map<number, Call>();

  constructor(machine: Machine, now: number) {
    this.machine = machine;
    machine.call.start(CLIENT, 0xa4093822, 0x299f31d0, 0x082efa98, 0xec4e6c89, now);
  }

  get busy(): number {
    return this.#calls.size;
  }

  come(now: number): void {
    this.tried += 1;
    const handle = this.machine.call.open(SERVER, PORT, 0);
    if (handle > 0) this.#calls.set(handle, { handle, began: now, isConnected: false, heard: [] });
    else this.failed += 1;
  }

  /** Their turn: whoever has events is looked after. */
  act(now: number): void {
    const { call } = this.machine;
    for (let handle = call.changed(); handle !== 0; handle = call.changed()) {
      const events = call.events(handle);
      const one = this.#calls.get(handle);
      if (one !== undefined) this.#attend(one, events, now);
    }
  }

  #attend(one: Call, events: number, now: number): void {
    const { call } = this.machine;
    if (!one.isConnected && call.status(one.handle) >= State.ESTABLISHED) this.#ask(one, now);
    const ready = this.#hear(one);
    if (ready !== 0 && !(events & (Event.CLOSED | Event.ERROR))) return;
    if (ready === 0 && Buffer.concat(one.heard).equals(ANSWER)) this.serviceTimes.push(now - one.began);
    else this.failed += 1;
    call.close(one.handle);
    this.#calls.delete(one.handle);
  }

  #ask(one: Call, now: number): void {
    const { call, octets } = this.machine;
    one.isConnected = true;
    this.connectTimes.push(now - one.began);
    // In two pieces when the ring's end lies between.
    for (let at = 0; at < REQUEST.length;) {
      const piece = REQUEST.subarray(at, at + call.sendRoom(one.handle));
      octets.set(piece, call.sendAt(one.handle));
      call.send(one.handle, piece.length, 0);
      at += piece.length;
    }
  }

  /** What receiveReady says when there is no more: 0 at the end of the stream. */
  #hear(one: Call): number {
    const { call, octets } = this.machine;
    for (;;) {
      const ready = call.receiveReady(one.handle);
      if (ready <= 0) return ready;
      const at = call.receiveAt(one.handle);
      one.heard.push(Buffer.from(octets.subarray(at, at + ready)));
      call.receive(one.handle, ready);
    }
  }
}
