import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualClock } from '../../host/clock.js';
import { EmulatedCable, type EmulatedOptions } from '../../host/link/emulated.js';
import { Listener, frame, frameNumbers } from './links.js';

const FRAMES = 2000;

function cableWith(options: EmulatedOptions): { clock: VirtualClock; cable: EmulatedCable; a: Listener; b: Listener } {
  const clock = new VirtualClock();
  const cable = new EmulatedCable(clock, options);
  return { clock, cable, a: new Listener(cable.a), b: new Listener(cable.b) };
}

/** Sends numbered frames from a, one a millisecond. */
function sendFrames(clock: VirtualClock, cable: EmulatedCable, count = FRAMES): void {
  for (let number = 0; number < count; number++) {
    cable.a.send(frame(number));
    clock.advance(1);
  }
  clock.advance(10_000);
}

test('without faults the octets arrive as they were sent, whatever the pieces', () => {
  const { clock, cable, b } = cableWith({});
  const sent = Buffer.concat([frame(1), frame(2), frame(300, 1500), Buffer.from([0xc0, 0xc0]), frame(4)]);
  for (let at = 0, size = 1; at < sent.length; at += size, size = (size * 7 + 3) % 64 || 1) {
    cable.a.send(sent.subarray(at, at + size));
  }
  clock.advance(1);
  assert.ok(b.octets.equals(sent));
  assert.deepEqual(cable.counts, { lost: 0, reordered: 0, duplicated: 0, corrupted: 0, overflow: 0, cut: 0 });
});

test('delay and jitter shift frames and keep their order', () => {
  const { clock, cable, b } = cableWith({ delayMs: 20, jitterMs: 30, seed: 7 });
  cable.a.send(frame(1));
  clock.advance(19);
  assert.equal(b.pieces.length, 0);
  sendFrames(clock, cable, 500);
  const numbers = frameNumbers(b.octets);
  assert.equal(numbers.length, 501);
  assert.deepEqual(numbers.slice(1), [...Array(500).keys()]);
});

test('bandwidth is kept to the octet, and the sender is told to wait and to go on', () => {
  const { clock, cable, b } = cableWith({ bandwidth: 1000 });
  let sent = 0;
  while (cable.a.hasRoom) {
    cable.a.send(frame(sent, 498));
    sent += 500;
  }
  // One frame on the line, and three frames' worth of room behind it.
  assert.ok(sent <= 2500, String(sent));
  clock.advance(499);
  assert.equal(b.octets.length, 0);
  clock.advance(2);
  assert.equal(b.octets.length, 500);
});

test('after back-pressure drain is called once there is room', () => {
  const clock = new VirtualClock();
  const cable = new EmulatedCable(clock, { bandwidth: 1000 });
  const a = new Listener(cable.a);
  new Listener(cable.b);
  while (cable.a.hasRoom) cable.a.send(frame(1, 498));
  clock.advance(5000);
  assert.ok(a.drains >= 1);
  assert.ok(cable.a.hasRoom);
});

test('a queue that is full loses what comes, instead of holding the sender', () => {
  const { clock, cable, b } = cableWith({ bandwidth: 1000, queueOctets: 2000 });
  for (let number = 0; number < 10; number++) {
    assert.ok(cable.a.hasRoom);
    cable.a.send(frame(number, 498));
  }
  clock.advance(60_000);
  assert.deepEqual(frameNumbers(b.octets), [0, 1, 2, 3]);
  assert.equal(cable.counts.overflow, 6);
  assert.equal(cable.a.stats['overflow'], 6);
});

test('loss hits whole frames, about as many as asked, and each is counted', () => {
  const { clock, cable, b } = cableWith({ loss: 0.1, seed: 3 });
  sendFrames(clock, cable);
  const numbers = frameNumbers(b.octets);
  assert.equal(numbers.length, FRAMES - cable.counts.lost);
  assert.deepEqual(
    numbers,
    [...numbers].sort((x, y) => x - y),
  );
  assert.ok(cable.counts.lost > FRAMES * 0.07 && cable.counts.lost < FRAMES * 0.13, String(cable.counts.lost));
});

test('loss of 100 % lets nothing through', () => {
  const { clock, cable, b } = cableWith({ loss: 1 });
  sendFrames(clock, cable, 50);
  assert.equal(b.octets.length, 0);
  assert.equal(cable.counts.lost, 50);
});

test('reordered frames are passed by up to three later ones, and none is lost', () => {
  const { clock, cable, b } = cableWith({ reorder: 0.1, seed: 5 });
  sendFrames(clock, cable);
  const numbers = frameNumbers(b.octets);
  assert.deepEqual(
    [...numbers].sort((x, y) => x - y),
    [...Array(FRAMES).keys()],
  );
  const late = numbers.filter((number, at) => numbers.slice(Math.max(0, at - 8), at).some((before) => before > number));
  assert.equal(late.length > FRAMES * 0.07, true, `${late.length} late`);
  for (const [at, number] of numbers.entries()) assert.ok(Math.abs(at - number) <= 8, `${number} at ${at}`);
});

test('a reordered frame that nothing follows arrives all the same', () => {
  const { clock, cable, b } = cableWith({ reorder: 1 });
  cable.a.send(frame(1));
  clock.advance(1000);
  assert.deepEqual(frameNumbers(b.octets), [1]);
});

test('duplicated frames arrive twice', () => {
  const { clock, cable, b } = cableWith({ duplicate: 0.1, seed: 5 });
  sendFrames(clock, cable);
  assert.equal(frameNumbers(b.octets).length, FRAMES + cable.counts.duplicated);
  assert.ok(cable.counts.duplicated > FRAMES * 0.07);
});

test('corruption flips one bit between the ENDs', () => {
  const { clock, cable, b } = cableWith({ corrupt: 0.1, seed: 5 });
  sendFrames(clock, cable);
  let flipped = 0;
  for (let number = 0; number < FRAMES; number++) {
    const sent = frame(number);
    const got = b.octets.subarray(number * sent.length, (number + 1) * sent.length);
    const bits = sent.reduce((sum, octet, at) => sum + bitsOf(octet ^ (got[at] ?? 0)), 0);
    assert.ok(bits <= 1);
    assert.equal(got[0], 0xc0);
    assert.equal(got[got.length - 1], 0xc0);
    flipped += bits;
  }
  assert.equal(flipped, cable.counts.corrupted);
  assert.ok(flipped > FRAMES * 0.07);
});

function bitsOf(octet: number): number {
  return octet.toString(2).replaceAll('0', '').length;
}

test('the same seed gives the same run, another seed another', () => {
  const run = (seed: number): Buffer => {
    const { clock, cable, b } = cableWith({
      loss: 0.05,
      reorder: 0.05,
      duplicate: 0.05,
      corrupt: 0.05,
      jitterMs: 9,
      seed,
    });
    sendFrames(clock, cable, 300);
    return b.octets;
  };
  assert.ok(run(11).equals(run(11)));
  assert.ok(!run(11).equals(run(12)));
});

test('the two directions meet different faults', () => {
  const { clock, cable, a, b } = cableWith({ loss: 0.3, seed: 2 });
  for (let number = 0; number < 200; number++) {
    cable.a.send(frame(number));
    cable.b.send(frame(number));
    clock.advance(1);
  }
  clock.advance(100);
  assert.ok(!a.octets.equals(b.octets));
});

test('one fault more does not change where the others fall', () => {
  const lostWith = (options: EmulatedOptions): number[] => {
    const { clock, cable, b } = cableWith({ loss: 0.1, seed: 4, ...options });
    sendFrames(clock, cable, 300);
    const arrived = new Set(frameNumbers(b.octets));
    return [...Array(300).keys()].filter((number) => !arrived.has(number));
  };
  assert.deepEqual(lostWith({}), lostWith({ duplicate: 0.2, reorder: 0.1, jitterMs: 3 }));
});

test('dropNext loses the next frame from the named end and no other', () => {
  const { clock, cable, a, b } = cableWith({});
  const faults: string[] = [];
  cable.onFault(({ fault, from }) => faults.push(`${fault} from ${from}`));
  cable.dropNext('a');
  cable.b.send(frame(9));
  for (const number of [1, 2, 3]) cable.a.send(frame(number));
  clock.advance(1);
  assert.deepEqual(frameNumbers(b.octets), [2, 3]);
  assert.deepEqual(frameNumbers(a.octets), [9]);
  assert.deepEqual(faults, ['lost from a']);
});

test('a cut cable loses what is on the way and what is sent, until it is plugged', () => {
  const { clock, cable, b } = cableWith({ delayMs: 50 });
  cable.a.send(frame(1));
  clock.advance(20);
  cable.cut();
  cable.a.send(frame(2));
  clock.advance(100);
  assert.equal(cable.isCut, true);
  cable.plug();
  cable.a.send(frame(3));
  clock.advance(100);
  assert.deepEqual(frameNumbers(b.octets), [3]);
  assert.equal(cable.counts.cut, 2);
});

test('datagrams stay whole', () => {
  const { clock, cable, b } = cableWith({ kind: 'datagrams', duplicate: 1 });
  cable.a.send(Uint8Array.of(0xc0, 1, 0xc0, 2));
  clock.advance(1);
  assert.deepEqual(
    b.pieces.map((piece) => [...piece]),
    [
      [0xc0, 1, 0xc0, 2],
      [0xc0, 1, 0xc0, 2],
    ],
  );
});

test('a closed end sends and hears nothing, and the other end is not told, as on a real cable', async () => {
  const { clock, cable, a, b } = cableWith({ delayMs: 10 });
  cable.b.send(frame(1));
  await cable.a.close();
  await cable.a.close();
  cable.a.send(frame(2));
  clock.advance(100);
  assert.deepEqual([a.isClosed, a.error, b.isClosed], [true, undefined, false]);
  assert.deepEqual([a.octets.length, b.octets.length], [0, 0]);
});
