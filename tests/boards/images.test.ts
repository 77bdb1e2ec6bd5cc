// What a newcomer does on every board: build, run, curl. The commands are the user's own, in processes of their own.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { overBudget, readBudgets } from '../../host/board/board-sizes.js';
import { boardNames, readBoard, type Board } from '../../host/board/board.js';
import type { BoardMemory } from '../../host/board/build.js';
import { build, slipway, start, without, type Running } from '../cli/slipway.js';
import { bytes, sha256 } from './fetching.js';
import { missing } from './missing.js';

const run = promisify(execFile);
/** For a build and for an emulator's start, on a machine that does other things too. */
const PATIENCE_MS = 280_000;
/** The emulator in JavaScript has a twentieth of the others' speed. */
const CURL_SECONDS = '240';

interface Built {
  buildId: string;
  images: Record<string, string>;
  memory?: BoardMemory;
}

before(build);

for (const name of await boardNames()) {
  const reason = (await missing(name)) || without('curl');
  describe(`the image of ${name}`, { skip: reason }, () => {
    let board: Board;
    let built: Built;
    /** The file that is flashed and run, and its hash when it was built. */
    let image = { path: '', sha256: '' };
    let running: Running;
    let url = '';
    const last: (() => unknown)[] = [];

    before(async () => {
      board = await readBoard(name);
      const { status, stdout, stderr } = slipway(['build', '--board', name, '--app', 'http', '--json'], {
        timeoutMs: PATIENCE_MS,
      });
      assert.equal(status, 0, stderr);
      built = JSON.parse(stdout) as Built;
      const path = built.images[imageOf(board)] ?? '';
      image = { path, sha256: sha256(await readFile(path)) };
      const scope = { after: (work: () => unknown) => void last.push(work) };
      running = start(scope as never, ['run', '--board', name, '--app', 'http', '--forward', '0:80']);
      const [, port] = await running.says(/127\.0\.0\.1:(\d+) leads to .*:80/, PATIENCE_MS);
      url = `http://127.0.0.1:${port}`;
    });
    after(async () => {
      await running?.stop();
      for (const work of last) await work();
    });

    const curl = async (path: string, ...words: string[]): Promise<Buffer> => {
      const command = ['-sS', '--fail', '--max-time', CURL_SECONDS, ...words, url + path];
      const { stdout } = await run('curl', command, { encoding: 'buffer', maxBuffer: 1 << 24 });
      return stdout;
    };

    test('takes no more than its budget', async () => {
      if (built.memory) assert.deepEqual(overBudget(board, 'http', built.memory, await readBudgets()), []);
    });

    test('what the emulator runs is the file that build left', async (t) => {
      if (process.platform !== 'linux') return t.skip('reads /proc');
      assert.ok((await commandsBelow(running.process.pid ?? 0)).includes(image.path), `${image.path} is not what runs`);
      assert.equal(sha256(await readFile(image.path)), image.sha256, 'and run has not changed it');
    });

    test('the page comes, and names the board', async () => {
      assert.match((await curl('/')).toString(), new RegExp(`<title>${name} - Slipway</title>`));
    });

    test('/netstat.json names the board and the build id that build printed', async () => {
      const told = JSON.parse((await curl('/netstat.json')).toString()) as { board: string; build: string };
      assert.deepEqual([told.board, told.build], [name, built.buildId]);
    });

    test('100,000 octets come as they should', async () => {
      assert.equal(sha256(await curl('/bytes/100000')), sha256(bytes(100_000)));
    });

    test('20,000 octets posted come back', async (t) => {
      const body = randomBytes(20_000);
      const file = join(tmpdir(), `slipway-post-${process.pid}-${name}`);
      t.after(() => rm(file, { force: true }));
      await writeFile(file, body);
      assert.equal(sha256(await curl('/echo', '--data-binary', `@${file}`)), sha256(body));
    });

    test('three connections one after another, then two at once', async () => {
      for (let i = 0; i < 3; i += 1) assert.equal((await curl('/bytes/1000')).length, 1000);
      const both = await Promise.all([curl('/bytes/5000'), curl('/bytes/7000')]);
      assert.deepEqual(both.map(sha256), [sha256(bytes(5000)), sha256(bytes(7000))]);
    });

    test('its boot line appears in the terminal, from the cable that carries the packets', (t) => {
      // Nobody has opened the pseudo terminal yet when the developer's machine says its own.
      if (board.family === 'host') return t.diagnostic('says it before its line is opened');
      assert.match(running.stderr, new RegExp(`${name}: slipway on ${name}, module ${built.buildId}`));
    });
  });
}

/** Which of the files that a build leaves goes onto the board, and into its emulator. */
function imageOf(board: Board): string {
  const word = board.emulator?.command.join(' ') ?? '';
  return /\{(bin|hex|uf2|elf)\}/.exec(word)?.[1] ?? 'elf';
}

/** All words of the commands that a process has started, however far below. */
async function commandsBelow(parent: number): Promise<string[]> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const words: string[] = [];
  for (const pid of processes) {
    const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    if (Number(status.slice(status.lastIndexOf(')')).split(' ')[2]) !== parent) continue;
    words.push(...(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0'));
    words.push(...(await commandsBelow(Number(pid))));
  }
  return words;
}
