import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TappedLink } from '../../host/control/tap.js';
import { VirtualClock } from '../../host/clock.js';
import { pair } from '../../host/link/pair.js';

test('what arrives while the link is held is told at its release, in order, and before what comes later', () => {
  const clock = new VirtualClock();
  const [board, laptop] = pair(clock);
  const tap = new TappedLink(laptop, { isHeld: true });
  const heard: number[] = [];
  tap.attach({ receive: (octets) => heard.push(...octets), drain: () => undefined, closed: () => undefined });
  for (const octet of [1, 2]) {
    board.send(Uint8Array.of(octet));
    clock.advance(0);
  }
  assert.deepEqual(heard, []);
  tap.release();
  assert.deepEqual(heard, [1, 2]);
  board.send(Uint8Array.of(3));
  clock.advance(0);
  assert.deepEqual(heard, [1, 2, 3]);
});
