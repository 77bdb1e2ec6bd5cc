import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readBoard, type Board } from '../../host/board/board.js';
import { flash } from '../../host/board/flash.js';
import { hasReadyImage, makeReadyImages, readyImage } from '../../host/board/ready-images.js';
import { packageRoot } from '../../host/modules.js';
import { missing } from './missing.js';

describe('ready images', { skip: await missing('stm32f405') }, () => {
  let folder = '';
  let board: Board;

  before(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'slipway-ready-')), 'images');
    board = await readBoard('stm32f405');
    await makeReadyImages([board], folder, { app: 'echo', buildFolder: join(folder, '..', 'build') });
  });
  after(() => rm(join(folder, '..'), { recursive: true, force: true }));

  test('come with checksums, the build they are of, and the notices that they owe', async () => {
    const sums = (await readFile(join(folder, 'SHA256SUMS'), 'utf8')).trim().split('\n');
    assert.deepEqual(sums.map((line) => line.slice(66)).sort(), ['stm32f405.bin', 'stm32f405.hex']);
    for (const line of sums) {
      const octets = await readFile(join(folder, line.slice(66)));
      assert.equal(createHash('sha256').update(octets).digest('hex'), line.slice(0, 64));
    }
    const told = JSON.parse(await readFile(join(folder, 'images.json'), 'utf8')) as Record<string, { build: string }>;
    const build = told['stm32f405']?.build ?? '';
    assert.match(build, /^[0-9a-f]{16}$/);
    assert.ok((await readFile(join(folder, 'stm32f405.bin'))).includes(build), 'the image says the same of itself');
    assert.match(await readFile(join(folder, 'NOTICE'), 'utf8'), /wasm2c[^]*Apache License/);
    assert.match(await readFile(join(folder, 'LICENSE.wabt'), 'utf8'), /Apache License/);
  });

  test('are flashed without building anything', async () => {
    const said: string[] = [];
    await flash(await readyImage(board, folder), { isDryRun: true, say: (line) => void said.push(line) });
    assert.deepEqual(said, [`st-flash --reset write ${join(folder, 'stm32f405.bin')} 0x08000000`]);
  });

  test('are refused when a file is not the one that was made, or none is there', async () => {
    await appendFile(join(folder, 'stm32f405.bin'), 'x');
    await assert.rejects(readyImage(board, folder), /stm32f405\.bin is not the file that SHA256SUMS names/);
    const other = await readBoard('pico');
    assert.equal(hasReadyImage(other, folder), false);
    await assert.rejects(readyImage(other, folder), /There is no ready image of pico/);
  });

  test('are what the package holds of build/, beside the modules', async () => {
    const { files } = JSON.parse(await readFile(join(packageRoot(), 'package.json'), 'utf8')) as { files: string[] };
    assert.deepEqual(
      files.filter((file) => file.startsWith('build')),
      ['build/*.json', 'build/*.wasm', 'build/images'],
    );
  });
});
