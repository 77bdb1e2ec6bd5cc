import { State } from '../../assembly/numbers.js';
import type { Arguments } from './arguments.js';
import { type Attempt, ok, type Socket } from './sockets.js';
import type { Expression } from './syntax.js';
import type { World } from './world.js';

/** Reported whether asked for or not. */
const ALWAYS = new Set(['POLLERR', 'POLLHUP', 'POLLNVAL']);

interface Entry {
  socket: Socket;
  descriptor: number;
  events: string[];
  revents: Expression | undefined;
}

/** `poll([{fd=3, events=POLLIN, revents=POLLIN}], 1, 100) = 1`; the time-out is ms, -1 for none. */
export function poll(world: World, args: Arguments): Attempt {
  const entries = readEntries(world, args);
  const timeout = args.number(2);
  const until = timeout < 0 ? Infinity : world.stack.now + timeout * 1000;
  if (timeout > 0) world.wakeAt(until);
  return () => {
    const got = entries.map(({ socket, events }) => readiness(world, socket, events));
    const ready = got.filter((events) => events.length > 0).length;
    if (ready === 0 && world.stack.now < until) return undefined;
    const wrong = entries.findIndex(({ revents }, at) => !isSame(args, revents, got[at] ?? []));
    if (wrong < 0) return ok(ready);
    const events = got[wrong] ?? [];
    return ok(
      `${ready} with revents=${events.length === 0 ? '0' : events.join('|')} of fd ${entries[wrong]?.descriptor}`,
    );
  };
}

function readEntries(world: World, args: Arguments): Entry[] {
  const list = args.at(0);
  if (list.kind !== 'list') return args.refuse('poll() without its list');
  return list.items.map((item) => {
    if (item.kind !== 'struct') return args.refuse('poll() of another kind');
    const descriptor = args.numberOf(item.fields.get('fd') ?? args.refuse('poll() without fd'));
    const events = args.wordsOf(item.fields.get('events') ?? args.refuse('poll() without events'));
    return {
      socket: world.sockets.get(descriptor, args.line),
      descriptor,
      events,
      revents: item.fields.get('revents'),
    };
  });
}

function isSame(args: Arguments, expected: Expression | undefined, got: string[]): boolean {
  if (expected === undefined || expected.kind === 'ellipsis') return true;
  return [...args.wordsOf(expected)].sort().join() === [...got].sort().join();
}

function readiness(world: World, socket: Socket, asked: string[]): string[] {
  const events = socket.isListener ? listenerEvents(world, socket) : connectionEvents(world, socket);
  return events.filter((event) => asked.includes(event) || ALWAYS.has(event));
}

function listenerEvents(world: World, socket: Socket): string[] {
  return (world.core.info(socket.handle)?.acceptable ?? 0) > 0 ? ['POLLIN'] : [];
}

function connectionEvents(world: World, socket: Socket): string[] {
  if (socket.handle === 0) return ['POLLOUT', 'POLLHUP'];
  const { call } = world.core;
  const state = call.status(socket.handle);
  if (state === State.SYN_SENT || state === State.SYN_RECEIVED) return [];
  const info = world.core.info(socket.handle);
  const ready = call.receiveReady(socket.handle);
  const room = call.sendRoom(socket.handle);
  const isOver = state === State.CLOSED || state === State.TIME_WAIT;
  const hasEnded = isOver || ([State.CLOSE_WAIT, State.LAST_ACK, State.CLOSING] as number[]).includes(state);
  const isEnd = ready === 0 || hasEnded;
  const hasFault = (info?.fault ?? 0) !== 0;
  const events: string[] = [];
  if (ready > 0 || isEnd || hasFault) events.push('POLLIN');
  if (room > 0 || hasFault || state === State.CLOSED) events.push('POLLOUT');
  if (isEnd || hasFault) events.push('POLLRDHUP');
  if (info?.urgent === true) events.push('POLLPRI');
  if (hasFault && isOver) events.push('POLLERR');
  if (isOver) events.push('POLLHUP');
  return events;
}
