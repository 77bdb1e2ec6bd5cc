// What the records of both cores say of states: who is in which, and what took whom there.
import { Protocol } from '../../assembly/numbers.js';
import type { CoreRecord } from '../core.js';
import type { End, StateChange } from '../trace/event.js';
import type { Origins } from './origins.js';
import type { Passage, Transition } from './passage.js';

export class Ledger {
  readonly transitions: Transition[] = [];
  /** The connection that the scenario is about: the last that was opened. 0: none yet. */
  main = 0;

  readonly #origins: Origins;
  readonly #now: () => number;
  readonly #states = new Map<number, Partial<Record<End, string>>>();

  constructor(origins: Origins, now: () => number) {
    this.#origins = origins;
    this.#now = now;
  }

  /** The state of an end in a connection; undefined: it knows nothing of it. */
  state(end: End, connection: number): string | undefined {
    return this.#states.get(connection)?.[end];
  }

  note(
    end: End,
    record: CoreRecord,
    change: StateChange | undefined,
    by: Transition['by'],
    passage: Passage | undefined,
  ): void {
    if (change === undefined || record.remotePort === 0) return;
    const { local, remote } = socketsOf(record);
    const isOpen = by === 'call' && change.after === 'SYN-SENT';
    if (isOpen) this.main = this.#begun(end, local, remote, change);
    const connection = isOpen ? this.main : (passage?.connection ?? this.#origins.numberOf(local, remote));
    const { before, after } = change;
    this.#states.set(connection, { ...this.#states.get(connection), [end]: after });
    if (before === after) return;
    const time = this.#now();
    this.transitions.push({ time, end, connection, before, after, by, passage, isMerged: false, local, remote });
  }

  /** A segment that leaves in the moment of a call or a timeout that changed the state tells of both. */
  merge(end: End, record: CoreRecord, change: StateChange | undefined): StateChange | undefined {
    const { local, remote } = socketsOf(record);
    const last = this.transitions.findLast((transition) => transition.end === end && transition.local === local);
    if (last === undefined || last.remote !== remote || last.time !== this.#now() || change === undefined)
      return change;
    if (last.isMerged || (last.by !== 'call' && last.by !== 'timeout')) return change;
    last.isMerged = true;
    return { ...change, before: last.before };
  }

  /** A segment that no connection sends (a reset, a cookie) leaves its end's state as it is. */
  standing(end: End, connection: number, cause: string): StateChange | undefined {
    const state = cause === 'forged' ? undefined : this.state(end, connection);
    return state === undefined ? undefined : { before: state, after: state, inferred: false };
  }

  /** A new connection of a pair of sockets that had one before is numbered anew. */
  #begun(end: End, local: string, remote: string, { before }: StateChange): number {
    const number = this.#origins.numberOf(local, remote);
    const isKnown = before === 'CLOSED' && this.state(end, number) !== undefined;
    return isKnown ? this.#origins.begin(local, remote).number : number;
  }
}

/**
 * The states that a record tells of; none when it is not about a connection. `hasListener`: by 3.10.7.4, a reset returns a
 * connection that came from LISTEN to LISTEN, which the core's listener has never left.
 */
export function changeOf(record: CoreRecord, hasListener: boolean): StateChange | undefined {
  const { before, after, kind, protocol, table, drop, remotePort } = record;
  if (protocol !== Protocol.TCP) return undefined;
  if (table === 'none' && before === after && drop !== 'no-connection') return undefined;
  const isReset = kind === 'input' && remotePort !== 0 && before === 'SYN-RECEIVED' && after === 'CLOSED';
  return { before, after: isReset && hasListener ? 'LISTEN' : after, inferred: false };
}

function socketsOf(record: CoreRecord): { local: string; remote: string } {
  return {
    local: `${record.localAddress}:${record.localPort}`,
    remote: `${record.remoteAddress}:${record.remotePort}`,
  };
}
