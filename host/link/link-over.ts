import type { Link, LinkStats, LinkUser } from './link.js';

/** A link over another one, which is the same in all that a subclass does not change. */
export class LinkOver implements Link {
  protected readonly under: Link;

  constructor(under: Link) {
    this.under = under;
  }

  get kind(): Link['kind'] {
    return this.under.kind;
  }

  get name(): string {
    return this.under.name;
  }

  get mtu(): number | undefined {
    return this.under.mtu;
  }

  get hasRoom(): boolean {
    return this.under.hasRoom;
  }

  get stats(): LinkStats {
    return this.under.stats;
  }

  attach(user: LinkUser): void {
    this.under.attach(user);
  }

  send(octets: Uint8Array): void {
    this.under.send(octets);
  }

  close(): Promise<void> {
    return this.under.close();
  }
}
