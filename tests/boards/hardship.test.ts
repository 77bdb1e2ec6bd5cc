import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildBoard } from '../../host/board/build.js';
import { SPARE_OCTETS } from '../../host/board/board-sizes.js';
import { startEmulator } from '../../host/board/emulator.js';
import { open, openLink, parseLinkUrl, type Stack } from '../../host/index.js';
import type { LinkSpec } from '../../host/link/url.js';
import { until } from '../host/links.js';
import { bytes, fetchFrom, sha256 } from './fetching.js';
import { FloodedLink } from './flooded-link.js';
import { missing } from './missing.js';
import { WatchedBoard } from './ram.js';

/** All of it in CI; anyone else waits a tenth as long. */
const FLOOD = process.env['SLIPWAY_REQUIRE_ALL'] === '1' ? 10_000 : 1000;
const STOPPED_MS = 10_000;
const SMALL = ['microbit', 'stm32f100'];
/** So many, and then the honest peer has its turn. */
const SYNS_AT_ONCE = 20;

type OctetLink = Exclude<LinkSpec, { scheme: 'emulated' }>;

interface Netstat {
  counters: Record<string, number>;
  connections: { state: string; remote: { address: string } }[];
}

const netstat = async (stack: Stack): Promise<Netstat> =>
  JSON.parse((await fetchFrom(stack, '/netstat.json')).toString()) as Netstat;

/** What occupies the board's tables, but for the connections that the test itself has just closed. */
const occupied = ({ connections }: Netstat): string[] =>
  connections
    .map(({ state }) => state)
    .filter((state) => state !== 'TIME-WAIT')
    .sort();

for (const name of SMALL) {
  describe(`${name} under a flood of ${FLOOD} SYNs`, { skip: await missing(name) }, () => {
    let folder = '';
    before(async () => void (folder = await mkdtemp(join(tmpdir(), 'slipway-flood-'))));
    after(() => rm(folder, { recursive: true, force: true }));

    test('serves meanwhile, its memory is then as it was, and a real client connects', async (t) => {
      const build = await buildBoard(name, { app: 'http', folder: join(folder, 'image') });
      assert.ok(build.memory);
      assert.deepEqual(build.memory.stack.doubts, [], 'the bound of the stack is one');
      const spare = (build.board.ram?.octets ?? 0) - build.memory.ram - build.memory.stack.octets;
      assert.ok(spare >= SPARE_OCTETS, `${spare} octets are spare`);
      const board = await WatchedBoard.start(build, folder);
      t.after(() => board.running.stop());
      const link = new FloodedLink(await openLink(parseLinkUrl(board.running.link) as OctetLink));
      const stack = await open(link);
      try {
        const before = await netstat(stack);
        const served = await serveUnder(stack, link);
        assert.ok(served > 0, 'pages came while the flood ran');
        const during = await netstat(stack);
        const cookies = (during.counters['cookiesSent'] ?? 0) - (before.counters['cookiesSent'] ?? 0);
        assert.ok(cookies > FLOOD / 2, `cookies took the place of memory ${cookies} times`);
        // Which of the SYNs had found a place in the queue only the board knows.
        const halfOpen = during.connections.filter(({ state }) => state === 'SYN-RECEIVED');
        link.refuse(halfOpen.map(({ remote }) => link.numberOf(remote.address)));
        // The board has until its answer is asked for to hear of the resets, and that the clients have closed.
        let after: string[] = [];
        await until(async () => {
          after = occupied(await netstat(stack));
          return after.join() === occupied(before).join();
        }, 'every entry is given back').catch(() => undefined);
        assert.deepEqual(after, occupied(before));
        assert.equal(sha256(await fetchFrom(stack, '/bytes/20000')), sha256(bytes(20_000)));
        const { stack: used, strayed } = await board.look();
        assert.ok(used > 0 && used <= build.memory.stack.octets, `${used} octets of stack were used`);
        assert.equal(strayed, 0, 'what belongs to nobody was written to');
        t.diagnostic(
          `${link.sent} SYNs, ${cookies} cookies, ${served} pages meanwhile; stack ${used} used, bound ` +
            `${build.memory.stack.octets}; spare ${spare}`,
        );
      } finally {
        await stack.close();
      }
    });
  });
}

/** Floods while a client fetches one page after another; answers how many came. */
async function serveUnder(stack: Stack, link: FloodedLink): Promise<number> {
  let served = 0;
  const client = (async () => {
    while (link.sent < FLOOD) {
      assert.equal((await fetchFrom(stack, '/bytes/2000')).length, 2000);
      served += 1;
    }
  })();
  while (link.sent < FLOOD) {
    link.flood(Math.min(SYNS_AT_ONCE, FLOOD - link.sent));
    await sleep(1);
  }
  await client;
  return served;
}

describe('a board that stands still', { skip: await missing('mps2-an385') }, () => {
  test('goes on with its transfer after ten seconds, equal to the octet', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'slipway-still-'));
    const build = await buildBoard('mps2-an385', { app: 'http', folder });
    const running = await startEmulator(build.board, build.images);
    const stack = await open(running.link);
    try {
      const all = fetchFrom(stack, '/bytes/1000000');
      await until(() => stack.link.stats.octetsIn > 50_000, 'a transfer under way');
      assert.ok(running.process.kill('SIGSTOP'));
      await sleep(STOPPED_MS);
      assert.ok(running.process.kill('SIGCONT'));
      assert.equal(sha256(await all), sha256(bytes(1_000_000)));
    } finally {
      await stack.close();
      await running.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
