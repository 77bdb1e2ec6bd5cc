import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { open, type Stack } from '../../host/index.js';
import { boardNames } from '../../host/board/board.js';
import { buildBoard, type BoardBuild } from '../../host/board/build.js';
import { startEmulator, type RunningBoard } from '../../host/board/emulator.js';
import { bytes, fetchFrom, sha256 } from './fetching.js';
import { missing } from './missing.js';

for (const name of await boardNames()) {
  describe(`the image of ${name}`, { skip: await missing(name) }, () => {
    let build: BoardBuild;
    let board: RunningBoard;
    let stack: Stack;

    before(async () => {
      build = await buildBoard(name, { app: 'http' });
      board = await startEmulator(build.board, build.images);
      stack = await open(board.link);
    });
    after(async () => {
      await stack?.close();
      await board?.stop();
    });

    const fetch = (path: string, body?: Buffer) => fetchFrom(stack, path, body);

    test('the page comes, and names the board', async () => {
      const page = (await fetch('/')).toString();
      assert.match(page, new RegExp(`<title>${name} - Slipway</title>`));
    });

    test('/netstat.json names the board and the build id of its module', async () => {
      const told = JSON.parse((await fetch('/netstat.json')).toString()) as { board: string; build: string };
      assert.equal(told.board, name);
      assert.equal(told.build, build.buildId);
    });

    test('100,000 octets come as they should', async () => {
      assert.equal(sha256(await fetch('/bytes/100000')), sha256(bytes(100_000)));
    });

    test('20,000 octets posted come back', async () => {
      const body = randomBytes(20_000);
      assert.equal(sha256(await fetch('/echo', body)), sha256(body));
    });

    test('three connections one after another, then two at once', async () => {
      for (let i = 0; i < 3; i += 1) assert.equal((await fetch('/bytes/1000')).length, 1000);
      const both = await Promise.all([fetch('/bytes/5000'), fetch('/bytes/7000')]);
      assert.deepEqual(both.map(sha256), [sha256(bytes(5000)), sha256(bytes(7000))]);
    });
  });
}
