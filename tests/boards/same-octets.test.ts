// The module in Node, the C that wasm2c makes of it and the C that boards run: the same input, the same output, to the octet.

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
import { LOW_MEMORY_OCTETS, readModule, type BoardModule } from '../../host/board/module.js';
import { isInstalled } from '../../host/board/toolchain.js';
import { loadModule } from '../../host/modules.js';
import { drawPlan } from '../../host/simulator/draw.js';
import { InvariantFailure } from '../../host/simulator/failure.js';
import { giveMachineBack, takeMachine } from '../../host/simulator/machine.js';
import { PROFILES, type Profile } from '../../host/simulator/plan.js';
import { World } from '../../host/simulator/world.js';
import { functionsOf, RecordedMachine } from './calls.js';
import { profileModule } from './profile-module.js';
import { record, Tape } from './tape.js';

const RUNS = 1000;
const REQUEST = 'GET /bytes/100000 HTTP/1.1\r\nHost: board\r\nConnection: close\r\n\r\n';

/** As wasm2c makes it, as boards run it, and as a processor runs it that must not read a word at an odd address. */
const BUILDS: readonly (readonly [name: string, access: Access, flags: string[]])[] = [
  ['plain', 'plain', ['-O1']],
  ['c32', 'c32', ['-O1']],
  [
    'c32, aligned and watched',
    'c32',
    ['-O0', '-DC32_ALIGNED_ONLY', '-fsanitize=undefined', '-fno-sanitize-recover=all'],
  ],
];

/** One build of the C under two drivers: of a tape of octets (player.c), and of the simulator's calls (call-player.c). */
interface Programs {
  name: string;
  tape: string;
  calls: string;
}

for (const profile of PROFILES) {
  describe(`${profile}: the same input, the same octets`, { skip: !isInstalled('cc') && 'apt install gcc' }, () => {
    let folder = '';
    let module: BoardModule;
    let compiled: WebAssembly.Module;
    const programs: Programs[] = [];
    let players: Player[] = [];

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'slipway-same-'));
      module = await readModule(await profileModule(profile, 'http', folder));
      compiled = new WebAssembly.Module(module.wasm);
      for (const [name, access, flags] of BUILDS.slice(0, profile === 'host' ? 2 : 3))
        programs.push({ name, ...(await build(module, compiled, join(folder, name), access, flags)) });
    });
    after(async () => {
      for (const { child } of players) child.kill();
      await rm(folder, { recursive: true, force: true });
    });

    test('a transfer of 100,000 octets with loss, from SYN to the last ACK', async () => {
      const tape = new Tape();
      const modules = { board: compiled, laptop: await loadModule('host') };
      const answer = record(tape, modules, { seed: 1, request: REQUEST, loss: 3 });
      assert.equal(answer.length - answer.indexOf('\r\n\r\n') - 4, 100_000);
      const expected = tape.play(compiled);
      for (const { name, tape: program } of programs) {
        const heard = execFileSync(program, { input: tape.toBuffer(), maxBuffer: 1 << 28 });
        assert.ok(heard.equals(expected), `the C build (${name}) sent something else than the module in Node`);
      }
    });

    test(`the calls of ${RUNS} simulated runs, on one core of each, get the same answers`, async (t) => {
      const machine = new RecordedMachine(compiled);
      const expected = createHash('sha256');
      players = programs.map(({ name, calls }) => play(name, calls));
      for (let seed = 1; seed <= RUNS; seed += 1) {
        simulate(seed, profile, compiled, machine);
        for (const answer of machine.answered) expected.update(answer);
        const asked = Buffer.concat(machine.asked);
        machine.asked = [];
        machine.answered = [];
        for (const { child } of players) await give(child, asked);
      }
      // So that a static array from the one to the other is all the memory that a board needs.
      const isZero = (octets: Buffer): boolean => octets.every((octet) => octet === 0);
      assert.ok(isZero(machine.octets.subarray(0, LOW_MEMORY_OCTETS)), 'all below what asc uses stays zero');
      assert.ok(isZero(machine.octets.subarray(module.heapBase)), 'all above __heap_base stays zero');
      const hash = expected.digest('hex');
      for (const { name, child, heard } of players) {
        child.stdin?.end();
        assert.equal(await heard, hash, `the C build (${name}) answered otherwise than the module in Node`);
      }
      t.diagnostic(`${profile}: ${hash}`);
    });
  });
}

/** One run of the simulator, in which a machine that is recorded takes one of the stations. */
function simulate(seed: number, profile: Profile, module: WebAssembly.Module, recorded: RecordedMachine): void {
  const plan = drawPlan(seed, { profile });
  const chosen = seed % plan.stations.length;
  const machines = plan.stations.map((_, i) => (i === chosen ? recorded : takeMachine(module)));
  try {
    new World(plan, machines, []).run();
  } catch (error) {
    // What the simulator finds wrong is for its own tests to say; here it was recorded all the same.
    if (!(error instanceof InvariantFailure)) throw error;
  }
  for (const machine of machines) if (machine !== recorded) giveMachineBack(module, machine);
}

/** The module's C is compiled once, and linked with both drivers. */
async function build(
  module: BoardModule,
  compiled: WebAssembly.Module,
  folder: string,
  access: Access,
  flags: string[],
): Promise<Omit<Programs, 'name'>> {
  await generate(module, folder, access);
  await writeFile(join(folder, 'calls.inc'), await callCases(compiled, folder));
  const words = [...flags, ...[folder, boardsFolder('common')].map((path) => `-I${path}`)];
  const object = join(folder, 'slipway.o');
  execFileSync('cc', [...words, '-c', join(folder, 'slipway.c'), '-o', object]);
  const link = (driver: string): string => {
    const program = join(folder, driver);
    const source = fileURLToPath(new URL(`${driver}.c`, import.meta.url));
    execFileSync('cc', [...words, source, object, '-lm', '-o', program]);
    return program;
  };
  return { tape: link('player'), calls: link('call-player') };
}

/** The cases of call-player.c: functions by their number, with as many arguments as slipway_abi.h gives them. */
async function callCases(module: WebAssembly.Module, folder: string): Promise<string> {
  const header = await readFile(join(folder, 'slipway_abi.h'), 'utf8');
  const cases = functionsOf(module).map((name, number) => {
    const cName = `slipway_${name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()}`;
    const [, result, list = ''] = new RegExp(`^(\\w+) ${cName}\\(([^)]*)\\);`, 'm').exec(header) ?? [];
    const count = list === 'void' ? 0 : list.split(',').length;
    const call = `${cName}(${Array.from({ length: count }, (_, i) => `with[${i}]`).join(', ')})`;
    return `case ${number}: ${result === 'void' ? `${call}; break;` : `return ${call};`}`;
  });
  return cases.join('\n');
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

/** Resolves when the octets are on their way, or the program has ended. */
async function give(child: ChildProcess, octets: Buffer): Promise<void> {
  await new Promise<void>((resolve) => child.stdin?.write(octets, () => resolve()));
}
