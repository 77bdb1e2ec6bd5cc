// A plan from a seed. Every choice favours the edges: small rings and MTUs, clocks and sequence numbers just before their
// wrap, sizes around a segment's and a ring's.
import { Config, Option } from '../../assembly/numbers.js';
import { Random } from '../random.js';
import { FOREVER } from './plan.js';
import type { ConversationPlan, Ending, Plan, Profile, SidePlan, StationPlan, WirePlan } from './plan.js';

/** Impatient, but not with the outages of a run. */
const KEEPALIVE: [number, number][] = [
  [Option.KEEPALIVE, 1],
  [Option.KEEPALIVE_IDLE, 3_000],
  [Option.KEEPALIVE_INTERVAL, 1_000],
  [Option.KEEPALIVE_COUNT, 45],
];

/** What a profile's ring and datagram hold, for sizes around them. */
export const SIZES: Record<Profile, { ring: number; mtu: number; connections: number }> = {
  micro: { ring: 512, mtu: 296, connections: 2 },
  board: { ring: 4096, mtu: 1500, connections: 4 },
  host: { ring: 131072, mtu: 1500, connections: 256 },
};

/** ms. The outages of a run add up to less than these, so that a fault is always somebody's doing. */
const PATIENCE = 3_600_000;
/** Of one side's text, when each is full; and how often it writes or reads. */
const SEGMENTS_MOST = 120;
const GOES_MOST = 150;

export interface DrawOptions {
  profile?: Profile | undefined;
}

export function drawPlan(seed: number, options: DrawOptions = {}): Plan {
  const dice = new Dice(seed);
  const count = dice.chance(0.15) ? 3 : 2;
  const serial = count === 2 && dice.chance(0.15);
  const hardship = dice.pick([0, 0.3, 1, 1, 2]);
  const stations = Array.from({ length: count }, () => drawStation(dice, options.profile, serial));
  const wires = Array.from({ length: count * count }, () => drawWire(dice, hardship));
  const plan: Plan = { seed, stations, wires, conversations: drawConversations(dice, stations) };
  if (dice.chance(0.06)) addRestart(dice, plan);
  else if (dice.chance(0.04)) cutForGood(dice, plan);
  return plan;
}

/** A station loses its memory in the middle, and opens once more with the very numbers of a connection that it has lost. */
function addRestart(dice: Dice, { stations, conversations }: Plan): void {
  const first = conversations[0];
  const station = first && stations[first.opener];
  if (first === undefined || station === undefined) return;
  const at = first.at + dice.spread(1, 10_000);
  station.restarts = [at];
  if (first.localPort === 0 || first.simultaneous) return;
  const [opener, listener] = first.sides;
  // What was under way may still sit in the peer's slot.
  if (SIZES[stations[first.listener]?.profile ?? 'micro'].connections <= conversations.length) return;
  conversations.push({ ...first, at: at + dice.spread(1, 20_000), sides: [{ ...opener }, { ...listener }] });
}

/** The cable is pulled and never put back: everybody is told in time, by the defaults of the stack. */
function cutForGood(dice: Dice, { stations, wires, conversations }: Plan): void {
  const from = dice.spread(1, 10_000);
  for (const wire of wires) wire.cuts = [[from, FOREVER]];
  const patient: number[] = [Config.R2, Config.SYN_R2, Config.SYN_TIMEOUT, Config.FIN_WAIT_2];
  for (const station of stations) station.config = station.config.filter(([name]) => !patient.includes(name));
  for (const { sides } of conversations) {
    for (const side of sides) {
      if (dice.chance(0.3)) side.options = [...side.options, [Option.USER_TIMEOUT, dice.spread(5_000, 300_000)]];
    }
  }
}

/** Draws with the shapes that plans want. */
export class Dice extends Random {
  chance(share: number): boolean {
    return this.fraction() < share;
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0];
  }

  /** A whole number from `low` to `high`. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** The same, where each power of two is as likely as the next. */
  spread(low: number, high: number): number {
    return Math.min(high, Math.floor(low * Math.pow((high + 1) / low, this.fraction())));
  }
}

function drawStation(dice: Dice, profile: Profile | undefined, serial: boolean): StationPlan {
  const chosen = profile ?? dice.pick<Profile>(['micro', 'micro', 'board', 'board', 'board', 'host']);
  return {
    profile: chosen,
    origin: drawOrigin(dice),
    isnBefore: dice.chance(0.5) ? dice.spread(1, SIZES[chosen].ring * 4) : 0,
    secret: dice.next(),
    config: drawConfig(dice, chosen),
    bandwidth: serial || dice.chance(0.4) ? dice.spread(960, 1_000_000) : 0,
    pauses: dice.chance(0.15) ? drawSpans(dice, 3, 15_000) : [],
    restarts: [],
    relistens: dice.chance(0.05) ? [dice.spread(1, 5000)] : [],
    byEvents: dice.chance(0.5),
    serial,
  };
}

/** Mostly so that the clock passes its wrap or its half within the run. */
function drawOrigin(dice: Dice): number {
  switch (dice.below(4)) {
    case 0:
      return (0x100000000 - dice.spread(1, 200_000)) >>> 0;
    case 1:
      return (0x80000000 - dice.spread(1, 200_000)) >>> 0;
    case 2:
      return dice.below(1000);
    default:
      return dice.next();
  }
}

function drawConfig(dice: Dice, profile: Profile): [number, number][] {
  const config: [number, number][] = [
    [Config.R2, PATIENCE],
    [Config.SYN_R2, PATIENCE],
    [Config.SYN_TIMEOUT, PATIENCE],
    [Config.FIN_WAIT_2, PATIENCE],
    [Config.MSL, dice.pick([30_000, 60_000, 120_000])],
  ];
  const { mtu } = SIZES[profile];
  if (dice.chance(0.5)) config.push([Config.MTU, dice.chance(0.3) ? dice.between(68, 130) : dice.spread(130, mtu)]);
  if (dice.chance(0.3)) config.push([Config.TIMESTAMPS, 0]);
  if (dice.chance(0.3)) config.push([Config.SACK, 0]);
  if (dice.chance(0.3)) config.push([Config.WINDOW_SCALE, 0]);
  if (dice.chance(0.3)) config.push([Config.TAIL_PROBE, 0]);
  if (dice.chance(0.3)) config.push([Config.DELAYED_ACK, dice.pick([0, 10, 200, 499])]);
  if (dice.chance(0.2)) config.push([Config.RTO_MIN, dice.pick([50, 500, 1000])]);
  if (dice.chance(0.1)) config.push([Config.TTL, dice.between(1, 255)]);
  if (dice.chance(0.2)) config.push([Config.COOKIES, 1]);
  else if (dice.chance(0.1)) config.push([Config.SYN_QUEUE, 1]);
  return config;
}

function drawSpans(dice: Dice, most: number, longest: number): [number, number][] {
  return Array.from({ length: dice.between(1, most) }, (): [number, number] => {
    const from = dice.spread(1, 20_000);
    return [from, from + dice.spread(10, longest)];
  }).sort(([a], [b]) => a - b);
}

function drawWire(dice: Dice, hardship: number): WirePlan {
  const share = (most: number): number => (dice.chance(0.5) ? 0 : dice.fraction() * most * hardship);
  return {
    delay: dice.pick([0, 1, dice.between(1, 30), dice.spread(1, 400)]),
    jitter: dice.chance(0.5) ? 0 : dice.spread(1, 40),
    loss: share(0.08),
    duplicate: share(0.08),
    corrupt: share(0.08),
    reorder: share(0.15),
    hold: dice.spread(2, 500),
    cuts: hardship > 0 && dice.chance(0.15) ? drawSpans(dice, 2, 15_000) : [],
    bursts: hardship > 0 && dice.chance(0.15) ? drawSpans(dice, 3, 2_000) : [],
  };
}

function drawConversations(dice: Dice, stations: StationPlan[]): ConversationPlan[] {
  const rooms = stations.map(({ profile }) => Math.min(SIZES[profile].connections, 4));
  const plans: ConversationPlan[] = [];
  for (let left = dice.pick([1, 1, 1, 2, 2, 3, 4]); left > 0; left--) {
    const opener = dice.below(stations.length);
    const listener = (opener + dice.between(1, stations.length - 1)) % stations.length;
    // Both ends need a slot of their own, so that no conversation fails for want of one.
    if ((rooms[opener] ?? 0) === 0 || (rooms[listener] ?? 0) === 0) continue;
    rooms[opener] = (rooms[opener] ?? 0) - 1;
    rooms[listener] = (rooms[listener] ?? 0) - 1;
    plans.push(drawConversation(dice, plans.length, opener, listener, stations));
  }
  return plans;
}

function drawConversation(
  dice: Dice,
  number: number,
  opener: number,
  listener: number,
  stations: StationPlan[],
): ConversationPlan {
  const simultaneous = dice.chance(0.06);
  const ends = [stations[opener], stations[listener]] as [StationPlan, StationPlan];
  const text = Math.min(...ends.map(mtuOf)) - 40;
  const sides = [drawSide(dice, ends[0].profile, text), drawSide(dice, ends[1].profile, text)] as [SidePlan, SidePlan];
  fitEndings(dice, sides);
  return {
    opener,
    listener,
    // A SYN to a port on which somebody listens would not meet the other's.
    port: (simultaneous ? 7000 : 5000) + (number >> 1),
    // Ports next to one another, so that connections differ in as little as they can.
    localPort: simultaneous || dice.chance(0.3) ? 6000 + number : 0,
    at: dice.chance(0.5) ? 0 : dice.spread(1, 5000),
    simultaneous,
    sides,
  };
}

/** Two sides that both wait for the other's end would wait for ever. */
function fitEndings(dice: Dice, sides: [SidePlan, SidePlan]): void {
  if (!sides.every(({ ending }) => ending === 'answer')) return;
  sides[dice.below(2) as 0 | 1].ending = 'shutdown';
}

/** `text`: octets that fit into a segment. Neither the segments nor the goes of a run are so many that it takes long. */
function drawSide(dice: Dice, profile: Profile, text: number): SidePlan {
  const { ring, mtu } = SIZES[profile];
  const total = Math.min(drawTotal(dice, profile), text * SEGMENTS_MOST);
  const least = Math.ceil(total / GOES_MOST);
  const write = dice.pick([ring, dice.spread(1, ring), dice.between(1, 2 * mtu), dice.spread(1, 100)]);
  const read = dice.pick([ring, ring, dice.spread(1, ring), dice.spread(1, 200)]);
  return {
    total,
    write: Math.max(write, least),
    writeGap: dice.chance(0.7) ? 0 : dice.spread(1, 300),
    read: Math.max(read, least),
    readGap: dice.chance(0.25) ? dice.spread(1, 300) : 0,
    readFrom: dice.chance(0.2) ? dice.spread(1, 20_000) : 0,
    ending: dice.pick<Ending>(['shutdown', 'shutdown', 'shutdown', 'answer', 'answer', 'answer', 'fire', 'abort']),
    endAfter: dice.chance(0.6) ? 0 : dice.spread(1, 60_000),
    eager: dice.chance(0.5),
    stays: dice.chance(0.3),
    options: drawOptions(dice),
    urgent: dice.chance(0.1),
  };
}

function drawOptions(dice: Dice): [number, number][] {
  const options: [number, number][] = [];
  if (dice.chance(0.4)) options.push([Option.NODELAY, 1]);
  if (dice.chance(0.1)) options.push(...KEEPALIVE);
  if (dice.chance(0.05)) options.push([Option.LINGER, 0]);
  if (dice.chance(0.05)) options.push([Option.TTL, dice.between(1, 255)]);
  if (dice.chance(0.05)) options.push([Option.TOS, dice.between(0, 255)]);
  return options;
}

function mtuOf({ profile, config }: StationPlan): number {
  return config.find(([name]) => name === Config.MTU)?.[1] ?? SIZES[profile].mtu;
}

/** Mostly little: what goes wrong goes wrong at the edges, and time is better spent on another seed. */
function drawTotal(dice: Dice, profile: Profile): number {
  const { ring, mtu } = SIZES[profile];
  const most = profile === 'host' ? ring * 1.2 : ring * 5;
  return dice.pick([0, dice.spread(1, 50), dice.spread(1, 4 * mtu), dice.spread(1, most), dice.spread(mtu, most)]);
}
