import type { Link, LinkStats, LinkUser } from './link.js';

/** What all links share: one user, octets that arrived before it came, counts, and closing once. */
export abstract class LinkEnd implements Link {
  readonly kind: Link['kind'];
  readonly name: string;
  readonly mtu: number | undefined;
  readonly stats: LinkStats = { octetsIn: 0, octetsOut: 0 };

  #user: LinkUser | undefined;
  #early: Uint8Array[] = [];
  #isClosed = false;
  #goneError: Error | undefined;
  #closing: Promise<void> = Promise.resolve();

  constructor(kind: Link['kind'], name: string, mtu?: number) {
    this.kind = kind;
    this.name = name;
    this.mtu = mtu;
  }

  abstract get hasRoom(): boolean;

  /** Moves the octets on; they belong to the caller again once this has returned. */
  protected abstract write(octets: Uint8Array): void;

  /** Gives back what the link holds. Called once. */
  protected abstract shut(): Promise<void>;

  get isClosed(): boolean {
    return this.#isClosed;
  }

  attach(user: LinkUser): void {
    if (this.#user !== undefined) throw new Error(`The link ${this.name} has a user already; open another.`);
    this.#user = user;
    for (const octets of this.#early.splice(0)) user.receive(octets);
    // It may have gone before anybody listened.
    if (this.#isClosed) user.closed(this.#goneError);
  }

  send(octets: Uint8Array): void {
    if (this.#isClosed || octets.length === 0) return;
    this.stats.octetsOut += octets.length;
    this.write(octets);
  }

  close(): Promise<void> {
    this.#close(undefined);
    return this.#closing;
  }

  /** Octets have arrived; `isMore`: with others, which are delivered next. See LinkUser.receive for who owns the array. */
  deliver(octets: Uint8Array, isMore = false): void {
    if (this.#isClosed || octets.length === 0) return;
    this.stats.octetsIn += octets.length;
    if (this.#user === undefined) this.#early.push(octets.slice());
    else this.#user.receive(octets, isMore);
  }

  /** The link went away by itself: unplugged, or the other side closed. */
  gone(error: Error): void {
    this.#close(error);
  }

  /** There is room again. */
  protected drained(): void {
    if (!this.#isClosed) this.#user?.drain();
  }

  #close(error: Error | undefined): void {
    // Closing one end closes the other, which would close this one again.
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#goneError = error;
    this.#closing = this.shut();
    this.#user?.closed(error);
  }
}
