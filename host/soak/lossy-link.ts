import type { Clock } from '../clock.js';
import { Frames } from '../link/frames.js';
import type { Link, LinkStats, LinkUser } from '../link/link.js';
import { type FaultCounts, Wire, type WireOptions } from '../link/wire.js';

/**
 * One end of a real octet link whose frames meet faults on their way out: it loses, repeats, damages and reorders what this end
 * sends before the link under it sees it.
 */
export class LossyLink implements Link {
  readonly kind = 'octets';
  readonly #link: Link;
  readonly #wire: Wire;
  readonly #frames = new Frames();

  constructor(link: Link, options: WireOptions, seed: number, clock: Clock) {
    this.#link = link;
    this.#wire = new Wire(options, seed, clock, {
      deliver: (frame) => {
        link.send(frame);
      },
      drained: () => undefined,
      fault: () => undefined,
    });
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

  get stats(): LinkStats {
    return this.#link.stats;
  }

  get faults(): FaultCounts {
    return this.#wire.counts;
  }

  attach(user: LinkUser): void {
    this.#link.attach(user);
  }

  send(octets: Uint8Array): void {
    for (const frame of this.#frames.push(octets)) this.#wire.send(frame);
  }

  async close(): Promise<void> {
    this.#wire.close();
    await this.#link.close();
  }
}
