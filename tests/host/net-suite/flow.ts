import assert from 'node:assert/strict';
import { once } from 'node:events';
import type net from 'node:net';
import { test } from 'node:test';
import { type World, connected, lap, listening, turn } from './world.js';

/** Writes until the stream holds back a megabyte, which no buffer of the world takes any more; answers how much. */
async function fill(socket: net.Socket): Promise<number> {
  const chunk = Buffer.alloc(64 * 1024, 'x');
  let sent = 0;
  while (socket.writableLength < 1_000_000) {
    socket.write(chunk);
    sent += chunk.length;
    // What can leave has left before the next.
    await turn();
  }
  return sent;
}

/** pause, resume, back-pressure, and the counts of octets. */
export function flow(world: World): void {
  test('a paused reader hears nothing, and after resume() everything, then the end', async () => {
    const { client, peer, close } = await connected(world);
    let got = '';
    client.on('data', (text: Buffer) => (got += text.toString()));
    client.on('end', () => (got += '|end'));
    assert.equal(client.pause(), client);
    assert.equal(client.isPaused(), true);
    peer.write('while paused');
    peer.end();
    await lap(world);
    assert.equal(got, '');
    assert.equal(client.resume(), client);
    await once(client, 'close');
    assert.equal(got, 'while paused|end');
    await close();
  });

  test('a reader may pause in the midst of data', async () => {
    const { client, peer, close } = await connected(world);
    let events = 0;
    client.on('data', () => {
      events += 1;
      client.pause();
    });
    peer.write('one');
    await once(client, 'data');
    peer.write('two');
    await lap(world);
    assert.equal(events, 1);
    client.resume();
    await once(client, 'data');
    assert.equal(events, 2);
    await close();
  });

  test('back-pressure: write() answers false, drain follows once the reader goes on, and no octet is lost', async () => {
    const { client, peer, close } = await connected(world);
    peer.pause();
    const sent = await fill(client);
    assert.equal(client.writableNeedDrain, true);
    assert.equal(client.write(''), false);
    assert.equal(client.bytesWritten, sent);
    let received = 0;
    peer.on('data', (text: Buffer) => (received += text.length));
    peer.resume();
    await once(client, 'drain');
    assert.deepEqual([client.writableLength, client.writableNeedDrain], [0, false]);
    client.end();
    await once(peer, 'end');
    assert.deepEqual([received, peer.bytesRead], [sent, sent]);
    await close();
  });

  test('back-pressure works from the server to the client as well', async () => {
    const { client, peer, close } = await connected(world);
    client.pause();
    const sent = await fill(peer);
    let received = 0;
    client.on('data', (text: Buffer) => (received += text.length));
    client.resume();
    peer.end();
    await once(client, 'end');
    assert.deepEqual([received, client.bytesRead, peer.bytesWritten], [sent, sent, sent]);
    await close();
  });

  test('a reader that does not read stops the writer, and does not stop the other direction', async () => {
    const { client, peer, close } = await connected(world);
    peer.pause();
    await fill(client);
    client.resume();
    peer.write('the other way');
    assert.equal(String((await once(client, 'data'))[0]), 'the other way');
    await close();
  });

  test('write() answers true below the high-water mark and false from there on', async () => {
    const { port, close } = await listening(world, (socket) => socket.resume());
    const client = world.connect(port, world.host);
    const mark = client.writableHighWaterMark;
    assert.equal(client.write(Buffer.alloc(mark - 1)), true);
    assert.equal(client.write('x'), false);
    assert.deepEqual([client.writableLength, client.writableNeedDrain], [mark, true]);
    await once(client, 'drain');
    assert.equal(client.writableLength, 0);
    client.destroy();
    await close();
  });

  test('highWaterMark is an option', async () => {
    const socket = new world.Socket({ highWaterMark: 1000 } as net.SocketConstructorOpts);
    assert.deepEqual([socket.readableHighWaterMark, socket.writableHighWaterMark], [1000, 1000]);
    const server = world.createServer({ highWaterMark: 2000 } as net.ServerOpts).listen(0, world.host);
    await once(server, 'listening');
    const accepted = once(server, 'connection');
    socket.connect((server.address() as net.AddressInfo).port, world.host);
    const [peer] = (await accepted) as [net.Socket];
    assert.deepEqual([peer.readableHighWaterMark, peer.writableHighWaterMark], [2000, 2000]);
    socket.destroy();
    peer.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  test('the default marks are those of node:stream', () => {
    const socket = new world.Socket();
    assert.equal(socket.readableHighWaterMark, socket.writableHighWaterMark);
    assert.ok([16 * 1024, 64 * 1024].includes(socket.readableHighWaterMark));
  });

  test('the callback of a write is called once all of it is handed over, and drain is told once', async () => {
    const { client, peer, close } = await connected(world);
    peer.resume();
    let drains = 0;
    client.on('drain', () => drains++);
    await new Promise<void>((resolve, reject) => {
      client.write(Buffer.alloc(20_000_000), (error) => (error ? reject(error) : resolve()));
    });
    await turn();
    assert.deepEqual([drains, client.writableLength], [1, 0]);
    await close();
  });

  test('bytesWritten counts text in octets, also what is waiting', async () => {
    const { client, peer, close } = await connected(world);
    client.write('é');
    client.write('ff00', 'hex');
    client.write(new Uint8Array(3));
    assert.equal(client.bytesWritten, 7);
    peer.resume();
    while (peer.bytesRead < 7) await once(peer, 'data');
    assert.deepEqual([peer.bytesRead, client.bytesWritten, peer.bytesWritten, client.bytesRead], [7, 7, 0, 0]);
    await close();
  });

  test('the counts stay when the socket is closed', async () => {
    const { client, peer, close } = await connected(world);
    peer.on('data', (text: Buffer) => peer.end(text));
    client.resume();
    client.write('twelve octet');
    await once(client, 'close');
    assert.deepEqual([client.bytesWritten, client.bytesRead], [12, 12]);
    await close();
  });

  test('an empty write is handed over too', async () => {
    const { client, close } = await connected(world);
    await new Promise<void>((resolve) => client.write('', () => resolve()));
    assert.equal(client.bytesWritten, 0);
    await close();
  });

  test('four megabytes both ways at once arrive in order', async () => {
    const { client, peer, close } = await connected(world);
    const octets = Buffer.alloc(4_000_000);
    for (let at = 0; at < octets.length; at++) octets[at] = (at ^ (at >>> 8) ^ (at >>> 16)) & 255;
    const read = async (socket: net.Socket): Promise<Buffer> => {
      const chunks: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      await once(socket, 'end');
      return Buffer.concat(chunks);
    };
    const both = Promise.all([read(client), read(peer)]);
    client.end(octets);
    peer.end(octets);
    for (const got of await both) assert.equal(Buffer.compare(got, octets), 0);
    await close();
  });

  test('read() takes what there is, by size too', async () => {
    const { client, peer, close } = await connected(world);
    peer.write('abcdefgh');
    while (client.readableLength < 8) await once(client, 'readable');
    assert.equal(String(client.read(3)), 'abc');
    assert.equal(String(client.read()), 'defgh');
    assert.equal(client.read(), null);
    await close();
  });

  test('unshift() puts text back in front', async () => {
    const { client, peer, close } = await connected(world);
    peer.write('tail');
    while (client.readableLength < 4) await once(client, 'readable');
    client.unshift(Buffer.from('head '));
    assert.equal(String(client.read()), 'head tail');
    await close();
  });
}
