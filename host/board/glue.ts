// build/.../slipway.c: the one C file of a build. It includes what was made of the module and gives each export its name.

import { prototype, type Signature } from './abi-header.js';
import { exportedFunction } from './c32.js';
import { LOW_MEMORY_OCTETS, type BoardModule } from './module.js';

/** How linear memory is accessed: `c32` for boards, `plain` as wasm2c makes it. Both trap alike and answer alike. */
export type Access = 'c32' | 'plain';

/** Behind linear memory, so that one check serves all fields of a record: see boards/common/c32.h. board.json may say less. */
const SLACK_OCTETS = 256;

/** The text of slipway.c. `source` is wasm2c's output before any rewrite. */
export function glue(module: BoardModule, functions: Signature[], source: string, access: Access): string {
  return [
    '/* Generated: the module as C, under the names of slipway_abi.h. */',
    '#include "slipway_abi.h"',
    '#pragma GCC diagnostic ignored "-Wunused-value"',
    '#pragma GCC diagnostic ignored "-Wunused-function"',
    '#pragma GCC diagnostic ignored "-Wunused-variable"',
    '#pragma GCC diagnostic ignored "-Wunused-parameter"',
    ...(access === 'c32' ? c32Memory() : plainMemory()),
    '',
    ...functions.map((one) => (access === 'c32' ? direct(one, source) : throughInstance(one))),
    '',
  ].join('\n');
}

/** The least address that is backed. */
export function lowest(access: Access): number {
  return access === 'c32' ? LOW_MEMORY_OCTETS : 0;
}

function c32Memory(): string[] {
  return [
    '#define C32_LOW SLIPWAY_LOW',
    '#define C32_HIGH SLIPWAY_HEAP_BASE',
    '#ifndef C32_SLACK',
    `#define C32_SLACK ${SLACK_OCTETS}u`,
    '#endif',
    '#include "core.c32.c"',
    'uint8_t slipway_memory[C32_HIGH - C32_LOW + C32_SLACK] __attribute__((aligned(8)));',
    'void slipway_instantiate(void) {',
    '  c32_instantiate();',
    '}',
  ];
}

function plainMemory(): string[] {
  return [
    '#include "core.c"',
    'uint8_t slipway_memory[SLIPWAY_HEAP_BASE] __attribute__((aligned(8)));',
    'static w2c_core slipway_instance;',
    'void slipway_instantiate(void) {',
    '  wasm2c_core_instantiate(&slipway_instance);',
    '}',
    'void wasm_rt_allocate_memory(wasm_rt_memory_t* memory, uint64_t pages, uint64_t most, bool wide, uint32_t page) {',
    '  (void)wide;',
    '  memset(slipway_memory, 0, sizeof slipway_memory);',
    '  *memory = (wasm_rt_memory_t){slipway_memory, pages, most, sizeof slipway_memory, page};',
    '}',
  ];
}

function direct(one: Signature, source: string): string {
  return body(one, `${exportedFunction(source, one.name)}(${one.parameters.join(', ')})`);
}

function throughInstance(one: Signature): string {
  const mangled = one.name.replace(/^__/, '0x5F_');
  return body(one, `w2c_core_${mangled}(${['&slipway_instance', ...one.parameters].join(', ')})`);
}

function body(one: Signature, call: string): string {
  return `${prototype(one)} {\n  ${one.returns ? `return (int32_t)${call}` : call};\n}`;
}
