import { Arguments } from './arguments.js';
import * as data from './calls-data.js';
import * as opening from './calls-open.js';
import * as options from './calls-options.js';
import * as own from './calls-own.js';
import { poll } from './calls-poll.js';
import { isSameErrno } from './errno.js';
import type { Attempt, Outcome } from './sockets.js';
import type { Call, Expression } from './syntax.js';
import type { World } from './world.js';

type Handler = (world: World, args: Arguments) => Attempt;

const HANDLERS: Readonly<Record<string, Handler>> = {
  socket: opening.socket,
  bind: opening.bind,
  listen: opening.listen,
  accept: opening.accept,
  connect: opening.connect,
  shutdown: opening.shutdown,
  close: opening.close,
  fcntl: opening.fcntl,
  read: data.read,
  recv: data.read,
  recvfrom: data.read,
  write: data.write,
  writev: data.writev,
  send: data.send,
  sendto: data.send,
  getsockopt: options.getsockopt,
  setsockopt: options.setsockopt,
  poll,
  configure: own.configure,
  option: own.option,
  abort: own.abort,
  state: own.state,
  info: own.info,
  events: own.events,
  counter: own.counter,
  drops: own.drops,
  entries: own.entries,
  restart: own.restart,
};

/** Begins a call: the attempt tells its outcome at once, or undefined as long as it blocks. */
export function beginCall(world: World, call: Call, line: number): Attempt {
  const args = new Arguments(call, line);
  const handler = HANDLERS[call.name] ?? args.refuse(`the call ${call.name}()`);
  return handler(world, args);
}

/** Whether a call ended as the script says. */
export function isExpected(call: Call, outcome: Outcome): boolean {
  if (call.result.kind === 'ellipsis') return true;
  if (call.errno !== undefined) return outcome.errno !== undefined && isSameErrno(call.errno, outcome.errno);
  if (outcome.flags !== undefined && call.note.startsWith('flags')) return hasFlags(call.note, outcome.flags);
  if (call.result.kind === 'number') return outcome.value === call.result.value && outcome.errno === undefined;
  return outcome.value === formatResult(call.result);
}

/** `flags O_RDWR | O_NONBLOCK`: the numbers differ from system to system, the names do not. */
function hasFlags(note: string, flags: string[]): boolean {
  const named = note.match(/O_[A-Z]+/g) ?? [];
  return [...named].sort().join() === [...flags].sort().join();
}

export function formatOutcome(outcome: Outcome): string {
  return outcome.errno === undefined ? String(outcome.value) : `${outcome.value} ${outcome.errno}`;
}

export function formatCall(call: Call): string {
  const errno = call.errno === undefined ? '' : ` ${call.errno}`;
  return `${call.name}() = ${formatResult(call.result)}${errno}`;
}

/** Names of states may be written as the RFC prints them, in quotes, or with underscores. */
function formatResult(result: Expression): string {
  switch (result.kind) {
    case 'number':
      return String(result.value);
    case 'word':
      return result.name;
    case 'string':
      return result.value.replaceAll('-', '_');
    case 'or':
      return result.parts.map(formatResult).sort().join('|');
    default:
      return '...';
  }
}
