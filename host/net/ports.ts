import { Fault } from '../../assembly/numbers.js';

/** The dynamic ports of RFC 6335. */
const FIRST = 49152;
const COUNT = 16384;

/**
 * Port 0 means a free port to Node, and the core does not tell which it chose: tries dynamic ports from a random one on, until
 * `take` answers anything but IN_USE.
 */
export function takeFreePort(take: (port: number) => number): { port: number; handle: number } {
  const start = crypto.getRandomValues(new Uint16Array(1))[0] ?? 0;
  for (let index = 0; index < COUNT; index++) {
    const port = FIRST + ((start + index) % COUNT);
    const handle = take(port);
    if (handle !== Fault.IN_USE) return { port, handle };
  }
  return { port: 0, handle: Fault.IN_USE };
}
