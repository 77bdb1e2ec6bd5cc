import type { Arguments } from './arguments.js';
import { beginCall, formatCall, formatOutcome, isExpected } from './calls.js';
import { WrongOctet } from './calls-data.js';
import type { CoreInfo } from '../core.js';
import { ScriptFailure } from './failure.js';
import { formatTime } from './format.js';
import { Peers } from './peers.js';
import type { Relaxations } from './relaxations.js';
import type { Settings } from './settings.js';
import { type Attempt, type Outcome, Sockets } from './sockets.js';
import type { ScriptCore, Stack } from './stack.js';
import type { Call } from './syntax.js';
import type { World } from './world.js';

/** A call that has not returned yet. */
interface Waiting {
  call: Call;
  line: number;
  attempt: Attempt;
  /** When the script says that it returns. */
  until: number;
}

/** The program of the script: its calls, those that block among them, and its sockets. */
export class SystemCalls implements World {
  readonly peers: Peers;
  readonly sockets = new Sockets();
  #waiting: Waiting[] = [];
  #alarms: number[] = [];
  #lastSocket = 0;

  constructor(
    readonly core: ScriptCore,
    readonly stack: Stack,
    private readonly settings: Settings,
    private readonly relaxations: Relaxations,
    private readonly start: (now: number) => void,
  ) {
    this.peers = new Peers(settings.addresses, core);
  }

  /** When a waiting call must be tried again though the core sleeps. */
  get wake(): number {
    return Math.min(Infinity, ...this.#alarms);
  }

  configure(): void {
    for (const [name, value] of this.settings.configuration) {
      if (this.core.call.configure(name, value) < 0) {
        throw new ScriptFailure(1, `configure(${name}, ${value}) to be taken`, 'a fault');
      }
    }
  }

  restart(): void {
    this.start(this.stack.milliseconds);
    this.configure();
  }

  wakeAt(microseconds: number): void {
    this.#alarms.push(microseconds);
  }

  relax(line: number, what: string): boolean {
    return this.relaxations.allow(line, what);
  }

  expectedNumber(args: Arguments): number {
    const { result } = args.call;
    const wanted = result.kind === 'number' ? result.value : -1;
    return wanted >= 0 ? wanted : 1000;
  }

  begin(call: Call, line: number, until: number | undefined): void {
    const [first] = call.args;
    if (first?.kind === 'number' && this.sockets.find(first.value) !== undefined) this.#lastSocket = first.value;
    const attempt = beginCall(this, call, line);
    const outcome = this.#attempt(attempt, line);
    if (outcome !== undefined) this.#end(call, line, outcome, until);
    else if (until === undefined) throw new ScriptFailure(line, formatCall(call), 'the call blocks');
    else this.#waiting.push({ call, line, attempt, until });
  }

  /** Tries every waiting call once more; true when one has returned, which may have given the core something to do. */
  retry(): boolean {
    this.#alarms = this.#alarms.filter((alarm) => alarm > this.stack.now);
    const before = this.#waiting;
    this.#waiting = [];
    let hasReturned = false;
    for (const waiting of before) {
      const outcome = this.#attempt(waiting.attempt, waiting.line);
      if (outcome === undefined) this.#waiting.push(waiting);
      else {
        hasReturned = true;
        this.#end(waiting.call, waiting.line, outcome, waiting.until);
      }
    }
    return hasReturned;
  }

  #attempt(attempt: Attempt, line: number): Outcome | undefined {
    try {
      return attempt();
    } catch (error) {
      if (!(error instanceof WrongOctet)) throw error;
      throw new ScriptFailure(line, `the octet ${error.expected} at ${error.seq}, as the peer sent it`, `${error.got}`);
    }
  }

  #end(call: Call, line: number, outcome: Outcome, until: number | undefined): void {
    if (!isExpected(call, outcome)) throw new ScriptFailure(line, formatCall(call), formatOutcome(outcome));
    if (until === undefined || Math.abs(this.stack.now - until) <= this.settings.toleranceMicroseconds) return;
    const expected = `${formatCall(call)} to return at ${formatTime(until)}`;
    throw new ScriptFailure(line, expected, `its return at ${formatTime(this.stack.now)}`);
  }

  /** When the script says that the last waiting call returns; 0: none waits. */
  get waitsUntil(): number {
    return Math.max(0, ...this.#waiting.map(({ until }) => until));
  }

  /** No call may still wait when its time is past. */
  checkOverdue(): void {
    const now = this.stack.now - this.settings.toleranceMicroseconds;
    this.#failOn(this.#waiting.find(({ until }) => until < now));
  }

  checkFinished(): void {
    this.#failOn(this.#waiting[0]);
  }

  #failOn(waiting: Waiting | undefined): void {
    if (waiting === undefined) return;
    const expected = `${formatCall(waiting.call)} to return at ${formatTime(waiting.until)}`;
    throw new ScriptFailure(waiting.line, expected, `the call still blocks at ${formatTime(this.stack.now)}`);
  }

  /** The connection that the last call spoke of, for assertions. */
  lastInfo(): CoreInfo | undefined {
    const socket = this.sockets.remembered(this.#lastSocket);
    if (socket === undefined || socket.handle === 0) return undefined;
    return this.core.info(socket.handle);
  }
}
