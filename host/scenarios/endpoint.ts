// One end of the wire: a core and its user. The user's calls are RFC 9293 section 3.9.1's; what the user does on its own is
// to accept what arrives at a listener and, unless it is slow, to read.
import { Option, SendFlag, DatagramAt } from '../../assembly/numbers.js';
import { parseAddress } from '../address.js';
import { configure, type Configuration } from '../configuration.js';
import type { Core, CoreInfo } from '../core.js';
import { secretFrom } from '../random.js';
import type { End } from '../trace/event.js';
import type { UserCall } from './passage.js';

export interface EndpointParts {
  name: End;
  address: string;
  peer: string;
  core: Core;
  seed: number;
  configuration: Configuration;
  isReading: boolean;
  closesAtEnd: boolean;
  now: () => number;
}

export const HTTP_PORT = 80;
/** The laptop's first port: the first of the dynamic ones, so that a ladder shows the same number each time. */
export const FIRST_PORT = 49_152;
export const UDP_PORT = 7;

export class Endpoint {
  readonly name: End;
  readonly address: string;
  readonly peer: string;
  readonly core: Core;
  /** The connection that calls are about; 0: none, or its user has let go of it. */
  handle = 0;
  listener = 0;
  datagrams = 0;
  isReading: boolean;
  /** Ports of the connection that calls are about. */
  localPort = 0;
  remotePort = 0;
  /** Octets read from the connection. */
  octetsRead = 0;
  /** UDP messages read, as text. */
  readonly messages: string[] = [];
  readonly calls: UserCall[] = [];

  readonly #parts: EndpointParts;
  #written = 0;

  constructor(parts: EndpointParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.address = parts.address;
    this.peer = parts.peer;
    this.core = parts.core;
    this.isReading = parts.isReading;
    this.#start();
  }

  listen(port = HTTP_PORT, backlog = 5): void {
    this.listener = this.core.call.listen(0, port, backlog, 0);
    this.#log('listen', port, backlog, this.listener);
  }

  /** An active OPEN. Without a port of its own the laptop takes its first, the board its port 80. */
  open({ localPort, remotePort }: { localPort?: number; remotePort?: number } = {}): void {
    this.localPort = localPort ?? (this.name === 'laptop' ? FIRST_PORT : HTTP_PORT);
    this.remotePort = remotePort ?? (this.name === 'laptop' ? HTTP_PORT : FIRST_PORT);
    this.handle = this.core.call.open(parseAddress(this.peer), this.remotePort, this.localPort);
    this.octetsRead = 0;
    this.#log('open', this.remotePort);
  }

  /** SEND: as many octets as the ring has room for; answers how many. */
  write(octets: number, { urgent = false }: { urgent?: boolean } = {}): number {
    const { call } = this.core;
    let left = octets;
    for (let room = call.sendRoom(this.handle); left > 0 && room > 0; room = call.sendRoom(this.handle)) {
      const length = Math.min(left, room);
      const at = call.sendAt(this.handle);
      for (let i = 0; i < length; i++) this.core.octets[at + i] = letter(this.#written + i);
      this.#written += length;
      left -= length;
      call.send(this.handle, length, urgent && left === 0 ? SendFlag.URGENT : 0);
    }
    if (left < octets) this.#log('write', octets - left, urgent ? 1 : 0);
    return octets - left;
  }

  /** RECEIVE: what is there, up to a limit; answers how much. */
  read(limit = Infinity): number {
    const { call } = this.core;
    let octets = 0;
    if (this.handle === 0) return 0;
    for (let ready = call.receiveReady(this.handle); ready > 0 && octets < limit;) {
      const length = Math.min(ready, limit - octets);
      call.receive(this.handle, length);
      octets += length;
      ready = call.receiveReady(this.handle);
    }
    this.octetsRead += octets;
    if (octets > 0) this.#log('read', octets);
    return octets;
  }

  /** FIN behind what is queued; reading goes on. */
  shutdown(): void {
    this.#log('shutdown', 0);
    this.core.call.shutdown(this.handle);
  }

  /** Lets go; what is queued is delivered, then FIN. */
  close(): void {
    this.#log('close', 0);
    this.core.call.close(this.handle);
    this.handle = 0;
  }

  abort(): void {
    this.#log('abort', 0);
    this.core.call.abort(this.handle);
    this.handle = 0;
  }

  option(name: keyof typeof Option, value: number): void {
    this.core.call.option(this.handle, Option[name], value);
    this.#log('option', Option[name], value);
  }

  /** Power off and on again: the memory is gone, the program starts anew. */
  restart(): void {
    this.#log('restart', 0);
    const { listener } = this;
    this.#start();
    if (listener > 0) this.listen();
  }

  openDatagrams(port: number): void {
    this.datagrams = this.core.call.udpOpen(0, port);
    this.#log('udp', port, 0, this.datagrams);
  }

  sendDatagram(text: string, port: number): void {
    const octets = new TextEncoder().encode(text);
    this.core.octets.set(octets, this.core.constants.datagram + DatagramAt.PAYLOAD);
    this.core.call.udpSend(this.datagrams, parseAddress(this.peer), port, octets.length);
  }

  /** What the user does on its own whenever something may have happened. */
  attend(): void {
    if (this.listener > 0) this.#acceptAll();
    if (this.isReading) this.read();
    if (this.#parts.closesAtEnd && this.handle > 0 && this.core.call.receiveReady(this.handle) === 0) this.close();
    if (this.datagrams > 0) this.#receiveDatagrams();
  }

  /** What the core knows of the connection that calls are about, in whatever table it stands. */
  info(): CoreInfo | undefined {
    // Timers are told as they stand by the core's clock, which a call that is told the time sets.
    this.core.call.deadline(this.#parts.now());
    return this.core
      .list()
      .find(
        (row) => row.table !== 'listener' && row.localPort === this.localPort && row.remotePort === this.remotePort,
      );
  }

  #start(): void {
    const { core, address, seed, configuration, now } = this.#parts;
    core.call.start(parseAddress(address), ...secretFrom(seed), now());
    configure(core, configuration);
    this.handle = this.listener = this.datagrams = 0;
  }

  #acceptAll(): void {
    for (let handle = this.core.call.accept(this.listener); handle > 0; handle = this.core.call.accept(this.listener)) {
      const info = this.core.info(handle);
      this.handle = handle;
      this.localPort = info?.localPort ?? 0;
      this.remotePort = info?.remotePort ?? 0;
      this.octetsRead = 0;
      this.#log('accept', this.remotePort);
    }
  }

  #receiveDatagrams(): void {
    const { call, constants, octets } = this.core;
    const at = constants.datagram + DatagramAt.PAYLOAD;
    for (let length = call.udpReceive(this.datagrams); length >= 0; length = call.udpReceive(this.datagrams))
      this.messages.push(new TextDecoder().decode(octets.slice(at, at + length)));
  }

  #log(call: UserCall['call'], value: number, extra = 0, handle = this.handle): void {
    this.calls.push({ time: this.#parts.now(), end: this.name, call, handle, value, extra });
  }
}

/** The n-th octet that is written: small letters, one after the other. */
function letter(n: number): number {
  return 97 + (n % 26);
}
