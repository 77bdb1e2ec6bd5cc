import { SendFlag } from '../../assembly/numbers.js';
import type { Arguments } from './arguments.js';
import { ownOctet, peerOctet } from './content.js';
import { errnoOf } from './errno.js';
import { type Attempt, failed, ok, type Outcome, type Socket } from './sockets.js';
import type { World } from './world.js';

// Calls that move octets. What is written is a pattern (content.ts) unless the script gives a string; what is read is
// compared with what the peer sent.

const SEND_FLAGS = ['MSG_OOB', 'MSG_DONTWAIT', 'MSG_NOSIGNAL'];
const RECEIVE_FLAGS = ['MSG_PEEK', 'MSG_DONTWAIT', 'MSG_NOSIGNAL'];

/** The flags in the fourth place, all of them known. */
function flagsOf(args: Arguments, known: readonly string[]): string[] {
  const flags = args.has(3) ? args.words(3) : [];
  const foreign = flags.find((flag) => !known.includes(flag));
  return foreign === undefined ? flags : args.refuse(`the flag ${foreign}`);
}

export function write(world: World, args: Arguments): Attempt {
  return sending(world, args, args.number(2), []);
}

/** send() and sendto(). */
export function send(world: World, args: Arguments): Attempt {
  const flags = flagsOf(args, SEND_FLAGS);
  args.unspecified(4, 5);
  return sending(world, args, args.number(2), flags);
}

/** `writev(4, [{..., 100}, {..., 200}], 2)`: one write of the sum. */
export function writev(world: World, args: Arguments): Attempt {
  const list = args.at(1);
  if (list.kind !== 'list') return args.refuse('writev() without its list');
  let octets = 0;
  for (const item of list.items) {
    const fields = item.kind === 'struct' ? [...item.fields.values()] : args.refuse('writev() of another kind');
    octets += args.numberOf(fields[1] ?? args.refuse('writev() without a length'));
  }
  return sending(world, args, octets, []);
}

function sending(world: World, args: Arguments, octets: number, flags: string[]): Attempt {
  const target = world.sockets.get(args.number(0), args.line);
  const content = args.at(1);
  const given = content.kind === 'string' ? new TextEncoder().encode(content.value) : undefined;
  const mayBlock = target.isBlocking && !flags.includes('MSG_DONTWAIT');
  const last = flags.includes('MSG_OOB') ? SendFlag.URGENT : 0;
  let sent = 0;
  return () => {
    if (target.handle === 0) return failed('ENOTCONN');
    const fault = (): Outcome | undefined => (sent > 0 ? ok(sent) : undefined);
    while (sent < octets) {
      const room = roomOf(world, target);
      if (room < 0 && errnoOf(room) !== 'EAGAIN') return fault() ?? failed(errnoOf(room));
      if (room <= 0) return mayBlock ? undefined : (fault() ?? failed('EAGAIN'));
      const length = Math.min(room, octets - sent);
      commit(world, target, length, sent + length < octets ? 0 : last, given?.subarray(sent));
      sent += length;
    }
    return ok(octets);
  };
}

/** What may be committed now: the ring's room, and what SO_SNDBUF leaves. */
function roomOf(world: World, target: Socket): number {
  const room = world.core.call.sendRoom(target.handle);
  const info = target.sendLimit === undefined ? undefined : world.core.info(target.handle);
  if (room <= 0 || info === undefined) return room;
  const queued = (info.snd.end - info.snd.una) >>> 0;
  return Math.max(0, Math.min(room, (target.sendLimit ?? 0) - queued));
}

function commit(world: World, target: Socket, length: number, flags: number, given: Uint8Array | undefined): void {
  const written = target.peer?.written;
  const begin = written?.length ?? 0;
  const octets = Uint8Array.from({ length }, (_, index) => given?.[index] ?? ownOctet(begin + index));
  world.core.octets.set(octets, world.core.call.sendAt(target.handle));
  written?.append(octets);
  world.core.call.send(target.handle, length, flags);
}

/** read(), recv() and recvfrom(). */
export function read(world: World, args: Arguments): Attempt {
  const target = world.sockets.get(args.number(0), args.line);
  const wanted = args.number(2);
  const flags = flagsOf(args, RECEIVE_FLAGS);
  args.unspecified(1, 4, 5);
  const mayBlock = target.isBlocking && !flags.includes('MSG_DONTWAIT');
  return () => {
    if (target.handle === 0) return failed('ENOTCONN');
    if (target.isReadShut) return ok(0);
    const taken = flags.includes('MSG_PEEK') ? peek(world, target, wanted) : take(world, target, wanted);
    if (taken >= 0) return ok(taken);
    const errno = errnoOf(taken);
    if (errno === 'EAGAIN' || errno === 'ENOTCONN') return mayBlock ? undefined : failed(errno);
    return failed(errno);
  };
}

function peek(world: World, target: Socket, wanted: number): number {
  const ready = world.core.call.receiveReady(target.handle);
  if (ready > 0) compareRead(world, target, Math.min(ready, wanted), 0);
  return Math.min(ready, wanted);
}

/** Reads up to `wanted` octets, across the ring's wrap. A fault behind text waits for the next call. */
function take(world: World, target: Socket, wanted: number): number {
  let taken = 0;
  do {
    const ready = world.core.call.receiveReady(target.handle);
    if (ready <= 0) return taken > 0 ? taken : ready;
    const length = Math.min(ready, wanted - taken);
    compareRead(world, target, length, length);
    const fault = world.core.call.receive(target.handle, length);
    if (fault < 0) return fault;
    taken += length;
  } while (taken < wanted);
  return taken;
}

/** The octets delivered are those that the peer sent, in order. */
function compareRead(world: World, target: Socket, length: number, consumed: number): void {
  const { peer } = target;
  if (peer === undefined) return;
  const at = world.core.call.receiveAt(target.handle);
  for (let index = 0; index < length; index += 1) {
    const expected = peerOctet(peer.readOctets + index);
    const got = world.core.octets[at + index] ?? 0;
    if (got !== expected) throw new WrongOctet(peer.readOctets + index + 1, expected, got);
  }
  peer.readOctets += consumed;
}

/** An octet that the application read is not the one that the peer sent. */
export class WrongOctet extends Error {
  override readonly name = 'WrongOctet';
  constructor(
    readonly seq: number,
    readonly expected: number,
    readonly got: number,
  ) {
    super(`octet ${seq}: ${got}, not ${expected}`);
  }
}
