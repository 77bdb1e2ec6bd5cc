// What an invariant looks at, put together by hand, so that a test can show it what must not be.
import { Flag, State, Table } from '../../assembly/numbers.js';
import { Flow } from '../../host/simulator/flow.js';
import type { Invariant, Observer } from '../../host/simulator/observer.js';
import { Row } from '../../host/simulator/row.js';
import { Segment } from '../../host/simulator/segment.js';
import type { Side } from '../../host/simulator/side.js';
import type { Station } from '../../host/simulator/station.js';
import type { World } from '../../host/simulator/world.js';

/** The octets of a station's memory. */
const MEMORY = 65536;
export const ISS = 1000;
export const PEER_ISS = 5000;

export class Violation extends Error {}

/** One invariant, a station with one connection, and all that the invariant may ask for. */
export class Stage {
  time = 0;
  readonly octets = Buffer.alloc(MEMORY);
  readonly flow = new Flow();
  readonly back = new Flow();
  readonly row: Row;
  readonly station: Station;
  readonly side: Side;
  readonly observer: Observer;
  readonly calls: Record<string, (...numbers: number[]) => number> = {};

  constructor(invariant: Invariant) {
    this.flow.back = this.back;
    this.back.back = this.flow;
    this.begin();
    this.row = this.#connection();
    this.station = this.#station();
    this.side = this.#side();
    const now = (): number => this.time;
    const world = {
      get time() {
        return now();
      },
      plan: { seed: 2, stations: [this.station.plan] },
      stations: [this.station],
      conversations: [{ number: 0, sides: [this.side, this.side.peer], excuseText: undefined }],
      network: { shortestRoundTrip: () => 50 },
      sidesOf: () => [this.side],
      sideByIss: () => this.side,
      sideOf: () => this.side,
      violated: (message: string): never => {
        throw new Violation(message);
      },
    };
    this.observer = invariant.watch(world as unknown as World);
  }

  /** Both SYNs have been seen, and each end has acknowledged the other's and promised 4096 octets. */
  begin(): void {
    for (const [flow, iss] of [
      [this.flow, ISS],
      [this.back, PEER_ISS],
    ] as const) {
      flow.begin(segment({ seq: iss, flags: Flag.SYN, mss: 1000 }));
      flow.sentEnd = flow.seqMost = iss + 1;
      flow.isReset = false;
    }
    for (const [flow, ack] of [
      [this.flow, PEER_ISS + 1],
      [this.back, ISS + 1],
    ] as const) {
      flow.hasAcknowledged = true;
      flow.ack = ack;
      flow.edge = ack + 4096;
    }
  }

  #connection(): Row {
    return Object.assign(new Row(), {
      flow: this.flow,
      handle: 1025,
      localPort: 80,
      remotePort: 5001,
      state: State.ESTABLISHED,
      table: Table.CONNECTION,
      iss: ISS,
      una: ISS + 1,
      nxt: ISS + 1,
      end: ISS + 1,
      wnd: 4096,
      irs: PEER_ISS,
      rcvNxt: PEER_ISS + 1,
      rcvRead: PEER_ISS + 1,
      rcvWnd: 4096,
      rto: 1000,
      mss: 1000,
      cwnd: 4000,
    });
  }

  #station(): Station {
    const plan = { config: [], pauses: [], bandwidth: 0, serial: false, byEvents: true, profile: 'board' };
    const call = new Proxy(this.calls, { get: (calls, name) => calls[String(name)] ?? (() => 0) });
    const machine = { octets: this.octets, call, mtu: 1500, sendRing: 4096, receiveRing: 4096, connections: 4 };
    const rings = {
      sendRings: 0,
      receiveRings: 32768,
      timeWaits: 16,
      rx: 40000,
      tx: 44000,
      datagram: 48000,
      synQueue: 8,
      listeners: 4,
    };
    return {
      index: 0,
      address: 0x0a000001,
      plan,
      machine: { ...machine, ...rings },
      mtu: 1040,
      delayedAck: 100,
      msl: 30_000,
      rtoMin: 200,
      rows: [this.row],
      count: 1,
      flows: [this.flow],
      wakeAt: Infinity,
      isDrained: true,
      deadline: -1,
      look: () => undefined,
      now: () => 0,
    } as unknown as Station;
  }

  #side(): Side {
    const plan = { total: 0, options: [], urgent: false };
    const stream = { matches: () => true, firstDifference: () => 0, find: () => -1 };
    const conversation = { number: 0, mayFail: () => false };
    const side = {
      conversation,
      station: this.station,
      plan,
      stream,
      flow: this.flow,
      sent: 0,
      received: 0,
      handle: 1025,
    };
    const more = {
      isOpener: true,
      isShut: false,
      isDone: false,
      urgentEnd: 0,
      formerHandle: 0,
      iss: ISS,
      isKeptAlive: false,
    };
    const one = { ...side, ...more };
    return Object.assign(one, { peer: { ...one, plan: { ...plan }, isOpener: false } }) as unknown as Side;
  }

  /** The segment leaves the station. */
  sends(fields: Partial<Segment>): void {
    const one = segment({ seq: this.flow.sentEnd, ack: this.flow.ack, flags: Flag.ACK, ...fields });
    one.window = fields.window ?? Math.max(0, this.flow.edge - one.ack);
    this.observer.onSent?.(this.station, one, this.flow, 0, 40 + one.length);
    this.flow.sent(one, this.time);
  }

  /** A segment of the peer's leaves it, and arrives. */
  hears(fields: Partial<Segment>): void {
    const one = segment({ seq: this.back.sentEnd, ack: this.back.ack, flags: Flag.ACK, ...fields });
    one.window = fields.window ?? Math.max(0, this.back.edge - one.ack);
    this.back.sent(one, this.time);
    this.flow.heardAt = this.time;
    this.observer.onArrived?.(this.station, one, this.back);
  }

  /** The station has had its turn; its one connection now looks like this. */
  turns(fields: Partial<Row> = {}, station: Partial<Station> = {}): void {
    Object.assign(this.row, fields);
    Object.assign(this.station, station);
    this.observer.afterTurn?.(this.station);
  }
}

export function segment(fields: Partial<Segment>): Segment {
  return Object.assign(new Segment(), { destination: 0x0a000002, source: 0x0a000001 }, fields);
}
