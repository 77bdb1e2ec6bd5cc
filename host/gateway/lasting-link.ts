import type { Link, LinkStats, LinkUser } from '../link/link.js';

/** What a lasting link tells of its life. */
export interface LastingEvents {
  /** The link under it went away; another is being opened. */
  onLost?: (error: Error) => void;
  onBack?: () => void;
}

/**
 * A link that is opened again whenever it goes away: the other program was stopped, a USB cable was pulled. Until it is
 * back it is what TCP expects of a pulled cable: octets vanish, nobody is told, and whoever waits too long times out by
 * itself. SLIP finds its frames again at the next END.
 */
export class LastingLink implements Link {
  readonly kind: Link['kind'];
  readonly name: string;
  readonly mtu: number | undefined;
  /** `lost` counts octets sent while there was no link. */
  readonly stats: LinkStats = { octetsIn: 0, octetsOut: 0, lost: 0, reopened: 0 };

  readonly #open: () => Promise<Link>;
  readonly #events: LastingEvents;
  #link: Link | undefined;
  #user: LinkUser | undefined;
  #isClosed = false;
  #stopWaiting: () => void = () => undefined;
  readonly #returns = new Set<(isThere: boolean) => void>();

  private constructor(link: Link, open: () => Promise<Link>, events: LastingEvents) {
    this.kind = link.kind;
    this.name = link.name;
    this.mtu = link.mtu;
    this.#link = link;
    this.#open = open;
    this.#events = events;
  }

  /** The first opening must succeed: a name that is wrong now will be wrong later. */
  static async create(open: () => Promise<Link>, events: LastingEvents = {}): Promise<LastingLink> {
    return new LastingLink(await open(), open, events);
  }

  get hasRoom(): boolean {
    return this.#link?.hasRoom ?? !this.#isClosed;
  }

  /** Whether there is a link under it now. */
  get isThere(): boolean {
    return !this.#isClosed && this.#link !== undefined;
  }

  /** True once there is a link under it, at once when there is; false after `limitMs`, or when this is closed. */
  isThereWithin(limitMs: number): Promise<boolean> {
    if (this.isThere || this.#isClosed) return Promise.resolve(this.isThere);
    return new Promise((resolve) => {
      const done = (isThere: boolean): void => {
        clearTimeout(timer);
        this.#returns.delete(done);
        resolve(isThere);
      };
      const timer = setTimeout(() => done(false), limitMs);
      this.#returns.add(done);
    });
  }

  attach(user: LinkUser): void {
    this.#user = user;
    if (this.#link !== undefined) this.#attachTo(this.#link);
  }

  send(octets: Uint8Array): void {
    if (this.#link === undefined) {
      this.stats['lost'] = (this.stats['lost'] ?? 0) + octets.length;
      return;
    }
    this.stats.octetsOut += octets.length;
    this.#link.send(octets);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopWaiting();
    for (const tell of [...this.#returns]) tell(false);
    await this.#link?.close();
    this.#user?.closed();
  }

  #attachTo(link: Link): void {
    link.attach({
      receive: (octets) => {
        this.stats.octetsIn += octets.length;
        this.#user?.receive(octets);
      },
      drain: () => this.#user?.drain(),
      closed: (error) => {
        if (this.#isClosed || this.#link !== link) return;
        this.#link = undefined;
        this.#events.onLost?.(error ?? new Error(`${this.name} was closed.`));
        // What the old link was too full for can go, into nothing.
        this.#user?.drain();
        void this.#reopen();
      },
    });
  }

  async #reopen(): Promise<void> {
    for (let waitMs = WAIT_MS_FIRST; !this.#isClosed; waitMs = Math.min(waitMs * 2, WAIT_MS_MAX)) {
      await this.#wait(waitMs);
      const link = this.#isClosed ? undefined : await this.#open().catch(() => undefined);
      if (link === undefined) continue;
      // Closed while it was being opened: nobody else knows of it.
      if (this.#isClosed) return link.close();
      this.#link = link;
      this.stats['reopened'] = (this.stats['reopened'] ?? 0) + 1;
      this.#attachTo(link);
      this.#events.onBack?.();
      this.#user?.drain();
      for (const tell of [...this.#returns]) tell(true);
      return;
    }
  }

  async #wait(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#stopWaiting = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** A program that is started again is there within this; a device that is gone is not asked more often than it must. */
const WAIT_MS_FIRST = 100;
const WAIT_MS_MAX = 1000;
