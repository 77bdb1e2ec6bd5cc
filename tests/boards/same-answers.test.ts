import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { boardsFolder } from '../../host/board/board.js';
import { generate } from '../../host/board/generate.js';
import type { Access } from '../../host/board/glue.js';
import { readModule } from '../../host/board/module.js';
import { isInstalled } from '../../host/board/toolchain.js';
import { InvariantFailure } from '../../host/simulator/failure.js';
import { drawPlan } from '../../host/simulator/draw.js';
import { giveMachineBack, takeMachine } from '../../host/simulator/machine.js';
import { PROFILES, type Profile } from '../../host/simulator/plan.js';
import { World } from '../../host/simulator/world.js';
import { functionsOf, RecordedMachine } from './calls.js';
import { profileModule } from './profile-module.js';

const RUNS = 1000;
/** As wasm2c makes it, as boards run it, and as a processor runs it that must not read a word at an odd address. */
const BUILDS: readonly (readonly [name: string, access: Access, flags: string[]])[] = [
  ['plain', 'plain', ['-O1']],
  ['c32', 'c32', ['-O1']],
  [
    'c32, aligned and watched',
    'c32',
    ['-O1', '-DC32_ALIGNED_ONLY', '-fsanitize=undefined', '-fno-sanitize-recover=all'],
  ],
];

for (const profile of PROFILES) {
  describe(
    `${profile}: the simulator's calls get the same answers`,
    { skip: !isInstalled('cc') && 'apt install gcc' },
    () => {
      let folder = '';
      let module: WebAssembly.Module;
      const programs: [string, string][] = [];
      let players: Player[] = [];

      before(async () => {
        folder = await mkdtemp(join(tmpdir(), 'slipway-answers-'));
        const path = await profileModule(profile, undefined, folder);
        module = new WebAssembly.Module((await readModule(path)).wasm);
        for (const [name, access, flags] of BUILDS.slice(0, profile === 'host' ? 2 : 3)) {
          const own = join(folder, String(programs.length));
          await generate(await readModule(path), own, access);
          programs.push([name, await player(module, own, flags)]);
        }
      });
      after(async () => {
        for (const { child } of players) child.kill();
        await rm(folder, { recursive: true, force: true });
      });

      test(`${RUNS} simulated runs, on one core of each`, async () => {
        const machine = new RecordedMachine(module);
        const expected = createHash('sha256');
        players = programs.map(([name, program]) => play(name, program));
        for (let seed = 1; seed <= RUNS; seed += 1) {
          simulate(seed, profile, module, machine);
          for (const answer of machine.answered) expected.update(answer);
          const asked = Buffer.concat(machine.asked);
          machine.asked = [];
          machine.answered = [];
          for (const { child } of players) await give(child, asked);
        }
        const hash = expected.digest('hex');
        for (const { name, child, heard } of players) {
          child.stdin?.end();
          assert.equal(await heard, hash, `the C build (${name}) answered otherwise than the module in Node`);
        }
      });
    },
  );
}

/** One run of the simulator, in which a machine that is recorded takes one of the stations. */
function simulate(seed: number, profile: Profile, module: WebAssembly.Module, recorded: RecordedMachine): void {
  const plan = drawPlan(seed, { profile });
  const chosen = seed % plan.stations.length;
  const others = plan.stations.map((_, i) => (i === chosen ? recorded : takeMachine(module)));
  try {
    new World(plan, others, []).run();
  } catch (error) {
    // What the simulator finds wrong is for its own tests to say; here it was recorded all the same.
    if (!(error instanceof InvariantFailure)) throw error;
  }
  for (const machine of others) if (machine !== recorded) giveMachineBack(module, machine);
}

async function player(module: WebAssembly.Module, folder: string, flags: string[]): Promise<string> {
  const header = await readFile(join(folder, 'slipway_abi.h'), 'utf8');
  const cases = functionsOf(module).map((name, number) => {
    const cName = `slipway_${name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()}`;
    const [, result, list = ''] = new RegExp(`^(\\w+) ${cName}\\(([^)]*)\\);`, 'm').exec(header) ?? [];
    const count = list === 'void' ? 0 : list.split(',').length;
    const call = `${cName}(${Array.from({ length: count }, (_, i) => `with[${i}]`).join(', ')})`;
    return `case ${number}: ${result === 'void' ? `${call}; break;` : `return ${call};`}`;
  });
  await writeFile(join(folder, 'calls.inc'), cases.join('\n'));
  const program = join(folder, 'player');
  const sources = [fileURLToPath(new URL('call-player.c', import.meta.url)), join(folder, 'slipway.c')];
  const includes = [folder, boardsFolder('common')].map((path) => `-I${path}`);
  execFileSync('cc', [...flags, ...includes, ...sources, '-lm', '-o', program]);
  return program;
}

interface Player {
  name: string;
  child: ChildProcess;
  /** The hash of all that it will have answered. */
  heard: Promise<string>;
}

function play(name: string, program: string): Player {
  const child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
  const hash = createHash('sha256');
  child.stdin.on('error', () => {}); // it has trapped: its hash will tell
  child.stdout.on('data', (octets: Buffer) => hash.update(octets));
  const heard = once(child.stdout, 'end').then(() => hash.digest('hex'));
  return { name, child, heard };
}

async function give(child: ChildProcess, octets: Buffer): Promise<void> {
  const { stdin } = child;
  if (stdin?.writable && !stdin.write(octets)) await Promise.race([once(stdin, 'drain'), once(child, 'exit')]);
}
