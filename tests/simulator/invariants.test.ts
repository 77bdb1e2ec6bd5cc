// Each invariant is shown something that must not be, and has to say so; and the same without the fault, at which it is silent.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { INVARIANTS } from '../../host/simulator/invariants/index.js';
import { FAULTS } from './faults.js';
import { Stage, Violation } from './stage.js';

describe('simulator: every invariant can fail', () => {
  for (const invariant of INVARIANTS) {
    const faults = FAULTS[invariant.name] ?? [];

    test(`${invariant.name} has a sentence of its own and can fail`, () => {
      assert.ok(invariant.sentence.endsWith('.'));
      assert.ok(faults.length > 0, 'no fault is known that breaks it; add one to faults.ts');
    });

    for (const { what, happen, says, instead } of faults) {
      test(`${invariant.name} notices that ${what}`, () => {
        const stage = new Stage(invariant);
        assert.throws(
          () => happen(stage),
          (error) => error instanceof Violation && says.test(error.message),
        );
        if (instead !== undefined) instead(new Stage(invariant));
      });
    }
  }
});
