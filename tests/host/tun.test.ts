import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { openTun } from '../../host/link/tun.js';
import { Listener, until } from './links.js';
import { tunNetwork, withoutTun } from './tun-network.js';

const skip = withoutTun;

test('the kernel’s datagrams arrive whole, and ours reach the kernel’s sockets', { skip }, async () => {
  const { device, kernel, ours } = tunNetwork(0);
  const link = await openTun({ device, address: kernel, peer: ours, mtu: 1400 });
  const listener = new Listener(link);
  assert.equal(link.name, `tun:${device}`);
  assert.equal(link.mtu, 1400);
  const socket = createSocket('udp4');
  try {
    await new Promise<void>((resolve) => socket.bind(4000, kernel, resolve));
    for (const text of ['one', 'two', 'three']) socket.send(text, 5000, ours);
    await until(() => listener.pieces.length >= 3, 'three datagrams');
    const texts = listener.pieces.map((datagram) => datagram.subarray(28).toString());
    assert.deepEqual(texts, ['one', 'two', 'three']);
    const received = new Promise<string>((resolve) =>
      socket.once('message', (message) => {
        resolve(message.toString());
      }),
    );
    link.send(answerTo(listener.pieces[0] as Buffer));
    assert.equal(await received, 'one');
  } finally {
    socket.close();
    await link.close();
  }
  assert.equal(listener.error, undefined);
  assert.equal(existsSync(`/sys/class/net/${device}`), false, 'the device is given back');
});

/** The same UDP datagram on its way back: swapping ends leaves every checksum right. */
function answerTo(datagram: Buffer): Buffer {
  const answer = Buffer.from(datagram);
  datagram.copy(answer, 12, 16, 20);
  datagram.copy(answer, 16, 12, 16);
  datagram.copy(answer, 20, 22, 24);
  datagram.copy(answer, 22, 20, 22);
  return answer;
}

test('a device that is taken down loses what is sent, and the link goes on', { skip }, async () => {
  const { device, kernel, ours } = tunNetwork(1);
  const link = await openTun({ device, address: kernel, peer: ours });
  const listener = new Listener(link);
  spawnSync('ip', ['link', 'set', device, 'down']);
  link.send(Buffer.alloc(40, 0x45));
  assert.equal(link.stats['refused'], 1);
  assert.equal(listener.isClosed, false);
  await link.close();
});

test('a name that is in use is one sentence with what to do', { skip }, async () => {
  const { device } = tunNetwork(2);
  const first = await openTun({ device });
  new Listener(first);
  await assert.rejects(
    openTun({ device }),
    /^Error: The network device slw[0-9-]+ is in use by another program; choose another name\.$/,
  );
  await first.close();
});
