// Two applications that talk: what each must receive, and what excuses it from receiving all.
import { Counter, Fault } from '../../assembly/numbers.js';
import { Stream } from './content.js';
import type { Flow } from './flow.js';
import type { ConversationPlan } from './plan.js';
import { Side } from './side.js';
import type { Station } from './station.js';

/** Who is told of what the applications do. */
export interface ConversationWatcher {
  delivered(side: Side, at: number, length: number): void;
  written(side: Side, at: number, length: number): void;
  ended(side: Side): void;
  /** It is about to let its handle go, in this state, with so much text unread. */
  letGo(side: Side, how: 'close' | 'abort', state: number, unread: number): void;
  flowOf(from: Station, fromPort: number, to: Station, toPort: number): Flow;
  failed(side: Side): void;
}

export class Conversation {
  readonly number: number;
  readonly plan: ConversationPlan;
  readonly sides: readonly [Side, Side];
  readonly watcher: ConversationWatcher;
  /** Why a fault may be reported; undefined: none may. */
  excuseText: string | undefined;

  constructor(
    number: number,
    plan: ConversationPlan,
    stations: readonly Station[],
    seed: number,
    watcher: ConversationWatcher,
  ) {
    this.number = number;
    this.plan = plan;
    this.watcher = watcher;
    const [opener, listener] = [stations[plan.opener], stations[plan.listener]] as [Station, Station];
    this.sides = [
      new Side(this, opener, plan.sides[0], new Stream(seed, 2 * number), true),
      new Side(this, listener, plan.sides[1], new Stream(seed, 2 * number + 1), false),
    ];
  }

  excuse(why: string): void {
    this.excuseText ??= why;
  }

  /** Whether a fault may be reported to this side. */
  mayFail(side: Side): boolean {
    // Two SYNs that miss one another each find a closed port.
    if (this.plan.simultaneous && side.fault === Fault.REFUSED) return true;
    return this.excuseText !== undefined || this.#isOver(side) || this.#hadCookie(side);
  }

  /** Both streams have been read to their ends; only the last ACK was lost, time and again, until the TIME-WAIT was over. */
  #isOver(side: Side): boolean {
    const { peer } = side;
    return side.fault === Fault.RESET && side.hasEnded && peer.isDone && peer.hasEnded && peer.received === side.sent;
  }

  /** An ACK that answers a repeated cookie and overtakes the text behind the first draws a RST: nothing is kept that could tell. */
  #hadCookie({ fault }: Side): boolean {
    const { call } = this.sides[1].station.machine;
    return fault === Fault.RESET && call.counter(Counter.COOKIES_SENT) > 0;
  }

  failed(side: Side): void {
    this.watcher.failed(side);
    this.excuse('one side was told of a fault');
  }
}
