// How a server's core meets its link: by the host rule, all that arrived in a tick first, then output until there is none. The host
// takes datagrams; boards take the octets of a serial line, where the core says when an answer must leave first.
import { encodeSlip, SlipDecoder } from '../../host/gateway/slip.js';
import type { Machine } from '../../host/simulator/machine.js';

export abstract class Door {
  constructor(
    readonly machine: Machine,
    /** Gets each datagram that leaves; its octets are the door's. */
    protected readonly send: (datagram: Uint8Array) => void,
  ) {}

  static of(machine: Machine, isLine: boolean, send: (datagram: Uint8Array) => void): Door {
    return isLine ? new LineDoor(machine, send) : new DatagramDoor(machine, send);
  }

  abstract take(datagrams: readonly Uint8Array[], now: number): void;
  abstract drain(now: number): void;
}

class DatagramDoor extends Door {
  override take(datagrams: readonly Uint8Array[], now: number): void {
    const { octets, rx, call } = this.machine;
    for (const datagram of datagrams) {
      octets.set(datagram, rx);
      call.input(datagram.length, now);
    }
  }

  override drain(now: number): void {
    const { octets, tx, call } = this.machine;
    for (let length = call.output(now); length > 0; length = call.output(now))
      this.send(octets.subarray(tx, tx + length));
  }
}

class LineDoor extends Door {
  readonly #decoder = new SlipDecoder(this.machine.mtu, (datagram) => this.send(datagram));

  override take(datagrams: readonly Uint8Array[], now: number): void {
    const { octets, serialRx, serialChunk, call } = this.machine;
    const line = Buffer.concat(datagrams.map(encodeSlip));
    for (let at = 0; at < line.length;) {
      const piece = line.subarray(at, at + serialChunk);
      octets.set(piece, serialRx);
      const taken = call.serialInput(piece.length, now);
      at += taken;
      if (taken < piece.length) this.drain(now);
    }
  }

  override drain(now: number): void {
    const { octets, serialTx, call } = this.machine;
    for (let length = call.serialOutput(now); length > 0; length = call.serialOutput(now)) {
      this.#decoder.push(octets.subarray(serialTx, serialTx + length));
    }
  }
}
