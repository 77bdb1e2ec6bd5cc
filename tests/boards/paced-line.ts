// A line with the speed of a real one, and a receiver with the ring of a real board: an emulator's line has no speed and
// waits for ever, so that neither a full line nor a loss would ever be seen on it.

import type { Link, LinkStats, LinkUser } from '../../host/link/link.js';

const TICK_MS = 2;
/** What the laptop's UART holds before its driver has to wait. */
const WAITING_OCTETS = 256;

/** Octets that leave at a fixed rate. */
class Paced {
  private waiting: Uint8Array = new Uint8Array();
  private credit = 0;
  private since = performance.now();

  constructor(
    private readonly octetsPerMs: number,
    private readonly leave: (octets: Uint8Array) => void,
  ) {}

  get octets(): number {
    return this.waiting.length;
  }

  push(octets: Uint8Array): void {
    this.waiting = Buffer.concat([this.waiting, octets]);
  }

  /** An idle line saves nothing up. */
  tick(): void {
    const now = performance.now();
    this.credit = this.waiting.length === 0 ? 0 : this.credit + (now - this.since) * this.octetsPerMs;
    this.since = now;
    const some = this.waiting.subarray(0, Math.floor(this.credit));
    if (some.length === 0) return;
    this.credit -= some.length;
    this.waiting = this.waiting.subarray(some.length);
    this.leave(some);
  }
}

export class PacedLine implements Link {
  readonly kind = 'octets';
  /** Octets that came while the board's ring was full. */
  overruns = 0;
  private user: LinkUser | undefined;
  private readonly out: Paced;
  private readonly in: Paced;
  /** The board's run loop does not come to read: its interrupt fills the ring. */
  private isStalled = false;
  private ring: Uint8Array = new Uint8Array();
  private readonly timer = setInterval(() => this.tick(), TICK_MS);

  constructor(
    private readonly link: Link,
    baud: number,
    private readonly ringOctets: number,
  ) {
    const octetsPerMs = baud / 10 / 1000;
    this.out = new Paced(octetsPerMs, (octets) => this.arriveAtBoard(octets));
    this.in = new Paced(octetsPerMs, (octets) => this.user?.receive(octets));
  }

  get name(): string {
    return this.link.name;
  }

  get mtu(): number | undefined {
    return this.link.mtu;
  }

  get hasRoom(): boolean {
    return this.out.octets < WAITING_OCTETS;
  }

  get stats(): LinkStats {
    return this.link.stats;
  }

  attach(user: LinkUser): void {
    this.user = user;
    this.link.attach({
      receive: (octets) => this.in.push(octets),
      drain: () => undefined,
      closed: (error) => user.closed(error),
    });
  }

  send(octets: Uint8Array): void {
    this.out.push(octets);
  }

  close(): Promise<void> {
    clearInterval(this.timer);
    return this.link.close();
  }

  /** While the board stands still its ring fills up; what came when it was full is lost. */
  stall(): void {
    this.isStalled = true;
  }

  goOn(): void {
    this.isStalled = false;
    this.link.send(this.ring);
    this.ring = new Uint8Array();
  }

  private tick(): void {
    const hadRoom = this.hasRoom;
    this.out.tick();
    this.in.tick();
    if (!hadRoom && this.hasRoom) this.user?.drain();
  }

  private arriveAtBoard(octets: Uint8Array): void {
    if (!this.isStalled) return this.link.send(octets);
    const kept = octets.subarray(0, this.ringOctets - this.ring.length);
    this.overruns += octets.length - kept.length;
    this.ring = Buffer.concat([this.ring, kept]);
  }
}
