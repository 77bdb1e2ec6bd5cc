// A stack of ours and the kernel's at the two ends of an emulated cable, and a record of all that either sends: a capture as
// taken at the sender's own end, where what is lost on the way is still seen.
import { Kernel } from '../../host/bench/kernel.js';
import { RealClock } from '../../host/clock.js';
import { EmulatedCable, type EmulatedOptions } from '../../host/link/emulated.js';
import type { Link, LinkUser } from '../../host/link/link.js';
import { loadModule } from '../../host/modules.js';
import { secretFrom } from '../../host/random.js';
import { Stack } from '../../host/stack.js';
import { decode } from '../../host/trace/decode.js';
import { Pcapng } from '../../host/trace/pcapng.js';

export const KERNEL = '192.168.7.1';
export const OURS = '192.168.7.2';

export interface Sent {
  from: 'ours' | 'kernel';
  /** Seconds. */
  time: number;
  octets: Uint8Array;
  isLost: boolean;
}

export class LinuxCable implements AsyncDisposable {
  readonly kernel: Kernel;
  readonly stack: Stack;
  readonly sent: Sent[];

  private constructor(kernel: Kernel, stack: Stack, sent: Sent[]) {
    this.kernel = kernel;
    this.stack = stack;
    this.sent = sent;
  }

  static async create(options: EmulatedOptions): Promise<LinuxCable> {
    const clock = new RealClock();
    const cable = new EmulatedCable(clock, { ...options, kind: 'datagrams' });
    const kernel = await Kernel.create({ address: KERNEL, peer: OURS });
    const sent: Sent[] = [];
    const began = clock.now();
    cable.onFault(({ fault }) => {
      const last = sent.at(-1);
      if (last !== undefined && fault === 'lost') last.isLost = true;
    });
    const note = (from: Sent['from'], octets: Uint8Array): void => {
      sent.push({ from, time: (clock.now() - began) / 1000, octets: octets.slice(), isLost: false });
    };
    kernel.device.attach(
      user((octets) => {
        note('kernel', octets);
        cable.a.send(octets);
      }),
    );
    cable.a.attach(
      user((octets) => {
        kernel.device.send(octets);
      }),
    );
    const stack = await Stack.create({
      module: await loadModule('host'),
      link: new Tapped(cable.b, (octets) => {
        note('ours', octets);
      }),
      clock,
      address: OURS,
      peer: KERNEL,
      secret: secretFrom(),
    });
    return new LinuxCable(kernel, stack, sent);
  }

  /** A pcapng file's octets. */
  capture(): Buffer {
    const pieces: Uint8Array[] = [];
    const pcapng = new Pcapng((octets) => pieces.push(octets), 0);
    for (const [index, { from, time, octets, isLost }] of this.sent.entries())
      pcapng.event({
        ...{ type: 'datagram', number: index + 1, time, octets, datagram: decode(octets), connection: 0 },
        ...{ from: from === 'ours' ? 'laptop' : 'board', cause: '', repeat: 0, drop: '', states: {} },
        fate: isLost ? 'lost' : 'unknown',
      });
    pcapng.end(this.sent.at(-1)?.time ?? 0);
    return Buffer.concat(pieces);
  }

  async close(): Promise<void> {
    await this.stack.close();
    await this.kernel.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function user(receive: LinkUser['receive']): LinkUser {
  return { receive, drain: () => undefined, closed: () => undefined };
}

/** A link whose sender is overheard. */
class Tapped implements Link {
  readonly #link: Link;
  readonly #onSend: (octets: Uint8Array) => void;

  constructor(link: Link, onSend: (octets: Uint8Array) => void) {
    this.#link = link;
    this.#onSend = onSend;
  }

  get kind(): Link['kind'] {
    return this.#link.kind;
  }
  get name(): string {
    return this.#link.name;
  }
  get mtu(): number | undefined {
    return this.#link.mtu;
  }
  get hasRoom(): boolean {
    return this.#link.hasRoom;
  }
  get stats(): Link['stats'] {
    return this.#link.stats;
  }
  attach(linkUser: LinkUser): void {
    this.#link.attach(linkUser);
  }
  send(octets: Uint8Array): void {
    this.#onSend(octets);
    this.#link.send(octets);
  }
  close(): Promise<void> {
    return this.#link.close();
  }
}

/** Octets of text that one end has sent, every copy counted, and how many of them the cable has lost. */
export function text(sent: readonly Sent[], from: Sent['from']): { sent: number; lost: number } {
  const sums = { sent: 0, lost: 0 };
  for (const { octets, isLost, ...other } of sent) {
    if (other.from !== from) continue;
    const length = decode(octets).tcp?.length ?? 0;
    sums.sent += length;
    if (isLost) sums.lost += length;
  }
  return sums;
}
