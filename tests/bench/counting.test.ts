// The copy that counts: it behaves as the module does, and its counts are those that one gets by hand.
import assert from 'node:assert/strict';
import binaryen from 'binaryen';
import { before, describe, test } from 'node:test';
import { COUNT, counting } from '../../host/bench/instrument.js';
import { CASES } from '../../host/bench/cases.js';
import { countRounds } from '../../host/bench/measure.js';
import { type Subject } from '../../host/bench/subject.js';
import { buildBench, subjectOf } from './bench-modules.js';

type Run = (...numbers: number[]) => number;

/** Runs the exported `run` of a module in text, counted: its answer, and the counts function by function. */
function runCounted(text: string, ...numbers: number[]): { answer: number; counts: number[] } {
  const module = binaryen.parseText(text);
  module.setFeatures(binaryen.Features.All);
  const wasm = counting(new Uint8Array(module.emitBinary()));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm));
  const answer = (exports['run'] as Run)(...numbers);
  const names = Object.keys(exports).filter((name) => name.startsWith(COUNT));
  return { answer, counts: names.map((name) => Number((exports[name] as WebAssembly.Global<'i64'>).value)) };
}

/** A module needs a global for the counters to stand behind. */
const module = (functions: string): string => `(module (memory 1) (global i32 (i32.const 0)) ${functions})`;

describe('counted instructions', () => {
  before(buildBench);

  test('a straight stretch counts each instruction once', () => {
    const text = module('(func (export "run") (param i32) (result i32) (i32.add (local.get 0) (i32.const 2)))');
    assert.deepEqual(runCounted(text, 5), { answer: 7, counts: [3] });
  });

  test('a branch counts what is taken, on either side', () => {
    const text = module(`(func (export "run") (param i32) (result i32)
      (if (result i32) (local.get 0) (then (i32.const 1)) (else (i32.add (i32.const 1) (i32.const 1)))))`);
    assert.deepEqual(runCounted(text, 1), { answer: 1, counts: [3] }, 'local.get, if, const');
    assert.deepEqual(runCounted(text, 0), { answer: 2, counts: [5] }, 'local.get, if, const, const, add');
  });

  test('a loop counts each of its turns, and a call what is called', () => {
    const text = module(`(func $called (result i32) (i32.const 3))
      (func (export "run") (param i32) (result i32) (local i32)
        (loop $again
          (local.set 1 (i32.add (local.get 1) (call $called)))
          (br_if $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
        (local.get 1))`);
    assert.deepEqual(runCounted(text, 4), { answer: 12, counts: [4, 4 * 9 + 1] });
  });

  test('vectors, tables of branches and wide constants are passed over whole', () => {
    const text = module(`(func (export "run") (param i32) (result i32)
      (block $b (block $a (br_table $a $b (local.get 0)))
        (v128.store (i32.const 16) (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15
          (v128.const i32x4 1 2 3 4) (i32x4.splat (i32.const 9)))))
      (i32.add (i32x4.extract_lane 2 (v128.load (i32.const 16))) (i32.wrap_i64 (i64.const -9000000000))))`);
    const skipped = runCounted(text, 1);
    const taken = runCounted(text, 0);
    assert.equal(skipped.answer, -9000000000 | 0);
    assert.equal(taken.answer, (3 - 9000000000) | 0);
    assert.equal((taken.counts[0] ?? 0) - (skipped.counts[0] ?? 0), 6, 'const, const, const, splat, shuffle, store');
  });

  test('the counting copy of the core is the core: the same answers, and the same counts in every instance', async () => {
    const make = (): Promise<Subject> => subjectOf('slipway', 'host', 'host', true);
    for (const one of CASES.filter(({ octets }) => octets !== 1500)) {
      const [a, b] = [await make(), await make()];
      if (one.fits(a)) assert.deepEqual(countRounds(one, a), countRounds(one, b), one.name);
    }
  });

  test('a text twice as long costs more, by as much as the difference of the next', async () => {
    const subject = await subjectOf('slipway', 'board', 'board', true);
    const total = (octets: number): number => {
      const one = CASES.find((each) => each.name === 'receive' && each.octets === octets) ?? assert.fail();
      const totals = countRounds(one, subject).map((round) => round.reduce((sum, count) => sum + count, 0));
      return totals.sort((x, y) => x - y)[totals.length >> 1] ?? 0;
    };
    const each = (total(1460) - total(536)) / (1460 - 536);
    assert.ok(each > 0.5 && each < 5, `an octet costs ${each} instructions`);
  });
});
