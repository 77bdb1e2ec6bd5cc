/** What has passed over a link; each kind of link adds its own. */
export interface LinkStats {
  octetsIn: number;
  octetsOut: number;
  /** Other counts by name: faults of an emulated link, calls that were refused. */
  [name: string]: number;
}

/** Whoever stands behind a link: a driver, or a test. */
export interface LinkUser {
  /**
   * Octets have arrived: a stretch of the stream on an octet link, exactly one datagram on a datagram link. The array may
   * be used again once the call has returned; with `isMore`, once the last of those that have arrived together has been told,
   * so that a user may wait for it and act once for all.
   */
  receive(octets: Uint8Array, isMore?: boolean): void;
  /** There is room again after `hasRoom` was false. */
  drain(): void;
  /** The link is gone: nothing will arrive and nothing can be sent. With an error when it was not closed by us. */
  closed(error?: Error): void;
}

/**
 * A way to move octets. An octet link carries SLIP, in pieces of any size; a datagram link carries whole IPv4 datagrams. It
 * knows nothing of TCP.
 */
export interface Link {
  readonly kind: 'octets' | 'datagrams';
  /** How people call it: slip:/dev/ttyACM0. */
  readonly name: string;
  /** Octets of the largest datagram it carries; undefined: no limit of its own. */
  readonly mtu: number | undefined;
  /** False: `send` nothing before `drain`. Keeping this honest keeps the queue in the core, where TCP sees it. */
  readonly hasRoom: boolean;
  readonly stats: LinkStats;
  /** Names the one user and lets octets flow. What arrived before is delivered first. */
  attach(user: LinkUser): void;
  /** Copies or writes the octets before it returns. On a datagram link: exactly one datagram. */
  send(octets: Uint8Array): void;
  /** Closes; the user hears `closed()` without an error. Can be called twice. */
  close(): Promise<void>;
}
