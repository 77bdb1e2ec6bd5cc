// The stack as one .c and one .h, for firmware that is there already.

import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { abiHeader, readContract, signatures } from './abi-header.js';
import { boardsFolder } from './board.js';
import { c32 } from './c32.js';
import { glue, lowest } from './glue.js';
import type { BoardModule } from './module.js';
import { wasm2c } from './wasm2c.js';

/** Writes slipway.c, slipway.h, example.c and the licence of what wasm2c put into slipway.c. */
export async function exportStack(module: BoardModule, folder: string): Promise<string[]> {
  const { source, header } = await wasm2c(module.path);
  const contract = await readContract();
  const functions = signatures(module, header, contract);
  const unit = glue(module, functions, source, 'c32')
    .replace('"slipway_abi.h"', '"slipway.h"')
    .replace('#include "core.c32.c"', c32(source));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'slipway.c'), await inlined(`${TRAP}${unit}`, header));
  await writeFile(join(folder, 'slipway.h'), abiHeader(module, functions, contract, lowest('c32')) + TRAP_DECLARATION);
  await copyFile(boardsFolder('export', 'example.c'), join(folder, 'example.c'));
  const wabt = dirname(createRequire(import.meta.url).resolve('wabt/package.json'));
  await copyFile(join(wabt, 'LICENSE'), join(folder, 'LICENSE.wabt'));
  return ['slipway.c', 'slipway.h', 'example.c', 'LICENSE.wabt'].map((name) => join(folder, name));
}

const TRAP = `/* One file: the TCP/IP stack as C. The arithmetic in front of it comes from wabt's wasm2c (LICENSE.wabt). */
#define wasm_rt_trap slipway_trap_by
`;

const TRAP_DECLARATION = `
/* Yours: called when an invariant is broken. It must not return, and nothing of the stack may be called any more. */
void slipway_trap(int reason);
`;

/** Puts our own headers and wasm2c's types in place of their #include lines. */
async function inlined(unit: string, header: string): Promise<string> {
  const types = /#ifndef WASM_RT_CORE_TYPES_DEFINED[^]*?#endif\n/.exec(header)?.[0] ?? '';
  const [runtime, accesses] = await Promise.all(
    ['wasm-rt.h', 'c32.h'].map((name) => readFile(boardsFolder('common', name), 'utf8')),
  );
  const trap = 'void wasm_rt_trap(wasm_rt_trap_t reason) {\n  slipway_trap((int)reason);\n  for (;;) {\n  }\n}\n';
  return unit
    .replace('#include "core.h"', () => `${runtime ?? ''}\n${types}\n${trap}`)
    .replace('#include "c32.h"', () => accesses ?? '');
}
