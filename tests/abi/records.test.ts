// The record tells of every input, output and change of state: what a ladder, a capture and a person live on.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Option } from '../../assembly/numbers.js';
import type { CoreRecord } from '../../host/decode.js';
import { Bench, THERE } from './bench.js';
import { established, MSS, Peer } from './peer.js';

/** The states and the table of a record, and why it came to be. */
function told({ kind, cause, drop, before, after, table }: CoreRecord): string {
  return [kind, cause === 'none' ? drop : cause, before, after, table].join(' ');
}

/** The records of every call within `work`. */
function records(bench: Bench, work: () => void): string[] {
  const all: string[] = [];
  const stop = bench.core.onRecord((record) => all.push(told(record)));
  work();
  stop();
  return all;
}

describe('records', () => {
  test('a connection from SYN to TIME-WAIT, seen from the listener', async () => {
    const bench = await Bench.open('board', { DELAYED_ACK: 0 });
    const listener = bench.listen();
    const peer = new Peer(bench);
    const all = records(bench, () => {
      peer.give('S');
      peer.take();
      peer.give('.');
      const handle = bench.core.call.accept(listener);
      peer.give('P.', { text: 'hello' });
      peer.take();
      bench.read(handle);
      bench.write(handle, 'world');
      peer.take();
      peer.give('.');
      bench.core.call.close(handle);
      peer.take();
      peer.give('.');
      peer.give('F.');
      peer.take();
    });
    assert.deepEqual(all, [
      'input none LISTEN SYN-RECEIVED listener',
      'output syn-ack SYN-RECEIVED SYN-RECEIVED syn-queue',
      'input none SYN-RECEIVED ESTABLISHED syn-queue',
      'input none ESTABLISHED ESTABLISHED connection',
      'output ack ESTABLISHED ESTABLISHED connection',
      'output written ESTABLISHED ESTABLISHED connection',
      'input none ESTABLISHED ESTABLISHED connection',
      'call none ESTABLISHED FIN-WAIT-1 connection',
      'output close FIN-WAIT-1 FIN-WAIT-1 connection',
      'input none FIN-WAIT-1 FIN-WAIT-2 connection',
      'input none FIN-WAIT-2 TIME-WAIT connection',
      'output ack TIME-WAIT TIME-WAIT time-wait',
    ]);
  });

  test('the other side of the teardown: CLOSE-WAIT, LAST-ACK, CLOSED', async () => {
    const bench = await Bench.open();
    const peer = await established(bench);
    const all = records(bench, () => {
      peer.give('F.');
      peer.take();
      bench.core.call.close(peer.handle);
      peer.take();
      peer.give('.');
    });
    assert.deepEqual(all, [
      'input none ESTABLISHED CLOSE-WAIT connection',
      'output ack CLOSE-WAIT CLOSE-WAIT connection',
      'call none CLOSE-WAIT CLOSE-WAIT connection',
      'output close CLOSE-WAIT LAST-ACK connection',
      'input none LAST-ACK CLOSED connection',
    ]);
  });

  test('an active open, a simultaneous one, and one that is refused', async () => {
    const bench = await Bench.open();
    const peers = [5001, 5002, 5003].map((port) => new Peer(bench, port, 1234));
    const all = records(bench, () => {
      for (const peer of peers) {
        bench.core.call.open(THERE, peer.port, 1234);
        peer.take();
      }
      peers[0]?.give('S.');
      peers[1]?.give('S');
      peers[2]?.give('R.');
      bench.outputs();
    });
    assert.deepEqual(all, [
      ...['', '', ''].flatMap(() => [
        'call none CLOSED SYN-SENT connection',
        'output open SYN-SENT SYN-SENT connection',
      ]),
      'input none SYN-SENT ESTABLISHED connection',
      'input none SYN-SENT SYN-RECEIVED connection',
      'input none SYN-SENT CLOSED connection',
      'output ack ESTABLISHED ESTABLISHED connection',
      'output syn-ack SYN-RECEIVED SYN-RECEIVED connection',
    ]);
  });

  test('a time-out tells of itself and ends TIME-WAIT', async () => {
    const bench = await Bench.open('board', { MSL: 500 });
    const peer = await established(bench);
    bench.core.call.shutdown(peer.handle);
    peer.take();
    peer.give('F.');
    peer.take();
    const held = records(bench, () => peer.pass(1000));
    assert.deepEqual(held, ['timeout none TIME-WAIT CLOSED connection']);
    const other = await established(await Bench.open('board', { MSL: 500 }));
    other.bench.core.call.close(other.handle);
    other.take();
    other.give('F.');
    other.take();
    const small = records(other.bench, () => other.pass(1000));
    assert.deepEqual(small, ['timeout none TIME-WAIT CLOSED time-wait']);
  });

  test('a FIN-WAIT-2 that its user has let go ends by itself', async () => {
    const bench = await Bench.open('board', { FIN_WAIT_2: 700 });
    const peer = await established(bench);
    bench.core.call.close(peer.handle);
    peer.take();
    peer.give('.');
    const all = records(bench, () => peer.pass(699));
    assert.deepEqual(all, []);
    assert.deepEqual(
      records(bench, () => peer.pass(1)),
      ['timeout none FIN-WAIT-2 CLOSED connection'],
    );
    const half = await established(await Bench.open('board', { FIN_WAIT_2: 700 }));
    half.bench.core.call.shutdown(half.handle);
    half.take();
    half.give('.');
    half.pass(1_000_000);
    assert.equal(half.bench.info(half.handle).state, 'FIN-WAIT-2', 'one that is held waits as long as its user');
  });

  test('why each segment was sent', async () => {
    const bench = await Bench.open('board', { RTO_MIN: 1000 });
    const { call } = bench.core;
    const peer = await established(bench, { options: [MSS(1000)] });
    const causes = (work: () => void) => {
      work();
      return peer.take().map(({ record }) => `${record?.cause} ${record?.repeat}`);
    };
    assert.deepEqual(
      causes(() => bench.write(peer.handle, 'x'.repeat(1000))),
      ['written 0'],
    );
    assert.deepEqual(
      peer.pass(210).map(({ record }) => record?.cause),
      ['tail-probe'],
    );
    assert.deepEqual(
      peer.pass(1000).map(({ record }) => [record?.cause, record?.repeat]),
      [['retransmission', 1]],
    );
    peer.give('.');
    peer.give('P.', { text: 'x' });
    assert.deepEqual(
      peer.pass(100).map(({ record }) => record?.cause),
      ['delayed-ack'],
    );
    assert.deepEqual(
      causes(() => peer.give('.', { seq: 1001, text: 'beyond' })),
      ['duplicate-ack 0'],
    );
    assert.deepEqual(
      causes(() => peer.give('R', { seq: 1002 })),
      ['challenge-ack 0'],
    );
    call.option(peer.handle, Option.KEEPALIVE_IDLE, 5000);
    call.option(peer.handle, Option.KEEPALIVE, 1);
    assert.deepEqual(
      peer.pass(5000).map(({ record }) => [record?.cause, record?.repeat]),
      [['keepalive', 1]],
    );
    assert.deepEqual(
      causes(() => call.abort(peer.handle)),
      ['abort 0'],
    );
    assert.deepEqual(
      causes(() => peer.give('.')),
      ['reset 0'],
    );
  });

  test('a window update and a window probe', async () => {
    const bench = await Bench.open('board', { DELAYED_ACK: 0 });
    const peer = await established(bench, { win: 0 });
    const { receiveRing } = bench.core.constants;
    for (let left = receiveRing; left > 0; left -= 1024) peer.give('.', { text: 'x'.repeat(1024), win: 0 });
    assert.equal(peer.take().at(-1)?.win, 0);
    bench.read(peer.handle);
    const [update] = peer.take();
    assert.deepEqual([update?.record?.cause, update?.win], ['window-update', receiveRing]);
    bench.write(peer.handle, 'x');
    assert.deepEqual(peer.take(), []);
    const probes = peer.pass(1400);
    assert.deepEqual(
      probes.map(({ record, text }) => [record?.cause, record?.repeat, text]),
      [
        ['window-probe', 1, 'x'],
        ['window-probe', 2, 'x'],
        ['window-probe', 3, 'x'],
      ],
    );
  });

  test('the record names the connection: both ends, both ports, and the handle of its user', async () => {
    const bench = await Bench.open();
    const peer = await established(bench);
    peer.give('P.', { text: 'x' });
    const { localAddress, remoteAddress, localPort, remotePort, handle, length, protocol } = bench.record;
    assert.deepEqual(
      [localAddress, localPort, remoteAddress, remotePort, handle, length, protocol],
      ['192.168.7.2', 80, '192.168.7.1', 5001, peer.handle, 41, 6],
    );
    assert.equal(new Peer(bench, 9, 9).give('S'), 'no-connection');
    assert.deepEqual([bench.record.handle, bench.record.localPort, bench.record.table], [0, 9, 'none']);
    assert.equal(bench.record.now, bench.now);
  });

  test('its number grows with each event, and with nothing else', async () => {
    const bench = await Bench.open();
    const peer = await established(bench);
    const { number } = bench.record;
    bench.core.call.status(peer.handle);
    bench.core.list();
    bench.write(peer.handle, 'x');
    assert.equal(bench.record.number, number);
    peer.take();
    assert.equal(bench.record.number, number + 1);
    peer.give('.');
    assert.equal(bench.record.number, number + 2);
  });
});

describe('why a segment was dropped', () => {
  const cases: [string, string, (peer: Peer) => string][] = [
    ['a RST that is in the window and not exact', 'bad-rst', (peer) => peer.give('R', { seq: 2 })],
    ['a SYN', 'bad-syn', (peer) => peer.give('S')],
    ['an ACK of what was never sent', 'bad-ack', (peer) => peer.give('.', { ack: 2 })],
    ['an ACK older than the largest window', 'bad-ack', (peer) => peer.give('.', { ack: -70_000 })],
    ['no ACK', 'no-ack', (peer) => peer.give('P', { text: 'x' })],
    ['text left of the window', 'not-acceptable', (peer) => peer.give('.', { seq: 0, text: 'x' })],
    ['text right of the window', 'not-acceptable', (peer) => peer.give('.', { seq: 4097, text: 'x' })],
    ['a port where nobody listens', 'no-connection', (peer) => new Peer(peer.bench, 1, 2).give('S')],
    ['a RST to a listener', 'no-connection', (peer) => new Peer(peer.bench, 1).give('R')],
    ['an ACK to a listener', 'no-connection', (peer) => new Peer(peer.bench, 1).give('.')],
    ['text without SYN or ACK to a listener', 'bad-flags', (peer) => new Peer(peer.bench, 1).give('P', { text: 'x' })],
    ['port 0', 'bad-port', (peer) => new Peer(peer.bench, 0).give('S')],
    ['a source that cannot be answered', 'bad-source', (peer) => new Peer(peer.bench, 1, 80, 0xe0000001).give('S')],
  ];
  for (const [what, drop, give] of cases) {
    test(`${what}: ${drop}`, async () => {
      const bench = await Bench.open();
      const peer = await established(bench);
      const { state, rcv, snd } = bench.info(peer.handle);
      const counted = bench.counted(() => assert.equal(give(peer), drop));
      assert.equal(bench.record.drop, drop);
      assert.equal(counted[`drop ${drop}`], 1);
      const now = bench.info(peer.handle);
      assert.deepEqual([now.state, now.rcv, now.snd], [state, rcv, snd], 'and it changes nothing');
    });
  }

  test('a segment without the timestamp that was agreed on, and one with an old one: paws', async () => {
    const bench = await Bench.open();
    const stamp = (value: number) => ({ kind: 8, value: Uint8Array.of(0, 0, 0, value, 0, 0, 0, 0) });
    const listener = bench.listen();
    const peer = new Peer(bench);
    peer.give('S', { options: [MSS(1000), stamp(100)] });
    peer.take();
    peer.give('.', { options: [stamp(101)] });
    const handle = bench.core.call.accept(listener);
    assert.equal(peer.give('P.', { text: 'x' }), 'paws');
    assert.deepEqual(peer.take(), []);
    assert.equal(peer.give('P.', { seq: 1, text: 'x', options: [stamp(100)] }), 'paws');
    assert.equal(peer.take().length, 1);
    assert.equal(bench.core.call.receiveReady(handle), -13);
    assert.equal(peer.give('P.', { seq: 1, text: 'x', options: [stamp(101)] }), 'none');
    assert.equal(bench.read(handle), 'x');
  });
});
