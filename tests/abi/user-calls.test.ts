// The user's calls of RFC 9293 section 3.9.1 in every state: what they answer, and what they must not do.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Fault } from '../../assembly/numbers.js';
import { Bench, THERE } from './bench.js';
import { established, Peer } from './peer.js';

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

    if (abort.length > 0) {
      test('until its RST has left, an aborted connection is listed as one that we have ended (3.10.5)', async () => {
        const bench = await Bench.open();
        const peer = await reach(bench);
        bench.core.call.abort(peer.handle);
        const [row] = rows(bench);
        assert.deepEqual([row?.state, row?.fault, row?.handle], ['CLOSED', Fault.ABORTED, 0]);
      });
    }

    if (state === 'ESTABLISHED' || state.startsWith('FIN-WAIT')) {
      test('with unread text CLOSE resets, with none unread it does not (SHLD-3)', async () => {
        for (const isRead of [false, true]) {
          const bench = await Bench.open();
          const peer = await reach(bench);
          peer.give('P.', { text: 'unread', ack: state === 'FIN-WAIT-1' ? 1 : peer.expected });
          peer.pass(500);
          if (isRead) assert.equal(bench.read(peer.handle), 'unread');
          bench.core.call.close(peer.handle);
          assert.equal(rows(bench)[0]?.fault, isRead ? 0 : Fault.ABORTED);
          assert.equal(
            peer.take().some(({ flags }) => flags.includes('R')),
            !isRead,
          );
          assert.equal(rows(bench).length, isRead ? 1 : 0);
        }
      });
    }
  });
}
