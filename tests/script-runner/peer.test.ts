import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runScript } from '../../host/script/run-script.js';
import { FakeCore } from './fake-core.js';
import { CONVERSATION, run } from './run.js';

// What --peer looks away from, against a core whose every segment is known; foreign.test.ts has whole scripts.

test('a script may be told when the peer is another stack, and each relaxation is printed', async () => {
  const foreign = CONVERSATION.replace('win 65535 <mss 1460>', 'win 29200 <sackOK,mss 1460>').replace(
    '+0 > S.',
    '+0 > S.',
  );
  const strict = await run(foreign);
  assert.equal(strict.result, 'fail');
  const core = async (): Promise<FakeCore> =>
    new FakeCore({ alter: { segment: 1, change: (f) => (f.options = Uint8Array.from([2, 4, 5, 180, 1, 1, 4, 2])) } });
  const relaxed = await runScript('test.pkt', `${foreign}+0 close(4) = 0\n`, { core, peer: 'freebsd' });
  assert.equal(relaxed.result, 'pass', relaxed.got);
  assert.deepEqual(relaxed.relaxations, [
    'line 5: win 65535 taken for win 29200',
    'line 5: options <mss 1460,nop,nop,sackOK> taken for <sackOK,mss 1460>',
    'line 13: > F. 201:201(0) ack 101 win 65535 at 0.300 s, behind the last segment that the script speaks of',
  ]);
});

test('with a peer a SEQ at the edge of its window is moved to the edge of ours, and without one it is not', async () => {
  const edge = CONVERSATION.replace('win 65535 <mss 1460>', 'win 29200 <mss 1460>')
    .replace('P. 1:101(100) ack 1 win 1000', 'P. 29201:29301(100) ack 1 win 1000')
    .replace('ack 101\n+0 read', 'ack 101\n#ifdef NEVER\n+0 read')
    .replace('1000) = 100\n', '1000) = 100\n#endif\n');
  const seen: number[] = [];
  const core = async (): Promise<FakeCore> => new FakeCore({ onArrival: (segment) => seen.push(segment.seq) });
  const relaxed = await runScript('test.pkt', edge, { core, peer: 'freebsd' });
  assert.equal(relaxed.result, 'pass', `${relaxed.line} ${relaxed.got}`);
  assert.deepEqual(relaxed.relaxations.slice(0, 2), [
    'line 5: win 65535 taken for win 29200',
    'line 8: SEQ 29201 at the edge of a window of 29200 moved to 65536, ours being 65535',
  ]);
  assert.deepEqual(seen, [0, 1, 65536]);
  assert.equal((await run(edge)).line, 5);
});
