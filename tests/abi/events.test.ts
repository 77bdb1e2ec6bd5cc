// What the user is told: events once each, errors, and where urgent data ends.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Event, Fault, Option, SendFlag } from '../../assembly/numbers.js';
import { Bench, THERE } from './bench.js';
import { established, MSS, Peer } from './peer.js';

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
    const refused = openingTo(5001, bench);
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

/** A connection in SYN-SENT. */
function openingTo(port: number, bench: Bench): Peer {
  const peer = new Peer(bench, port, 1234);
  peer.handle = bench.core.call.open(THERE, port, 1234);
  peer.take();
  return peer;
}
