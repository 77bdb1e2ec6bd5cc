import type { Link, LinkStats, LinkUser } from '../link/link.js';

/** A link that lets others see what arrives, as it arrives: a board's log, a boot ROM's words, noise. */
export class TappedLink implements Link {
  readonly #link: Link;
  #listeners: ((octets: Uint8Array) => void)[] = [];

  constructor(link: Link) {
    this.#link = link;
  }

  /** Calls the listener with all that arrives; it must copy what it keeps. Returns what stops it. */
  onOctets(listener: (octets: Uint8Array) => void): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
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

  get stats(): LinkStats {
    return this.#link.stats;
  }

  attach(user: LinkUser): void {
    this.#link.attach({
      receive: (octets) => {
        for (const listener of this.#listeners) listener(octets);
        user.receive(octets);
      },
      drain: () => user.drain(),
      closed: (error) => user.closed(error),
    });
  }

  send(octets: Uint8Array): void {
    this.#link.send(octets);
  }

  close(): Promise<void> {
    return this.#link.close();
  }
}
