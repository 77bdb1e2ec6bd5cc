import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSerial, openTerminal } from '../../host/link/serial.js';
import type { Link } from '../../host/link/link.js';
import { Listener, until } from './links.js';
import { ptyPair, withoutSocat } from './pty.js';

const skip = withoutSocat;

const WAYS: readonly (readonly [name: string, open: (path: string) => Promise<Link>])[] = [
  ['serialport', (path) => openSerial(path, { baud: 115_200 })],
  ['a terminal stream, without serialport', (path) => openTerminal(path, { baud: 115_200 })],
];

for (const [name, open] of WAYS) {
  test(`every octet passes both ways through ${name}`, { skip }, async () => {
    const pair = await ptyPair();
    try {
      const [a, b] = [await open(pair.paths[0]), await open(pair.paths[1])];
      const [atA, atB] = [new Listener(a), new Listener(b)];
      const octets = Uint8Array.from({ length: 20_000 }, (_, index) => (index ^ (index >>> 8)) & 255);
      for (let at = 0; at < octets.length; at += 1000) {
        await until(() => a.hasRoom && b.hasRoom, 'room');
        a.send(octets.subarray(at, at + 1000));
        b.send(octets.subarray(at, at + 1000));
      }
      await until(() => atA.octets.length >= octets.length && atB.octets.length >= octets.length, 'all octets');
      assert.ok(atA.octets.equals(octets));
      assert.ok(atB.octets.equals(octets));
      await a.close();
      await b.close();
      assert.deepEqual([atA.error, atB.error], [undefined, undefined]);
    } finally {
      await pair.remove();
    }
  });

  test(`an unplugged device closes the link with an error through ${name}`, { skip }, async () => {
    const pair = await ptyPair();
    try {
      const link = await open(pair.paths[0]);
      const listener = new Listener(link);
      pair.socat.kill();
      await until(() => listener.isClosed, 'the link closes');
      assert.equal((listener.error as NodeJS.ErrnoException).code, 'ENETDOWN');
      link.send(Uint8Array.of(1));
      await link.close();
    } finally {
      await pair.remove();
    }
  });
}

test('a device that does not exist is one sentence with what to do', async () => {
  await assert.rejects(openSerial('/dev/ttyNOBODY', { baud: 115_200 }), (error: NodeJS.ErrnoException) => {
    assert.equal(error.code, 'ENOENT');
    assert.match(error.message, /^The serial device \/dev\/ttyNOBODY does not exist; plug the board in[^\n]*\.$/);
    return true;
  });
});
