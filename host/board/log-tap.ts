// A link that lets everything pass and tells the board's log lines on the way.

import type { Link, LinkUser } from '../link/link.js';
import { LinkOver } from '../link/link-over.js';
import { Slipmux } from './slipmux.js';

export class LogTap extends LinkOver {
  private readonly slipmux: Slipmux;

  constructor(link: Link, log: (text: string) => void) {
    super(link);
    const ignore = (): void => undefined;
    this.slipmux = new Slipmux({ log: (text) => log(text.trimEnd()), datagram: ignore, noise: ignore });
  }

  override attach(user: LinkUser): void {
    super.attach({
      receive: (octets, isMore) => {
        this.slipmux.push(octets);
        user.receive(octets, isMore);
      },
      drain: () => user.drain(),
      closed: (error) => user.closed(error),
    });
  }
}
