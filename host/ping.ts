import { Fault } from '../assembly/numbers.js';
import { tryParseAddress } from './address.js';
import type { Cancel } from './clock.js';
import { faultError } from './fault.js';
import type { Network } from './net/network.js';
import { notFound } from './net/socket-errors.js';

interface Waiting {
  sentAt: number;
  answered: (ms: number) => void;
  failed: (error: Error) => void;
  cancel: Cancel;
}

/** As ping(8) sends: with the headers, a datagram of 84 octets. */
const OCTETS = 56;

const TIMEOUT_MS = 5000;

/** ICMP echo requests, and who waits for which answer. */
export class Pinger {
  #network: Network;
  #identifier = crypto.getRandomValues(new Uint16Array(1))[0] ?? 1;
  #sequence = 0;
  #waiting = new Map<number, Waiting>();

  constructor(network: Network) {
    this.#network = network;
  }

  ping(
    host: string,
    { octets = OCTETS, timeoutMs = TIMEOUT_MS }: { octets?: number; timeoutMs?: number },
  ): Promise<number> {
    return new Promise((answered, failed) => {
      const { stopped, core, clock } = this.#network;
      if (stopped !== undefined) throw stopped;
      const address = tryParseAddress(host);
      if (address === undefined) throw notFound(host);
      this.#sequence = (this.#sequence + 1) & 0xffff;
      const sequence = this.#sequence;
      const fault = core.call.ping(address, this.#identifier, sequence, octets);
      if (fault < 0) throw faultError(fault, 'ping', { address });
      const cancel = clock.setTimer(timeoutMs, () => {
        this.#finish(sequence)?.failed(faultError(Fault.TIMED_OUT, 'ping', { address }));
      });
      this.#waiting.set(sequence, { sentAt: clock.now(), answered, failed, cancel });
      this.#network.hold();
      this.#network.kick();
    });
  }

  dispatch(): void {
    if (this.#waiting.size === 0) return;
    const { call } = this.#network.core;
    for (let pong = call.pong(); pong !== -1; pong = call.pong()) {
      if (pong >>> 16 !== this.#identifier) continue;
      const waiting = this.#finish(pong & 0xffff);
      waiting?.answered(this.#network.clock.now() - waiting.sentAt);
    }
  }

  /** The network is gone. */
  stop(): void {
    const error = this.#network.stopped ?? faultError(Fault.NETWORK_UNREACHABLE, 'ping');
    for (const sequence of [...this.#waiting.keys()]) this.#finish(sequence)?.failed(error);
  }

  #finish(sequence: number): Waiting | undefined {
    const waiting = this.#waiting.get(sequence);
    if (waiting === undefined) return undefined;
    waiting.cancel();
    this.#waiting.delete(sequence);
    this.#network.letGo();
    return waiting;
  }
}
