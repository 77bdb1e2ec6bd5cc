import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import wabt from 'wabt';
import { c32 } from '../../host/board/c32.js';
import { boardsFolder } from '../../host/board/board.js';
import { generate } from '../../host/board/generate.js';
import type { Access } from '../../host/board/glue.js';
import { readModule } from '../../host/board/module.js';
import { isInstalled } from '../../host/board/toolchain.js';
import { wasm2c } from '../../host/board/wasm2c.js';

const HIGH = 4100;
const LOADS = ['i32.load', 'i32.load8_s', 'i32.load8_u', 'i32.load16_s', 'i32.load16_u'];
const LONG_LOADS = [
  'i64.load',
  'i64.load8_s',
  'i64.load8_u',
  'i64.load16_s',
  'i64.load16_u',
  'i64.load32_s',
  'i64.load32_u',
];
const STORES = ['i32.store', 'i32.store8', 'i32.store16'];
const LONG_STORES = ['i64.store', 'i64.store8', 'i64.store16', 'i64.store32'];
/** As for a processor that cannot read a word at any address, with all that gcc finds wrong made fatal. */
const SANITIZED = ['-DC32_ALIGNED_ONLY', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
/** Each access is checked for itself. */
const WITHOUT_SLACK = ['-DC32_SLACK=0'];
const OFFSETS = [0, 1, 7, 1020, 1023, 1024, 1025, 2000, HIGH - 8, HIGH - 1, HIGH, 70000];

/** One exported function for each access with each offset; `fill` and `copy` besides. */
function accesses(): string {
  const name = (access: string, offset: number) => `(export "${access.replace('.', '_')}_${offset}")`;
  const functions = OFFSETS.flatMap((offset) => [
    ...LOADS.map((a) => `(func ${name(a, offset)} (param i32 i32) (result i32) (${a} offset=${offset} (local.get 0)))`),
    ...LONG_LOADS.map(
      (a) =>
        `(func ${name(a, offset)} (param i32 i32) (result i32) (local i64) (local.set 2 (${a} offset=${offset} (local.get 0)))
          (i32.xor (i32.wrap_i64 (local.get 2)) (i32.wrap_i64 (i64.shr_u (local.get 2) (i64.const 29)))))`,
    ),
    ...STORES.map(
      (a) =>
        `(func ${name(a, offset)} (param i32 i32) (result i32) (${a} offset=${offset} (local.get 0) (local.get 1)) (i32.const 0))`,
    ),
    ...LONG_STORES.map(
      (a) =>
        `(func ${name(a, offset)} (param i32 i32) (result i32)
          (${a} offset=${offset} (local.get 0) (i64.mul (i64.extend_i32_u (local.get 1)) (i64.const 0x123456789))) (i32.const 0))`,
    ),
  ]);
  return `(module (memory (export "memory") 1 1) (global (export "__heap_base") i32 (i32.const ${HIGH}))
    (data (i32.const 2000) "\\01\\82\\ff\\00\\7f\\80\\fe\\03 some text that is there from the start")
    ${functions.join('\n')}
    (func (export "fill") (param i32 i32) (result i32) (memory.fill (local.get 0) (i32.const 77) (local.get 1)) (i32.const 0))
    (func (export "copy") (param i32 i32) (result i32) (memory.copy (i32.const 1500) (local.get 0) (local.get 1)) (i32.const 0))
    (func (export "divide") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
    (func (export "never") (param i32 i32) (result i32) unreachable))`;
}

/** Calls each function that stdin names and prints its result or the trap's number, then all of the memory. */
const DRIVER = `
#include <setjmp.h>
#include <stdio.h>
#include "slipway_abi.h"
#include "wasm-rt.h"
static jmp_buf trapped;
void wasm_rt_trap(wasm_rt_trap_t reason) { longjmp(trapped, (int)reason); }
static const struct { const char* name; int32_t (*call)(uint32_t, uint32_t); } calls[] = {CALLS};
int main(void) {
  char name[64];
  unsigned first, second;
  slipway_instantiate();
  while (scanf("%63s %u %u", name, &first, &second) == 3) {
    for (unsigned i = 0; i < sizeof calls / sizeof *calls; i += 1) {
      if (strcmp(calls[i].name, name)) continue;
      const int trap = setjmp(trapped);
      if (trap) printf("%s %u %u trap %d\\n", name, first, second, trap);
      else printf("%s %u %u %d\\n", name, first, second, calls[i].call(first, second));
    }
  }
  for (unsigned at = 1024; at < SLIPWAY_HEAP_BASE; at += 1) printf("%u ", *SLIPWAY_AT(at));
}
`;

async function moduleFrom(text: string, folder: string): Promise<string> {
  const path = join(folder, 'module.wasm');
  const parsed = (await wabt()).parseWat('module.wat', text);
  await writeFile(path, parsed.toBinary({}).buffer);
  return path;
}

async function buildDriver(path: string, folder: string, access: Access, flags: string[] = []): Promise<string> {
  const module = await readModule(path);
  await generate(module, folder, access);
  const header = await readFile(join(folder, 'slipway_abi.h'), 'utf8');
  const calls = [...header.matchAll(/^int32_t (slipway_(\w+))\(/gm)].map(([, cName, name]) => `{"${name}", ${cName}}`);
  await writeFile(join(folder, 'driver.c'), DRIVER.replace('CALLS', calls.join(', ')));
  const sources = ['driver.c', 'slipway.c'].map((name) => join(folder, name));
  execFileSync('cc', [
    '-O2',
    '-w',
    ...flags,
    `-I${folder}`,
    `-I${boardsFolder('common')}`,
    ...sources,
    '-o',
    join(folder, 'driver'),
  ]);
  return join(folder, 'driver');
}

/** Addresses at every edge: around 0, LOW less an offset, HIGH less an offset, and where 32 bits wrap. */
function cases(): string[] {
  const around = (edge: number) => [-9, -8, -4, -2, -1, 0, 1, 2].map((step) => (edge + step) >>> 0);
  return OFFSETS.flatMap((offset) => {
    const addresses = new Set([
      ...around(1024 - offset),
      ...around(HIGH - offset),
      ...around(2000 - offset),
      ...around(0),
      ...around(0x80000000),
    ]);
    const names = [...LOADS, ...LONG_LOADS, ...STORES, ...LONG_STORES].map((a) => `${a.replace('.', '_')}_${offset}`);
    return names.flatMap((name) =>
      [...addresses].map((address) => `${name} ${address} ${(address * 40503 + 7) >>> 0}`),
    );
  }).concat(
    [1024, 1030, 2000, HIGH - 1, HIGH, HIGH + 1, 0xfffffff0].flatMap((at) =>
      [0, 1, 9, HIGH, 0xffffffff].flatMap((n) => [`fill ${at} ${n}`, `copy ${at} ${n}`]),
    ),
    ['divide 7 0', `divide ${0x80000000} ${0xffffffff}`, 'divide 9 2', 'never 0 0'],
  );
}

describe('the c32 rewrite', () => {
  let folder = '';
  before(async () => void (folder = await mkdtemp(join(tmpdir(), 'slipway-c32-'))));
  after(() => rm(folder, { recursive: true, force: true }));

  test('every access of the functions goes through c32.h, and no instance is left', async () => {
    const { source } = await wasm2c(await moduleFrom(accesses(), folder));
    const functions = c32(source).split('#include "c32.h"')[1] ?? '';
    assert.equal(functions.match(/\bc32_[if]\d\d_(load|store)/g)?.length, 19 * OFFSETS.length);
    assert.doesNotMatch(functions, /\binstance\b|_default32/);
  });

  test('a module that grows its memory is refused, because its size would not be a constant', async () => {
    const { source } = await wasm2c(
      await moduleFrom(
        '(module (memory (export "memory") 1 2) (func (export "grow") (result i32) (memory.grow (i32.const 1))))',
        folder,
      ),
    );
    assert.throws(() => c32(source), /does not know this access/);
  });

  test(
    'an access outside traps with the same reason as in the build that wasm2c makes, and inside gives the same',
    { skip: !isInstalled('cc') },
    async () => {
      const path = await moduleFrom(accesses(), folder);
      const plain = await buildDriver(path, join(folder, 'plain'), 'plain');
      const rewritten = await buildDriver(path, join(folder, 'c32'), 'c32', WITHOUT_SLACK);
      const input = cases().filter(reachesNoLowMemory).join('\n');
      const expected = execFileSync(plain, { input, encoding: 'utf8', maxBuffer: 1 << 26 });
      assert.equal(execFileSync(rewritten, { input, encoding: 'utf8', maxBuffer: 1 << 26 }), expected);
      assert.ok((expected.match(/ trap 1$/gm) ?? []).length > 1000, 'out of bounds was met');
      assert.match(expected, /^never 0 0 trap 5$/m);
    },
  );

  test(
    'an access below 1024 traps: asc leaves those octets unused, and a null handle is caught there',
    { skip: !isInstalled('cc') },
    async () => {
      const path = await moduleFrom(accesses(), folder);
      const rewritten = await buildDriver(path, join(folder, 'c32'), 'c32', WITHOUT_SLACK);
      const low = cases().filter((one) => !reachesNoLowMemory(one));
      assert.ok(low.length > 500);
      assert.deepEqual(
        lines(rewritten, low).filter((line) => !line.endsWith('trap 1')),
        [],
      );
    },
  );

  test(
    'with slack a field is checked by its pointer, and whatever is accessed is aligned and lies within the array',
    { skip: !isInstalled('cc') },
    async () => {
      const path = await moduleFrom(accesses(), folder);
      const plain = await buildDriver(path, join(folder, 'plain'), 'plain');
      const watched = await buildDriver(path, join(folder, 'slack'), 'c32', SANITIZED);
      const input = cases().filter(
        (one) => reachesNoLowMemory(one) && (!isNear(one) || (pointsInside(one) && !reachesBehind(one))),
      );
      assert.deepEqual(lines(watched, input), lines(plain, input));
      const behind = cases().filter((one) => isNear(one) && pointsInside(one) && reachesBehind(one));
      assert.ok(behind.length > 50);
      for (const line of lines(watched, behind)) assert.doesNotMatch(line, /trap/);
      const outside = cases().filter((one) => isNear(one) && !pointsInside(one));
      assert.ok(outside.length > 1000);
      for (const line of lines(watched, outside)) assert.match(line, /trap 1$/);
    },
  );
});

/** What the driver answers to each case. */
function lines(driver: string, input: string[]): string[] {
  const text = execFileSync(driver, { input: input.join('\n'), encoding: 'utf8', maxBuffer: 1 << 26 });
  return text.split('\n').slice(0, input.length);
}

/** The octets from the pointer to the end of the access; 0 for what is no access through a pointer. */
function reach(one: string): number {
  const [, bits, part, offset] = /^[if](\d+)_(?:load|store)(\d*)\w*_(\d+) /.exec(one) ?? [];
  return bits === undefined ? 0 : Number(offset) + Number(part === '' ? bits : part) / 8;
}

/** Whether the access ends at most 256 octets behind its pointer, so that the pointer is what c32 checks. */
function isNear(one: string): boolean {
  return reach(one) > 0 && reach(one) <= 256;
}

/** Whether the access touches an octet behind the memory. */
function reachesBehind(one: string): boolean {
  return Number(one.split(' ')[1]) + reach(one) > HIGH;
}

function pointsInside(one: string): boolean {
  const pointer = Number(one.split(' ')[1]);
  return pointer >= 1024 && pointer <= HIGH;
}

/** Whether the access, if wasm allows it, keeps clear of the addresses below 1024. */
function reachesNoLowMemory(one: string): boolean {
  const [name = '', address = ''] = one.split(' ');
  const at =
    Number(address) + (name.includes('load') || name.includes('store') ? Number(name.split('_').at(-1)) : 1024);
  return at >= 1024;
}
