// A SYN that opens a connection in TIME-WAIT again is answered by a cookie when the SYN queue may not be used; the ACK that
// brings the cookie back must then find the listener, and not what is left of the old life.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Bench } from './bench.js';
import { MSS, Peer } from './peer.js';

describe('9293 section 3.6.1', () => {
  test('a connection in TIME-WAIT is opened again by a cookie too (MAY-2)', async () => {
    const bench = await Bench.open('board', { COOKIES: 1, TIMESTAMPS: 0 });
    const listener = bench.listen();
    const peer = new Peer(bench).establish(listener, { options: [MSS(500)] });
    bench.core.call.close(peer.handle);
    assert.equal(peer.take().length, 1);
    peer.give('F.', { ack: 2 });
    peer.take();
    const next = new Peer(bench);
    next.next = 1000;
    next.give('S', { seq: 1000, options: [MSS(500)] });
    const [answer] = next.take();
    assert.equal(answer?.record?.cause, 'cookie');
    next.give('.', { ack: 1 });
    assert.ok(bench.core.call.accept(listener) > 0);
  });
});
