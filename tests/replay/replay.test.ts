import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Core } from '../../host/core.js';
import { VirtualClock } from '../../host/clock.js';
import { loadModule } from '../../host/modules.js';
import type { CallEntry, Entry } from '../../host/replay/format.js';
import { Recorder } from '../../host/replay/recorder.js';
import { Recording, RecordingError } from '../../host/replay/recording.js';
import { ReplayDifference, Replayer } from '../../host/replay/replayer.js';
import { recordFetch } from './recorded.js';

const BAD_CABLE = 'emulated:?app=http&loss=5%&reorder=3%&duplicate=2%&corrupt=2%&delay=5ms';

async function replay(recording: Recording): Promise<{ replayer: Replayer; entries: Entry[] }> {
  const replayer = await Replayer.open(recording);
  const entries: Entry[] = [];
  for (let entry = replayer.next(); entry !== undefined; entry = replayer.next()) entries.push(entry);
  return { replayer, entries };
}

test('a transfer over a bad cable replays to the same octets at both ends, and ends in the same states', async () => {
  const { recording, received, tables } = await recordFetch(BAD_CABLE, '/bytes/30000');
  assert.ok(received.length > 30_000, `${received.length} octets`);
  const { replayer, entries } = await replay(recording);
  assert.equal(replayer.isWhole, true);
  assert.ok(replayer.counts.outputs > 100 && replayer.counts.outputOctets > 30_000, JSON.stringify(replayer.counts));
  assert.deepEqual(
    replayer.stations.map(({ core }) => core.list()),
    tables,
  );
  const faults = new Set(
    entries.filter(({ type }) => type === 'fault').map((entry) => (entry as { fault: string }).fault),
  );
  assert.ok(faults.has('lost') && faults.has('corrupted'), [...faults].join());
  assert.deepEqual(entries.at(-1)?.type, 'note');
});

test('a transfer that fails because the cable is pulled replays to the same error', async () => {
  const { recording, error, received } = await recordFetch('emulated:?app=http&delay=10ms', '/bytes/90000', 150);
  assert.equal(error, 'ETIMEDOUT');
  assert.ok(received.length < 90_000);
  const { replayer } = await replay(recording);
  assert.equal(replayer.isWhole, true);
});

test('every change of an input or of an answer is noticed', async () => {
  const { octets, recording } = await recordFetch('emulated:?app=http&delay=5ms', '/');
  const texts = [...recording.entries()].filter(isWithText);
  assert.ok(texts.length > 5);
  let noticed = 0;
  for (const { taken } of texts) {
    const at = taken.byteOffset - octets.byteOffset + Math.floor(taken.length / 2);
    const changed = Uint8Array.from(octets);
    changed[at] = (changed[at] ?? 0) ^ 0x55;
    await assert.rejects(replay(new Recording(changed)), (error: unknown) => {
      assert.ok(error instanceof ReplayDifference, String(error));
      assert.match(error.message, /^Step \d+, (laptop|board) \w+\(.*\)/);
      return true;
    });
    noticed += 1;
  }
  assert.equal(noticed, texts.length);
});

const isWithText = (entry: Entry): entry is CallEntry & { taken: Uint8Array } =>
  entry.type === 'call' && (entry.taken?.length ?? 0) > 20;

test('a record that was cut off replays as far as it goes', async () => {
  const { octets, recording } = await recordFetch('emulated:?app=http', '/');
  const all = [...recording.entries()].length;
  const begin =
    octets.length - Buffer.concat([...recording.entries()].filter(isWithText).map(({ taken }) => taken)).length;
  for (const length of [octets.length - 1, octets.length - 100, begin]) {
    const { replayer, entries } = await replay(new Recording(octets.subarray(0, length)));
    assert.equal(replayer.isWhole, false);
    assert.ok(entries.length > 0 && entries.length <= all, `${entries.length} of ${all}`);
  }
});

test('what is no record, or of another format, is refused', async () => {
  const { octets } = await recordFetch('emulated:?app=http', '/');
  assert.throws(() => new Recording(new Uint8Array(5)), RecordingError);
  assert.throws(() => new Recording(new Uint8Array(500)), /no record of slipway: make one with/);
  assert.throws(() => new Recording(octets.subarray(0, 20_000)), /ends before anything has happened/);
  const other = Uint8Array.from(octets);
  other[8] = 9;
  assert.throws(() => new Recording(other), /has format 9 and/);
});

test('a trap is recorded, and replays as a trap', async () => {
  const core = await Core.load(await loadModule('board'));
  const clock = new VirtualClock();
  core.call.start(1, 1, 2, 3, 4, 0);
  // A bucket that leads nowhere: the next segment follows it out of the memory.
  const handle = core.call.open(0xc0a80702 | 0, 80, 5000);
  assert.ok(handle > 0);
  core.octets.fill(0xff, core.constants.datagram + 2000, core.constants.heapBase - 8 * core.constants.receiveRing);
  const pieces: Uint8Array[] = [];
  const write = (octets: Uint8Array): void => void pieces.push(octets);
  const recorder = new Recorder([{ name: 'laptop', address: '0.0.0.1', core, now: 0 }], { clock, write });
  assert.throws(() => {
    for (;;) core.call.output(clock.now());
  }, /trapped/);
  recorder.end();
  const { replayer, entries } = await replay(new Recording(Buffer.concat(pieces)));
  assert.equal((entries.at(-1) as CallEntry).result, undefined);
  assert.ok(replayer.stations[0]?.core.trap !== undefined);
});

test('the core cannot be put back while it is recorded', async () => {
  const core = await Core.load(await loadModule('board'));
  core.call.start(1, 1, 2, 3, 4, 0);
  const snapshot = core.snapshot();
  const recorder = new Recorder([{ name: 'laptop', address: '0.0.0.1', core, now: 0 }], {
    clock: new VirtualClock(),
    write: () => undefined,
  });
  assert.throws(() => core.restore(snapshot), /being recorded/);
  recorder.end();
  core.restore(snapshot);
});
