// The user's calls of RFC 9293 section 3.9.1 in every state: what they answer, and what they must not do.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Event, Fault, Option, SendFlag } from '../../assembly/numbers.js';
import { Bench, THERE } from './bench.js';
import { established, MSS, Peer } from './peer.js';

/** A held connection in each state that one can be in. */
const STATES: Record<string, (bench: Bench) => Promise<Peer>> = {
  'SYN-SENT': async (bench) => {
    const peer = new Peer(bench, 5001, 1234);
    peer.handle = bench.core.call.open(THERE, 5001, 1234);
    peer.take();
    return peer;
  },
  'SYN-RECEIVED': async (bench) => {
    const peer = new Peer(bench, 5001, 1234);
    peer.handle = bench.core.call.open(THERE, 5001, 1234);
    peer.take();
    peer.give('S');
    peer.take();
    return peer;
  },
  ESTABLISHED: established,
  'FIN-WAIT-1': async (bench) => {
    const peer = await established(bench);
    bench.core.call.shutdown(peer.handle);
    peer.take();
    return peer;
  },
  'FIN-WAIT-2': async (bench) => {
    const peer = await established(bench);
    bench.core.call.shutdown(peer.handle);
    peer.take();
    peer.give('.');
    return peer;
  },
  'CLOSE-WAIT': async (bench) => {
    const peer = await established(bench);
    peer.give('F.');
    peer.take();
    return peer;
  },
  CLOSING: async (bench) => {
    const peer = await established(bench);
    bench.core.call.shutdown(peer.handle);
    peer.take();
    peer.give('F.', { ack: 1 });
    peer.take();
    return peer;
  },
  'LAST-ACK': async (bench) => {
    const peer = await established(bench);
    peer.give('F.');
    bench.core.call.shutdown(peer.handle);
    peer.take();
    return peer;
  },
  'TIME-WAIT': async (bench) => {
    const peer = await established(bench);
    bench.core.call.shutdown(peer.handle);
    peer.take();
    peer.give('F.');
    peer.take();
    return peer;
  },
  CLOSED: async (bench) => {
    const peer = await established(bench);
    peer.give('R');
    return peer;
  },
};

/** What sendRoom, send, receiveReady and shutdown answer; 0 of receiveReady is the end of the stream. */
const ANSWERS: Record<string, [sendRoom: number, send: number, receiveReady: number, shutdown: number]> = {
  'SYN-SENT': [4096, 0, Fault.AGAIN, 0],
  'SYN-RECEIVED': [4096, 0, Fault.AGAIN, 0],
  ESTABLISHED: [4096, 0, Fault.AGAIN, 0],
  'FIN-WAIT-1': [Fault.CLOSING, Fault.CLOSING, Fault.AGAIN, 0],
  'FIN-WAIT-2': [Fault.CLOSING, Fault.CLOSING, Fault.AGAIN, 0],
  'CLOSE-WAIT': [4096, 0, 0, 0],
  CLOSING: [Fault.CLOSING, Fault.CLOSING, 0, 0],
  'LAST-ACK': [Fault.CLOSING, Fault.CLOSING, 0, 0],
  'TIME-WAIT': [Fault.CLOSING, Fault.CLOSING, 0, 0],
  CLOSED: [Fault.RESET, Fault.RESET, Fault.RESET, Fault.NOT_CONNECTED],
};

/** What leaves when the handle is let go, and behind it a look at what is left of the connection. */
const ENDS: Record<string, { close: string[]; abort: string[]; left: string | undefined }> = {
  'SYN-SENT': { close: [], abort: [], left: undefined },
  'SYN-RECEIVED': { close: ['F.'], abort: ['R.'], left: 'FIN-WAIT-1' },
  ESTABLISHED: { close: ['F.'], abort: ['R.'], left: 'FIN-WAIT-1' },
  'FIN-WAIT-1': { close: [], abort: ['R.'], left: 'FIN-WAIT-1' },
  'FIN-WAIT-2': { close: [], abort: ['R.'], left: 'FIN-WAIT-2' },
  'CLOSE-WAIT': { close: ['F.'], abort: ['R.'], left: 'LAST-ACK' },
  CLOSING: { close: [], abort: [], left: 'CLOSING' },
  'LAST-ACK': { close: [], abort: [], left: 'LAST-ACK' },
  'TIME-WAIT': { close: [], abort: [], left: 'TIME-WAIT' },
  CLOSED: { close: [], abort: [], left: undefined },
};

const rows = (bench: Bench) => bench.core.list().filter(({ table }) => table !== 'listener');

for (const [state, reach] of Object.entries(STATES)) {
  describe(state, () => {
    const [sendRoom, send, receiveReady, shutdown] = ANSWERS[state] as [number, number, number, number];
    const { close, abort, left } = ENDS[state] as (typeof ENDS)[string];

    test('STATUS tells the state (3.10.6)', async () => {
      const bench = await Bench.open();
      const { handle } = await reach(bench);
      assert.equal(bench.info(handle).state, state);
      assert.equal(bench.info(handle).handle, handle);
    });

    test(`SEND: room ${sendRoom}, answer ${send} (3.10.2)`, async () => {
      const bench = await Bench.open();
      const { handle } = await reach(bench);
      const { call } = bench.core;
      if (sendRoom < 0) {
        assert.equal(call.sendRoom(handle), sendRoom);
        assert.equal(call.send(handle, 1, 0), send);
        return;
      }
      assert.equal(call.send(handle, sendRoom + 1, 0), Fault.INVALID);
      bench.write(handle, 'x'.repeat(sendRoom));
      assert.equal(call.sendRoom(handle), 0, 'the whole ring, and no octet more');
      assert.equal(call.send(handle, 1, 0), Fault.INVALID);
      assert.equal(call.send(handle, 0, 0), 0);
    });

    test(`RECEIVE: ${receiveReady} (3.10.3)`, async () => {
      const bench = await Bench.open();
      const { handle } = await reach(bench);
      assert.equal(bench.core.call.receiveReady(handle), receiveReady);
      assert.equal(bench.core.call.receive(handle, 1), Fault.INVALID);
      assert.equal(bench.core.call.receive(handle, 0), 0);
    });

    test(`shutdown: ${shutdown}, and again the same (3.10.4)`, async () => {
      const bench = await Bench.open();
      const peer = await reach(bench);
      assert.equal(bench.core.call.shutdown(peer.handle), shutdown);
      const sent = peer.take().length;
      assert.equal(bench.core.call.shutdown(peer.handle), shutdown);
      assert.deepEqual(peer.take(), [], 'a second one sends nothing');
      assert.ok(sent <= 1);
    });

    test(`CLOSE sends ${close.join() || 'nothing'} (3.10.4)`, async () => {
      const bench = await Bench.open();
      const peer = await reach(bench);
      assert.equal(bench.core.call.close(peer.handle), 0);
      assert.deepEqual(
        peer.take().map(({ flags }) => flags),
        close,
      );
      assert.equal(bench.core.call.status(peer.handle), Fault.BAD_HANDLE);
      assert.deepEqual(
        rows(bench).map((row) => row.state),
        left === undefined ? [] : [left],
      );
    });

    test(`ABORT sends ${abort.join() || 'nothing'} and leaves nothing (3.10.5)`, async () => {
      const bench = await Bench.open();
      const peer = await reach(bench);
      assert.equal(bench.core.call.abort(peer.handle), 0);
      assert.deepEqual(
        peer.take().map(({ flags }) => flags),
        abort,
      );
      assert.equal(bench.core.call.abort(peer.handle), Fault.BAD_HANDLE);
      const waits = rows(bench).filter((row) => row.table !== 'time-wait');
      assert.deepEqual(waits, []);
    });

    test('with unread text CLOSE resets (SHLD-3)', async () => {
      if (state === 'SYN-SENT' || state === 'SYN-RECEIVED' || state === 'CLOSED') return;
      const bench = await Bench.open();
      const peer = await established(bench);
      peer.give('P.', { text: 'unread' });
      peer.take();
      if (state === 'ESTABLISHED') {
        bench.core.call.close(peer.handle);
        assert.deepEqual(
          peer.take().map(({ flags }) => flags),
          ['R.'],
        );
        assert.deepEqual(rows(bench), []);
      }
    });
  });
}

describe('events and errors', () => {
  test('each thing that happens is told once', async () => {
    const bench = await Bench.open();
    const listener = bench.listen();
    const { call } = bench.core;
    assert.equal(call.changed(), 0);
    const peer = new Peer(bench).connect();
    assert.equal(call.changed(), listener);
    assert.equal(call.changed(), listener, 'until its events have been asked for');
    assert.equal(call.events(listener), Event.ACCEPT);
    assert.equal(call.changed(), 0);
    assert.equal(call.events(listener), 0);
    const handle = call.accept(listener);
    assert.equal(call.changed(), handle);
    assert.equal(call.events(handle), Event.CONNECTED | Event.WRITABLE);
    peer.give('P.', { text: 'x' });
    assert.equal(call.changed(), handle);
    assert.equal(call.events(handle), Event.READABLE);
    peer.give('F.');
    assert.equal(call.events(handle), Event.READABLE | Event.END);
    peer.give('R');
    assert.equal(call.events(handle), Event.CLOSED | Event.ERROR);
    assert.equal(call.error(handle), Fault.RESET);
    assert.equal(call.error(handle), Fault.RESET, 'the fault that ended it stays');
  });

  test('what happened before accept() is told at accept()', async () => {
    const bench = await Bench.open();
    const listener = bench.listen();
    const peer = new Peer(bench).connect();
    peer.give('PU.', { text: 'x', urg: 1 });
    peer.give('F.');
    const handle = bench.core.call.accept(listener);
    const all = Event.CONNECTED | Event.WRITABLE | Event.READABLE | Event.END | Event.URGENT;
    assert.equal(bench.core.call.events(handle), all);
    assert.equal(bench.read(handle), 'x');
  });

  test('several handles with events are told one after the other', async () => {
    const bench = await Bench.open();
    const listener = bench.listen();
    const peers = [1, 2, 3].map((port) => new Peer(bench, port).establish(listener));
    const { call } = bench.core;
    call.events(listener);
    assert.equal(call.changed(), 0);
    for (const peer of [peers[2], peers[0], peers[1]]) peer?.give('P.', { text: 'x' });
    const told: number[] = [];
    for (let handle = call.changed(); handle !== 0 && told.length < 9; handle = call.changed()) {
      told.push(handle);
      assert.equal(call.events(handle), Event.READABLE);
    }
    assert.deepEqual(told, [peers[2]?.handle, peers[0]?.handle, peers[1]?.handle]);
  });

  test('a full send ring is told to have room again', async () => {
    const bench = await Bench.open();
    const peer = await established(bench, { options: [MSS(1460)] });
    const { call, constants } = bench.core;
    bench.write(peer.handle, 'x'.repeat(constants.sendRing));
    peer.take();
    call.events(peer.handle);
    peer.give('.', { ack: 2 });
    assert.equal(call.events(peer.handle), 0, 'nobody has asked for room');
    call.send(peer.handle, 1, 0);
    assert.equal(call.sendRoom(peer.handle), 0);
    peer.give('.', { ack: 3 });
    assert.equal(call.events(peer.handle), Event.WRITABLE);
    assert.equal(call.sendRoom(peer.handle), 1);
  });

  test('a refused open, and one whose time is up', async () => {
    const bench = await Bench.open('board', { SYN_R2: 5000 });
    const refused = await (STATES['SYN-SENT'] as (bench: Bench) => Promise<Peer>)(bench);
    refused.give('R.');
    assert.equal(bench.core.call.events(refused.handle), Event.CLOSED | Event.ERROR);
    assert.equal(bench.core.call.error(refused.handle), Fault.REFUSED);
    assert.equal(bench.core.call.receiveReady(refused.handle), Fault.REFUSED);
    const late = bench.core.call.open(THERE, 5002, 1234);
    bench.pass(8000);
    assert.equal(bench.core.call.error(late), Fault.TIMED_OUT);
  });

  test('what had arrived can still be read behind a reset', async () => {
    const bench = await Bench.open();
    const peer = await established(bench);
    peer.give('P.', { text: 'last words' });
    peer.give('R');
    assert.equal(bench.read(peer.handle), 'last words');
    assert.equal(bench.core.call.receiveReady(peer.handle), Fault.RESET);
  });

  test('R1 is told, and not to one who does not want to hear it (SHLD-9)', async () => {
    for (const wants of [true, false]) {
      const bench = await Bench.open('board', { R1: 2, TAIL_PROBE: 0 });
      const peer = await established(bench);
      const { call } = bench.core;
      if (!wants) call.option(peer.handle, Option.SOFT_ERRORS, 0);
      bench.write(peer.handle, 'x');
      call.events(peer.handle);
      peer.pass(300);
      assert.equal(call.events(peer.handle), 0, 'one retransmission is not trouble yet');
      peer.pass(400);
      assert.equal(call.events(peer.handle), wants ? Event.SOFT_ERROR : 0);
      assert.equal(call.error(peer.handle), wants ? Fault.TIMED_OUT : 0);
      assert.equal(call.error(peer.handle), 0, 'a soft error is told once');
      peer.give('.');
      assert.equal(bench.info(peer.handle).state, 'ESTABLISHED');
    }
  });
});

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

describe('urgent data (3.8.5)', () => {
  test('what is sent as urgent points behind its last octet until that is acknowledged (MUST-62)', async () => {
    const bench = await Bench.open();
    const peer = await established(bench);
    const { call, octets } = bench.core;
    bench.write(peer.handle, 'abc');
    octets.set(Buffer.from('!'), call.sendAt(peer.handle));
    call.send(peer.handle, 1, SendFlag.URGENT);
    bench.write(peer.handle, 'def');
    const sent = peer.take();
    assert.deepEqual(
      sent.map(({ flags, seq, urg, text }) => [flags, seq, urg, text]),
      [['P.U', 1, 4, 'abc!def']],
    );
    peer.give('.', { ack: 4 });
    assert.equal(peer.pass(400).at(-1)?.urg, 1);
    peer.give('.', { ack: 5 });
    assert.equal(peer.pass(2000).at(-1)?.flags, 'P.');
  });

  test('the user is told once for each advance, and until it has been read', async () => {
    const bench = await Bench.open();
    const peer = await established(bench);
    const { call } = bench.core;
    peer.give('PU.', { text: 'ab!', urg: 3 });
    assert.equal(call.events(peer.handle), Event.READABLE | Event.URGENT);
    assert.equal(bench.info(peer.handle).urgent, true);
    peer.give('PU.', { text: 'cd', urg: 0 });
    assert.equal(call.events(peer.handle), Event.READABLE, 'the pointer has not advanced');
    call.receive(peer.handle, 2);
    assert.equal(bench.info(peer.handle).urgent, true);
    call.receive(peer.handle, 1);
    assert.equal(bench.info(peer.handle).urgent, false);
    peer.give('U.', { urg: 10 });
    assert.equal(call.events(peer.handle), Event.URGENT, 'it may point beyond what has arrived');
  });
});
