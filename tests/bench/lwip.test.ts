// The other stack is measured by the same cases, and they hold for it: what the comparison says is said of work that was done.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { bulkRates, otherPair } from '../../host/bench/bulk.js';
import { CASES, prove } from '../../host/bench/cases.js';
import { type BuiltPeer, buildPeers } from '../../host/bench/lwip.js';
import { lwipSource } from '../../host/bench/lwip-source.js';
import { createSubject } from '../../host/bench/subject.js';
import { countInstructions, timeProgram } from '../../host/board/count.js';
import { BuildError } from '../../host/board/build-error.js';
import { without } from '../cli/slipway.js';
import { buildBench } from './bench-modules.js';

const NEEDED = ['apt-get', 'xz', 'clang', 'wasm-ld', 'gcc'];

describe('lwIP beside us', { skip: without(...NEEDED) }, () => {
  let built: BuiltPeer | undefined;
  let reason = '';
  before(async () => {
    buildBench();
    // Whether a mirror carries source packages is not ours to say. What is fetched must build.
    await lwipSource().catch((error: unknown) => {
      if (!(error instanceof BuildError)) throw error;
      reason = error.message;
    });
    if (reason === '') built = await buildPeers();
  });

  for (const one of CASES.filter(({ fits }) => fits({ kind: 'lwIP' } as never))) {
    test(`${one.name} ${one.octets}: its answers are right, too`, async (t) => {
      if (built === undefined) return t.diagnostic(reason);
      for (const module of built.modules) prove(one, await createSubject(module));
    });
  }

  test('a bulk transfer between two of them ends', async (t) => {
    if (built === undefined) return t.diagnostic(reason);
    const [module] = built.modules;
    const [rate] = bulkRates([await otherPair(module?.wasm ?? assert.fail())], 1);
    assert.ok((rate?.median ?? 0) > 0);
  });

  test(
    'its native programs and its image for a Cortex-M3 run all cases',
    { skip: without('qemu-system-arm') },
    async (t) => {
      if (built === undefined) return t.diagnostic(reason);
      for (const { program } of built.native) assert.ok((await timeProgram(program)).length >= 9);
      const { image } = built;
      if (image === undefined) return t.diagnostic('there is no compiler for the Cortex-M3');
      const counts = await countInstructions(image, image.elf.replace(/\/[^/]*$/, ''));
      assert.ok(counts.find(({ name }) => name === 'receive 1460')?.rounds.every((count) => count > 1460));
    },
  );
});
