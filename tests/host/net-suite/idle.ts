import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { type World, connected, eventsOf, lap, thrown } from './world.js';

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * setTimeout(). Silence takes real time; but timers set in one turn run in the order of their lengths, however late, so that
 * nothing here depends on how fast the machine is.
 */
export function idle(world: World): void {
  test('setTimeout() answers the socket, tells of silence and leaves the socket open', async () => {
    const { client, close } = await connected(world);
    let calls = 0;
    assert.equal(
      client.setTimeout(30, () => calls++),
      client,
    );
    assert.equal(client.timeout, 30);
    await once(client, 'timeout');
    assert.deepEqual([calls, client.destroyed, client.readyState], [1, false, 'open']);
    await close();
  });

  test('timeout is not told before its time', async () => {
    const { client, close } = await connected(world);
    let isIdle = false;
    client.setTimeout(60, () => (isIdle = true));
    await wait(40);
    assert.equal(isIdle, false);
    await once(client, 'timeout');
    await close();
  });

  test('what is sent puts it off', async () => {
    const { client, peer, close } = await connected(world);
    peer.resume();
    let isIdle = false;
    client.setTimeout(60, () => (isIdle = true));
    for (let times = 0; times < 3; times++) {
      await wait(40);
      assert.equal(isIdle, false);
      client.write('.');
    }
    await once(client, 'timeout');
    await close();
  });

  test('what is received puts it off', async () => {
    const { client, peer, close } = await connected(world);
    client.resume();
    let isIdle = false;
    // Far more than a turn there and back takes.
    client.setTimeout(5000, () => (isIdle = true));
    peer.write('.');
    await once(client, 'data');
    assert.equal(isIdle, false);
    client.setTimeout(30);
    await once(client, 'timeout');
    await close();
  });

  test('silence is told once, and again after the next traffic', async () => {
    const { client, peer, close } = await connected(world);
    peer.resume();
    let calls = 0;
    client.on('timeout', () => calls++);
    client.setTimeout(20);
    await once(client, 'timeout');
    await wait(50);
    assert.equal(calls, 1);
    client.write('.');
    await once(client, 'timeout');
    assert.equal(calls, 2);
    await close();
  });

  test('0 stops it', async () => {
    const { client, peer, close } = await connected(world);
    client.on('timeout', () => assert.fail('it was stopped'));
    client.setTimeout(20);
    client.setTimeout(0);
    assert.equal(client.timeout, 0);
    client.resume();
    peer.write('.');
    await once(client, 'data');
    await wait(50);
    await close();
  });

  test('0 with the listener takes the listener away', async () => {
    const { client, close } = await connected(world);
    const listener = (): void => assert.fail('it was taken away');
    client.setTimeout(20, listener);
    client.setTimeout(0, listener);
    assert.equal(client.listenerCount('timeout'), 0);
    client.setTimeout(20);
    await once(client, 'timeout');
    await close();
  });

  test('the option timeout of connect() is setTimeout()', async () => {
    const { client, close } = await connected(world, {}, { timeout: 30 });
    assert.equal(client.timeout, 30);
    await once(client, 'timeout');
    assert.equal(client.destroyed, false);
    await close();
  });

  test('a listener that destroys makes an end of it', async () => {
    const { client, peer, close } = await connected(world);
    const events = eventsOf(client);
    peer.resume();
    client.setTimeout(20, () => client.destroy());
    await once(client, 'close');
    assert.deepEqual(events, ['timeout', 'close false']);
    await close();
  });

  test('a destroyed socket is not told of silence', async () => {
    const { client, peer, close } = await connected(world);
    peer.resume();
    client.on('timeout', () => assert.fail('it is closed'));
    client.setTimeout(20);
    client.destroy();
    await once(client, 'close');
    await wait(50);
    await lap(world);
    await close();
  });

  test('a time that is none is refused', () => {
    const socket = new world.Socket();
    assert.throws(() => socket.setTimeout(-1), thrown('ERR_OUT_OF_RANGE', 'RangeError'));
    assert.throws(() => socket.setTimeout(Infinity), thrown('ERR_OUT_OF_RANGE', 'RangeError'));
    assert.throws(() => socket.setTimeout(NaN), thrown('ERR_OUT_OF_RANGE', 'RangeError'));
    assert.throws(() => socket.setTimeout('1' as never), thrown('ERR_INVALID_ARG_TYPE', 'TypeError'));
    assert.throws(() => socket.setTimeout(1, 'x' as never), thrown('ERR_INVALID_ARG_TYPE', 'TypeError'));
  });
}
