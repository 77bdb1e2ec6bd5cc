// What a hand can do to a running scenario: a user's calls at either end, and the cable's misfortunes.
import { Flag } from '../../assembly/numbers.js';
import { otherEnd, type End } from '../trace/event.js';
import { HTTP_PORT } from './endpoint.js';
import type { World } from './world.js';

export const HAND_NAMES = [
  'drop',
  'duplicate',
  'delay',
  'corrupt',
  'write',
  'read',
  'half-close',
  'close',
  'abort',
  'pull',
  'plug',
  'flood',
] as const;

export type HandName = (typeof HAND_NAMES)[number];

export interface Hand {
  /** ms of the scenario's clock. */
  at: number;
  name: HandName;
  /** Whose call it is, or whose next segment; the flood goes to it. */
  end: End;
}

/** Octets that a hand writes. */
const WRITE_OCTETS = 100;
/** SYNs of a flood: more than the board's queue holds. */
const FLOOD_SYNS = 12;

export function applyHand(world: World, { name, end }: Omit<Hand, 'at'>): void {
  const endpoint = world.end(end);
  switch (name) {
    case 'drop':
      return world.cable.afflict({ fault: 'lost', from: end });
    case 'duplicate':
      return world.cable.afflict({ fault: 'duplicated', from: end });
    case 'delay':
      return world.cable.afflict({ fault: 'delayed', from: end });
    case 'corrupt':
      return world.cable.afflict({ fault: 'corrupted', from: end });
    case 'pull':
      return world.cable.cut();
    case 'plug':
      return world.cable.plug();
    case 'flood':
      return flood(world, end, FLOOD_SYNS);
    default:
      if (endpoint.handle > 0) applyCall(world, name, end);
  }
}

function applyCall(world: World, name: HandName, end: End): void {
  const endpoint = world.end(end);
  switch (name) {
    case 'write':
      endpoint.write(WRITE_OCTETS);
      break;
    case 'read':
      endpoint.read();
      break;
    case 'half-close':
      return endpoint.shutdown();
    case 'close':
      return endpoint.close();
    case 'abort':
      return endpoint.abort();
  }
}

/** SYNs from addresses that do not exist (TEST-NET-3, RFC 5737): nobody will ever answer the SYN-ACKs. */
export function flood(world: World, target: End, count: number): void {
  for (let n = 0; n < count; n++) {
    world.inject(otherEnd(target), {
      source: `203.0.113.${1 + (world.passages.length % 250)}`,
      sourcePort: 1024 + world.passages.length,
      destinationPort: HTTP_PORT,
      seq: 0x1000 * (n + 1),
      flags: Flag.SYN,
    });
  }
}

const HAND = /^(\d+)([a-z-]+)([lb])$/;

/** 1500drop-l.2000close-b: hands as they stand in a link. */
export function formatHands(hands: readonly Hand[]): string {
  return hands.map(({ at, name, end }) => `${at}${name}-${end === 'laptop' ? 'l' : 'b'}`).join('.');
}

/** Reads them back; what cannot be read is passed over, since anybody can write a link. */
export function parseHands(text: string): Hand[] {
  return text.split('.').flatMap((part) => {
    const [, at = '', dashed = '', end] = HAND.exec(part) ?? [];
    const name = HAND_NAMES.find((known) => `${known}-` === dashed);
    return name === undefined ? [] : [{ at: Number(at), name, end: end === 'l' ? 'laptop' : 'board' }];
  });
}
