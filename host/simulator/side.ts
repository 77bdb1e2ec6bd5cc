// An application on one end of a connection: it opens or is accepted, writes, reads and ends as its plan says, and knows
// what it must have received.
import { Event, Fault, InfoAt, Option, SendFlag, State } from '../../assembly/numbers.js';
import type { Stream } from './content.js';
import type { Conversation } from './conversation.js';
import type { Flow } from './flow.js';
import type { SidePlan } from './plan.js';
import type { Station } from './station.js';

export class Side {
  readonly conversation: Conversation;
  readonly station: Station;
  readonly plan: SidePlan;
  /** What it writes. */
  readonly stream: Stream;
  /** Its end is the opener's. */
  readonly isOpener: boolean;

  /** 0: none, not yet or not any more. */
  handle = 0;
  hasBegun = false;
  isDone = false;
  /** Octets committed and octets read. */
  sent = 0;
  received = 0;
  isShut = false;
  /** Octets up to the last urgent one written; whether the peer's were told of, and trouble before the end. */
  urgentEnd = 0;
  wasToldUrgent = false;
  wasWarned = false;
  /** The peer's end of stream has been read. */
  hasEnded = false;
  /** What ended it, if not itself. */
  fault = 0;
  openedAt = 0;
  wakeAt = Infinity;
  iss = 0;
  /** What its segments make on the wire, once it has begun. */
  flow: Flow | undefined;
  /** The handle that it has let go; 0: none yet. */
  formerHandle = 0;

  #nextWrite = 0;
  #nextRead = 0;
  #endAt = -1;
  /** What an event has allowed and nothing has refused since. */
  #mayRead = false;
  #mayWrite = false;

  constructor(conversation: Conversation, station: Station, plan: SidePlan, stream: Stream, isOpener: boolean) {
    this.conversation = conversation;
    this.station = station;
    this.plan = plan;
    this.stream = stream;
    this.isOpener = isOpener;
  }

  get peer(): Side {
    return this.conversation.sides[this.isOpener ? 1 : 0];
  }

  /** The connection is there. */
  begin(handle: number, time: number): void {
    const { call, words } = this.station.machine;
    this.handle = handle;
    this.hasBegun = true;
    this.openedAt = time;
    const info = call.info(handle) >>> 2;
    this.iss = (words[info + 9] ?? 0) >>> 0;
    const ports = words[info + 3] ?? 0;
    const { watcher } = this.conversation;
    this.flow = watcher.flowOf(this.station, ports & 0xffff, this.peer.station, ports >>> 16);
    this.#nextRead = time + this.plan.readFrom;
    this.#mayWrite = this.plan.eager || !this.isOpener;
    this.wakeAt = time;
    for (const [name, value] of this.plan.options) call.option(handle, name, value);
  }

  /** The station has lost its memory, and this with it. */
  vanish(): void {
    this.handle = 0;
    this.formerHandle = 0;
    this.isDone = true;
    this.wakeAt = Infinity;
  }

  takeEvents(events: number): void {
    if (events & (Event.READABLE | Event.END | Event.CLOSED | Event.ERROR)) this.#mayRead = true;
    if (events & (Event.CONNECTED | Event.WRITABLE | Event.CLOSED | Event.ERROR)) this.#mayWrite = true;
    if (events & Event.URGENT) this.wasToldUrgent = true;
    if (events & Event.SOFT_ERROR) this.wasWarned = true;
    this.wakeAt = 0;
  }

  get isKeptAlive(): boolean {
    return this.plan.options.some(([name, value]) => name === Option.KEEPALIVE && value === 1);
  }

  get isUndelayed(): boolean {
    return this.plan.options.some(([name, value]) => name === Option.NODELAY && value === 1);
  }

  /** Its close is a reset. */
  get lingers(): boolean {
    return this.plan.options.some(([name, value]) => name === Option.LINGER && value === 0);
  }

  giveUp(): void {
    this.#letGo('abort');
  }

  /** Its turn: all it can do now. */
  pump(time: number): void {
    if (this.handle === 0) return;
    this.wakeAt = Infinity;
    if (!this.station.plan.byEvents) this.#mayRead = this.#mayWrite = true;
    this.#read(time);
    if (this.handle !== 0) this.#write(time);
    if (this.handle !== 0) this.#end(time);
  }

  #wake(at: number): void {
    if (at < this.wakeAt) this.wakeAt = at;
  }

  #read(time: number): void {
    while (!this.hasEnded && this.#mayRead) {
      if (time < this.#nextRead) return this.#wake(this.#nextRead);
      const { call } = this.station.machine;
      const ready = call.receiveReady(this.handle);
      if (ready > 0) {
        this.#take(Math.min(ready, this.plan.read));
        if (this.plan.readGap > 0) this.#nextRead = time + this.plan.readGap;
      } else if (ready === 0) {
        this.hasEnded = true;
        this.conversation.watcher.ended(this);
      } else if (ready === Fault.AGAIN) {
        this.#mayRead = false;
      } else {
        return this.#over(ready);
      }
    }
  }

  #take(length: number): void {
    const { call } = this.station.machine;
    const at = call.receiveAt(this.handle);
    this.conversation.watcher.delivered(this, at, length);
    call.receive(this.handle, length);
    this.received += length;
  }

  #write(time: number): void {
    while (this.sent < this.plan.total && this.#mayWrite) {
      if (time < this.#nextWrite) return this.#wake(this.#nextWrite);
      const { call, octets } = this.station.machine;
      const room = call.sendRoom(this.handle);
      if (room < 0) return this.#over(room);
      if (room === 0) {
        this.#mayWrite = false;
        return;
      }
      const length = Math.min(room, this.plan.write, this.plan.total - this.sent);
      this.stream.write(octets, call.sendAt(this.handle), this.sent, length);
      this.conversation.watcher.written(this, call.sendAt(this.handle), length);
      call.send(this.handle, length, this.plan.urgent ? SendFlag.URGENT : 0);
      this.sent += length;
      if (this.plan.urgent) this.urgentEnd = this.sent;
      if (this.plan.writeGap > 0) this.#nextWrite = time + this.plan.writeGap;
    }
  }

  #end(time: number): void {
    if (this.plan.ending === 'abort') {
      if (time < this.openedAt + this.plan.endAfter) return this.#wake(this.openedAt + this.plan.endAfter);
      this.conversation.excuse(`${this.isOpener ? 'the opener' : 'the listener'} aborted`);
      return this.#letGo('abort');
    }
    if (this.sent < this.plan.total) return;
    if (this.#endAt < 0) this.#endAt = time + this.plan.endAfter;
    if (time < this.#endAt) return this.#wake(this.#endAt);
    switch (this.plan.ending) {
      case 'fire':
        this.#excuseEarlyEnd();
        return this.#letGo('close');
      case 'shutdown':
        if (!this.isShut) this.#shut();
        break;
      case 'answer':
        break;
    }
    if (!this.hasEnded) return;
    if (!this.plan.stays) return this.#letGo('close');
    if (!this.isShut) this.#shut();
    this.#awaitEnd();
  }

  /** What the peer still sends will find nobody, and a connection that is not yet open will never be. */
  #excuseEarlyEnd(): void {
    const isOpening = this.station.machine.call.status(this.handle) === State.SYN_SENT;
    const isEarly = !this.hasEnded && this.peer.plan.total > this.received;
    if (isOpening || isEarly) this.conversation.excuse('one side let go early');
  }

  #shut(): void {
    this.isShut = true;
    this.station.machine.call.shutdown(this.handle);
  }

  /** Keeps the handle until the connection is in TIME-WAIT or CLOSED, which an event tells. */
  #awaitEnd(): void {
    const { call, octets } = this.station.machine;
    const state = call.status(this.handle);
    if (state !== State.TIME_WAIT && state !== State.CLOSED) return;
    // error() would also tell of soft errors, which end nothing.
    const fault = octets.readInt8(call.info(this.handle) + InfoAt.FAULT);
    if (fault !== 0) this.#over(fault);
    else this.#letGo('close');
  }

  #over(fault: number): void {
    this.fault = fault;
    this.conversation.failed(this);
    this.#letGo('close');
  }

  #letGo(how: 'close' | 'abort'): void {
    const { call } = this.station.machine;
    const unread = Math.max(0, call.receiveReady(this.handle));
    const state = call.status(this.handle);
    // In TIME-WAIT, too: a repeated FIN of the peer then meets a connection that is gone, and a RST.
    if (this.lingers) this.conversation.excuse('one side closed by a reset');
    this.conversation.watcher.letGo(this, how, state, unread);
    call[how](this.handle);
    this.formerHandle = this.handle;
    this.handle = 0;
    this.isDone = true;
    this.wakeAt = Infinity;
  }
}
