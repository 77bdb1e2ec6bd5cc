// echo on the boards with the least RAM, by the command line.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { before, describe, test } from 'node:test';
import { overBudget, readBudgets } from '../../host/board/board-sizes.js';
import { readBoard } from '../../host/board/board.js';
import type { BoardMemory } from '../../host/board/build.js';
import { build, slipway, start } from '../cli/slipway.js';
import { missing } from './missing.js';

const PATIENCE_MS = 280_000;
const OCTETS = 5000;

before(build);

for (const name of ['stm32f100', 'microbit']) {
  describe(`echo on ${name}`, { skip: await missing(name) }, () => {
    test('fits into its budget and leaves RAM to spare', async () => {
      const args = ['build', '--board', name, '--app', 'echo', '--json'];
      const { status, stdout, stderr } = slipway(args, { timeoutMs: PATIENCE_MS });
      assert.equal(status, 0, stderr);
      const { memory } = JSON.parse(stdout) as { memory: BoardMemory };
      assert.deepEqual(memory.stack.doubts, []);
      assert.deepEqual(overBudget(await readBoard(name), 'echo', memory, await readBudgets()), []);
    });

    test('sends back what it hears, and ends when its peer does', async (t) => {
      const running = start(t, ['run', '--board', name, '--app', 'echo', '--forward', '0:7']);
      try {
        const [, port] = await running.says(/127\.0\.0\.1:(\d+) leads to .*:7/, PATIENCE_MS);
        const said = randomBytes(OCTETS);
        const socket = connect({ port: Number(port), host: '127.0.0.1' });
        socket.end(said);
        const heard: Buffer[] = [];
        for await (const some of socket) heard.push(some as Buffer);
        assert.ok(Buffer.concat(heard).equals(said));
      } finally {
        await running.stop(); // by Ctrl-C, so that the emulator goes with it
      }
    });
  });
}
