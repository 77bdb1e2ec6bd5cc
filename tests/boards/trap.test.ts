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

/** Each step, on a machine that does other things too: the Pico in JavaScript has a tenth of its speed at best. */
const PATIENCE_MS = 120_000;
const MODULE = `(module (memory (export "memory") 1 1) (global (export "__heap_base") i32 (i32.const 2048))
  (func (export "peek") (param i32) (result i32) (i32.load offset=4 (local.get 0)))
  (func (export "poke") (param i32) (i32.store8 offset=4 (local.get 0) (i32.const 7)))
  (func (export "pour") (param i32) (memory.copy (local.get 0) (i32.const 1024) (i32.const 64))))`;
/** What trapping-main.c does when it hears one of these. */
const TRAPS = { 'a read': 0xee, 'a write': 0xaa, 'a copy': 0xbb };
const GO_DEAF = 0x11;
/** Octets more than the receive ring holds. */
const TOO_MANY = 100;

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
    test('is told as a log frame, and the board starts anew; what the line loses meanwhile is counted', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'slipway-trap-'));
      const path = join(folder, 'peek.wasm');
      await writeFile(path, (await wabt()).parseWat('peek.wat', MODULE).toBinary({}).buffer);
      const board = await readBoard(name);
      // RTS and CTS are switched on, which an emulator has no wires for; and its line loses, as a real one.
      const flags = ['-DFLOW_CONTROL', '-DUART_LOSES'];
      const main = [fileURLToPath(new URL('trapping-main.c', import.meta.url))];
      const { elf } = await compile(board, await readModule(path), { access: 'c32', folder, main, flags });
      const running = await startEmulator(board, await makeImages(board, elf));
      const { input, output } = openLine(running.link);
      try {
        let heard = '';
        output.on('data', (octets: Buffer) => (heard += octets.toString('latin1')));
        output.on('error', () => {});
        input.on('error', () => {});
        const ups = () => heard.split('\xc0\nup\n\xc0').length - 1;
        await until(() => ups() === 1, 'the board to start');
        for (const [count, [what, octet]] of Object.entries(TRAPS).entries()) {
          input.write(Uint8Array.of(octet));
          await until(() => ups() === count + 2, `the board to start again after ${what}`);
          assert.equal(heard.split('\xc0\ntrap: memory access out of bounds, resetting\n\xc0').length, count + 2);
        }
        assert.doesNotMatch(heard, /survived/);
        if (board.family === 'host') return; // its line is the kernel's
        input.write(Uint8Array.of(GO_DEAF));
        await until(() => heard.includes('deaf'), 'the board to go deaf');
        input.write(new Uint8Array(board.uart.receiveRing + TOO_MANY));
        const told = `\xc0\nline overruns: ${TOO_MANY}\n\xc0`;
        await until(() => heard.includes(told), 'the board to tell how much was lost');
      } finally {
        input.destroy();
        output.destroy();
        await running.stop();
        await rm(folder, { recursive: true, force: true });
      }
    });
  });
}
