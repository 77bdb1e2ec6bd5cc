import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RealClock, VirtualClock } from '../../host/clock.js';

test('a virtual clock runs timers in the order of their times, and of their setting when the times are equal', () => {
  const clock = new VirtualClock(1000);
  const ran: string[] = [];
  const note = (name: string) => () => ran.push(`${name}@${clock.now()}`);
  clock.setTimer(20, note('late'));
  clock.setTimer(10, note('first'));
  clock.setTimer(10, note('second'));
  clock.advance(15);
  assert.deepEqual(ran, ['first@1010', 'second@1010']);
  assert.equal(clock.now(), 1015);
  clock.advance(5);
  assert.deepEqual(ran.slice(2), ['late@1020']);
});

test('a cancelled timer does not run, and cancelling again is harmless', () => {
  const clock = new VirtualClock();
  let runs = 0;
  const cancel = clock.setTimer(5, () => runs++);
  clock.setTimer(6, () => runs++);
  cancel();
  cancel();
  clock.advance(10);
  assert.equal(runs, 1);
});

test('a timer set by a timer runs within the same advance when it is due', () => {
  const clock = new VirtualClock();
  const times: number[] = [];
  const again = (): void => {
    times.push(clock.now());
    if (times.length < 3) clock.setTimer(4, again);
  };
  clock.setTimer(4, again);
  clock.advance(9);
  assert.deepEqual(times, [4, 8]);
});

test('run jumps from timer to timer and lets promises settle between them', async () => {
  const clock = new VirtualClock();
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => clock.setTimer(ms, resolve));
  const sleepTwice = async (): Promise<number> => {
    await sleep(60_000);
    await sleep(3_600_000);
    return clock.now();
  };
  assert.equal(await clock.runUntil(sleepTwice()), 3_660_000);
});

test('run stops at its limit and says that it has not come true', async () => {
  const clock = new VirtualClock();
  const tick = (): void => void clock.setTimer(10, tick);
  tick();
  assert.equal(await clock.run(() => false, 105), false);
  assert.equal(clock.now(), 105);
});

test('runUntil rejects when nothing more will happen', async () => {
  await assert.rejects(new VirtualClock().runUntil(new Promise(() => undefined)), /still pending/);
});

test('the real clock calls back no earlier than asked, and 0 means after what is running', async () => {
  const clock = new RealClock();
  const order: string[] = [];
  const start = clock.now();
  const soon = new Promise<void>((resolve) => {
    clock.setTimer(0, () => {
      order.push('soon');
      resolve();
    });
  });
  order.push('now');
  await soon;
  assert.deepEqual(order, ['now', 'soon']);
  // Its timers hold nothing open, so that the test has to.
  const anchor = setInterval(() => undefined, 1000);
  await new Promise<void>((resolve) => clock.setTimer(20, resolve));
  clearInterval(anchor);
  assert.ok(clock.now() - start >= 19);
});
