import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildBoard } from '../../host/board/build.js';
import { startEmulator, type RunningBoard } from '../../host/board/emulator.js';
import { encodeSlip } from '../../host/gateway/slip.js';
import { open } from '../../host/index.js';
import { sum } from '../../host/trace/checksum.js';
import { bytes, fetchFrom, sha256 } from './fetching.js';
import { missing } from './missing.js';

/** All of it in CI; anyone else waits a tenth as long. */
const FLOOD = process.env['SLIPWAY_REQUIRE_ALL'] === '1' ? 10_000 : 1000;
const STOPPED_MS = 10_000;
const SMALL = ['microbit', 'stm32f100'];

/** A SYN for port 80 that nobody will follow up, each from another address and port. */
function syn(number: number): Uint8Array {
  const datagram = new Uint8Array(40);
  const view = new DataView(datagram.buffer);
  datagram.set([0x45, 0, 0, 40, 0, 0, 0, 0, 64, 6]);
  view.setUint32(12, 0x0a000001 + number);
  view.setUint32(16, 0xc0a80702);
  view.setUint16(10, ~sum(datagram.subarray(0, 20)));
  view.setUint16(20, 1024 + (number % 60_000));
  view.setUint16(22, 80);
  view.setUint32(24, number * 2_654_435_761);
  view.setUint16(32, 0x5002);
  view.setUint16(34, 1024);
  view.setUint16(36, ~sum(datagram.subarray(12), 6 + 20));
  return datagram;
}

/** Floods the board and waits until it has answered the last of it. */
async function flood(running: RunningBoard): Promise<number> {
  const socket = connect(running.link.slice('unix:'.length));
  let heard = 0;
  let last = Date.now();
  socket.on('data', (octets) => {
    heard += octets.length;
    last = Date.now();
  });
  for (let i = 0; i < FLOOD; i += 1) {
    if (!socket.write(encodeSlip(syn(i)))) await new Promise((resolve) => socket.once('drain', resolve));
  }
  while (Date.now() - last < 500) await sleep(50);
  socket.destroy();
  return heard;
}

interface Netstat {
  counters: Record<string, number>;
  connections: { state: string }[];
}

for (const name of SMALL) {
  describe(`${name} under a flood of ${FLOOD} SYNs`, { skip: await missing(name) }, () => {
    test('answers, keeps its memory, and serves a real client afterwards', async () => {
      const build = await buildBoard(name, { app: 'http' });
      const running = await startEmulator(build.board, build.images);
      try {
        assert.ok((await flood(running)) > FLOOD, 'most SYNs were answered');
        const stack = await open(running.link);
        try {
          assert.equal(sha256(await fetchFrom(stack, '/bytes/20000')), sha256(bytes(20_000)));
          const told = JSON.parse((await fetchFrom(stack, '/netstat.json')).toString()) as Netstat;
          assert.ok((told.counters['cookiesSent'] ?? 0) > 0, 'cookies took the place of memory');
          assert.ok(told.connections.length < 12, `${told.connections.length} entries are in use`);
        } finally {
          await stack.close();
        }
      } finally {
        await running.stop();
      }
    });
  });
}

describe('a board that stands still', { skip: await missing('mps2-an385') }, () => {
  test('goes on with its transfer after ten seconds, equal to the octet', async () => {
    const build = await buildBoard('mps2-an385', { app: 'http' });
    const running = await startEmulator(build.board, build.images);
    const stack = await open(running.link);
    try {
      const all = fetchFrom(stack, '/bytes/1000000');
      await sleep(500);
      assert.ok(running.process.kill('SIGSTOP'));
      await sleep(STOPPED_MS);
      assert.ok(running.process.kill('SIGCONT'));
      assert.equal(sha256(await all), sha256(bytes(1_000_000)));
    } finally {
      await stack.close();
      await running.stop();
    }
  });
});
