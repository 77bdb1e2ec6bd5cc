// module -> C: writes everything a C compiler needs besides boards/common into one folder under build/.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { abiHeader, readContract, signatures } from './abi-header.js';
import { c32 } from './c32.js';
import { glue, lowest, type Access } from './glue.js';
import type { BoardModule } from './module.js';
import { wasm2c } from './wasm2c.js';

/** Writes slipway.c, slipway_abi.h, core.h and core.c or core.c32.c into `folder`. */
export async function generate(module: BoardModule, folder: string, access: Access): Promise<void> {
  const { source, header } = await wasm2c(module.path);
  const contract = await readContract();
  const functions = signatures(module, header, contract);
  const core = access === 'c32' ? c32(source) : source;
  await mkdir(folder, { recursive: true });
  await Promise.all([
    writeFile(join(folder, 'core.h'), header),
    writeFile(join(folder, access === 'c32' ? 'core.c32.c' : 'core.c'), core),
    writeFile(join(folder, 'slipway_abi.h'), abiHeader(module, functions, contract, lowest(access))),
    writeFile(join(folder, 'slipway.c'), glue(module, functions, source, access)),
  ]);
}
