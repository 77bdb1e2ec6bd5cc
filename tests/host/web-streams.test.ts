// A connection as web streams, in the shape of WinterTC's sockets API.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test, type TestContext } from 'node:test';
import { type WebConnection, connectWeb } from '../../host/index.js';
import type { Socket } from '../../host/net/socket.js';
import { runRecipe } from '../ecosystem/recipe.js';
import { stacksFor } from '../ecosystem/stacks.js';
import { FAR, NEAR, pattern, sha256 } from './stacks.js';

interface Made {
  connection: WebConnection;
  peer: Socket;
}

async function made(t: TestContext, options: { allowHalfOpen?: boolean } = {}, isPeerHalfOpen = false): Promise<Made> {
  const { near, far } = await stacksFor(t);
  const server = far.createServer({ allowHalfOpen: isPeerHalfOpen }).listen(7);
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const connection = connectWeb(near, { hostname: 'board', port: 7 }, options);
  await connection.opened;
  const [peer] = await accepted;
  peer.on('error', () => undefined);
  return { connection, peer };
}

const octets = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('connectWeb()', { timeout: 60_000 }, () => {
  test('recipe: Web streams', async (t) => {
    const { near, far } = await stacksFor(t);
    far.createServer((socket) => socket.pipe(socket)).listen(7);
    const { lines } = await runRecipe('Web streams', { stack: near });
    assert.deepEqual(lines, [`connected to ${FAR}:7`, 'hello']);
  });

  test('recipe: UDP', async (t) => {
    const { near, far } = await stacksFor(t);
    const echo = far.createDatagramSocket((text, from) => echo.send(text, from.port, from.address)).bind(7);
    const { told } = await runRecipe('UDP', { stack: near });
    assert.deepEqual(await told(1), [`hello from ${FAR}`]);
  });

  test('opened tells both addresses', async (t) => {
    const { near, far } = await stacksFor(t);
    far.createServer((socket) => socket.end()).listen(7);
    const { remoteAddress, localAddress } = await connectWeb(near, `${FAR}:7`).opened;
    assert.equal(remoteAddress, `${FAR}:7`);
    assert.match(localAddress, new RegExp(`^${NEAR.replaceAll('.', '\\.')}:\\d+$`));
  });

  test('a megabyte both ways through pipeTo() and pipeThrough(), equal to the octet', async (t) => {
    const { connection, peer } = await made(t, {}, true);
    peer.pipe(peer);
    const sent = pattern(1_000_000);
    const sending = new Blob([new Uint8Array(sent)]).stream().pipeTo(connection.writable);
    const through = connection.readable.pipeThrough(new TransformStream());
    assert.equal(sha256(new Uint8Array(await new Response(through).arrayBuffer())), sha256(sent));
    await sending;
    await connection.closed;
  });

  test('a reader that does not read stops the writer at the other end', async (t) => {
    const { connection, peer } = await made(t);
    const chunk = Buffer.alloc(64 * 1024);
    let sent = 0;
    while (peer.writableLength < 1_000_000) {
      peer.write(chunk);
      sent += chunk.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.ok(sent < 4_000_000, `${sent} octets were taken by somebody`);
    let got = 0;
    peer.end();
    for await (const text of connection.readable as unknown as AsyncIterable<Uint8Array>) got += text.length;
    assert.equal(got, sent);
  });

  test('a writer waits for a peer that does not read: ready and the writes stay pending', async (t) => {
    const { connection, peer } = await made(t);
    peer.pause();
    const writer = connection.writable.getWriter();
    let isWritten = false;
    const written = writer.write(new Uint8Array(4_000_000)).then(() => (isWritten = true));
    assert.ok((writer.desiredSize ?? 0) <= 0);
    for (let times = 0; times < 50; times++) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(isWritten, false);
    peer.resume();
    await written;
  });

  test('without allowHalfOpen the end of the peer ends the connection', async (t) => {
    const { connection, peer } = await made(t);
    peer.end('bye');
    assert.equal(await new Response(connection.readable).text(), 'bye');
    await connection.closed;
  });

  test('with allowHalfOpen there is still something to say behind it', async (t) => {
    const { connection, peer } = await made(t, { allowHalfOpen: true });
    peer.end('question');
    assert.equal(await new Response(connection.readable).text(), 'question');
    const writer = connection.writable.getWriter();
    const heard = once(peer, 'data') as Promise<[Buffer]>;
    await writer.write(octets('answer'));
    assert.equal(String((await heard)[0]), 'answer');
    await writer.close();
    await connection.closed;
  });

  test('close() sends what is written, and settles when it is over', async (t) => {
    const { connection, peer } = await made(t);
    const ended = once(peer, 'end');
    let heard = '';
    peer.on('data', (text: Buffer) => (heard += text.toString()));
    await connection.writable.getWriter().write(octets('the last'));
    await connection.close();
    await ended;
    assert.equal(heard, 'the last');
  });

  test('a refusal rejects opened and closed, and errors both streams', async (t) => {
    const { near } = await stacksFor(t);
    const { opened, closed, readable, writable } = connectWeb(near, 'board:9');
    await assert.rejects(opened, { code: 'ECONNREFUSED' });
    await assert.rejects(closed, { code: 'ECONNREFUSED' });
    await assert.rejects(readable.getReader().read(), { code: 'ECONNREFUSED' });
    await assert.rejects(writable.getWriter().write(octets('x')), { code: 'ECONNREFUSED' });
  });

  test('a reset rejects closed and the read that waits', async (t) => {
    const { connection, peer } = await made(t);
    const reading = connection.readable.getReader().read();
    peer.resetAndDestroy();
    await assert.rejects(reading, { code: 'ECONNRESET' });
    await assert.rejects(connection.closed, { code: 'ECONNRESET' });
  });

  test('abort() of the writer and cancel() of the reader end the connection', async (t) => {
    const one = await made(t);
    await one.connection.writable.abort(new Error('no more'));
    await assert.rejects(one.connection.closed, { message: 'no more' });
    const two = await made(t);
    await two.connection.readable.cancel();
    two.peer.end('not of interest');
    await two.connection.closed;
  });

  test('close() while connecting gives up', async (t) => {
    const { near } = await stacksFor(t);
    const connection = connectWeb(near, 'board:7');
    await connection.close();
    await assert.rejects(connection.opened);
  });

  test('an address without a port says how one is written', async (t) => {
    const { near } = await stacksFor(t);
    assert.throws(() => connectWeb(near, 'board'), /write it behind a colon, as in board:80/);
    assert.throws(() => connectWeb(near, 'board:99999'), { code: 'ERR_SOCKET_BAD_PORT' });
  });
});
