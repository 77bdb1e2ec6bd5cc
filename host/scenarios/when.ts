// Conditions for which acts wait.
import type { End } from '../trace/event.js';
import type { World } from './world.js';

export type When = (world: World) => boolean;

/** An end is in a state, in the connection that the scenario is about. */
export function isIn(end: End, state: string): When {
  return (world) => world.state(end) === state;
}

/** Both ends know of each other, and nothing is on the wire. */
export const isOpen: When = (world) =>
  world.state('laptop') === 'ESTABLISHED' && world.state('board') === 'ESTABLISHED' && world.isQuiet;

export function both(one: When, other: When): When {
  return (world) => one(world) && other(world);
}

export const isQuiet: When = (world) => world.isQuiet;

/** So many datagrams have been sent at least. */
export function sent(count: number): When {
  return (world) => world.passages.length >= count;
}
