import assert from 'node:assert/strict';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import wabt from 'wabt';
import { boardNames, readBoard } from '../../host/board/board.js';
import { compile } from '../../host/board/compile.js';
import { startEmulator } from '../../host/board/emulator.js';
import { makeImages } from '../../host/board/images.js';
import { readModule } from '../../host/board/module.js';
import { missing } from './missing.js';

const PATIENCE_MS = 20_000;
const MODULE = `(module (memory (export "memory") 1 1) (global (export "__heap_base") i32 (i32.const 2048))
  (func (export "peek") (param i32) (result i32) (i32.load offset=4 (local.get 0))))`;

/** Both directions of a board's line. */
function openLine(link: string): { input: Writable; output: Readable } {
  if (link.startsWith('unix:')) {
    const socket = connect(link.slice('unix:'.length));
    return { input: socket, output: socket };
  }
  const path = link.slice('slip:'.length);
  return { input: createWriteStream(path), output: createReadStream(path) };
}

async function until(isSo: () => boolean, what: string): Promise<void> {
  for (let waited = 0; !isSo(); waited += 20) {
    assert.ok(waited < PATIENCE_MS, `waited in vain for ${what}`);
    await sleep(20);
  }
}

for (const name of await boardNames()) {
  describe(`an access out of bounds on ${name}`, { skip: await missing(name) }, () => {
    test('is told as a log frame, and the board starts anew', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'slipway-trap-'));
      const path = join(folder, 'peek.wasm');
      await writeFile(path, (await wabt()).parseWat('peek.wat', MODULE).toBinary({}).buffer);
      const board = await readBoard(name);
      const main = [fileURLToPath(new URL('trapping-main.c', import.meta.url))];
      const { elf } = await compile(board, await readModule(path), { access: 'c32', folder, main });
      const running = await startEmulator(board, await makeImages(board, elf));
      const { input, output } = openLine(running.link);
      try {
        let heard = '';
        output.on('data', (octets: Buffer) => (heard += octets.toString('latin1')));
        output.on('error', () => {});
        input.on('error', () => {});
        const ups = () => heard.split('\xc0\nup\n\xc0').length - 1;
        await until(() => ups() === 1, 'the board to start');
        input.write(Uint8Array.of(0xee));
        await until(() => ups() === 2, 'the board to start again');
        assert.match(heard, /\xc0\ntrap: memory access out of bounds, resetting\n\xc0/);
        assert.doesNotMatch(heard, /survived/);
      } finally {
        input.destroy();
        output.destroy();
        await running.stop();
        await rm(folder, { recursive: true, force: true });
      }
    });
  });
}
