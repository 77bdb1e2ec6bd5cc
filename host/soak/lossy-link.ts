import type { Clock } from '../clock.js';
import { Frames } from '../link/frames.js';
import type { Link } from '../link/link.js';
import { LinkOver } from '../link/link-over.js';
import { type FaultCounts, Wire, type WireOptions } from '../link/wire.js';

/**
 * One end of a real octet link whose frames meet faults on their way out: it loses, repeats, damages and reorders what this end
 * sends before the link under it sees it.
 */
export class LossyLink extends LinkOver {
  readonly #wire: Wire;
  readonly #frames = new Frames();

  constructor(link: Link, options: WireOptions, seed: number, clock: Clock) {
    super(link);
    this.#wire = new Wire(options, seed, clock, {
      deliver: (frame) => {
        link.send(frame);
      },
      drained: () => undefined,
      fault: () => undefined,
    });
  }

  get faults(): FaultCounts {
    return this.#wire.counts;
  }

  override send(octets: Uint8Array): void {
    for (const frame of this.#frames.push(octets)) this.#wire.send(frame);
  }

  override async close(): Promise<void> {
    this.#wire.close();
    await super.close();
  }
}
