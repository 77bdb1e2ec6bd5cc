// What a user may set on a connection, and what that does to its segments.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Fault, Option } from '../../assembly/numbers.js';
import { Bench } from './bench.js';
import { established, Peer } from './peer.js';

describe('options', () => {
  test('values outside their range are refused', async () => {
    const bench = await Bench.open();
    const { handle } = await established(bench);
    const { call } = bench.core;
    const refused: [number, number][] = [
      [0, 0],
      [12, 1],
      [99, 1],
      [Option.TOS, 256],
      [Option.TTL, 0],
      [Option.TTL, 256],
      [Option.MAXSEG, 27],
      [Option.MAXSEG, 65536],
      [Option.KEEPALIVE_IDLE, 0],
      [Option.KEEPALIVE_INTERVAL, -1],
      [Option.KEEPALIVE_COUNT, 256],
      [Option.KEEPALIVE_COUNT, 0],
      [Option.USER_TIMEOUT, -1],
    ];
    for (const [name, value] of refused)
      assert.equal(call.option(handle, name, value), Fault.INVALID, `${name} ${value}`);
    const taken: [number, number][] = [
      [Option.NODELAY, 1],
      [Option.NODELAY, 0],
      [Option.KEEPALIVE, 1],
      [Option.KEEPALIVE, 0],
      [Option.SOFT_ERRORS, 1],
      [Option.SOFT_ERRORS, 0],
      [Option.LINGER, -1],
      [Option.LINGER, 0],
      [Option.TOS, 255],
      [Option.TTL, 1],
      [Option.TTL, 255],
      [Option.MAXSEG, 28],
      [Option.MAXSEG, 65535],
      [Option.KEEPALIVE_COUNT, 255],
      [Option.KEEPALIVE_IDLE, 1],
      [Option.KEEPALIVE_INTERVAL, 1],
      [Option.USER_TIMEOUT, 0],
    ];
    for (const [name, value] of taken) assert.equal(call.option(handle, name, value), 0, `${name} ${value}`);
  });

  test('TOS and TTL are in every datagram of the connection, and in no other', async () => {
    const bench = await Bench.open();
    const peer = await established(bench);
    bench.core.call.option(peer.handle, Option.TOS, 0x28);
    bench.core.call.option(peer.handle, Option.TTL, 9);
    bench.write(peer.handle, 'x');
    const [sent] = peer.take();
    assert.deepEqual([sent?.segment.tos, sent?.segment.ttl], [0x28, 9]);
    bench.configure('TTL', 77);
    new Peer(bench, 9).give('.');
    const [reset] = bench.outputs();
    assert.deepEqual([reset?.flags, reset?.segment.tos, reset?.segment.ttl], ['R', 0, 77]);
  });

  test('MAXSEG bounds what is sent', async () => {
    const bench = await Bench.open();
    const peer = await established(bench);
    bench.core.call.option(peer.handle, Option.MAXSEG, 100);
    bench.write(peer.handle, 'x'.repeat(250));
    assert.deepEqual(
      peer.take().map(({ text }) => text.length),
      [100, 100, 50],
    );
  });

  test('linger 0 makes CLOSE a reset, and -1 takes it back', async () => {
    for (const [linger, expected] of [
      [0, 'R.'],
      [-1, 'F.'],
    ] as const) {
      const bench = await Bench.open();
      const peer = await established(bench);
      bench.core.call.option(peer.handle, Option.LINGER, 0);
      bench.core.call.option(peer.handle, Option.LINGER, linger);
      bench.core.call.close(peer.handle);
      assert.deepEqual(
        peer.take().map(({ flags }) => flags),
        [expected],
      );
    }
  });

  test('the user time-out ends a connection that hears no more (RFC 5482)', async () => {
    const bench = await Bench.open('board', { TAIL_PROBE: 0 });
    const peer = await established(bench);
    bench.core.call.option(peer.handle, Option.USER_TIMEOUT, 1000);
    bench.write(peer.handle, 'x');
    peer.take();
    const sent = peer.pass(100_000);
    assert.deepEqual(
      sent.map(({ after, flags }) => [after, flags]),
      [
        [200, 'P.'],
        [600, 'P.'],
        [1400, 'R.'],
      ],
    );
    assert.equal(bench.core.call.error(peer.handle), Fault.TIMED_OUT);
  });

  test('keepalive: idle, then probes at their interval, then the end; an answer begins anew (3.8.4)', async () => {
    const bench = await Bench.open();
    const peer = await established(bench);
    const { call } = bench.core;
    for (const [name, value] of [
      [Option.KEEPALIVE_IDLE, 10_000],
      [Option.KEEPALIVE_INTERVAL, 1000],
      [Option.KEEPALIVE_COUNT, 3],
      [Option.KEEPALIVE, 1],
    ] as const) {
      call.option(peer.handle, name, value);
    }
    assert.deepEqual(
      peer.pass(11_500).map(({ after, seq, text, flags }) => [after, seq, text, flags]),
      [
        [10_000, 0, '', '.'],
        [11_000, 0, '', '.'],
      ],
    );
    peer.give('.');
    const sent = peer.pass(60_000);
    assert.deepEqual(
      sent.map(({ after, flags }) => [after, flags]),
      [
        [10_000, '.'],
        [11_000, '.'],
        [12_000, '.'],
        [13_000, 'R.'],
      ],
    );
    assert.equal(call.error(peer.handle), Fault.TIMED_OUT);
  });

  test('keepalive goes on while one side is closed, whichever it is (3.8.4)', async () => {
    for (const [close, state] of [
      [(peer: Peer) => void peer.give('F.'), 'CLOSE-WAIT'],
      [(peer: Peer) => void peer.bench.core.call.shutdown(peer.handle), 'FIN-WAIT-2'],
    ] as const) {
      const bench = await Bench.open();
      const peer = await established(bench);
      close(peer);
      peer.take();
      peer.give('.');
      assert.equal(bench.info(peer.handle).state, state);
      bench.core.call.option(peer.handle, Option.KEEPALIVE_IDLE, 1000);
      bench.core.call.option(peer.handle, Option.KEEPALIVE, 1);
      assert.deepEqual(
        peer.pass(1000).map(({ record, after }) => [record?.cause, after]),
        [['keepalive', 1000]],
      );
    }
  });

  test('keepalive that is switched off in time sends nothing, and one switched on late counts from the last segment', async () => {
    const bench = await Bench.open();
    const peer = await established(bench);
    const { call } = bench.core;
    call.option(peer.handle, Option.KEEPALIVE_IDLE, 1000);
    call.option(peer.handle, Option.KEEPALIVE, 1);
    assert.deepEqual(peer.pass(999), []);
    call.option(peer.handle, Option.KEEPALIVE, 0);
    assert.deepEqual(peer.pass(99_000), []);
    call.option(peer.handle, Option.KEEPALIVE, 1);
    assert.equal(peer.take().length, 1, 'it has been idle for long enough');
    const other = await established(await Bench.open());
    other.pass(600);
    other.bench.core.call.option(other.handle, Option.KEEPALIVE_IDLE, 1000);
    other.bench.core.call.option(other.handle, Option.KEEPALIVE, 1);
    assert.equal(other.bench.info(other.handle).timers.keepalive, 400);
  });
});
