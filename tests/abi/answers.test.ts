// What is answered without a connection, and by connections that are small entries: half open, or in TIME-WAIT.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Fault, Option } from '../../assembly/numbers.js';
import { Bench, HERE, THERE } from './bench.js';
import { established, MSS, Peer } from './peer.js';

describe('3.5.2: a RST from nowhere', () => {
  const cases: [string, { flags: string; text?: string }, [flags: string, seq: number, ack: number]][] = [
    ['an ACK: its SEQ is SEG.ACK, and it acknowledges nothing', { flags: '.' }, ['R', 700, 0]],
    ['text with an ACK: the same', { flags: 'P.', text: 'hello' }, ['R', 700, 0]],
    ['a SYN-ACK: the same', { flags: 'S.' }, ['R', 700, 0]],
    ['a SYN: SEQ 0, and it acknowledges the SYN', { flags: 'S' }, ['R.', 0, 901]],
    ['text without an ACK: SEQ 0, and it acknowledges the text', { flags: 'P', text: 'hello' }, ['R.', 0, 905]],
    ['a FIN with text, without an ACK: both are acknowledged', { flags: 'FP', text: 'hello' }, ['R.', 0, 906]],
  ];
  for (const [what, { flags, text = '' }, [letters, seq, ack]] of cases) {
    test(`for ${what}`, async () => {
      const bench = await Bench.open();
      const peer = new Peer(bench, 5001, 9);
      peer.iss = 0;
      peer.give(flags, { seq: (900 - peer.isn) | 0, ack: 700, text });
      const sent = bench.outputs();
      assert.deepEqual(
        sent.map((one) => [one.flags, one.seq, one.ack, one.win, one.segment.options.length]),
        [[letters, seq, ack, 0, 0]],
      );
      assert.deepEqual([sent[0]?.segment.source, sent[0]?.segment.destination], [HERE, THERE]);
      assert.deepEqual([sent[0]?.segment.sourcePort, sent[0]?.segment.destinationPort], [9, 5001]);
    });
  }

  test('for a RST: nothing', async () => {
    const bench = await Bench.open();
    for (const flags of ['R', 'R.', 'RS', 'RF.']) new Peer(bench, 5001, 9).give(flags);
    assert.deepEqual(bench.outputs(), []);
  });

  test('answers leave in the order of what they answer', async () => {
    const bench = await Bench.open();
    for (let round = 0; round < 5; round++) {
      for (const port of [1, 2, 3]) new Peer(bench, port, 9).give('.');
      assert.deepEqual(
        bench.outputs().map(({ segment }) => segment.destinationPort),
        [1, 2, 3],
      );
    }
  });
});

describe('half-open connections', () => {
  test('the SYN-ACK tells the whole ring as window, and the MSS of the MTU', async () => {
    for (const [profile, win, mss] of [
      ['board', 4096, 1460],
      ['micro', 512, 256],
      ['host', 65535, 1460],
    ] as const) {
      const bench = await Bench.open(profile);
      bench.listen();
      const peer = new Peer(bench);
      peer.give('S');
      const [answer] = peer.take();
      assert.deepEqual([answer?.win, answer?.mss], [win, mss], profile);
      const handle = bench.core.call.open(THERE, 99, 0);
      const [syn] = bench.outputs();
      assert.deepEqual([syn?.flags, syn?.win, syn?.mss, syn?.ack], ['S', win, mss, 0], profile);
      assert.equal(bench.info(handle).receiveMss, mss);
    }
  });

  test('the MSS in a SYN follows the MTU in force', async () => {
    const bench = await Bench.open('board', { MTU: 600 });
    bench.listen();
    const peer = new Peer(bench);
    peer.give('S', { options: [MSS(1460)] });
    assert.equal(peer.take()[0]?.mss, 560);
  });

  test('the smaller of both MSS counts, 536 without the option, and one that is too small to hold text is raised', async () => {
    for (const [offered, used] of [
      [100, 100],
      [1460, 1460],
      [9000, 1460],
      [undefined, 536],
      [1, 28],
      [0, 536],
    ] as const) {
      const bench = await Bench.open();
      const listener = bench.listen();
      const peer = new Peer(bench);
      peer.give('S', offered === undefined ? {} : { options: [MSS(offered)] });
      peer.take();
      peer.give('.');
      assert.equal(bench.info(bench.core.call.accept(listener)).sendMss, used, `MSS ${offered}`);
    }
  });

  test('a SYN repeated is answered again with the same sequence number', async () => {
    const bench = await Bench.open();
    bench.listen();
    const peer = new Peer(bench);
    peer.give('S');
    const [first] = peer.take();
    peer.pass(300);
    assert.equal(peer.give('S', { seq: 0 }), 'not-acceptable');
    const [second] = peer.take();
    assert.deepEqual([second?.flags, second?.segment.seq, second?.ack], ['S.', first?.segment.seq, 1]);
  });

  test('a wrong ACK draws a RST and leaves the entry; a RST removes it', async () => {
    const bench = await Bench.open();
    const listener = bench.listen();
    const peer = new Peer(bench);
    peer.give('S');
    peer.take();
    for (const ack of [0, 2]) {
      assert.equal(peer.give('.', { ack }), 'bad-ack');
      const [reset] = bench.outputs();
      assert.deepEqual([reset?.flags, reset?.seq], ['R', (peer.iss + ack) >>> 0]);
    }
    assert.equal(bench.core.list().length, 2);
    peer.give('R', { seq: 5 });
    assert.deepEqual(
      peer.take().map(({ flags }) => flags),
      ['.'],
      'a RST that is not exact is challenged',
    );
    assert.equal(bench.core.list().length, 2);
    peer.give('R', { seq: 1 });
    assert.equal(bench.core.list().length, 1);
    assert.equal(bench.core.call.accept(listener), Fault.AGAIN);
  });

  test('another SYN of the same peer begins anew, at the next try', async () => {
    const bench = await Bench.open();
    bench.listen();
    const peer = new Peer(bench);
    peer.give('S');
    peer.take();
    assert.equal(peer.give('S', { seq: 100 }), 'bad-syn');
    assert.equal(bench.core.list().length, 1, 'back to LISTEN');
    assert.equal(peer.give('S', { seq: 100 }), 'none');
    assert.equal(bench.outputs()[0]?.segment.ack, (peer.isn + 101) >>> 0);
  });

  test('entries are given back: the queue never runs dry', async () => {
    const bench = await Bench.open('board', { COOKIES: 2 });
    const listener = bench.listen(80, 1);
    const { synQueue } = bench.core.constants;
    for (let round = 0; round < 3 * synQueue; round++) {
      const peer = new Peer(bench, 3000 + round).establish(listener);
      bench.core.call.abort(peer.handle);
      bench.outputs();
    }
    for (let i = 0; i < synQueue; i++) assert.equal(new Peer(bench, 4000 + i).give('S'), 'none');
    assert.equal(new Peer(bench, 5000).give('S'), 'syn-queue-full');
    bench.pass(60_000);
    assert.equal(bench.core.list().length, 1);
    for (let i = 0; i < synQueue; i++) assert.equal(new Peer(bench, 4000 + i).give('S'), 'none');
  });

  test('two that expire at the same moment are told of one by one', async () => {
    const bench = await Bench.open('board', { SYN_TIMEOUT: 900 });
    bench.listen();
    for (const port of [1, 2]) new Peer(bench, port).give('S');
    bench.outputs();
    const told: string[] = [];
    const stop = bench.core.onRecord(({ kind, remotePort, before, after }) =>
      told.push(`${kind} ${remotePort} ${before} ${after}`),
    );
    bench.pass(900);
    stop();
    assert.deepEqual(told, ['timeout 1 SYN-RECEIVED CLOSED', 'timeout 2 SYN-RECEIVED CLOSED']);
  });

  test('one time-out is one look: without a listener for records both are gone at once', async () => {
    const bench = await Bench.open('board', { SYN_TIMEOUT: 900 });
    bench.listen();
    for (const port of [1, 2]) new Peer(bench, port).give('S');
    bench.outputs();
    bench.now += 900;
    assert.equal(bench.core.call.output(bench.now), 0);
    assert.equal(bench.core.list().length, 1);
  });
});

/** A connection that is a small entry in TIME-WAIT. */
async function timeWaiting(bench: Bench): Promise<Peer> {
  const peer = await established(bench);
  bench.core.call.close(peer.handle);
  peer.take();
  peer.give('F.');
  peer.take();
  return peer;
}

describe('TIME-WAIT (3.6.1)', () => {
  const entry = (bench: Bench) => bench.core.list().find(({ table }) => table === 'time-wait');

  test('it lasts 2 MSL, and list() tells how much is left', async () => {
    const bench = await Bench.open('board', { MSL: 30_000 });
    await timeWaiting(bench);
    assert.equal(entry(bench)?.timers.life, 60_000);
    bench.pass(59_999);
    assert.equal(entry(bench)?.timers.life, 1);
    bench.pass(1);
    assert.equal(entry(bench), undefined);
  });

  test('a repeated FIN is acknowledged and starts the 2 MSL again (MUST-13)', async () => {
    const bench = await Bench.open('board', { MSL: 30_000 });
    const peer = await timeWaiting(bench);
    bench.pass(50_000);
    peer.give('F.', { seq: 1 });
    assert.deepEqual(
      peer.take().map(({ flags, seq, ack }) => [flags, seq, ack]),
      [['.', 2, 2]],
    );
    assert.equal(entry(bench)?.timers.life, 60_000);
  });

  test('neither an ACK nor a RST ends it, restarts it, or is answered', async () => {
    const bench = await Bench.open('board', { MSL: 30_000 });
    const peer = await timeWaiting(bench);
    bench.pass(50_000);
    peer.give('.');
    peer.give('R');
    assert.deepEqual(peer.take(), []);
    assert.equal(entry(bench)?.timers.life, 10_000);
  });

  test('text beyond is refused with an ACK', async () => {
    const bench = await Bench.open();
    const peer = await timeWaiting(bench);
    peer.give('P.', { seq: 0, text: 'x' });
    assert.deepEqual(
      peer.take().map(({ flags }) => flags),
      ['.'],
    );
  });

  test('a SYN beyond all that was received opens the connection anew, from a sequence number beyond ours (MAY-2)', async () => {
    const bench = await Bench.open();
    const peer = await timeWaiting(bench);
    const old = entry(bench)?.snd.nxt ?? assert.fail();
    assert.equal(peer.give('S', { seq: 3 }), 'none');
    const [answer] = bench.outputs();
    assert.equal(answer?.flags, 'S.');
    assert.ok((((answer?.seq ?? 0) - old) | 0) > 0, 'the new life begins behind the old');
  });

  test('an old SYN does not: it draws an ACK', async () => {
    const bench = await Bench.open();
    const peer = await timeWaiting(bench);
    peer.give('S', { seq: 0 });
    assert.deepEqual(
      peer.take().map(({ flags }) => flags),
      ['.'],
    );
    assert.ok(entry(bench));
  });

  test('timestamps say which SYN is old only where both lives have them (RFC 6191)', async () => {
    const stamps = (value: number) => ({ kind: 8, value: Uint8Array.of(0, 0, 0, value, 0, 0, 0, 0) });
    for (const [before, now, answers] of [
      [[], [stamps(200)], ['.']],
      [[stamps(100)], [], []], // without what was agreed on: dropped in silence (RFC 7323 section 3.2)
    ] as const) {
      const bench = await Bench.open();
      const listener = bench.listen();
      const peer = new Peer(bench);
      peer.give('S', { options: [...before] });
      peer.take();
      peer.give('.', { options: [...before] });
      const handle = bench.core.call.accept(listener);
      bench.core.call.close(handle);
      peer.take();
      peer.give('F.', { options: [...before] });
      peer.take();
      assert.ok(entry(bench));
      peer.give('S', { seq: 0, options: [...now] });
      assert.deepEqual(
        bench.outputs().map(({ flags }) => flags),
        answers,
      );
      assert.ok(entry(bench), 'an old SYN, whatever it carries');
    }
  });

  test('one that is still held is the user, and lives in its slot', async () => {
    const bench = await Bench.open('board', { MSL: 1000 });
    const peer = await established(bench);
    bench.core.call.shutdown(peer.handle);
    peer.take();
    peer.give('F.');
    peer.take();
    assert.equal(entry(bench), undefined);
    assert.equal(bench.info(peer.handle).state, 'TIME-WAIT');
    assert.equal(bench.info(peer.handle).timers.life, 2000);
    bench.pass(1000);
    bench.core.call.close(peer.handle);
    assert.equal(entry(bench)?.timers.life, 1000, 'what has passed has passed');
    bench.pass(1000);
    assert.deepEqual(
      bench.core.list().map(({ table }) => table),
      ['listener'],
    );
  });
});

describe('handles and ports', () => {
  test('before accept() nobody has the handle, even who guesses it', async () => {
    const guess = (await established(await Bench.open())).handle;
    const bench = await Bench.open();
    const listener = bench.listen();
    const peer = new Peer(bench).connect();
    assert.equal(bench.core.call.status(guess), Fault.BAD_HANDLE);
    assert.equal(bench.core.call.abort(guess), Fault.BAD_HANDLE);
    assert.equal(bench.core.call.accept(listener), guess);
    assert.equal(peer.give('P.', { text: 'x' }), 'none');
  });

  test('an ephemeral port is one that no connection to that end has and nobody listens on (RFC 6056)', async () => {
    const first = await Bench.open();
    const drawn = first.info(first.core.call.open(THERE, 80, 0)).localPort;
    assert.ok(drawn >= 49152);
    const taken = await Bench.open();
    taken.core.call.open(THERE, 80, drawn);
    const next = drawn === 65535 ? 49152 : drawn + 1;
    assert.equal(taken.info(taken.core.call.open(THERE, 80, 0)).localPort, next);
    const listening = await Bench.open();
    listening.listen(drawn);
    assert.equal(listening.info(listening.core.call.open(THERE, 80, 0)).localPort, next);
    const elsewhere = await Bench.open();
    elsewhere.core.call.open(THERE, 81, drawn);
    assert.equal(elsewhere.info(elsewhere.core.call.open(THERE, 80, 0)).localPort, drawn);
  });

  test('keepalive is for connections that can live: not before they open, nor while they close', async () => {
    const bench = await Bench.open('board', { TAIL_PROBE: 0 });
    const { call } = bench.core;
    const alive = (handle: number) => {
      call.option(handle, Option.KEEPALIVE_IDLE, 100);
      call.option(handle, Option.KEEPALIVE, 1);
    };
    alive(call.open(THERE, 99, 0));
    const peer = await established(bench);
    alive(peer.handle);
    call.shutdown(peer.handle);
    const counted = bench.counted(() => bench.pass(900));
    assert.equal(counted['keepalives'], undefined);
  });

  test('abort tells of itself in a record', async () => {
    const bench = await Bench.open();
    const peer = await established(bench);
    const { number } = bench.record;
    bench.core.call.abort(peer.handle);
    const { kind, before, after } = bench.record;
    assert.deepEqual([bench.record.number, kind, before, after], [number + 1, 'call', 'ESTABLISHED', 'CLOSED']);
  });
});
