// What a segment costs is counted, the same on every machine: it may shrink, and grow only with its budget.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Figure } from '../../host/bench/figure.js';
import { without } from '../cli/slipway.js';
import { countedInWasm, countedOnCortex, excessOf, readBudgets, settled } from './budgets.js';
import { buildBench } from './bench-modules.js';

const figure = (median: number): Figure => ({
  ...{ case: 'receive', octets: 1, engine: 'wasm', profile: 'board', peer: 'slipway', unit: 'instructions' },
  ...{ median, low: median, high: median, sha256: '' },
});

describe('budgets of instructions', () => {
  before(buildBench);

  test('no case executes more instructions of WebAssembly than its budget allows', async () => {
    assert.deepEqual(excessOf(await countedInWasm(), readBudgets()), []);
  });

  test(
    'no case executes more instructions of a Cortex-M3 or M0, and its code is no larger',
    { skip: without('arm-none-eabi-gcc', 'qemu-system-arm', 'cc') },
    async () => {
      assert.deepEqual(excessOf(await countedOnCortex(), readBudgets()), []);
    },
  );

  test('one instruction above the budget is told, and so is a case without a budget', () => {
    const budgets = { 'wasm board': { 'receive 1': 100 } };
    assert.deepEqual(excessOf([figure(100)], budgets), []);
    assert.deepEqual(excessOf([figure(101)], budgets), [
      'receive 1 on wasm board takes 101 instructions, 1 above its budget of 100.',
    ]);
    assert.match(excessOf([figure(100)], {}).join(), /has no budget in tests\/bench\/budgets\.json/);
  });

  test('a budget shrinks with what is measured, and never grows by itself', () => {
    const budgets = { 'wasm board': { 'receive 1': 100 } };
    assert.equal(settled([figure(50)], budgets)['wasm board']?.['receive 1'], 51);
    assert.equal(settled([figure(200)], budgets)['wasm board']?.['receive 1'], 100);
  });
});
