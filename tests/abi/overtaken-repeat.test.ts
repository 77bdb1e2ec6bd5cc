// A loss is noticed, and before the repeat has left its acknowledgment comes: nothing was lost after all.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Bench } from './bench.js';
import { MSS, Peer } from './peer.js';

describe('5681 section 3.2', () => {
  test('what is to be repeated is forgotten when it is acknowledged first, and new text leaves once', async () => {
    const bench = await Bench.open('board', { SACK: 0, TAIL_PROBE: 0 });
    const peer = new Peer(bench).establish(bench.listen(), { options: [MSS(500)] });
    bench.write(peer.handle, 'x'.repeat(2000));
    assert.equal(peer.take().length, 4);
    for (let i = 0; i < 3; i++) peer.give('.', { ack: 1 });
    peer.give('.', { ack: 2001 });
    bench.write(peer.handle, 'y'.repeat(100));
    assert.deepEqual(
      peer.take().map(({ record }) => record?.cause),
      ['written'],
    );
  });
});
