// The c32 rewrite: wasm2c's accesses, made cheap for a 32-bit processor, with every trap kept.
//
// wasm2c checks an access in 64 bits against a size that it reads from the instance:
//
//     var_i0 = i32_load_default32(&instance->w2c_memory, (u64)(var_i0) + 16u);
//
// Here the memory is one static array of known size, so that the check is one 32-bit compare with a constant and the base
// is a constant too:
//
//     var_i0 = c32_i32_load(var_i0, 16u);
//
// boards/common/c32.h has these accessors and the arithmetic that proves them exact. Nothing else of a function changes,
// but the instance, which no function looks into any more, is gone from the parameters.

import { BuildError } from './build-error.js';

/**
 * Rewrites what wasm2c made of a module that it was told to call `core`. Includers define C32_LOW and C32_HIGH: the
 * memory spans the addresses from the one up to the other, and an access outside traps. An access of a kind that the
 * rewrite does not know is an error, so that none keeps another check.
 */
export function c32(source: string): string {
  const { template, declarations, data, functions } = split(source);
  const rewritten = withoutInstance(rewriteAccesses(functions));
  const unknown = /^.*(?:\binstance\b|_default32\b|&w2c_memory).*$/m.exec(rewritten);
  if (unknown) throw new BuildError(`The c32 rewrite does not know this access of wasm2c: ${unknown[0].trim()}`);
  return [template, '#include "c32.h"\n', withoutInstance(declarations), data, instantiate(source), rewritten].join(
    '\n',
  );
}

/** The function that an export calls, by its name in C, such as w2c_core_serialInput_0. */
export function exportedFunction(source: string, name: string): string {
  const start = source.indexOf(`/* export: '${name}' */`);
  const call = /\b(w2c_core_\w+)\(instance\b/.exec(source.slice(start, source.indexOf('\n}\n', start)));
  if (start < 0 || !call?.[1]) throw new BuildError(`wasm2c made no function of the export ${name}.`);
  return call[1];
}

interface Parts {
  /** The arithmetic of wasm2c, which needs no instance. */
  template: string;
  declarations: string;
  data: string;
  functions: string;
}

const PROTOTYPE = /^static [^;{=\n]*\(w2c_core\*[^;{\n]*\);$/gm;
const LAST_OF_THE_FRAME = 'wasm_rt_func_type_t wasm2c_core_get_func_type(';

function split(source: string): Parts {
  const prototypes = source.match(PROTOTYPE);
  const frame = source.indexOf(LAST_OF_THE_FRAME);
  if (!prototypes || frame < 0)
    throw new BuildError('This is not what wasm2c 1.0.39 makes of a module without imports.');
  const between = source.slice(source.indexOf(prototypes[0]), frame);
  return {
    template: source.slice(0, source.indexOf(prototypes[0])),
    declarations: prototypes.join('\n') + '\n',
    data: (between.match(/^static const u8 data_segment_data_\w+\[\] = \{[^}]*\};$/gm) ?? []).join('\n') + '\n',
    functions: source.slice(source.indexOf('\n}\n', frame) + 3),
  };
}

const LOAD = /\b([if]\d\d_load\w*)_default32\(&instance->w2c_memory, \(u64\)\((\w+)\)(?: \+ (\d+)u?)?\)/g;
const STORE = /\b([if]\d\d_store\w*)_default32\(&instance->w2c_memory, \(u64\)\((\w+)\)(?: \+ (\d+)u?)?, (\w+)\)/g;

function rewriteAccesses(functions: string): string {
  return functions
    .replace(LOAD, (_, access, address, offset = '0') => `c32_${access}(${address}, ${offset}u)`)
    .replace(STORE, (_, access, address, offset = '0', value) => `c32_${access}(${address}, ${offset}u, ${value})`)
    .replaceAll('memory_copy(&instance->w2c_memory, &instance->w2c_memory, ', 'c32_memory_copy(')
    .replaceAll('memory_fill(&instance->w2c_memory, ', 'c32_memory_fill(');
}

function withoutInstance(functions: string): string {
  return functions
    .replace(/\((?:w2c_core\*(?: instance)?|instance)\)/g, (all) => (all === '(instance)' ? '()' : '(void)'))
    .replace(/\((?:w2c_core\*(?: instance)?|instance), /g, '(');
}

/** What wasm2c does to a new instance: the active data segments, then the module's start function. */
function instantiate(source: string): string {
  const segments = source.matchAll(
    /^ {2}LOAD_DATA\(instance->w2c_memory, (\d+)u, (data_segment_data_\w+), (\d+)\);$/gm,
  );
  const loads = [...segments].map(([, at, segment, octets]) => `  c32_load_data(${at}u, ${segment}, ${octets}u);`);
  const start = source.indexOf('void wasm2c_core_instantiate(');
  const body = source.slice(start, source.indexOf('\n}\n', start));
  const calls = [...body.matchAll(/^ {2}(w2c_core_\w+)\(instance\);$/gm)].map(([, name]) => `  ${name}();`);
  return ['static void c32_instantiate(void) {', '  c32_clear();', ...loads, ...calls, '}', ''].join('\n');
}
