// Each scenario is run by the real core and compared, segment by segment and state by state, with what RFC 9293 says.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadModule } from '../../host/modules.js';
import { SCENARIOS, scenarioByName } from '../../host/scenarios/catalog.js';
import { formatHands, parseHands, type Hand } from '../../host/scenarios/hands.js';
import type { Scenario } from '../../host/scenarios/scenario.js';
import { figureLine } from '../../host/scenarios/table.js';
import { World } from '../../host/scenarios/world.js';
import { FIGURES, linesOf } from './figures.js';

/** Those of which the RFC gives no sequence line by line; each has a test of its own below. */
const WITHOUT_FIGURE = ['slow-start', 'ten-messages'];

async function create(name: string, hands: Hand[] = []): Promise<World> {
  return World.create(found(name), await loadModule('board'), hands);
}

async function played(name: string, hands: Hand[] = []): Promise<World> {
  const world = await create(name, hands);
  assert.ok(world.run(), 'it does not come to an end');
  assert.equal(world.deeds.length, world.scenario.acts.length, 'an act was never done');
  return world;
}

function found(name: string): Scenario {
  const scenario = scenarioByName(name);
  assert.ok(scenario !== undefined, `there is no scenario ${name}`);
  return scenario;
}

for (const [name, { lines, ends }] of Object.entries(FIGURES)) {
  test(`${name}: the segments and states are those of the RFC`, async () => {
    const world = await played(name);
    assert.deepEqual(world.passages.map(figureLine), linesOf(lines));
    assert.deepEqual([world.state('laptop'), world.state('board')], ends);
  });
}

test('every scenario has its sequence, and says in both languages what there is to see', () => {
  assert.deepEqual(SCENARIOS.map(({ name }) => name).sort(), [...Object.keys(FIGURES), ...WITHOUT_FIGURE].sort());
  for (const { name, title, text, rfc, acts } of SCENARIOS) {
    assert.match(rfc, /^RFC \d+/, name);
    for (const words of [title, text, ...acts.map(({ says }) => says)]) {
      assert.match(words.en, /^[^\u4e00-\u9fff]+$/, name);
      assert.match(words.zh, /[\u4e00-\u9fff]/, name);
    }
    assert.ok(text.en.length > 100 && text.zh.length > 40, `${name} says too little`);
  }
});

test('two runs of a scenario give the same octets at the same times', async () => {
  for (const { name } of SCENARIOS) {
    const [one, other] = [await played(name), await played(name)];
    const told = (world: World): string[] =>
      world.passages.map(({ time, octets }) => `${time} ${Buffer.from(octets).toString('hex')}`);
    assert.deepEqual(told(one), told(other), name);
  }
});

test('last-ack-lost: TIME-WAIT starts again when the FIN comes again', async () => {
  const world = await create('last-ack-lost');
  const again = (): boolean => world.passages.some(({ cause }) => cause === 'retransmission');
  assert.ok(world.run(() => world.state('laptop') === 'TIME-WAIT'));
  assert.equal(world.laptop.info()?.timers.life, 240_000);
  world.run(again);
  const before = world.laptop.info()?.timers.life ?? 0;
  assert.ok(before < 240_000);
  world.run(() => world.state('board') === 'CLOSED');
  assert.equal(world.laptop.info()?.timers.life, 240_000 - 50);
});

test('zero-window: the window closes, the probes back off, and the read opens it', async () => {
  const world = await played('zero-window');
  const probes = world.passages.filter(({ cause }) => cause === 'window-probe').map(({ time }) => time);
  const gaps = probes.slice(1).map((time, at) => time - (probes[at] ?? 0));
  for (const [at, gap] of gaps.slice(1).entries()) assert.ok(gap > 1.9 * (gaps[at] ?? 0), `probes at ${probes}`);
  const windows = world.passages.filter(({ from }) => from === 'board').map(({ datagram }) => datagram.tcp?.window);
  assert.deepEqual(windows, [4096, 1176, 0, 0, 0, 0, 0, 4096, 3192]);
});

test('cable-out-data: each time-out is twice the last, until R2', async () => {
  const world = await played('cable-out-data');
  const times = world.passages.filter(({ datagram }) => datagram.tcp?.length === 40).map(({ time }) => time);
  const gaps = times.slice(1).map((time, at) => time - (times[at] ?? 0));
  assert.deepEqual(gaps, [300, 600, 1200, 2400, 4800, 9600, 19_200, 38_400]);
});

test('urgent-data: the pointer points behind the urgent octets (RFC 9293 section 3.8.5)', async () => {
  const world = await played('urgent-data');
  const urgent = world.passages.find(({ datagram }) => (datagram.tcp?.urgentPointer ?? 0) > 0);
  assert.equal(urgent?.relative?.seq, 21);
  assert.equal(urgent.datagram.tcp?.urgentPointer, 10);
  assert.equal(world.board.octetsRead, 30);
});

test('ten-messages: TCP delivers a hundred octets once and in order, UDP what arrives as it arrives', async () => {
  const world = await played('ten-messages');
  assert.equal(world.board.octetsRead, 100);
  const numbers = world.board.messages.map((text) => Number(text.slice(-2)));
  assert.deepEqual(numbers, [1, 2, 4, 5, 7, 6, 8, 8, 9, 10]);
  const [tcp, udp] = [world.passages.find(({ cause }) => cause === 'written'), world.passages.at(-1)];
  assert.equal(tcp?.octets.length, 20 + 20 + 10);
  assert.equal(udp?.octets.length, 20 + 8 + 10);
});

test('slow-start: the flight doubles each round trip, and one loss halves the window (RFC 5681)', async () => {
  const world = await create('slow-start');
  const windows: number[] = [];
  while (world.step()) windows.push(world.laptop.info()?.cwnd ?? 0);
  assert.equal(world.board.octetsRead, 24_000);
  const first = world.passages.filter(({ time, from }) => from === 'laptop' && time >= 150 && time < 400);
  const flights = [150, 250, 350].map((at) => first.filter(({ time }) => time >= at && time < at + 100).length);
  assert.deepEqual(flights, [4, 8, 16]);
  assert.equal(world.passages.filter(({ isLost }) => isLost).length, 1);
  assert.deepEqual([...new Set(world.passages.filter(({ repeat }) => repeat > 0).map(({ cause }) => cause))], []);
  assert.equal(world.passages.filter(({ cause }) => cause === 'fast-retransmission').length, 1);
  const lost = windows.findIndex((window, at) => window < (windows[at - 1] ?? 0));
  assert.ok(lost > 0 && (windows[lost] ?? 0) < 0.75 * (windows[lost - 1] ?? 0), 'the window was not cut');
});

test('a hand reaches in: dropping the last ACK of a teardown brings the FIN again', async () => {
  const world = await create('four-way-teardown');
  assert.ok(world.run(() => world.state('board') === 'LAST-ACK'));
  world.hand({ name: 'drop', end: 'laptop' });
  assert.ok(world.run());
  const { lines } = FIGURES['last-ack-lost'] ?? { lines: '' };
  assert.deepEqual(world.passages.map(figureLine), linesOf(lines));
});

test('a link holds what hands have done, and does it again', async () => {
  const world = await create('half-close');
  world.run(() => world.state('laptop') === 'ESTABLISHED');
  world.hand({ name: 'duplicate', end: 'laptop' });
  world.hand({ name: 'write', end: 'laptop' });
  world.run(() => world.state('board') === 'CLOSE-WAIT');
  world.hand({ name: 'corrupt', end: 'board' });
  world.hand({ name: 'pull', end: 'board' });
  world.advance(world.now + 700);
  world.hand({ name: 'plug', end: 'board' });
  world.run();
  const again = await create('half-close', parseHands(formatHands(world.hands)));
  again.run();
  assert.deepEqual(again.passages.map(figureLine), world.passages.map(figureLine));
  assert.deepEqual(again.hands, world.hands);
  assert.deepEqual(parseHands('nonsense.12drop-x.-5drop-l.7fly-b'), []);
});

test('a hand at an end that has let go of its connection does nothing', async () => {
  const world = await played('four-way-teardown');
  const sent = world.passages.length;
  for (const name of ['write', 'read', 'half-close', 'close', 'abort'] as const) {
    world.hand({ name, end: 'laptop' });
    world.hand({ name, end: 'board' });
  }
  world.run();
  assert.equal(world.passages.length, sent);
});

test('a hand floods, corrupts and aborts', async () => {
  const world = await create('three-way-handshake');
  world.run();
  world.hand({ name: 'corrupt', end: 'laptop' });
  world.hand({ name: 'write', end: 'laptop' });
  world.run();
  const [damaged, again] = world.passages.filter(({ datagram }) => datagram.tcp?.length === 100);
  assert.equal(damaged?.arrivals[0]?.drop, 'bad-segment-checksum');
  assert.equal(again?.arrivals[0]?.drop, '');
  world.hand({ name: 'flood', end: 'board' });
  world.advance(world.now + 100);
  assert.equal(world.board.core.list().filter(({ table }) => table === 'syn-queue').length, 8);
  world.hand({ name: 'abort', end: 'board' });
  world.advance(world.now + 60);
  assert.equal(world.state('laptop'), 'CLOSED');
});
