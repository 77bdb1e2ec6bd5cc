import assert from 'node:assert/strict';
import { once } from 'node:events';
import type net from 'node:net';
import { test } from 'node:test';
import { type World, connected, listening, textOf } from './world.js';

/** Encodings, cork, and buffers of one's own. */
export function text(world: World): void {
  test('setEncoding: text in whole characters, wherever the segments are cut', async () => {
    const { client, peer, close } = await connected(world);
    const octets = Buffer.from('žluťoučký kůň');
    assert.equal(client.setEncoding('utf8'), client);
    assert.equal(client.readableEncoding, 'utf8');
    const got: unknown[] = [];
    client.on('data', (chunk) => got.push(chunk));
    peer.setNoDelay(true);
    for (const octet of octets) peer.write(Buffer.of(octet));
    peer.end();
    await once(client, 'end');
    assert.equal(got.join(''), 'žluťoučký kůň');
    assert.ok(got.every((chunk) => typeof chunk === 'string'));
    await close();
  });

  test('setEncoding: hex and base64', async () => {
    for (const encoding of ['hex', 'base64'] as const) {
      const { client, peer, close } = await connected(world);
      client.setEncoding(encoding);
      peer.end(Buffer.from('any octets'));
      let text = '';
      for await (const chunk of client) text += String(chunk);
      assert.equal(text, Buffer.from('any octets').toString(encoding));
      await close();
    }
  });

  test('write() takes strings in their encoding, buffers and other arrays of octets', async () => {
    const { client, peer, close } = await connected(world);
    const heard = textOf(peer);
    client.write('a');
    client.write('b', 'latin1');
    client.write('Yw==', 'base64');
    client.write(Buffer.from('d'));
    client.write(new Uint8Array([0x65]));
    client.write(new Uint8Array([0x78, 0x66, 0x78]).subarray(1, 2));
    client.end('g', 'ascii');
    assert.equal(await heard, 'abcdefg');
    await close();
  });

  test('setDefaultEncoding: for strings that name none', async () => {
    const { client, peer, close } = await connected(world);
    client.setDefaultEncoding('hex');
    client.end('6f6b');
    assert.equal(await textOf(peer), 'ok');
    await close();
  });

  test('cork: what is written meanwhile leaves together', async () => {
    const { client, peer, close } = await connected(world);
    const chunks: string[] = [];
    peer.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
    client.setNoDelay(true);
    client.cork();
    assert.equal(client.writableCorked, 1);
    for (const word of ['all ', 'of ', 'it']) client.write(word);
    assert.equal(client.writableLength, 9);
    client.uncork();
    assert.equal(client.writableCorked, 0);
    client.end();
    await once(peer, 'end');
    assert.deepEqual(chunks, ['all of it']);
    await close();
  });

  test('cork: strings and octets keep their order, and each its callback', async () => {
    const { client, peer, close } = await connected(world);
    const heard = textOf(peer);
    const order: number[] = [];
    client.cork();
    client.write('one ', () => order.push(1));
    client.write(Buffer.from('two '), () => order.push(2));
    client.write('dGhyZWU=', 'base64', () => order.push(3));
    client.uncork();
    client.end();
    assert.equal(await heard, 'one two three');
    assert.deepEqual(order, [1, 2, 3]);
    await close();
  });

  test('end() uncorks', async () => {
    const { client, peer, close } = await connected(world);
    client.cork();
    client.write('corked');
    client.end();
    assert.equal(await textOf(peer), 'corked');
    await close();
  });

  test('many writes in one turn arrive in order', async () => {
    const { client, peer, close } = await connected(world);
    const heard = textOf(peer);
    let expected = '';
    for (let index = 0; index < 2000; index++) {
      client.write(`${index},`);
      expected += `${index},`;
    }
    client.end();
    assert.equal(await heard, expected);
    await close();
  });

  onread(world);
}

function onread(world: World): void {
  interface OnRead {
    buffer: Uint8Array | (() => Uint8Array);
    callback(octets: number, buffer: Uint8Array): boolean;
  }
  const read = (port: number, option: OnRead): net.Socket => world.connect({ port, host: world.host, onread: option });

  test('onread: text goes into one’s own buffer, piece by piece', async () => {
    const { port, close } = await listening(world, (socket) => socket.end('onread takes ten at a time'));
    const buffer = Buffer.alloc(10);
    let text = '';
    const client = read(port, {
      buffer,
      callback: (octets, same) => {
        assert.equal(same, buffer);
        assert.ok(octets > 0 && octets <= 10);
        text += buffer.toString('latin1', 0, octets);
        return true;
      },
    });
    client.on('data', () => assert.fail('there is no data event'));
    await once(client, 'end');
    assert.equal(text, 'onread takes ten at a time');
    await close();
  });

  test('onread: a function may give another buffer each time', async () => {
    const { port, close } = await listening(world, (socket) => socket.end('abcdef'));
    let text = '';
    const client = read(port, {
      buffer: () => new Uint8Array(2),
      callback: (octets, buffer) => {
        text += Buffer.from(buffer.subarray(0, octets)).toString();
        return true;
      },
    });
    await once(client, 'end');
    assert.equal(text, 'abcdef');
    await close();
  });

  test('onread: false pauses until resume()', async () => {
    const { port, close } = await listening(world, (socket) => socket.end('abcd'));
    const pieces: number[] = [];
    const client = read(port, {
      buffer: new Uint8Array(2),
      callback: (octets) => {
        pieces.push(octets);
        setImmediate(() => client.resume());
        return false;
      },
    });
    await once(client, 'end');
    assert.deepEqual(pieces, [2, 2]);
    await close();
  });
}
