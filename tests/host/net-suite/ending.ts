import assert from 'node:assert/strict';
import { once } from 'node:events';
import type net from 'node:net';
import { test } from 'node:test';
import { type World, closeOf, connected, errorOf, eventsOf, lap, listening, textOf, turn } from './world.js';

/** end(), half open connections, destroy() and its sisters. */
export function ending(world: World): void {
  test('text passes both ways, and end() without half open ends both', async () => {
    const { client, peer, close } = await connected(world);
    const [clientEvents, peerEvents] = [eventsOf(client), eventsOf(peer)];
    const bothClosed = Promise.all([closeOf(client), closeOf(peer)]);
    const heard = textOf(peer);
    const answered = textOf(client);
    peer.write('from the server');
    client.end('from the client');
    assert.deepEqual(await Promise.all([heard, answered]), ['from the client', 'from the server']);
    await bothClosed;
    assert.deepEqual(clientEvents, ['finish', 'end', 'close false']);
    assert.deepEqual(peerEvents, ['end', 'finish', 'close false']);
    await close();
  });

  test('end() answers the socket, and its callback is told of finish', async () => {
    const { client, peer, close } = await connected(world);
    peer.resume();
    await new Promise<void>((resolve) => assert.equal(client.end(resolve), client));
    assert.deepEqual([client.writableEnded, client.writableFinished, client.writable], [true, true, false]);
    await close();
  });

  test('end(text, encoding, callback) sends the text in that encoding', async () => {
    const { client, peer, close } = await connected(world);
    const heard = textOf(peer);
    await new Promise<void>((resolve) => client.end('c3bc', 'hex', resolve));
    assert.equal(await heard, 'ü');
    await close();
  });

  test('end() twice: the callback of the second hears ERR_STREAM_ALREADY_FINISHED', async () => {
    const { client, peer, close } = await connected(world);
    peer.resume();
    await new Promise<void>((resolve) => client.end(resolve));
    const error = await new Promise<NodeJS.ErrnoException>((resolve) => client.end(resolve as () => void));
    assert.ok(['ERR_STREAM_ALREADY_FINISHED', 'ERR_STREAM_DESTROYED'].includes(error.code ?? ''), error.code);
    await close();
  });

  test('half close: with allowHalfOpen the server may go on writing after the client’s end', async () => {
    const { client, peer, close } = await connected(world, { allowHalfOpen: true });
    assert.equal(peer.allowHalfOpen, true);
    client.end('question');
    assert.equal(await textOf(peer), 'question');
    assert.equal(peer.readyState, 'writeOnly');
    if (!client.writableFinished) await once(client, 'finish');
    const answer = textOf(client);
    assert.equal(client.readyState, 'readOnly');
    peer.write('the answer ');
    peer.end('comes later');
    assert.equal(await answer, 'the answer comes later');
    await close();
  });

  test('half close: with allowHalfOpen the client may go on writing after the server’s end', async () => {
    const { client, peer, close } = await connected(world, {}, { allowHalfOpen: true });
    const heard = textOf(peer);
    peer.end('enough');
    assert.equal(await textOf(client), 'enough');
    assert.deepEqual([client.readyState, client.destroyed], ['writeOnly', false]);
    client.write('one ');
    await lap(world);
    client.end('last word');
    assert.equal(await heard, 'one last word');
    await close();
  });

  test('allowHalfOpen: both ends must end, and then both close without an error', async () => {
    const { client, peer, close } = await connected(world, { allowHalfOpen: true }, { allowHalfOpen: true });
    const [clientEvents, peerEvents] = [eventsOf(client), eventsOf(peer)];
    client.resume();
    peer.resume();
    client.end();
    await once(peer, 'end');
    await lap(world);
    assert.deepEqual([clientEvents, peerEvents], [['finish'], ['end']]);
    const both = Promise.all([closeOf(client), closeOf(peer)]);
    peer.end();
    await both;
    assert.deepEqual(clientEvents, ['finish', 'end', 'close false']);
    assert.deepEqual(peerEvents, ['end', 'finish', 'close false']);
    await close();
  });

  test('without allowHalfOpen the end of the peer ends the socket by itself, after what was written', async () => {
    const { client, peer, close } = await connected(world);
    const answer = textOf(client);
    peer.on('end', () => assert.equal(peer.writable, true));
    peer.once('data', () => {
      peer.write('b'.repeat(200_000));
    });
    client.end('question');
    assert.equal((await answer).length, 200_000);
    await close();
  });

  test('nothing is closed before the end has been read', async () => {
    const { client, peer, close } = await connected(world);
    const events = eventsOf(client);
    peer.end('unread');
    await once(peer, 'finish');
    await lap(world);
    assert.deepEqual(events, []);
    assert.deepEqual([client.destroyed, client.readableLength], [false, 6]);
    assert.equal(await textOf(client), 'unread');
    if (!client.closed) await closeOf(client);
    assert.deepEqual(events, ['end', 'finish', 'close false']);
    await close();
  });

  test('without allowHalfOpen a write after the peer’s end is EPIPE', async () => {
    const { client, peer, close } = await connected(world);
    client.resume();
    peer.end();
    await once(client, 'end');
    const failed = errorOf(client);
    client.write('late');
    const error = await failed;
    assert.deepEqual([error.code, error.message], ['EPIPE', 'This socket has been ended by the other party']);
    await close();
  });

  test('destroy() closes without an end, and the other end hears one', async () => {
    const { client, peer, close } = await connected(world);
    const [clientEvents, peerEvents] = [eventsOf(client), eventsOf(peer)];
    peer.resume();
    const both = Promise.all([closeOf(client), closeOf(peer)]);
    assert.equal(client.destroy(), client);
    assert.deepEqual(
      [client.destroyed, client.readable, client.writable, client.readyState],
      [true, false, false, 'closed'],
    );
    assert.deepEqual(clientEvents, []);
    await both;
    assert.deepEqual(clientEvents, ['close false']);
    assert.deepEqual(peerEvents, ['end', 'finish', 'close false']);
    await close();
  });

  test('destroy() behind written text still delivers it', async () => {
    const { client, peer, close } = await connected(world);
    const heard = textOf(peer);
    client.write('the last');
    await new Promise((resolve) => client.write(' words', resolve));
    client.destroy();
    assert.equal(await heard, 'the last words');
    await close();
  });

  test('destroy() with text that nobody has read is a reset at the other end', async () => {
    const { client, peer, close } = await connected(world);
    await new Promise((resolve) => peer.write('unread', resolve));
    const failed = errorOf(peer);
    await lap(world);
    // It is in the receive buffer, and has been taken from no further than the stream's own.
    client.pause();
    peer.write('x'.repeat(100_000));
    await lap(world);
    client.destroy();
    assert.equal((await failed).code, 'ECONNRESET');
    await close();
  });

  test('destroy() twice closes once', async () => {
    const { client, close } = await connected(world);
    const events = eventsOf(client);
    client.destroy();
    client.destroy(new Error('too late'));
    await closeOf(client);
    await turn();
    assert.deepEqual(events, ['close false']);
    await close();
  });

  test('destroy(error) emits that error and close(true)', async () => {
    const { client, close } = await connected(world);
    const events = eventsOf(client);
    client.destroy(Object.assign(new Error('mine'), { code: 'MINE' }));
    await closeOf(client);
    assert.deepEqual(events, ['error MINE', 'close true']);
    assert.equal((client.errored as NodeJS.ErrnoException).code, 'MINE');
    await close();
  });

  test('destroySoon() sends what is written before it closes', async () => {
    const { client, peer, close } = await connected(world);
    const heard = textOf(peer);
    client.write('a'.repeat(300_000));
    client.destroySoon();
    assert.equal(client.destroyed, false);
    assert.equal((await heard).length, 300_000);
    if (!client.closed) await closeOf(client);
    assert.equal(client.destroyed, true);
    await close();
  });

  test('destroySoon() with nothing written does not wait for the peer’s end', async () => {
    const { client, peer, close } = await connected(world, { allowHalfOpen: true });
    peer.resume();
    client.destroySoon();
    await closeOf(client);
    assert.deepEqual([peer.destroyed, client.destroyed], [false, true]);
    await close();
  });

  test('resetAndDestroy() is ECONNRESET at the other end', async () => {
    const { client, peer, close } = await connected(world);
    const [clientEvents, peerEvents] = [eventsOf(client), eventsOf(peer)];
    const both = Promise.all([closeOf(client), closeOf(peer)]);
    const failed = errorOf(peer);
    assert.equal(client.resetAndDestroy(), client);
    const error = await failed;
    assert.deepEqual(
      [error.code, error.errno, error.syscall, error.message],
      ['ECONNRESET', -104, 'read', 'read ECONNRESET'],
    );
    await both;
    assert.deepEqual(peerEvents, ['error ECONNRESET', 'close true']);
    assert.deepEqual(clientEvents, ['close false']);
    assert.equal(client.destroyed, true);
    await close();
  });

  test('resetAndDestroy() of an accepted socket is ECONNRESET at the client', async () => {
    const { client, peer, close } = await connected(world);
    const failed = errorOf(client);
    client.resume();
    peer.resetAndDestroy();
    assert.deepEqual([(await failed).code, client.destroyed], ['ECONNRESET', true]);
    await close();
  });

  test('resetAndDestroy() while connecting waits for the connection', async () => {
    const { server, port, close } = await listening(world);
    const failed = new Promise<NodeJS.ErrnoException>((resolve) => {
      server.once('connection', (peer: net.Socket) => peer.once('error', resolve));
    });
    const client = world.connect(port, world.host);
    client.resetAndDestroy();
    assert.equal(client.destroyed, false);
    assert.equal((await failed).code, 'ECONNRESET');
    await close();
  });

  test('a peer that is reset while it waits to write hears it once', async () => {
    const { client, peer, close } = await connected(world);
    peer.pause();
    const events = eventsOf(peer);
    // More than any buffers hold, so that it is still waiting.
    peer.write(Buffer.alloc(20_000_000));
    const isClosed = closeOf(peer);
    client.resetAndDestroy();
    await isClosed;
    await turn();
    assert.equal(events.length, 2);
    assert.ok(['error ECONNRESET', 'error EPIPE'].includes(events[0] ?? ''), events[0]);
    assert.equal(events[1], 'close true');
    await close();
  });

  test('what was read before a reset is not lost', async () => {
    const { client, peer, close } = await connected(world);
    const text = once(peer, 'data');
    client.write('heard');
    assert.equal(String((await text)[0]), 'heard');
    const failed = errorOf(peer);
    client.resetAndDestroy();
    assert.equal((await failed).code, 'ECONNRESET');
    assert.equal(peer.bytesRead, 5);
    await close();
  });
}
