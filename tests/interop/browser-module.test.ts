// The module in a browser: the very file that firmware is made from, given what a board heard, sends the same octets.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { loadModule, modulePath } from '../../host/modules.js';
import { record, Tape } from '../boards/tape.js';
import { without } from '../cli/slipway.js';
import { openBrowser, openPage } from './browser.js';

const REQUEST = 'GET /bytes/20000 HTTP/1.1\r\nHost: board\r\nConnection: close\r\n\r\n';
const BOARD = 0xc0a80702 | 0;

interface Played {
  wasm: string;
  tape: string;
  address: number;
}

/** Runs in the page, where nothing else of this file exists: plays a tape as Tape.play() does, and answers in base64. */
async function play({ wasm, tape, address }: Played): Promise<string> {
  const octetsOf = (text: string): Uint8Array<ArrayBuffer> =>
    Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const { instance } = await WebAssembly.instantiate(octetsOf(wasm));
  const at = (name: string): number => Number((instance.exports[name] as WebAssembly.Global).value);
  const call = (name: string, ...values: number[]): number =>
    (instance.exports[name] as (...values: number[]) => number)(...values);
  const memory = new Uint8Array((instance.exports['memory'] as WebAssembly.Memory).buffer);
  const input = octetsOf(tape);
  const view = new DataView(input.buffer);
  const heard: number[] = [];
  for (let place = 0; place < input.length;) {
    const [kind, now, length] = [0, 4, 8].map((offset) => view.getInt32(place + offset, true)) as [
      number,
      number,
      number,
    ];
    let waiting = input.subarray(place + 12, place + 12 + length);
    place += 12 + length;
    if (kind === 0) {
      const words = new DataView(waiting.buffer, waiting.byteOffset);
      call('start', address, ...[0, 4, 8, 12].map((offset) => words.getInt32(offset, true)), now);
      waiting = waiting.subarray(length);
    }
    do {
      const some = waiting.subarray(0, at('serialChunk'));
      memory.set(some, at('serialRx'));
      waiting = waiting.subarray(some.length > 0 ? call('serialInput', some.length, now) : 0);
      call('application', now);
      for (let n; (n = call('serialOutput', now)) > 0;)
        heard.push(...memory.subarray(at('serialTx'), at('serialTx') + n));
    } while (waiting.length > 0);
    const deadline = call('deadline', now);
    heard.push(deadline & 255, (deadline >> 8) & 255, (deadline >> 16) & 255, (deadline >> 24) & 255);
  }
  let text = '';
  for (const octet of heard) text += String.fromCharCode(octet);
  return btoa(text);
}

for (const name of ['board-http', 'micro-http'] as const) {
  test(
    `${name}: a transfer over a line that loses frames, octet for octet`,
    { skip: without('chromium') },
    async (t) => {
      const modules = { board: await loadModule(name), laptop: await loadModule('host') };
      const tape = new Tape();
      const answer = record(tape, modules, { seed: 1, request: REQUEST, loss: 3 });
      assert.equal(answer.length - answer.indexOf('\r\n\r\n') - 4, 20_000);
      const wasm = await readFile(modulePath(name), 'base64');
      const browser = await openBrowser(t);
      const page = await openPage(browser);
      // The compiler names functions by a helper that the page does not have.
      await page.addInitScript('globalThis.__name = (value) => value');
      await page.goto('about:blank');
      const heard = await page.evaluate(play, { wasm, tape: tape.toBuffer().toString('base64'), address: BOARD });
      assert.ok(
        Buffer.from(heard, 'base64').equals(tape.play(modules.board)),
        'the browser sent something else than Node',
      );
    },
  );
}
