import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Duplex, PassThrough, Readable, Transform, Writable, finished, pipeline } from 'node:stream';
import { finished as finishedPromise, pipeline as pipelinePromise } from 'node:stream/promises';
import { test } from 'node:test';
import { type World, closeOf, connected, errorOf, freePort, textOf } from './world.js';

/** A socket is a stream, and everything that takes streams takes it. */
export function streams(world: World): void {
  test('a socket is a Duplex', () => {
    const socket = new world.Socket();
    assert.ok(socket instanceof Duplex && socket instanceof Readable);
    assert.deepEqual([socket.readable, socket.writable], [true, true]);
    assert.deepEqual([socket.readableObjectMode, socket.writableObjectMode], [false, false]);
  });

  test('pipe: an echo', async () => {
    const { client, peer, close } = await connected(world);
    peer.pipe(peer);
    client.end('there and back');
    assert.equal(await textOf(client), 'there and back');
    await close();
  });

  test('pipe through a transform, from one connection into another', async () => {
    const [one, two] = [await connected(world), await connected(world)];
    const loud = new Transform({
      transform: (chunk: Buffer, _encoding, done) => done(null, chunk.toString().toUpperCase()),
    });
    one.peer.pipe(loud).pipe(two.client);
    one.client.end('quietly');
    assert.equal(await textOf(two.peer), 'QUIETLY');
    await Promise.all([one.close(), two.close()]);
  });

  test('unpipe() leaves the rest to the next reader', async () => {
    const { client, peer, close } = await connected(world);
    const sink = new PassThrough();
    client.pipe(sink);
    peer.write('first');
    assert.equal(String((await once(sink, 'data'))[0]), 'first');
    client.unpipe(sink);
    peer.end('second');
    client.resume();
    assert.equal(await textOf(client), 'second');
    await close();
  });

  test('pipeline(): a megabyte through the echo, and its callback without an error', async () => {
    const { client, peer, close } = await connected(world, { allowHalfOpen: true });
    peer.pipe(peer);
    const octets = Buffer.alloc(1_000_000, 'pipeline');
    const got: Buffer[] = [];
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        got.push(chunk);
        done();
      },
    });
    const error = await new Promise((resolve) => pipeline(Readable.from([octets]), client, sink, resolve));
    assert.equal(error ?? undefined, undefined);
    assert.equal(Buffer.compare(Buffer.concat(got), octets), 0);
    await close();
  });

  test('pipeline(): a source that fails destroys the socket', async () => {
    const { client, peer, close } = await connected(world);
    peer.resume();
    peer.on('error', () => {});
    const source = new Readable({ read() {} });
    const isOver = pipelinePromise(source, client);
    source.destroy(Object.assign(new Error('no more'), { code: 'SOURCE' }));
    await assert.rejects(isOver, { code: 'SOURCE' });
    assert.equal(client.destroyed, true);
    await close();
  });

  test('finished(): told when both directions are over', async () => {
    const { client, peer, close } = await connected(world);
    peer.resume();
    client.resume();
    const isOver = finishedPromise(client);
    client.end();
    await isOver;
    assert.deepEqual([client.readableEnded, client.writableFinished], [true, true]);
    await close();
  });

  test('finished(): a premature close is ERR_STREAM_PREMATURE_CLOSE', async () => {
    const { client, close } = await connected(world);
    const error = new Promise<NodeJS.ErrnoException | null | undefined>((resolve) => finished(client, resolve));
    client.destroy();
    assert.equal((await error)?.code, 'ERR_STREAM_PREMATURE_CLOSE');
    await close();
  });

  test('finished(): the error of a connection that is refused', async () => {
    const client = world.connect(await freePort(world), world.host);
    await assert.rejects(finishedPromise(client), { code: 'ECONNREFUSED' });
  });

  test('for await reads to the end', async () => {
    const { client, peer, close } = await connected(world);
    peer.write('one ');
    peer.end('two');
    let text = '';
    for await (const chunk of client) text += String(chunk);
    assert.equal(text, 'one two');
    await close();
  });

  test('for await that is left destroys the socket', async () => {
    const { client, peer, close } = await connected(world);
    peer.on('error', () => {});
    peer.write('enough');
    for await (const chunk of client) {
      assert.equal(String(chunk), 'enough');
      break;
    }
    assert.equal(client.destroyed, true);
    await close();
  });

  test('for await throws the error of the connection', async () => {
    const { client, peer, close } = await connected(world);
    peer.write('some');
    const reading = async () => {
      for await (const chunk of client) {
        assert.equal(String(chunk), 'some');
        peer.resetAndDestroy();
      }
    };
    await assert.rejects(reading, { code: 'ECONNRESET' });
    await close();
  });

  test('what a stream tells of itself, from the beginning to the end', async () => {
    const { client, peer, close } = await connected(world);
    const look = () => [client.readableEnded, client.writableEnded, client.writableFinished, client.closed];
    const isClosed = closeOf(client);
    assert.deepEqual(look(), [false, false, false, false]);
    client.resume();
    client.end();
    assert.deepEqual(look(), [false, true, false, false]);
    await once(client, 'finish');
    assert.deepEqual(look(), [false, true, true, false]);
    peer.resume();
    await once(client, 'end');
    assert.equal(client.readableEnded, true);
    await isClosed;
    assert.deepEqual(look(), [true, true, true, true]);
    await close();
  });

  test('readableFlowing: null, true, false', async () => {
    const { client, close } = await connected(world);
    assert.equal(client.readableFlowing, null);
    client.resume();
    assert.equal(client.readableFlowing, true);
    client.pause();
    assert.equal(client.readableFlowing, false);
    await close();
  });

  test('readableAborted and readableDidRead', async () => {
    const { client, peer, close } = await connected(world);
    assert.deepEqual([client.readableDidRead, client.readableAborted], [false, false]);
    peer.write('x');
    await once(client, 'data');
    assert.equal(client.readableDidRead, true);
    client.destroy();
    assert.equal(client.readableAborted, true);
    await close();
  });

  test('Duplex.toWeb(): web streams over a socket', async () => {
    const { client, peer, close } = await connected(world);
    peer.pipe(peer);
    const { readable, writable } = Duplex.toWeb(client);
    const writer = writable.getWriter();
    await writer.write(Buffer.from('through the web'));
    await writer.close();
    let text = '';
    for await (const chunk of readable as unknown as AsyncIterable<Uint8Array>) text += Buffer.from(chunk).toString();
    assert.equal(text, 'through the web');
    await close();
  });

  test('an exception in a data listener is nobody’s but the listener’s', async () => {
    const { client, peer, close } = await connected(world);
    peer.write('x');
    await once(client, 'data');
    const failed = errorOf(client);
    client.destroy(new Error('the listener says so'));
    assert.equal((await failed).message, 'the listener says so');
    await close();
  });
}
