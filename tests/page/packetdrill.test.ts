// The script that can be taken from a run passes when it is run: for every scenario, and for runs into which a hand has reached.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { before, test } from 'node:test';
import { loadModule } from '../../host/modules.js';
import { SCENARIOS } from '../../host/scenarios/catalog.js';
import { HAND_NAMES, parseHands } from '../../host/scenarios/hands.js';
import { packetdrillOf } from '../../host/scenarios/packetdrill.js';
import { World } from '../../host/scenarios/world.js';
import { Random } from '../../host/random.js';
import { build, slipway } from '../cli/slipway.js';

before(build);

function assertPasses(t: { after: (clean: () => void) => void }, scripts: Record<string, string>): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(scripts)) writeFileSync(path.join(folder, `${name}.pkt`), text);
  const { status, stdout, stderr } = slipway(['script', folder]);
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, new RegExp(`\\b${Object.keys(scripts).length} pass`));
}

test('the script taken from each scenario passes', async (t) => {
  const scripts: Record<string, string> = {};
  for (const scenario of SCENARIOS) {
    const world = await World.create(scenario, await loadModule('board'));
    world.run();
    scripts[scenario.name] = packetdrillOf(world) ?? assert.fail(`${scenario.name} gives no script`);
  }
  assertPasses(t, scripts);
});

test('before anything was opened there is no script', async () => {
  const [scenario] = SCENARIOS;
  assert.ok(scenario !== undefined);
  assert.equal(packetdrillOf(await World.create(scenario, await loadModule('board'))), undefined);
});

test('the script taken from runs with random hands passes', async (t) => {
  const scripts: Record<string, string> = {};
  const random = new Random(8);
  for (let run = 0; run < 40; run++) {
    const scenario = SCENARIOS[random.below(SCENARIOS.length)] ?? assert.fail();
    const hands = Array.from({ length: 1 + random.below(5) }, () => {
      const name = HAND_NAMES[random.below(HAND_NAMES.length)] ?? 'drop';
      return `${random.below(1500)}${name}-${random.below(2) === 0 ? 'l' : 'b'}`;
    });
    const world = await World.create(
      scenario,
      await loadModule('board'),
      parseHands(hands.join('.')).sort((a, b) => a.at - b.at),
    );
    world.run(undefined, 300_000);
    const script = packetdrillOf(world);
    if (script !== undefined) scripts[`${run}-${scenario.name}-${hands.join('.')}`] = script;
  }
  assertPasses(t, scripts);
});
