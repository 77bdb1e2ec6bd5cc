import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { boardsFolder } from '../../host/board/board.js';
import { generate } from '../../host/board/generate.js';
import type { Access } from '../../host/board/glue.js';
import { readModule } from '../../host/board/module.js';
import { isInstalled } from '../../host/board/toolchain.js';
import { loadModule } from '../../host/modules.js';
import { PROFILES } from '../../host/simulator/plan.js';
import { profileModule } from './profile-module.js';
import { record, Tape, type Modules } from './tape.js';

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: board\r\nConnection: close\r\n\r\n`;

function player(folder: string, access: Access, flags: string[]): string {
  const program = join(folder, 'player');
  const sources = [fileURLToPath(new URL('player.c', import.meta.url)), join(folder, 'slipway.c')];
  const includes = [folder, boardsFolder('common')].map((path) => `-I${path}`);
  execFileSync('cc', [...flags, ...includes, ...sources, '-lm', '-o', program]);
  return program;
}

for (const profile of PROFILES) {
  describe(
    `${profile}: the same input gives the same octets`,
    { skip: !isInstalled('cc') && 'apt install gcc' },
    () => {
      let folder = '';
      let modules: Modules;
      const players: [string, string][] = [];

      before(async () => {
        folder = await mkdtemp(join(tmpdir(), 'slipway-same-'));
        const module = await readModule(await profileModule(profile, 'http', folder));
        modules = { board: new WebAssembly.Module(module.wasm), laptop: await loadModule('host') };
        for (const access of ['plain', 'c32'] as const) {
          await generate(module, join(folder, access), access);
          players.push([access, player(join(folder, access), access, ['-O1'])]);
        }
        players.push([
          'c32 checked for undefined behaviour',
          player(join(folder, 'c32'), 'c32', [
            '-O0',
            '-DC32_ALIGNED_ONLY',
            '-fsanitize=undefined',
            '-fno-sanitize-recover=all',
          ]),
        ]);
      });
      after(() => rm(folder, { recursive: true, force: true }));

      const compare = (tape: Tape) => {
        const expected = tape.play(modules.board);
        const input = tape.toBuffer();
        for (const [access, program] of players) {
          const heard = execFileSync(program, { input, maxBuffer: 1 << 28 });
          assert.ok(heard.equals(expected), `the C build (${access}) sent something else than the module in Node`);
        }
      };

      test('a transfer of 100,000 octets with loss, from SYN to the last ACK', () => {
        const tape = new Tape();
        const answer = record(tape, modules, { seed: 1, request: get('/bytes/100000'), loss: 3 });
        assert.equal(answer.length - answer.indexOf('\r\n\r\n') - 4, 100_000);
        compare(tape);
      });
    },
  );
}
