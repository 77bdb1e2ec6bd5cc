import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildBoard, type BoardBuild } from '../../host/board/build.js';
import { startEmulator, type RunningBoard } from '../../host/board/emulator.js';
import { open, openLink, parseLinkUrl, type Stack } from '../../host/index.js';
import type { LinkSpec } from '../../host/link/url.js';
import { fetchFrom, sha256 } from './fetching.js';
import { missing } from './missing.js';
import { PacedLine } from './paced-line.js';

/** To each of two connections at once, and back. */
const OCTETS = 10_000;
const STALL_MS = 250;
const BETWEEN_STALLS_MS = 700;
/** One is enough on a machine that does nothing else. */
const ROUNDS_MOST = 50;

type OctetLink = Exclude<LinkSpec, { scheme: 'emulated' }>;

for (const name of ['stm32f405', 'stm32f100']) {
  describe(`${name} behind a line of 115200 baud`, { skip: await missing(name) }, () => {
    let folder = '';
    let build: BoardBuild;
    let running: RunningBoard;
    let line: PacedLine;
    let stack: Stack;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'slipway-paced-'));
      build = await buildBoard(name, { app: 'http', folder });
      running = await startEmulator(build.board, build.images);
      const link = await openLink(parseLinkUrl(running.link) as OctetLink);
      line = new PacedLine(link, build.board.uart.baud, build.board.uart.receiveRing);
      stack = await open(line);
    });
    after(async () => {
      await stack?.close();
      await running?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    /** Both directions at once, on both connections; octets a second, counted once. */
    const echo = async (): Promise<number> => {
      const bodies = [randomBytes(OCTETS), randomBytes(OCTETS)];
      const began = performance.now();
      const answers = await Promise.all(bodies.map((body) => fetchFrom(stack, '/echo', body)));
      assert.deepEqual(answers.map(sha256), bodies.map(sha256));
      return Math.round((2 * OCTETS * 1000) / (performance.now() - began));
    };

    test('both directions at once: nothing is lost in the ring, and goodput is told', async (t) => {
      const goodput = await echo();
      assert.equal(line.overruns, 0);
      t.diagnostic(`${name}: ${goodput} octets/s each way of 11,520 on the line`);
    });

    test('what the ring loses while the board stands still TCP repairs', async (t) => {
      let isOver = false;
      let stalls = 0;
      const stalling = (async () => {
        while (!isOver) {
          await sleep(BETWEEN_STALLS_MS);
          running.process.kill('SIGSTOP');
          line.stall();
          await sleep(STALL_MS);
          running.process.kill('SIGCONT');
          line.goOn();
          stalls += 1;
        }
      })();
      // A stall that meets no text costs nothing: on a machine that is busy itself the line is idle for most of the time.
      let goodput = 0;
      try {
        for (let rounds = 0; rounds < ROUNDS_MOST && line.overruns === 0; rounds += 1) goodput = await echo();
      } finally {
        isOver = true;
        await stalling;
      }
      assert.ok(line.overruns > 0, 'the ring ran over');
      t.diagnostic(
        `${name}: ${stalls} stalls of ${STALL_MS} ms, ${line.overruns} octets lost in a ring of ` +
          `${build.board.uart.receiveRing}, ${goodput} octets/s each way`,
      );
    });
  });
}
