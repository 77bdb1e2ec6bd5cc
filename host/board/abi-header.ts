// build/.../slipway_abi.h: the ABI for C, made from what the module exports, from assembly/numbers.ts and, for the names of
// parameters and a sentence on each call, from docs/abi.md.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as numbers from '../../assembly/numbers.js';
import { packageRoot } from '../modules.js';
import type { BoardModule } from './module.js';

/** One exported function, as C declares it. */
export interface Signature {
  name: string;
  /** The name in C: serialInput is slipway_serial_input. */
  cName: string;
  parameters: string[];
  returns: boolean;
}

/** Reads the parameters' number from wasm2c's header and their names from the contract. */
export function signatures(module: BoardModule, header: string, contract: Contract): Signature[] {
  return module.functions.map((name) => {
    const [, result, list] =
      new RegExp(`/\\* export: '${name}' \\*/\\n(\\w+) \\w+\\(w2c_core\\*([^)]*)\\)`).exec(header) ?? [];
    const count = (list?.match(/\bu32\b/g) ?? []).length;
    const named = contract.get(name)?.parameters ?? [];
    const parameters = Array.from({ length: count }, (_, i) => snakeCase(named[i] ?? `argument${i}`));
    return { name, cName: `slipway_${snakeCase(name)}`, parameters, returns: result !== 'void' };
  });
}

/** docs/abi.md's rows: the call's parameters and what it answers. */
export type Contract = Map<string, { parameters: string[]; answer: string }>;

export async function readContract(): Promise<Contract> {
  const text = await readFile(join(packageRoot(), 'docs', 'abi.md'), 'utf8');
  const rows = text.matchAll(/^\| `(\w+)\(([^)]*)\)` \| (.*) \|$/gm);
  return new Map(
    [...rows].map(([, name, list, answer]) => [
      name ?? '',
      {
        parameters: (list ?? '')
          .split(',')
          .map((one) => one.trim().replace(/^Config\.X$|^Option\.X$|^Counter\.X$/, 'name'))
          .filter(Boolean),
        answer: answer ?? '',
      },
    ]),
  );
}

/** The whole header. */
export function abiHeader(module: BoardModule, functions: Signature[], contract: Contract, low: number): string {
  return [
    '/* Generated from the module and from assembly/numbers.ts: change those. */',
    '#ifndef SLIPWAY_ABI_H',
    '#define SLIPWAY_ABI_H',
    '#include <stdint.h>',
    '',
    `#define SLIPWAY_MODULE_SHA256 "${module.sha256}"`,
    '',
    '/* Constants of this build. */',
    ...[...module.constants].map(([name, value]) => `#define SLIPWAY_${macroCase(name)} ${value >>> 0}u`),
    '',
    ...Object.entries(numbers).flatMap(([name, group]) => namespace(name, group)),
    '/* The linear memory: a static array that begins at the address SLIPWAY_LOW. */',
    `#define SLIPWAY_LOW ${low}u`,
    'extern uint8_t slipway_memory[];',
    '#define SLIPWAY_AT(address) (slipway_memory + ((address) - SLIPWAY_LOW))',
    '',
    '/* Puts the memory into the state of a new instance. Call it once, before slipway_start. */',
    'void slipway_instantiate(void);',
    '',
    ...functions.flatMap((one) => declaration(one, contract)),
    '#endif',
    '',
  ].join('\n');
}

function namespace(name: string, group: Record<string, number>): string[] {
  const prefix = `SLIPWAY_${macroCase(name)}_`;
  return [
    ...Object.entries(group).map(([key, value]) => `#define ${prefix}${key} ${value < 0 ? `(${value})` : value}`),
    '',
  ];
}

function declaration(one: Signature, contract: Contract): string[] {
  const answer = contract.get(one.name)?.answer;
  const comment = answer ? [`/* ${answer.replaceAll('*/', '* /').replaceAll('`', '')} */`] : [];
  return [...comment, `${prototype(one)};`, ''];
}

/** The declaration without its semicolon. Results are signed: a fault is negative. */
export function prototype(one: Signature): string {
  const parameters = one.parameters.map((name) => `uint32_t ${name}`).join(', ') || 'void';
  return `${one.returns ? 'int32_t' : 'void'} ${one.cName}(${parameters})`;
}

function snakeCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}

function macroCase(name: string): string {
  return snakeCase(name.replace(/^_+/, '')).toUpperCase();
}
