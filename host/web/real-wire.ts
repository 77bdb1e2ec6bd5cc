// The tab as the laptop's stack on a real line: its own core, its own records, and an HTTP client of a few lines. What the
// board's states are is concluded from the segments that pass, since it cannot be asked.
import { Event } from '../../assembly/numbers.js';
import { parseAddress } from '../address.js';
import { RealClock } from '../clock.js';
import { faultCode } from '../fault.js';
import type { Link } from '../link/link.js';
import { secretFrom } from '../random.js';
import type { Passage, Transition } from '../scenarios/passage.js';
import { Station } from '../station.js';
import type { DatagramEvent, StateEvent, TraceEvent } from '../trace/event.js';
import { Tracer } from '../trace/tracer.js';
import type { LadderSource } from './places.js';

export const REAL_ADDRESSES = { laptop: '192.168.7.1', board: '192.168.7.2' } as const;
const HTTP_PORT = 80;
/** What arrived from the board left it a moment before; how long before nobody knows, and an arrow must slant. */
const FLIGHT_MS = 12;

export class RealWire implements LadderSource {
  readonly passages: Passage[] = [];
  readonly transitions: Transition[] = [];
  readonly deeds = [];
  readonly #station: Station;
  readonly #clock: RealClock;
  readonly #origin: number;
  readonly #tracer: Tracer;
  #fetches = new Set<Fetch>();

  private constructor(station: Station, clock: RealClock, onChange: () => void) {
    this.#station = station;
    this.#clock = clock;
    this.#origin = clock.now();
    this.#tracer = new Tracer({
      canAskBoard: false,
      onEvent: (event) => {
        this.#take(event);
        onChange();
      },
    });
    station.core.onRecord((record, datagram) => this.#tracer.record('laptop', record, datagram, this.#seconds));
  }

  static async start(
    module: WebAssembly.Module,
    link: Link,
    onChange: () => void,
    onEnd: (why: string) => void,
  ): Promise<RealWire> {
    const clock = new RealClock();
    const parts = {
      module,
      link,
      clock,
      address: REAL_ADDRESSES.laptop,
      secret: secretFrom(),
      configuration: { timestamps: 0 },
    };
    const station = await Station.create(parts, () => ({
      dispatch: () => wire.#dispatch(),
      stopped: (error) => {
        wire.#stop();
        onEnd(error?.message ?? '');
      },
    }));
    const wire = new RealWire(station, clock, onChange);
    station.driver.start();
    return wire;
  }

  /** ms since the line was opened. */
  get now(): number {
    return this.#clock.now() - this.#origin;
  }

  get #seconds(): number {
    return this.now / 1000;
  }

  /** The answer of the board's web server, head and all. */
  fetch(path: string): Promise<string> {
    const { call } = this.#station.core;
    const handle = call.open(parseAddress(REAL_ADDRESSES.board), HTTP_PORT, 0);
    if (handle < 0) return Promise.reject(new Error(`The connection cannot be opened: ${faultCode(handle)}.`));
    const request = `GET ${path} HTTP/1.1\r\nHost: ${REAL_ADDRESSES.board}\r\nConnection: close\r\n\r\n`;
    return new Promise((resolve, reject) => {
      this.#fetches.add({ handle, request, answer: '', resolve, reject });
      this.#station.driver.kick();
    });
  }

  async close(): Promise<void> {
    await this.#station.close();
  }

  #dispatch(): boolean {
    const { call } = this.#station.core;
    let wasAny = false;
    for (let handle = call.changed(); handle > 0; handle = call.changed()) {
      wasAny = true;
      const bits = call.events(handle);
      const fetch = [...this.#fetches].find((one) => one.handle === handle);
      if (fetch !== undefined) this.#serve(fetch, bits);
    }
    return wasAny;
  }

  #serve(fetch: Fetch, bits: number): void {
    const { core } = this.#station;
    if ((bits & Event.CONNECTED) !== 0) this.#ask(fetch);
    const { call, octets } = core;
    let ready = call.receiveReady(fetch.handle);
    for (; ready > 0; ready = call.receiveReady(fetch.handle)) {
      const at = call.receiveAt(fetch.handle);
      fetch.answer += new TextDecoder('latin1').decode(octets.slice(at, at + ready));
      call.receive(fetch.handle, ready);
    }
    if ((bits & Event.ERROR) !== 0)
      return this.#end(fetch, new Error(`The board ended it: ${faultCode(call.error(fetch.handle))}.`));
    if ((bits & Event.END) !== 0 || ready === 0) this.#end(fetch);
  }

  #ask(fetch: Fetch): void {
    const { call, octets } = this.#station.core;
    const text = new TextEncoder().encode(fetch.request);
    // A ring that nothing was written to has room for a request in one piece, or for its begin up to the ring's end.
    for (let at = 0; at < text.length;) {
      const room = Math.min(call.sendRoom(fetch.handle), text.length - at);
      if (room <= 0) return;
      octets.set(text.subarray(at, at + room), call.sendAt(fetch.handle));
      call.send(fetch.handle, room, 0);
      at += room;
    }
  }

  #end(fetch: Fetch, error?: Error): void {
    this.#fetches.delete(fetch);
    this.#station.core.call.close(fetch.handle);
    if (error === undefined) fetch.resolve(fetch.answer);
    else fetch.reject(error);
  }

  #stop(): void {
    for (const fetch of this.#fetches) fetch.reject(new Error('The line is closed.'));
    this.#fetches = new Set();
  }

  #take(event: TraceEvent): void {
    if (event.type === 'datagram') this.#takeDatagram(event);
    else if (event.type === 'state') this.transitions.push(transitionOf(event));
  }

  #takeDatagram(event: DatagramEvent): void {
    const passage = passageOf(event);
    this.passages.push(passage);
    for (const end of ['laptop', 'board'] as const) {
      const change = event.states[end];
      if (change === undefined || change.before === change.after || change.after === '') continue;
      this.transitions.push({
        time: event.time * 1000,
        end,
        connection: event.connection,
        before: change.before === '' ? 'CLOSED' : change.before,
        after: change.inferred ? `~${change.after}` : change.after,
        by: event.from === end ? 'departure' : 'arrival',
        passage,
        isMerged: true,
        local: '',
        remote: '',
      });
    }
  }
}

interface Fetch {
  handle: number;
  request: string;
  answer: string;
  resolve: (answer: string) => void;
  reject: (error: Error) => void;
}

function passageOf(event: DatagramEvent): Passage {
  const { from, number, octets, datagram, connection, relative, cause, repeat, drop, states } = event;
  const to = from === 'laptop' ? 'board' : 'laptop';
  const time = event.time * 1000;
  const sent = from === 'laptop' ? time : Math.max(0, time - FLIGHT_MS);
  const due = from === 'laptop' ? time + FLIGHT_MS : time;
  const arrival = { time: due, drop, receiver: states[to] };
  const passage = {
    number,
    from,
    time: sent,
    octets,
    datagram,
    connection,
    relative,
    cause,
    repeat,
    sender: states[from],
  };
  return {
    ...passage,
    fault: undefined,
    due,
    isLost: event.fate === 'lost',
    arrivals: event.fate === 'lost' ? [] : [arrival],
  };
}

function transitionOf(event: StateEvent): Transition {
  const { before = '', after = '' } = event.states[event.end] ?? {};
  const { end, connection, reason, local, remote } = event;
  return {
    time: event.time * 1000,
    end,
    connection,
    before,
    after,
    by: reason,
    passage: undefined,
    isMerged: false,
    local,
    remote,
  };
}
