import { Config, Counter, Drop, Event, Option } from '../../assembly/numbers.js';
import type { CoreInfo } from '../core.js';
import type { Arguments } from './arguments.js';
import { errnoOf } from './errno.js';
import { type Attempt, failed, ok, type Outcome } from './sockets.js';
import type { World } from './world.js';

// Calls that packetdrill does not have: what a script asks of this stack alone (docs/scripts.md).

type Numbers = Readonly<Record<string, number>>;

const now =
  (outcome: Outcome): Attempt =>
  () =>
    outcome;
const outcomeOf = (result: number): Outcome => (result < 0 ? failed(errnoOf(result)) : ok(result));

/** `configure(MSL, 1000) = 0`. */
export function configure(world: World, args: Arguments): Attempt {
  return now(outcomeOf(world.core.call.configure(named(Config, args, 0), args.number(1))));
}

/** `option(4, USER_TIMEOUT, 1000) = 0`. */
export function option(world: World, args: Arguments): Attempt {
  const { handle } = world.sockets.get(args.number(0), args.line);
  return now(outcomeOf(world.core.call.option(handle, named(Option, args, 1), args.number(2))));
}

/** `abort(4) = 0`: the user call ABORT of RFC 9293 section 3.9.1.5. */
export function abort(world: World, args: Arguments): Attempt {
  const descriptor = args.number(0);
  const { handle } = world.sockets.get(descriptor, args.line);
  world.sockets.remove(descriptor);
  return now(outcomeOf(world.core.call.abort(handle)));
}

/** `state(4) = TIME_WAIT`, of a descriptor (closed or not), of `@2`, or of the current peer when nothing is given. */
export function state(world: World, args: Arguments): Attempt {
  return now(ok((rowOf(world, args)?.state ?? 'CLOSED').replaceAll('-', '_')));
}

/** `info(4, cwnd) = 3000`: a field as the host's CoreInfo names it; SEQ and ACK numbers are relative. */
export function info(world: World, args: Arguments): Attempt {
  const row = rowOf(world, args);
  const field = args.word(1);
  if (row === undefined) return now(failed('EBADF'));
  const numbers: Record<string, number> = {
    una: (row.snd.una - row.iss) >>> 0,
    sndnxt: (row.snd.nxt - row.iss) >>> 0,
    rcvnxt: (row.rcv.nxt - row.irs) >>> 0,
    sndwnd: row.snd.wnd,
    rcvwnd: row.rcv.wnd,
    urgentLeft: row.urgent ? (row.rcv.up - row.rcv.read) >>> 0 : 0,
    sack: Number(row.sack),
    timestamps: Number(row.timestamps),
    windowScale: Number(row.windowScale),
    urgent: Number(row.urgent),
  };
  const value = numbers[field] ?? (row as unknown as Record<string, unknown>)[field];
  if (typeof value !== 'number') return args.refuse(`the field ${field} of info()`);
  return now(ok(value));
}

/** `events(4) = URGENT|READABLE`: since the last ask. */
export function events(world: World, args: Arguments): Attempt {
  const target = world.sockets.get(args.number(0), args.line);
  const bits = world.core.call.events(target.handle);
  const names = Object.entries(Event as Numbers).filter(([, bit]) => (bits & bit) !== 0);
  return now(
    ok(
      names.length === 0
        ? 0
        : names
            .map(([name]) => name)
            .sort()
            .join('|'),
    ),
  );
}

/** `counter(RESETS_SENT) = 1`; drops by reason as `drops(NO_CONNECTION) = 1`. */
export function counter(world: World, args: Arguments): Attempt {
  return now(ok(world.core.call.counter(named(Counter, args, 0)) >>> 0));
}

export function drops(world: World, args: Arguments): Attempt {
  return now(ok(world.core.call.counter(Counter.DROPS + named(Drop, args, 0)) >>> 0));
}

/** `entries(TIME_WAIT) = 2`: how many rows a table has: CONNECTION, SYN_QUEUE, TIME_WAIT, LISTENER. */
export function entries(world: World, args: Arguments): Attempt {
  const table = args.word(0).toLowerCase().replaceAll('_', '-');
  return now(ok(world.core.list().filter((row) => row.table === table).length));
}

/** `restart() = 0`: the board loses its power and comes back, knowing nothing. */
export function restart(world: World, args: Arguments): Attempt {
  if (args.call.args.length > 0) args.refuse('restart() with arguments');
  world.restart();
  return now(ok());
}

function named(numbers: Numbers, args: Arguments, index: number): number {
  const name = args.word(index);
  return numbers[name] ?? args.refuse(`the name ${name}, which assembly/numbers.ts does not have`);
}

function rowOf(world: World, args: Arguments): CoreInfo | undefined {
  const which = args.has(0) ? args.at(0) : undefined;
  if (which?.kind !== 'number') {
    const peer = world.peers.find(which?.kind === 'peer' ? which.label : undefined);
    return world.peers.row(peer);
  }
  const socket = world.sockets.remembered(which.value);
  if (socket === undefined) return undefined;
  const isOpen = world.sockets.find(which.value) === socket;
  if (isOpen && socket.handle !== 0) return world.core.info(socket.handle);
  return socket.peer === undefined ? undefined : world.peers.row(socket.peer);
}
