import { ListenFlag, Option, State } from '../../assembly/numbers.js';
import { formatAddress } from '../address.js';
import type { CoreInfo } from '../core.js';
import type { Arguments } from './arguments.js';
import type { World } from './world.js';
import { errnoOf } from './errno.js';
import { type Attempt, failed, ok, type Outcome, Socket } from './sockets.js';

// Calls that make, name and end sockets.

const now =
  (outcome: Outcome): Attempt =>
  () =>
    outcome;

export function socket(world: World, args: Arguments): Attempt {
  const [domain, type, protocol] = [args.at(0), args.words(1), args.at(2)];
  if (domain.kind === 'word' && domain.name !== 'AF_INET' && domain.name !== 'PF_INET') args.refuse(domain.name);
  if (!type.includes('SOCK_STREAM')) args.refuse(`a socket of the type ${type.join('|')}`);
  if (protocol.kind === 'word' && protocol.name !== 'IPPROTO_TCP') args.refuse(protocol.name);
  const made = new Socket();
  made.isBlocking = !type.includes('SOCK_NONBLOCK');
  const descriptor = world.expectedNumber(args);
  world.sockets.add(descriptor, made);
  return now(ok(descriptor));
}

export function bind(world: World, args: Arguments): Attempt {
  const target = world.sockets.get(args.number(0), args.line);
  const { address, port } = args.address(1);
  target.boundAddress = address ?? 0;
  target.boundPort = port ?? world.peers.addresses.bindPort;
  return now(ok());
}

export function listen(world: World, args: Arguments): Attempt {
  const target = world.sockets.get(args.number(0), args.line);
  const port = target.boundPort === 0 ? world.peers.addresses.bindPort : target.boundPort;
  const flags = target.mayReuse ? ListenFlag.REUSE_ADDRESS : 0;
  const backlog = Math.max(args.number(1), 1);
  const { address, port: remotePort } = onlyFor(world, args);
  const handle = world.core.call.listen(target.boundAddress, port, backlog, flags, address, remotePort);
  if (handle < 0) return now(failed(errnoOf(handle)));
  target.handle = handle;
  target.isListener = true;
  target.boundPort = port;
  for (const [name, value] of target.pending) world.core.call.option(handle, name, value);
  world.peers.listening(target.boundAddress, port);
  return now(ok());
}

/** `listen(3, 1, @2)`: a passive open for that peer only (RFC 9293 section 3.9.1.1), or for one that is written out. */
function onlyFor(world: World, args: Arguments): { address: number; port: number } {
  if (!args.has(2)) return { address: 0, port: 0 };
  const { label, address, port } = args.address(2);
  if (label === undefined) return { address: address ?? 0, port: port ?? 0 };
  return { address: world.peers.addresses.remote, port: world.peers.portOf(label) };
}

export function accept(world: World, args: Arguments): Attempt {
  const listener = world.sockets.get(args.number(0), args.line);
  const isBlocking = listener.isBlocking;
  const wanted = args.address(1);
  return () => {
    const handle = world.core.call.accept(listener.handle);
    const fault = errnoOf(handle);
    if (handle < 0) return fault === 'EAGAIN' && isBlocking ? undefined : failed(fault);
    const made = new Socket();
    made.handle = handle;
    made.linger = { ...listener.linger };
    made.sendLimit = listener.sendLimit;
    made.hasConnected = true;
    const info = world.core.info(handle);
    made.peer = info === undefined ? undefined : world.peers.ofInfo(info);
    const stranger = strangerIn(wanted, info);
    if (stranger !== undefined) return ok(stranger);
    for (const [name, value] of listener.pending) world.core.call.option(handle, name, value);
    for (const [name, value] of listener.asked) made.asked.set(name, value);
    const descriptor = world.expectedNumber(args);
    world.sockets.add(descriptor, made);
    return ok(descriptor);
  };
}

/** Whom accept() tells of, if the script has named another. */
function strangerIn(wanted: { address?: number; port?: number }, info: CoreInfo | undefined): string | undefined {
  if (info === undefined) return undefined;
  const isOther =
    (wanted.address !== undefined && formatAddress(wanted.address) !== info.remoteAddress) ||
    (wanted.port !== undefined && wanted.port !== info.remotePort);
  return isOther ? `a connection from ${info.remoteAddress}:${info.remotePort}` : undefined;
}

export function connect(world: World, args: Arguments): Attempt {
  const target = world.sockets.get(args.number(0), args.line);
  if (target.handle !== 0) return now(connectAgain(world, target));
  const { label, address, port } = args.address(1);
  const remote = address ?? world.peers.addresses.remote;
  const remotePort = port ?? world.peers.addresses.connectPort;
  const handle = world.core.call.open(remote, remotePort, target.boundPort);
  if (handle < 0) return now(failed(errnoOf(handle)));
  target.handle = handle;
  for (const [name, value] of target.pending) world.core.call.option(handle, name, value);
  target.peer = world.peers.connecting(label, remote, remotePort, target.boundPort);
  if (!target.isBlocking) return now(failed('EINPROGRESS'));
  return () => {
    const state = world.core.call.status(handle);
    if (state === State.SYN_SENT || state === State.SYN_RECEIVED) return undefined;
    target.hasConnected = true;
    return state === State.CLOSED || state < 0 ? failed(errnoOf(world.core.call.error(handle))) : ok();
  };
}

function connectAgain(world: World, target: Socket): Outcome {
  const state = world.core.call.status(target.handle);
  if (state === State.SYN_SENT || state === State.SYN_RECEIVED) return failed('EALREADY');
  if (state === State.CLOSED) return failed(errnoOf(world.core.call.error(target.handle)));
  // The first connect() behind a non-blocking one tells that it has succeeded.
  if (target.hasConnected) return failed('EISCONN');
  target.hasConnected = true;
  return ok();
}

export function shutdown(world: World, args: Arguments): Attempt {
  const target = world.sockets.get(args.number(0), args.line);
  const how = args.at(1);
  const name = how.kind === 'number' ? (['SHUT_RD', 'SHUT_WR', 'SHUT_RDWR'][how.value] ?? '') : args.word(1);
  if (name !== 'SHUT_WR') target.isReadShut = true;
  if (name === 'SHUT_RD') return now(ok());
  return now(outcomeOf(target.handle === 0 ? 'ENOTCONN' : errnoOf(world.core.call.shutdown(target.handle))));
}

const outcomeOf = (errno: string): Outcome => (errno === '0' ? ok() : failed(errno));

export function close(world: World, args: Arguments): Attempt {
  const descriptor = args.number(0);
  const target = world.sockets.get(descriptor, args.line);
  world.sockets.remove(descriptor);
  const { handle, linger } = target;
  if (handle === 0) return now(ok());
  if (!target.isListener && linger.on && linger.seconds === 0) world.core.call.option(handle, Option.LINGER, 0);
  const mustWait = !target.isListener && linger.on && linger.seconds > 0;
  if (!mustWait) return now(outcomeOf(errnoOf(world.core.call.close(handle))));
  return lingeringClose(world, target);
}

/**
 * close() with a linger time waits for the FIN's acknowledgment: by shutdown(), which leaves the handle to ask. Unread
 * text is lost by a close, so that nothing is waited for then.
 */
function lingeringClose(world: World, target: Socket): Attempt {
  const until = world.stack.now + target.linger.seconds * 1_000_000;
  const end = (errno: string): Outcome => {
    world.core.call.close(target.handle);
    return outcomeOf(errno);
  };
  if (world.core.call.receiveReady(target.handle) > 0) return now(end('0'));
  world.core.call.shutdown(target.handle);
  world.wakeAt(until);
  return () => {
    const state = world.core.call.status(target.handle);
    const isDone = state === State.FIN_WAIT_2 || state === State.TIME_WAIT || state === State.CLOSED || state < 0;
    if (isDone) return end(errnoOf(world.core.call.error(target.handle)));
    return world.stack.now >= until ? end('EWOULDBLOCK') : undefined;
  };
}

export function fcntl(world: World, args: Arguments): Attempt {
  const target = world.sockets.get(args.number(0), args.line);
  const command = args.word(1);
  if (command === 'F_GETFL') {
    const flags = target.isBlocking ? ['O_RDWR'] : ['O_RDWR', 'O_NONBLOCK'];
    return now({ value: target.isBlocking ? 2 : 0x802, flags });
  }
  if (command !== 'F_SETFL') args.refuse(`fcntl() with ${command}`);
  target.isBlocking = !args.words(2).includes('O_NONBLOCK');
  return now(ok());
}
