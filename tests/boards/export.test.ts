import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readBoard } from '../../host/board/board.js';
import { tool } from '../../host/board/compile.js';
import { exportStack } from '../../host/board/export.js';
import { readModule } from '../../host/board/module.js';
import { encodeSlip } from '../../host/gateway/slip.js';
import { isInstalled } from '../../host/board/toolchain.js';
import { modulePath } from '../../host/modules.js';
import { sum } from '../../host/trace/checksum.js';

/** An echo request to the board, as a frame. */
function ping(): Uint8Array {
  const datagram = new Uint8Array(28);
  const view = new DataView(datagram.buffer);
  datagram.set([0x45, 0, 0, 28, 0, 0, 0, 0, 64, 1, 0, 0, 192, 168, 7, 1, 192, 168, 7, 2, 8]);
  view.setUint16(10, ~sum(datagram.subarray(0, 20)));
  view.setUint16(22, ~sum(datagram.subarray(20)));
  return encodeSlip(datagram);
}

/** Firmware of a kind: it hears one ping and ends when it would sleep. */
const firmware = (): string => `
#include <stdio.h>
#include <stdlib.h>
#include "slipway.h"
void slipway_task(const uint32_t secret[4]);
static const uint8_t heard[] = {${ping().join(', ')}};
static uint32_t read_so_far, written;
uint32_t my_clock_ms(void) { return 1000; }
uint32_t my_line_read(uint8_t* octets, uint32_t most) {
  uint32_t n = 0;
  while (n < most && read_so_far < sizeof heard) octets[n++] = heard[read_so_far++];
  return n;
}
void my_line_write(const uint8_t* octets, uint32_t length) { (void)octets; written += length; }
void my_sleep(int32_t ms) { printf("%u octets written, sleep %d\\n", written, (int)ms); exit(0); }
int main(void) { slipway_task((const uint32_t[4]){1, 2, 3, 4}); }
`;

/** The two files and the example as they stand, for the processors of boards. */
async function compileForBoards(t: TestContext, folder: string): Promise<void> {
  for (const name of ['stm32f405', 'microbit', 'riscv']) {
    const board = await readBoard(name);
    if (!isInstalled(tool(board, 'gcc'))) {
      t.diagnostic(`not compiled for ${board.core}: apt install ${board.build.package}`);
      continue;
    }
    for (const file of ['slipway', 'example']) {
      const words = [...board.build.flags, '-Os', '-Wall', '-Wextra', '-Werror', '-c', join(folder, `${file}.c`)];
      execFileSync(tool(board, 'gcc'), [...words, '-o', join(folder, `${file}-${name}.o`)]);
    }
  }
}

test('slipway export writes two files that compile without a warning, and an example that answers', async (t) => {
  if (!isInstalled('cc')) return t.skip('apt install gcc');
  const folder = await mkdtemp(join(tmpdir(), 'slipway-export-'));
  try {
    await exportStack(await readModule(modulePath('micro-echo')), folder);
    await writeFile(join(folder, 'firmware.c'), firmware());
    const sources = ['slipway.c', 'example.c', 'firmware.c'].map((name) => join(folder, name));
    execFileSync('cc', ['-O1', '-Wall', '-Wextra', '-Werror', ...sources, '-lm', '-o', join(folder, 'firmware')]);
    const said = execFileSync(join(folder, 'firmware'), { encoding: 'utf8' });
    assert.equal(said, `${ping().length} octets written, sleep -1\n`);
    assert.match(await readFile(join(folder, 'LICENSE.wabt'), 'utf8'), /Apache License/);
    const example = await readFile(join(folder, 'example.c'), 'utf8');
    assert.ok(example.split('\n').length <= 40, 'the example is short');
    await compileForBoards(t, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
