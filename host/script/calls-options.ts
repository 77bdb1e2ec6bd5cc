import { Option } from '../../assembly/numbers.js';
import type { CoreInfo } from '../core.js';
import type { Arguments } from './arguments.js';
import { ERRNO_NUMBERS, errnoOf } from './errno.js';
import { type Attempt, failed, ok, type Outcome, type Socket } from './sockets.js';
import type { Expression } from './syntax.js';
import { tcpInfo } from './tcp-info.js';
import type { World } from './world.js';

// getsockopt() and setsockopt(), onto option(), info() and error() of the ABI.

/** Options that are one number to the core: which, and how many of the core's units one of the program's is. */
const NUMBERS: Readonly<Record<string, readonly [option: number, unit: number, initial: number]>> = {
  SO_KEEPALIVE: [Option.KEEPALIVE, 1, 0],
  TCP_NODELAY: [Option.NODELAY, 1, 0],
  TCP_KEEPIDLE: [Option.KEEPALIVE_IDLE, 1000, 7200],
  TCP_KEEPINTVL: [Option.KEEPALIVE_INTERVAL, 1000, 75],
  TCP_KEEPCNT: [Option.KEEPALIVE_COUNT, 1, 9],
  TCP_USER_TIMEOUT: [Option.USER_TIMEOUT, 1, 0],
  TCP_MAXSEG: [Option.MAXSEG, 1, 0],
  IP_TOS: [Option.TOS, 1, 0],
  IP_TTL: [Option.TTL, 1, 64],
};

/** The level that an option belongs to, by the first letters of its name; each has two names. */
const LEVELS: Readonly<Record<string, readonly string[]>> = {
  SO: ['SOL_SOCKET'],
  TCP: ['SOL_TCP', 'IPPROTO_TCP'],
  IP: ['SOL_IP', 'IPPROTO_IP'],
};

/** The option's name; at another level than its own it would be another option. */
function optionName(args: Arguments): string {
  const name = args.word(2);
  const level = args.word(1);
  const known = LEVELS[name.split('_')[0] ?? ''] ?? [];
  return known.includes(level) ? name : args.refuse(`the option ${name} at the level ${level}`);
}

const now =
  (outcome: Outcome): Attempt =>
  () =>
    outcome;

export function setsockopt(world: World, args: Arguments): Attempt {
  const target = world.sockets.get(args.number(0), args.line);
  const name = optionName(args);
  if (name === 'SO_LINGER') return now(setLinger(target, args));
  const value = args.numberOf(args.listed(3));
  target.asked.set(name, value);
  switch (name) {
    case 'SO_REUSEADDR':
    case 'SO_REUSEPORT':
      target.mayReuse = value !== 0;
      return now(ok());
    case 'SO_SNDBUF':
      target.sendLimit = value;
      return now(ok());
    case 'SO_RCVBUF':
      return now(setReceiveBuffer(world, args, value));
  }
  const known = NUMBERS[name];
  if (known === undefined) return args.refuse(`the socket option ${name}`);
  const [option, unit] = known;
  target.pending.set(option, value * unit);
  if (target.handle === 0) return now(ok());
  const fault = world.core.call.option(target.handle, option, value * unit);
  return now(fault < 0 ? failed(errnoOf(fault)) : ok());
}

function setLinger(target: Socket, args: Arguments): Outcome {
  const value = args.listed(3);
  if (value.kind !== 'struct') return args.refuse('SO_LINGER without its structure');
  const field = (name: string, position: string): number =>
    args.numberOf(value.fields.get(name) ?? value.fields.get(position) ?? args.refuse(`SO_LINGER without ${name}`));
  target.linger = { on: field('onoff', '0') !== 0, seconds: field('linger', '1') };
  return ok();
}

/** The rings are made at build time: only a script for another stack may ask for another size, and be told. */
function setReceiveBuffer(world: World, args: Arguments, value: number): Outcome {
  const ring = world.core.constants.receiveRing;
  if (value !== ring && !world.relax(args.line, `SO_RCVBUF of ${value} octets: the ring holds ${ring}`)) {
    args.refuse(`SO_RCVBUF of ${value} octets, since the receive ring holds ${ring}`);
  }
  return ok();
}

export function getsockopt(world: World, args: Arguments): Attempt {
  const target = world.sockets.get(args.number(0), args.line);
  const name = optionName(args);
  if (name === 'TCP_INFO') return now(getInfo(world, target, args));
  const expected = args.listed(3);
  if (name === 'SO_LINGER') return now(getLinger(target, args, expected));
  const got = read(world, target, args, name);
  if (expected.kind === 'ellipsis' || isEqual(expected, got, args)) return now(ok());
  const isSize = name === 'SO_RCVBUF' || name === 'SO_SNDBUF';
  if (isSize && world.relax(args.line, `${name} is ${got}`)) {
    if (name === 'SO_RCVBUF') target.peer?.scriptWindows.add(args.numberOf(expected));
    return now(ok());
  }
  return now(ok(`0 with [${got}]`));
}

/** `[ECONNREFUSED]` or its number, as Linux counts. */
function isEqual(expected: Expression, got: number | string, args: Arguments): boolean {
  if (typeof got === 'number') return args.numberOf(expected) === got;
  if (expected.kind === 'word') return expected.name === got;
  return args.numberOf(expected) === (got === '0' ? 0 : ERRNO_NUMBERS[got]);
}

function read(world: World, target: Socket, args: Arguments, name: string): number | string {
  const { constants } = world.core;
  if (name === 'SO_ERROR') return errnoOf(target.handle === 0 ? 0 : world.core.call.error(target.handle));
  if (name === 'SO_RCVBUF') return constants.receiveRing;
  if (name === 'SO_SNDBUF') return target.sendLimit ?? constants.sendRing;
  if (name === 'SO_REUSEADDR' || name === 'SO_REUSEPORT') return target.mayReuse ? 1 : 0;
  const info = target.handle === 0 ? undefined : world.core.info(target.handle);
  if (name === 'TCP_MAXSEG' && info !== undefined) return info.sendMss;
  const known = NUMBERS[name] ?? args.refuse(`the socket option ${name}`);
  return target.asked.get(name) ?? known[2];
}

function getLinger(target: Socket, args: Arguments, expected: Expression): Outcome {
  if (expected.kind !== 'struct') return args.refuse('SO_LINGER without its structure');
  const fields = [...expected.fields.values()].map((field) => args.numberOf(field));
  const got = [target.linger.on ? 1 : 0, target.linger.seconds];
  return fields.join() === got.join() ? ok() : ok(`0 with {onoff=${got[0]}, linger=${got[1]}}`);
}

/** `{tcpi_state=TCPS_ESTABLISHED, ...}`: each field named is compared. */
function getInfo(world: World, target: Socket, args: Arguments): Outcome {
  const expected = args.listed(3);
  if (expected.kind === 'ellipsis') return ok();
  if (expected.kind !== 'struct') return args.refuse('TCP_INFO without its structure');
  const info: CoreInfo | undefined = target.handle === 0 ? undefined : world.core.info(target.handle);
  const known = tcpInfo(info);
  for (const [name, value] of expected.fields) {
    if (value.kind === 'ellipsis') continue;
    const got = known.fields[name] ?? args.refuse(`the field ${name} of TCP_INFO`);
    const wanted =
      value.kind === 'word' ? (known.constants[value.name] ?? args.refuse(value.name)) : args.numberOf(value);
    if (wanted !== got) return ok(`0 with ${name}=${got}`);
  }
  return ok();
}
