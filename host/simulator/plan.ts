// What a run is made of, as plain data: drawn from a seed, changed by the shrinker, printed for people. The same plan gives
// the same run to the octet.

export type Profile = 'micro' | 'board' | 'host';

export const PROFILES: readonly Profile[] = ['micro', 'board', 'host'];

export interface Plan {
  seed: number;
  stations: StationPlan[];
  /** One for each ordered pair of stations: from * stations + to. */
  wires: WirePlan[];
  conversations: ConversationPlan[];
  /** What befalls single datagrams, instead of what the wires' shares would draw: a shrunk plan has them one by one. */
  faults?: WireFault[];
}

export interface StationPlan {
  profile: Profile;
  /** What its clock shows at the beginning, ms. */
  origin: number;
  /** Above 0: the origin is moved so that its first connection's ISN stands about so many octets before 2^32. */
  isnBefore: number;
  secret: number;
  /** [Config.X, value] pairs. */
  config: [number, number][];
  /** Octets a second that leave it; 0: without limit. */
  bandwidth: number;
  /** Times at which it does nothing: [from, to] in ms. What arrives waits. */
  pauses: [number, number][];
  /** Times at which it loses all memory and begins anew. */
  restarts: number[];
  /** Times at which it closes its listeners and listens again. */
  relistens: number[];
  /** Its applications act only when an event tells them to, and never look by themselves. */
  byEvents: boolean;
  /** It speaks SLIP over a line of octets instead of datagrams. */
  serial: boolean;
}

/** Shares are from 0 to 1, times in ms. */
/** ms; later than any run lasts. */
export const FOREVER = 2 ** 50;

export interface WirePlan {
  delay: number;
  jitter: number;
  loss: number;
  duplicate: number;
  corrupt: number;
  /** Datagrams that are held back so that others overtake them, and for how long at most. */
  reorder: number;
  hold: number;
  /** Times at which it loses all, [from, to]. */
  cuts: [number, number][];
  /** Times at which it loses half. */
  bursts: [number, number][];
}

export type FaultKind = 'lost' | 'duplicated' | 'corrupted' | 'held';

/** What befalls the n-th datagram of a wire. `value`: how, for the kind to read. */
export interface WireFault {
  wire: number;
  n: number;
  kind: FaultKind;
  value: number;
}

export interface ConversationPlan {
  /** Numbers of stations. */
  opener: number;
  listener: number;
  port: number;
  /** 0: the opener's core chooses. */
  localPort: number;
  at: number;
  /** Both open, at about the same time. */
  simultaneous: boolean;
  /** Of the opener and of the other. */
  sides: [SidePlan, SidePlan];
}

/**
 * How a side ends: `shutdown` sends FIN when it has written all, reads on, and closes behind the peer's; `answer` closes when it
 * has written all and the peer has ended; `fire` lets go when it has written all; `abort` resets after `endAfter` ms.
 */
export type Ending = 'shutdown' | 'answer' | 'fire' | 'abort';

export interface SidePlan {
  /** Octets to write in all, and in one go; ms between two goes. */
  total: number;
  write: number;
  writeGap: number;
  /** The same for reading, and when it begins, from the opening on. */
  read: number;
  readGap: number;
  readFrom: number;
  ending: Ending;
  /** ms that it idles when it has written all, or until it aborts. */
  endAfter: number;
  /** It writes at once, before the connection is established. */
  eager: boolean;
  /** It keeps its handle until the connection is over, to see how it ended. */
  stays: boolean;
  /** [Option.X, value] pairs. */
  options: [number, number][];
  /** The last octet of each go is urgent. */
  urgent: boolean;
}
