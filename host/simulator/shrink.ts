// A failing run made small: fewer faults, fewer and shorter conversations, plainer stations, as long as the same invariant
// fails. What is left is what matters.
import type { ConversationPlan, Plan, SidePlan, StationPlan, WirePlan } from './plan.js';

/** Whether a plan still fails in the same way. */
export type StillFails = (plan: Plan) => boolean;

/** Runs are cheap, patience is not. */
const TRIES_MOST = 1500;

/** `plan` fails. The answer fails too, and has its faults one by one. */
export function shrink(plan: Plan, faults: Plan['faults'], stillFails: StillFails): Plan {
  const shrinker = new Shrinker({ ...plan, faults: faults ?? [] }, stillFails);
  // A run that was cut off by its failure has told all its faults, so that this cannot fail; if it does, the seed stands.
  if (!stillFails(shrinker.plan)) return plan;
  for (let before = ''; before !== JSON.stringify(shrinker.plan) && shrinker.hasTries;) {
    before = JSON.stringify(shrinker.plan);
    shrinker.dropConversations();
    shrinker.dropFaults();
    shrinker.simplify();
  }
  return shrinker.plan;
}

class Shrinker {
  plan: Plan;
  readonly #stillFails: StillFails;
  #tries = 0;

  constructor(plan: Plan, stillFails: StillFails) {
    this.plan = plan;
    this.#stillFails = stillFails;
  }

  get hasTries(): boolean {
    return this.#tries < TRIES_MOST;
  }

  #try(plan: Plan): boolean {
    if (!this.hasTries || JSON.stringify(plan) === JSON.stringify(this.plan)) return false;
    this.#tries += 1;
    if (!this.#stillFails(plan)) return false;
    this.plan = plan;
    return true;
  }

  dropConversations(): void {
    for (let i = this.plan.conversations.length - 1; i >= 0 && this.plan.conversations.length > 1; i--) {
      this.#try({ ...this.plan, conversations: this.plan.conversations.filter((_, j) => j !== i) });
    }
  }

  /** Halves first, then ever smaller pieces. */
  dropFaults(): void {
    for (let piece = this.plan.faults?.length ?? 0; piece >= 1; piece = Math.floor(piece / 2)) {
      for (let at = 0; at < (this.plan.faults?.length ?? 0);) {
        const faults = this.plan.faults?.filter((_, i) => i < at || i >= at + piece) ?? [];
        if (!this.#try({ ...this.plan, faults })) at += piece;
      }
    }
  }

  simplify(): void {
    // A line is one at both its ends.
    this.#try({ ...this.plan, stations: this.plan.stations.map((station) => ({ ...station, serial: false })) });
    this.plan.stations.forEach((_, i) => {
      for (const change of stationChanges(this.plan.stations[i] as StationPlan)) this.#changeStation(i, change);
    });
    this.plan.wires.forEach((_, i) => {
      for (const change of WIRE_CHANGES) this.#changeWire(i, change);
    });
    this.plan.conversations.forEach((_, i) => {
      for (const change of CONVERSATION_CHANGES) this.#changeConversation(i, change);
      for (const side of [0, 1] as const) for (const change of SIDE_CHANGES) this.#changeSide(i, side, change);
    });
  }

  #changeStation(index: number, change: Change<StationPlan>): boolean {
    const stations = this.plan.stations.map((station, i) =>
      i === index ? { ...station, ...change(station) } : station,
    );
    return this.#try({ ...this.plan, stations });
  }

  #changeWire(index: number, change: Change<WirePlan>): boolean {
    const wires = this.plan.wires.map((wire, i) => (i === index ? { ...wire, ...change(wire) } : wire));
    return this.#try({ ...this.plan, wires });
  }

  #changeConversation(index: number, change: Change<ConversationPlan>): boolean {
    const conversations = this.plan.conversations.map((one, i) => (i === index ? { ...one, ...change(one) } : one));
    return this.#try({ ...this.plan, conversations });
  }

  #changeSide(index: number, side: 0 | 1, change: Change<SidePlan>): void {
    for (let again = true; again;) {
      again = this.#changeConversation(index, ({ sides }) => {
        const changed: [SidePlan, SidePlan] = [...sides];
        changed[side] = { ...changed[side], ...change(changed[side]) };
        return { sides: changed };
      });
    }
  }
}

type Change<T> = (plan: T) => Partial<T>;

function stationChanges(plan: StationPlan): Change<StationPlan>[] {
  return [
    () => ({ pauses: [] }),
    ...plan.pauses.map((_, i): Change<StationPlan> => ({ pauses }) => ({
      pauses: pauses.filter((_pause, j) => j !== i),
    })),
    () => ({ restarts: [] }),
    () => ({ bandwidth: 0 }),
    () => ({ byEvents: false }),
    () => ({ isnBefore: 0 }),
    () => ({ origin: 0 }),
    ...plan.config.map(([name]): Change<StationPlan> => ({ config }) => ({
      config: config.filter(([other]) => other !== name),
    })),
  ];
}

/** With its faults given one by one a wire's shares mean nothing any more. */
const WIRE_CHANGES: Change<WirePlan>[] = [
  () => ({ loss: 0, duplicate: 0, corrupt: 0, reorder: 0, cuts: [], bursts: [] }),
  () => ({ jitter: 0 }),
  () => ({ delay: 1 }),
  () => ({ delay: 0 }),
];

const CONVERSATION_CHANGES: Change<ConversationPlan>[] = [
  () => ({ at: 0 }),
  () => ({ simultaneous: false }),
  () => ({ localPort: 0 }),
];

const SIDE_CHANGES: Change<SidePlan>[] = [
  ({ total }) => ({ total: Math.floor(total / 2) }),
  ({ total }) => ({ total: total - (total >> 3) }),
  () => ({ writeGap: 0 }),
  () => ({ readGap: 0 }),
  () => ({ readFrom: 0 }),
  () => ({ endAfter: 0 }),
  () => ({ options: [] }),
  () => ({ urgent: false }),
  () => ({ stays: false }),
  () => ({ eager: false }),
  () => ({ write: 131072 }),
  () => ({ read: 131072 }),
];
