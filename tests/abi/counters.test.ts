// Every counter moves when what it counts happens, and no other does: names in assembly/numbers.ts, Counter.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Option } from '../../assembly/numbers.js';
import { Bench, THERE } from './bench.js';
import { established, MSS, Peer } from './peer.js';

const IN = { datagramsIn: 1, segmentsIn: 1 };
const OUT = { datagramsOut: 1, segmentsOut: 1 };

describe('what is counted', () => {
  test('a passive open, its half-open connection not yet', async () => {
    const bench = await Bench.open();
    bench.listen();
    const peer = new Peer(bench);
    assert.deepEqual(
      bench.counted(() => peer.give('S')),
      IN,
    );
    assert.deepEqual(
      bench.counted(() => peer.take()),
      OUT,
    );
    assert.deepEqual(
      bench.counted(() => peer.give('.')),
      { ...IN, passiveOpens: 1 },
    );
  });

  test('an active open, and its failure', async () => {
    const bench = await Bench.open();
    assert.deepEqual(
      bench.counted(() => bench.core.call.open(THERE, 5001, 1234)),
      { activeOpens: 1 },
    );
    const peer = new Peer(bench, 5001, 1234);
    peer.take();
    assert.deepEqual(
      bench.counted(() => peer.give('R.')),
      { ...IN, failedAttempts: 1 },
    );
  });

  test('a reset of an established connection by the peer', async () => {
    const bench = await Bench.open();
    const peer = await established(bench);
    assert.deepEqual(
      bench.counted(() => peer.give('R')),
      { ...IN, resets: 1 },
    );
  });

  test('a reset by us, and one that answers nobody', async () => {
    const bench = await Bench.open();
    const peer = await established(bench);
    assert.deepEqual(
      bench.counted(() => bench.core.call.abort(peer.handle)),
      { resets: 1, resetsSent: 1 },
    );
    assert.deepEqual(
      bench.counted(() => peer.take()),
      OUT,
    );
    const counted = bench.counted(() => peer.give('.'));
    assert.deepEqual(counted, { ...IN, resetsSent: 1, 'drop no-connection': 1 });
  });

  test('a retransmission time-out and what is sent again', async () => {
    const bench = await Bench.open('board', { TAIL_PROBE: 0 });
    const peer = await established(bench);
    bench.write(peer.handle, 'hello');
    assert.deepEqual(
      bench.counted(() => peer.take()),
      OUT,
    );
    const counted = bench.counted(() => peer.pass(250));
    assert.deepEqual(counted, { ...OUT, retransmissions: 1, timeouts: 1 });
    assert.equal(bench.info(peer.handle).retransmissions, 1);
  });

  test('a tail probe', async () => {
    const bench = await Bench.open('board', { RTO_MIN: 1000 });
    const peer = await established(bench);
    bench.write(peer.handle, 'hello');
    peer.take();
    const counted = bench.counted(() => assert.equal(peer.pass(210).length, 1));
    assert.deepEqual(counted, { ...OUT, retransmissions: 1, tailProbes: 1 });
  });

  test('duplicate ACKs and the fast retransmission that they draw', async () => {
    const bench = await Bench.open();
    const peer = await established(bench, { options: [MSS(536)] });
    bench.write(peer.handle, 'x'.repeat(4 * 536));
    assert.equal(peer.take().length, 4);
    const counted = bench.counted(() => {
      for (let i = 0; i < 3; i++) assert.equal(peer.give('.', { ack: 1 }), 'none');
    });
    assert.deepEqual(counted, { datagramsIn: 3, segmentsIn: 3, duplicateAcksIn: 3, fastRetransmissions: 1 });
    assert.deepEqual(
      bench.counted(() => assert.equal(peer.take()[0]?.seq, 1)),
      { ...OUT, retransmissions: 1 },
    );
  });

  test('text kept beyond a hole', async () => {
    const bench = await Bench.open();
    const peer = await established(bench);
    assert.deepEqual(
      bench.counted(() => peer.give('.', { seq: 11, text: 'beyond' })),
      { ...IN, outOfOrderIn: 1 },
    );
  });

  test('a challenge ACK, ten in any five seconds', async () => {
    const bench = await Bench.open();
    const peer = await established(bench);
    const challenge = () => peer.give('R', { seq: 100 });
    assert.deepEqual(bench.counted(challenge), { ...IN, challengeAcks: 1, 'drop bad-rst': 1 });
    assert.deepEqual(
      bench.counted(() =>
        assert.deepEqual(
          peer.take().map((sent) => sent.flags),
          ['.'],
        ),
      ),
      OUT,
    );
    for (let i = 0; i < 9; i++) assert.equal(bench.counted(challenge)['challengeAcks'], 1);
    assert.equal(bench.counted(challenge)['challengeAcks'], undefined);
    bench.pass(5000);
    assert.equal(bench.counted(challenge)['challengeAcks'], undefined);
    bench.pass(376); // the count is kept in steps of 256 ms
    assert.equal(bench.counted(challenge)['challengeAcks'], 1);
  });

  test('a probe of a closed window, and a keepalive', async () => {
    const bench = await Bench.open();
    const peer = await established(bench, { win: 0 });
    bench.write(peer.handle, 'shut out');
    peer.take();
    const counted = bench.counted(() => assert.equal(peer.pass(300).length, 1));
    assert.equal(counted['windowProbes'], 1);
    const other = await established(await Bench.open());
    const { call } = other.bench.core;
    call.option(other.handle, Option.KEEPALIVE_IDLE, 1000);
    call.option(other.handle, Option.KEEPALIVE, 1);
    assert.deepEqual(
      other.bench.counted(() => other.pass(1000)),
      { ...OUT, keepalives: 1 },
    );
  });

  test('a half-open connection that nobody completes', async () => {
    const bench = await Bench.open('board', { SYN_TIMEOUT: 5000 });
    bench.listen();
    const peer = new Peer(bench);
    peer.give('S');
    const counted = bench.counted(() => peer.pass(5000));
    assert.equal(counted['synQueueTimeouts'], 1);
    assert.equal(counted['failedAttempts'], 1);
    assert.deepEqual(
      bench.core.list().map(({ table }) => table),
      ['listener'],
    );
  });

  test('a cookie sent and a cookie that comes back', async () => {
    const bench = await Bench.open('board', { COOKIES: 1 });
    bench.listen();
    const peer = new Peer(bench);
    assert.deepEqual(
      bench.counted(() => peer.give('S')),
      { ...IN, cookiesSent: 1 },
    );
    peer.take();
    assert.deepEqual(
      bench.counted(() => peer.give('.')),
      { ...IN, cookiesAccepted: 1, passiveOpens: 1 },
    );
  });

  test('answers that find no slot are lost and counted', async () => {
    const bench = await Bench.open();
    const counted = bench.counted(() => {
      for (let port = 1; port <= 10; port++) new Peer(bench, port).give('.');
    });
    const sent = bench.outputs().length;
    assert.ok(sent > 0 && sent < 10, `${sent} answers were sent`);
    assert.equal(counted['repliesLost'], 10 - sent);
    assert.equal(counted['resetsSent'], sent);
    assert.deepEqual(bench.outputs(), []);
    for (let port = 1; port <= sent; port++) assert.equal(new Peer(bench, port).give('.'), 'no-connection');
    assert.deepEqual(
      bench.outputs().map(({ segment }) => segment.destinationPort),
      Array.from({ length: sent }, (_, i) => i + 1),
    );
  });

  test('the oldest entry of a full TIME-WAIT table gives way', async () => {
    const bench = await Bench.open();
    const listener = bench.listen();
    const { timeWaits } = bench.core.constants;
    const end = (port: number) => {
      const peer = new Peer(bench, port).establish(listener);
      bench.core.call.close(peer.handle);
      peer.take();
      peer.give('F.');
      peer.take();
      bench.pass(10);
    };
    for (let i = 0; i < timeWaits; i++) end(2000 + i);
    const waiting = () =>
      bench.core
        .list()
        .filter(({ table }) => table === 'time-wait')
        .map(({ remotePort }) => remotePort);
    assert.equal(waiting().length, timeWaits);
    assert.equal(bench.counted(() => end(3000))['timeWaitRecycled'], 1);
    assert.equal(waiting().length, timeWaits);
    assert.ok(waiting().includes(3000) && !waiting().includes(2000), 'the oldest has gone and the newest is there');
  });

  test('a segment that is damaged is counted as dropped and changes nothing', async () => {
    const bench = await Bench.open();
    bench.listen();
    const counted = bench.counted(() =>
      bench.segment({ sourcePort: 5001, destinationPort: 80, flags: 2, badSum: true }),
    );
    assert.deepEqual(counted, { datagramsIn: 1, 'drop bad-segment-checksum': 1 });
    assert.deepEqual(bench.outputs(), []);
  });
});
