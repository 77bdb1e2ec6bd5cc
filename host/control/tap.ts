import type { Link, LinkStats, LinkUser } from '../link/link.js';

/** A link that lets others see what arrives, as it arrives: a board's log, a boot ROM's words, noise. */
export class TappedLink implements Link {
  readonly #link: Link;
  #listeners: ((octets: Uint8Array) => void)[] = [];
  #user: LinkUser | undefined;
  /** What has arrived while the link is held; undefined: it is not. */
  #held: Uint8Array[] | undefined;

  /** `isHeld`: what arrives waits for release(), so that nobody is answered before all that answers stands. */
  constructor(link: Link, { isHeld = false } = {}) {
    this.#link = link;
    this.#held = isHeld ? [] : undefined;
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const octets of held) this.#user?.receive(octets);
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
    this.#user = user;
    this.#link.attach({
      receive: (octets) => {
        for (const listener of this.#listeners) listener(octets);
        if (this.#held === undefined) user.receive(octets);
        else if (this.#held.length < PIECES_HELD) this.#held.push(octets.slice());
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

/** Beyond that it is lost, as in a UART that nobody reads: TCP repeats it. */
const PIECES_HELD = 1024;
