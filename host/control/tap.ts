import type { Link, LinkUser } from '../link/link.js';
import { LinkOver } from '../link/link-over.js';

/** A link that lets others see what arrives, as it arrives: a board's log, a boot ROM's words, noise. */
export class TappedLink extends LinkOver {
  #listeners: ((octets: Uint8Array) => void)[] = [];
  #user: LinkUser | undefined;
  /** What has arrived while the link is held; undefined: it is not. */
  #held: Uint8Array[] | undefined;

  /** `isHeld`: what arrives waits for release(), so that nobody is answered before all that answers stands. */
  constructor(link: Link, { isHeld = false } = {}) {
    super(link);
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

  override attach(user: LinkUser): void {
    this.#user = user;
    super.attach({
      receive: (octets, isMore) => {
        for (const listener of this.#listeners) listener(octets);
        if (this.#held === undefined) user.receive(octets, isMore);
        else if (this.#held.length < PIECES_HELD) this.#held.push(octets.slice());
      },
      drain: () => user.drain(),
      closed: (error) => user.closed(error),
    });
  }
}

/** Beyond that it is lost, as in a UART that nobody reads: TCP repeats it. */
const PIECES_HELD = 1024;
