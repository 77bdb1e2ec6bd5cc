import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualClock } from '../../host/clock.js';
import { pair } from '../../host/link/pair.js';
import { Listener } from './links.js';

test('what one end sends the other receives, never within the sender’s call', () => {
  const clock = new VirtualClock();
  const [left, right] = pair(clock);
  const listener = new Listener(right);
  const octets = Uint8Array.of(1, 2, 3);
  left.send(octets);
  octets.fill(9);
  assert.equal(listener.octets.length, 0);
  clock.advance(0);
  assert.deepEqual([...listener.octets], [1, 2, 3], 'the sender may use its array again');
  assert.deepEqual([left.stats.octetsOut, right.stats.octetsIn], [3, 3]);
});

test('what arrives before there is a user waits for it', () => {
  const clock = new VirtualClock();
  const [left, right] = pair(clock);
  left.send(Uint8Array.of(1));
  left.send(Uint8Array.of(2));
  clock.advance(0);
  assert.deepEqual([...new Listener(right).octets], [1, 2]);
});

test('a link has one user', () => {
  const [left] = pair(new VirtualClock());
  new Listener(left);
  assert.throws(() => new Listener(left), /has a user already/);
});

test('after close nothing is sent and nothing arrives; a user that comes late hears of it', async () => {
  const clock = new VirtualClock();
  const [left, right] = pair(clock);
  await left.close();
  left.send(Uint8Array.of(1));
  clock.advance(0);
  const late = new Listener(right);
  assert.equal(late.isClosed, true);
  assert.ok(late.error instanceof Error);
  assert.equal(late.octets.length, 0);
  assert.equal(left.hasRoom, false);
});

test('what was sent together is told as such, and stays as it is until the last of it has been told', () => {
  const clock = new VirtualClock();
  const [left, right] = pair(clock, 'datagrams');
  const told: { octets: Uint8Array; isMore: boolean }[] = [];
  right.attach({
    receive: (octets, isMore = false) => {
      told.push({ octets, isMore });
      if (isMore) return;
      assert.deepEqual(
        told.map((piece) => [...piece.octets]),
        [[1], [2, 2], [3, 3, 3]],
      );
    },
    drain: () => undefined,
    closed: () => undefined,
  });
  for (const length of [1, 2, 3]) left.send(new Uint8Array(length).fill(length));
  clock.advance(0);
  assert.deepEqual(
    told.map(({ isMore }) => isMore),
    [true, true, false],
  );
});

test('a piece longer than any datagram arrives whole', () => {
  const clock = new VirtualClock();
  const [left, right] = pair(clock);
  const listener = new Listener(right);
  left.send(new Uint8Array(70_000).fill(7));
  clock.advance(0);
  assert.equal(listener.octets.length, 70_000);
});
