import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { Core } from '../../host/core.js';
import { loadModule, modulePath } from '../../host/modules.js';
import { Snapshot, SnapshotError } from '../../host/replay/snapshot.js';
import { pattern } from '../host/stacks.js';
import { Pair } from './pair.js';

const refuses = (message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof SnapshotError, String(error));
  assert.match(error.message, message);
  return true;
};

/** By profile, octets that the file of a young stack may have: its memory has 64 KiB, 64 KiB and 66 MiB. */
const FILE_MOST = { micro: 12_000, board: 30_000, host: 300_000 };

for (const profile of ['micro', 'board', 'host'] as const) {
  test(`${profile}: what follows restore() gives the same octets, time and memory as it did before`, async () => {
    const pair = await Pair.open(profile);
    const { opener, accepted } = pair.connect();
    pair.transfer(pattern(3000), [pair.left, opener], [pair.right, accepted]);
    pair.write(pair.left, opener, pattern(400));
    const snapshot = pair.snapshot();
    const go = () => {
      pair.sent = [];
      const text = pair.transfer(pattern(20_000), [pair.left, opener], [pair.right, accepted]);
      pair.left.call.close(opener);
      pair.isCut = true;
      pair.pass(2000); // so that retransmissions are part of it
      pair.isCut = false;
      pair.pass(5000);
      pair.right.call.close(accepted);
      pair.pass(5000);
      const memories = [pair.left, pair.right].map((core) => Buffer.from(core.octets));
      return { text, sent: pair.sent, memories };
    };
    const first = go();
    assert.ok(first.sent.length > 20, `${first.sent.length} datagrams`);
    pair.restore(snapshot);
    const second = go();
    assert.deepEqual(second.text, first.text);
    assert.deepEqual(second.sent, first.sent);
    assert.ok(second.memories.every((memory, index) => memory.equals(first.memories[index] ?? Buffer.of())));
  });

  test(`${profile}: a fork goes its own way`, async () => {
    const pair = await Pair.open(profile);
    const { opener } = pair.connect();
    const before = Buffer.from(pair.left.octets);
    const twin = await pair.left.fork();
    assert.ok(before.equals(twin.octets));
    assert.equal(twin.info(opener)?.state, 'ESTABLISHED');
    twin.call.abort(opener);
    assert.equal(twin.info(opener), undefined);
    assert.equal(pair.left.info(opener)?.state, 'ESTABLISHED');
  });

  test(`${profile}: a snapshot comes back whole from its file, which holds no empty page`, async () => {
    const pair = await Pair.open(profile);
    const { opener } = pair.connect();
    pair.write(pair.left, opener, pattern(100));
    const snapshot = pair.left.snapshot(pair.now);
    const file = snapshot.encode();
    assert.ok(file.length < FILE_MOST[profile], `${file.length} octets`);
    const read = Snapshot.decode(file);
    assert.deepEqual(read.module, snapshot.module);
    assert.equal(read.now, pair.now);
    assert.ok(Buffer.from(read.memory).equals(snapshot.memory));
    const other = await Core.load(await loadModule(profile));
    other.restore(read);
    assert.equal(other.info(opener)?.state, 'ESTABLISHED');
  });
}

describe('a snapshot is refused', () => {
  const taken = async (profile: string): Promise<Snapshot> => {
    const core = await Core.load(await loadModule(profile));
    core.call.start(1, 1, 2, 3, 4, 0);
    return core.snapshot();
  };
  const changed = async (change: (octets: Buffer) => void): Promise<() => void> => {
    const octets = Buffer.from((await taken('micro')).encode());
    change(octets);
    return () => Snapshot.decode(octets);
  };

  test('by another profile', async () => {
    const snapshot = await taken('board');
    for (const other of ['micro', 'host']) {
      const core = await Core.load(await loadModule(other));
      const before = Buffer.from(core.octets);
      assert.throws(() => core.restore(snapshot), refuses(/of another profile, 4 connections, rings of 4096/));
      assert.ok(before.equals(core.octets), 'nothing was written');
    }
  });

  test('by another build of the same profile, also one that differs in an octet that nobody reads', async () => {
    const octets = Buffer.concat([await readFile(modulePath('board')), Buffer.from([0, 2, 1, 0x78])]); // a custom section
    const core = await Core.load(octets);
    assert.throws(() =>
      core.restore(new Snapshot({ ...core.snapshot().module, sha256: 'ab'.repeat(32) }, 0, core.octets)),
    );
    await assert.rejects(
      async () => core.restore(await taken('board')),
      refuses(/of another build, [0-9a-f]{16}, and this/),
    );
  });

  test('of another ABI', async () => {
    const core = await Core.load(await loadModule('board'));
    const { module, memory } = core.snapshot();
    assert.throws(
      () => core.restore(new Snapshot({ ...module, abi: 9 }, 0, memory)),
      refuses(/of ABI 9 and this core/),
    );
  });

  test('in another format', async () => {
    assert.throws(await changed((octets) => octets.writeUInt32LE(7, 8)), refuses(/has format 7 and/));
  });

  test('that is none, that is damaged, and that was cut off', async () => {
    assert.throws(() => Snapshot.decode(new Uint8Array(200)), refuses(/no snapshot of slipway/));
    assert.throws(() => Snapshot.decode(new Uint8Array()), refuses(/no snapshot of slipway/));
    assert.throws(
      await changed((octets) => octets.writeUInt8((octets.at(-1) ?? 0) ^ 1, octets.length - 1)),
      refuses(/damaged/),
    );
    const whole = (await taken('micro')).encode();
    assert.throws(() => Snapshot.decode(whole.subarray(0, -1)), refuses(/should have \d+ octets and has/));
  });

  test('of a module that somebody else compiled, whose octets nobody knows', async () => {
    const core = await Core.load(await WebAssembly.compile(await readFile(modulePath('board'))));
    assert.throws(() => core.snapshot(), /Nobody knows what this module was compiled from/);
  });
});
