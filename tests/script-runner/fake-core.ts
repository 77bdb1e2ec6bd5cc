import { Fault, Flag, Protocol, State } from '../../assembly/numbers.js';
import type { CoreCalls, CoreConstants, CoreInfo } from '../../host/core.js';
import {
  checksum,
  decodeDatagram,
  encodeDatagram,
  encodeSegment,
  type Segment,
  type SegmentFields,
} from '../../host/script/datagram.js';
import type { ScriptCore } from '../../host/script/stack.js';

const RX = 0;
const TX = 2048;
const SEND_AT = 4096;
const RECEIVE_AT = 8192;
const ISN = 4_294_967_000;
const MSS_OPTION = [2, 4, 5, 180];

interface Timed {
  at: number;
  datagram: Uint8Array;
}

/** What the fake does otherwise than a TCP would, so that a test can see the runner notice. */
export interface Faults {
  /** Alters the n-th segment that leaves, from 1. */
  alter?: { segment: number; change: (fields: SegmentFields) => unknown };
  /** Alters its octets, checksums and all. */
  alterOctets?: { segment: number; change: (octets: Uint8Array) => unknown };
  /** Milliseconds before an acknowledgment leaves. */
  ackDelay?: number;
  /** Sends no acknowledgment of text. */
  silent?: boolean;
  /** Sends each acknowledgment twice. */
  twice?: boolean;
  /** The application reads other octets than arrived. */
  wrongText?: boolean;
  /** Told of each segment that arrives. */
  onArrival?: (segment: Segment) => unknown;
  /** deadline() always says now. */
  restless?: boolean;
}

/**
 * Something with the shape of a core and hardly more sense than a parrot: one connection, no loss, no timers. The runner
 * is tested against it because what it does wrong is known.
 */
export class FakeCore implements ScriptCore {
  readonly octets = new Uint8Array(16384);
  readonly constants = { rx: RX, tx: TX, mtu: 1500, receiveRing: 65536, sendRing: 65536 } as CoreConstants;
  readonly call: CoreCalls;
  state: number = State.CLOSED;
  started = 0;
  configured: [number, number][] = [];
  #now = 0;
  #local = 0;
  #remote = { address: 0, port: 0 };
  #port = 0;
  #sndNxt = ISN;
  #rcvNxt = 0;
  #queue: Timed[] = [];
  #sent = 0;
  #text: number[] = [];
  #hasAccepted = false;
  #isListening = false;
  #hasEnded = false;

  constructor(private readonly faults: Faults = {}) {
    const known: Partial<CoreCalls> = {
      start: (address) => this.#start(address),
      configure: (name, value) => this.#configure(name, value),
      input: (length, now) => this.#input(length, now),
      output: (now) => this.#output(now),
      deadline: (now) => this.#deadline(now),
      listen: () => this.#listen(),
      accept: () => this.#accept(),
      open: (address, port) => this.#open(address, port),
      status: () => this.state,
      sendRoom: () => (this.state >= State.ESTABLISHED ? 1000 : Fault.NOT_CONNECTED),
      sendAt: () => SEND_AT,
      send: (_, length) => this.#send(length),
      receiveReady: () => this.#ready(),
      receiveAt: () => RECEIVE_AT,
      receive: (_, length) => this.#receive(length),
      close: () => this.#close(),
      shutdown: () => this.#close(),
      error: () => 0,
      option: () => 0,
      events: () => 0,
      counter: () => 0,
    };
    this.call = known as CoreCalls;
  }

  info(): CoreInfo {
    return {
      state: ['CLOSED', 'LISTEN', 'SYN-SENT', 'SYN-RECEIVED', 'ESTABLISHED', 'FIN-WAIT-1', 'FIN-WAIT-2', 'CLOSE-WAIT'][
        this.state
      ],
      table: 'connection',
      remoteAddress: '192.0.2.1',
      remotePort: this.#remote.port,
      localPort: this.#port,
      snd: { una: ISN, nxt: this.#sndNxt, end: this.#sndNxt, wnd: 1000 },
      rcv: { wnd: 65536 },
      cwnd: 3000,
      sendMss: 1000,
      fault: 0,
    } as unknown as CoreInfo;
  }

  list(): CoreInfo[] {
    return this.state === State.CLOSED ? [] : [this.info()];
  }

  #start(address: number): void {
    this.started += 1;
    this.#local = address;
    this.state = State.CLOSED;
  }

  #configure(name: number, value: number): number {
    this.configured.push([name, value]);
    return 0;
  }

  #listen(): number {
    this.#isListening = true;
    return 1;
  }

  #accept(): number {
    if (this.state !== State.ESTABLISHED || this.#hasAccepted) return Fault.AGAIN;
    this.#hasAccepted = true;
    return 2;
  }

  #open(address: number, port: number): number {
    this.#remote = { address, port };
    this.#port = 50000;
    this.state = State.SYN_SENT;
    this.#reply(Flag.SYN, { options: Uint8Array.from(MSS_OPTION) });
    this.#sndNxt += 1;
    return 2;
  }

  #input(length: number, now: number): number {
    this.#now = now;
    const decoded = decodeDatagram(this.octets.slice(RX, RX + length));
    if ('fault' in decoded || decoded.packet.kind === 'icmp') return 1;
    const segment = decoded.packet;
    this.faults.onArrival?.(segment);
    if (this.state === State.CLOSED) {
      this.#remote = { address: segment.source, port: segment.sourcePort };
      this.#port = segment.destinationPort;
    }
    this.#arrive(segment);
    return 0;
  }

  #arrive(segment: Segment): void {
    if ((segment.flags & Flag.SYN) !== 0) {
      this.#rcvNxt = (segment.seq + 1) >>> 0;
      if (this.#isListening) {
        this.#reply(Flag.SYN | Flag.ACK, { options: Uint8Array.from(MSS_OPTION) });
        this.#sndNxt += 1;
        this.state = State.SYN_RECEIVED;
      } else {
        this.#reply(Flag.ACK, {});
        this.state = State.ESTABLISHED;
      }
      return;
    }
    if (this.state === State.SYN_RECEIVED) this.state = State.ESTABLISHED;
    this.#text.push(...segment.text);
    const taken = segment.text.length + (segment.flags & Flag.FIN);
    this.#rcvNxt = (this.#rcvNxt + taken) >>> 0;
    if ((segment.flags & Flag.FIN) !== 0) {
      this.#hasEnded = true;
      this.state = State.CLOSE_WAIT;
    }
    if (taken === 0 || this.faults.silent === true) return;
    this.#reply(Flag.ACK, {}, this.faults.ackDelay);
    if (this.faults.twice === true) this.#reply(Flag.ACK, {});
  }

  #send(length: number): number {
    this.#reply(Flag.ACK | Flag.PSH, { text: this.octets.slice(SEND_AT, SEND_AT + length) });
    this.#sndNxt += length;
    return 0;
  }

  #ready(): number {
    if (this.#text.length === 0) return this.#hasEnded ? 0 : Fault.AGAIN;
    this.octets.set(this.#text, RECEIVE_AT);
    if (this.faults.wrongText === true) this.octets[RECEIVE_AT] = (this.#text[0] as number) ^ 1;
    return this.#text.length;
  }

  #receive(length: number): number {
    this.#text.splice(0, length);
    return 0;
  }

  #close(): number {
    this.#reply(Flag.FIN | Flag.ACK, {});
    this.#sndNxt += 1;
    this.state = State.FIN_WAIT_1;
    return 0;
  }

  #reply(flags: number, more: Partial<SegmentFields>, delay = 0): void {
    const fields: SegmentFields = {
      source: this.#local,
      destination: this.#remote.address,
      sourcePort: this.#port,
      destinationPort: this.#remote.port,
      seq: this.#sndNxt >>> 0,
      ack: this.#rcvNxt,
      flags,
      win: 65535,
      urg: 0,
      options: new Uint8Array(0),
      text: new Uint8Array(0),
      ...more,
    };
    this.#sent += 1;
    if (this.faults.alter?.segment === this.#sent) this.faults.alter.change(fields);
    const { source, destination } = fields;
    const ip = { source, destination, protocol: Protocol.TCP, identification: this.#sent };
    const datagram = encodeDatagram(ip, encodeSegment(fields));
    if (this.faults.alterOctets?.segment === this.#sent) this.faults.alterOctets.change(datagram);
    this.#queue.push({ at: this.#now + delay, datagram });
  }

  #output(now: number): number {
    this.#now = now;
    const index = this.#queue.findIndex(({ at }) => at <= now);
    const [first] = index < 0 ? [] : this.#queue.splice(index, 1);
    if (first === undefined) return 0;
    this.octets.set(first.datagram, TX);
    return first.datagram.length;
  }

  #deadline(now: number): number {
    if (this.faults.restless === true) return 0;
    const next = Math.min(...this.#queue.map(({ at }) => at));
    return next === Infinity ? -1 : Math.max(0, next - now);
  }
}

/** Makes the IPv4 header's checksum right again, behind a change to its octets. */
export function sumHeader(octets: Uint8Array): void {
  octets.fill(0, 10, 12);
  const sum = checksum(octets.subarray(0, 20));
  octets.set([sum >>> 8, sum & 255], 10);
}
