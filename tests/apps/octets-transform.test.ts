// Texts of the applications lie in the code: tools/octets-transform.mjs.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { buildWasm } from '../../tools/build-wasm.mjs';
import { compile } from '../../tools/compile-wasm.mjs';

const ROOT = path.dirname(path.dirname(import.meta.dirname));
const MODULES = ['board-http', 'board-echo', 'micro-http', 'micro-echo'] as const;
await buildWasm({ names: [...MODULES] });

/** Compiles an application of a few lines; `application` answers what it writes. */
async function run(lines: string): Promise<Buffer> {
  const source = `
    const AT: usize = memory.data(64);
    export const at: usize = AT;
    @unmanaged class State { length: u32; }
    const state = changetype<State>(memory.data(4));
    export function text(octets: u64): void {
      store<u64>(AT + state.length, octets);
      state.length += 8;
    }
    function pair(first: u64, second: u64 = 7): void { text(first); text(second); }
    export function application(): u32 { ${lines} return state.length; }
    export { __heap_base };
  `;
  const { wasm } = await compile({
    root: ROOT,
    target: 'micro',
    entry: 'assembly/apps/sample.ts',
    readSource: (file) => (file === 'assembly/apps/sample.ts' ? source : null),
  });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(wasm)));
  const { memory, at, application } = exports as {
    memory: WebAssembly.Memory;
    at: WebAssembly.Global<'i32'>;
    application: () => number;
  };
  const length = application();
  return Buffer.from(memory.buffer.slice(at.value, at.value + length));
}

describe('texts', () => {
  for (const name of MODULES) {
    test(`${name}: a new instance's memory is all zero; whatever text there is lies in the code`, () => {
      const wasm = readFileSync(path.join(ROOT, 'build', `${name}.wasm`));
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm));
      const octets = Buffer.from((exports['memory'] as WebAssembly.Memory).buffer);
      assert.ok(octets.equals(Buffer.alloc(octets.length)));
    });
  }

  test('text() takes a text of any length, eight octets a call, zeros behind the last', async () => {
    assert.equal((await run('text("");')).toString('latin1'), '\0'.repeat(8));
    assert.equal((await run('text("a");')).toString('latin1'), 'a'.padEnd(8, '\0'));
    assert.equal((await run('text("12345678");')).toString('latin1'), '12345678');
    const long = 'a line\\r\\n\\tof "thirty" ~ octets, or so';
    const text = 'a line\r\n\tof "thirty" ~ octets, or so';
    assert.equal((await run(`text('${long}');`)).toString('latin1'), text.padEnd(40, '\0'));
  });

  test('in the arguments of another function a text stands for as many numbers', async () => {
    assert.equal((await run('pair("12345678abc");')).toString('latin1'), '12345678abc'.padEnd(16, '\0'));
    assert.equal((await run('pair("abc");')).toString('latin1'), 'abc'.padEnd(8, '\0') + '\x07'.padEnd(8, '\0'));
  });

  test('in a condition or an expression a text is replaced, too', async () => {
    assert.equal((await run('if (state.length == 0) text("yes"); else text("no");')).toString('latin1', 0, 3), 'yes');
    assert.equal(
      (await run('state.length > 0 ? text("no") : text("a long yes");')).toString('latin1', 0, 10),
      'a long yes',
    );
  });

  test('a text that is not plain ASCII does not compile', async () => {
    await assert.rejects(run('text("\\u00e9");'), /assembly\/apps\/sample\.ts: "é" is not plain ASCII/);
    await assert.rejects(run('text("\\0");'), /is not plain ASCII/);
  });

  test('a string that is not an argument does not compile: it would be memory', async () => {
    await assert.rejects(run('const name = "a" + "b"; text(name.length);'));
  });
});
