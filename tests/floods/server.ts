// The server: accepts, reads a request of one line, answers it and closes; as small as such a thing can be on a board.
import assert from 'node:assert/strict';
import { Event } from '../../assembly/numbers.js';
import { type Machine } from '../../host/simulator/machine.js';
import { PORT, SERVER } from './places.js';

export const ANSWER = Buffer.from(`HTTP/1.0 200 OK\r\n\r\n${'all is well\n'.repeat(20)}`);

interface Visit {
  handle: number;
  heard: number;
  said: number;
}

export class Server {
  readonly machine: Machine;
  readonly #listener: number;
  readonly #visits = new Map<number, Visit>();

  constructor(machine: Machine, now: number) {
    this.machine = machine;
    machine.call.start(SERVER, 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, now);
    this.#listener = machine.call.listen(0, PORT, machine.connections, 0);
    assert.ok(this.#listener > 0);
  }

  /** Its turn: whoever has events is looked after. */
  serve(): void {
    const { call } = this.machine;
    for (let changed = call.changed(); changed !== 0; changed = call.changed()) {
      const events = call.events(changed);
      if (changed === this.#listener) this.#acceptAll();
      else this.#attend(changed, events);
    }
  }

  #acceptAll(): void {
    const { call } = this.machine;
    for (let handle = call.accept(this.#listener); handle > 0; handle = call.accept(this.#listener)) {
      this.#visits.set(handle, { handle, heard: 0, said: 0 });
      this.#attend(handle, 0);
    }
  }

  #attend(handle: number, events: number): void {
    const visit = this.#visits.get(handle);
    if (visit === undefined) return;
    const { call } = this.machine;
    let ready = call.receiveReady(handle);
    for (; ready > 0; ready = call.receiveReady(handle)) {
      visit.heard += ready;
      call.receive(handle, ready);
    }
    if (visit.heard > 0) this.#answer(visit);
    if (ready === 0 || events & (Event.CLOSED | Event.ERROR)) {
      call.close(handle);
      this.#visits.delete(handle);
    }
  }

  #answer(visit: Visit): void {
    const { call, octets } = this.machine;
    while (visit.said < ANSWER.length) {
      const room = call.sendRoom(visit.handle);
      if (room <= 0) return;
      const piece = ANSWER.subarray(visit.said, visit.said + room);
      octets.set(piece, call.sendAt(visit.handle));
      call.send(visit.handle, piece.length, 0);
      visit.said += piece.length;
    }
    call.shutdown(visit.handle);
  }
}
