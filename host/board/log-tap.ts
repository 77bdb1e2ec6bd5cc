// A link that lets everything pass and tells the board's log lines on the way.

import type { Link, LinkStats, LinkUser } from '../link/link.js';
import { Slipmux } from './slipmux.js';

export class LogTap implements Link {
  readonly kind = 'octets';
  private readonly slipmux: Slipmux;

  constructor(
    private readonly link: Link,
    log: (text: string) => void,
  ) {
    const ignore = (): void => undefined;
    this.slipmux = new Slipmux({ log: (text) => log(text.trimEnd()), datagram: ignore, noise: ignore });
  }

  get name(): string {
    return this.link.name;
  }

  get mtu(): number | undefined {
    return this.link.mtu;
  }

  get hasRoom(): boolean {
    return this.link.hasRoom;
  }

  get stats(): LinkStats {
    return this.link.stats;
  }

  attach(user: LinkUser): void {
    this.link.attach({
      receive: (octets) => {
        this.slipmux.push(octets);
        user.receive(octets);
      },
      drain: () => user.drain(),
      closed: (error) => user.closed(error),
    });
  }

  send(octets: Uint8Array): void {
    this.link.send(octets);
  }

  close(): Promise<void> {
    return this.link.close();
  }
}
