// Many connections at once: each is found by its four numbers and by nothing less, whatever else comes and goes.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Event, Fault, ListenFlag } from '../../assembly/numbers.js';
import { Bench, HERE, THERE } from './bench.js';
import { numbers } from './numbers.js';
import { established, Peer } from './peer.js';

describe('the connection table', () => {
  test('two hundred connections are opened, closed in any order, and never mixed', async () => {
    const bench = await Bench.open('host');
    const listener = bench.listen(80, 256);
    const random = numbers(9293);
    const peers = new Map<number, Peer>();
    for (let i = 0; i < 200; i++) {
      const peer = new Peer(bench, 1024 + i, 80, (THERE + 16 + (i % 5)) >>> 0);
      peers.set(peer.establish(listener).handle, peer);
    }
    while (peers.size > 0) {
      const handles = [...peers.keys()];
      const gone = handles[random.next().value % handles.length] as number;
      bench.core.call.abort(gone);
      const [reset] = (peers.get(gone) as Peer).take();
      assert.equal(reset?.flags, 'R.');
      peers.delete(gone);
      const asked = [...peers].filter((_, at) => at % 7 === random.next().value % 7);
      for (const [handle, peer] of asked) assert.equal(peer.give('P.', { text: `${handle}` }), 'none');
      for (const [handle] of asked) assert.equal(bench.read(handle), `${handle}`);
    }
    bench.outputs();
    assert.deepEqual(
      bench.core.list().map(({ state }) => state),
      ['LISTEN'],
    );
  });

  test('connections that differ in one of the four numbers are four connections', async () => {
    const bench = await Bench.open('board', { ANY_ADDRESS: 1 });
    const listeners = [bench.listen(80), bench.listen(81)];
    const peers = [
      new Peer(bench, 7000, 80),
      new Peer(bench, 7001, 80),
      new Peer(bench, 7000, 81),
      new Peer(bench, 7000, 80, THERE + 2),
    ];
    for (const peer of peers) peer.establish(listeners[peer.corePort - 80] as number);
    for (const [at, peer] of peers.entries()) peer.give('P.', { text: `to ${at}` });
    for (const [at, peer] of peers.entries()) assert.equal(bench.read(peer.handle), `to ${at}`);
    assert.equal(new Set(peers.map(({ handle }) => handle)).size, 4);
  });

  test('ports 1 and 65535 are ports like any other, at either end; 0 is nobody', async () => {
    const bench = await Bench.open('board');
    for (const here of [1, 65535]) {
      const listener = bench.listen(here);
      for (const there of [1, 65535]) {
        const peer = new Peer(bench, there, here).establish(listener);
        assert.equal(peer.give('P.', { text: `${there} to ${here}` }), 'none');
        assert.equal(bench.read(peer.handle), `${there} to ${here}`);
        bench.core.call.abort(peer.handle);
        bench.outputs();
      }
      assert.equal(new Peer(bench, 0, here).give('S'), 'bad-port');
    }
    assert.equal(new Peer(bench, 1, 0).give('S'), 'bad-port');
    assert.deepEqual(bench.outputs(), []);
    for (const there of [1, 65535]) {
      const peer = new Peer(bench, there, 7777);
      peer.answer(bench.core.call.open(THERE, there, 7777));
      assert.equal(bench.info(peer.handle).state, 'ESTABLISHED');
    }
  });

  test('a slot given back is given away again, and the old handle is no handle', async () => {
    const bench = await Bench.open();
    const listener = bench.listen();
    const { call, constants } = bench.core;
    const old: number[] = [];
    for (let round = 0; round < 3 * constants.connections; round++) {
      const { handle } = new Peer(bench, 3000 + round).establish(listener);
      assert.ok(!old.includes(handle));
      call.abort(handle);
      bench.outputs();
      old.push(handle);
    }
    for (const handle of old) {
      const calls = [
        call.status,
        call.sendRoom,
        call.receiveReady,
        call.shutdown,
        call.close,
        call.abort,
        call.error,
        call.info,
        call.events,
      ];
      for (const ask of calls) assert.equal(ask(handle), Fault.BAD_HANDLE);
      assert.equal(call.send(handle, 1, 0), Fault.BAD_HANDLE);
      assert.equal(call.receive(handle, 1), Fault.BAD_HANDLE);
      assert.equal(call.option(handle, 1, 1), Fault.BAD_HANDLE);
    }
  });

  test('with every slot taken the last ACK is dropped, and its repetition finds the next free slot', async () => {
    const bench = await Bench.open();
    const listener = bench.listen(80, 16);
    const { connections } = bench.core.constants;
    const peers = Array.from({ length: connections }, (_, i) => new Peer(bench, 4000 + i).establish(listener));
    const late = new Peer(bench, 5000);
    late.give('S');
    late.take();
    assert.equal(late.give('.'), 'no-tcb');
    assert.equal(late.give('P.', { text: 'early' }), 'no-tcb');
    assert.deepEqual(late.take(), []);
    assert.equal(bench.core.call.open(THERE, 9, 0), Fault.NO_RESOURCES);
    bench.core.call.abort((peers[1] as Peer).handle);
    bench.outputs();
    assert.equal(late.give('P.', { seq: 1, text: 'early' }), 'none');
    assert.equal(bench.read(bench.core.call.accept(listener)), 'early');
  });

  test('list() tells of listeners, connections, half-open ones and TIME-WAIT, and then of nothing', async () => {
    const bench = await Bench.open();
    const listener = bench.listen(80, 3);
    const done = new Peer(bench, 6001).establish(listener);
    bench.core.call.close(done.handle);
    done.take();
    done.give('F.');
    done.take();
    const waiting = new Peer(bench, 6002).connect();
    new Peer(bench, 6003).give('S');
    const rows = bench.core
      .list()
      .map(({ table, state, localPort, remotePort, acceptable, backlog }) => [
        table,
        state,
        localPort,
        remotePort,
        acceptable,
        backlog,
      ]);
    assert.deepEqual(rows, [
      ['listener', 'LISTEN', 80, 0, 1, 3],
      ['connection', 'ESTABLISHED', 80, waiting.port, 0, 0],
      ['syn-queue', 'SYN-RECEIVED', 80, 6003, 0, 0],
      ['time-wait', 'TIME-WAIT', 80, done.port, 0, 0],
    ]);
    assert.equal(bench.core.call.list(rows.length), 0);
    assert.equal(bench.core.list()[1]?.handle, 0, 'nobody holds it before accept()');
    assert.equal(bench.info(bench.core.call.accept(listener)).remoteAddress, '192.168.7.1');
  });
});

describe('listeners', () => {
  test('one for the port comes before one for every port, whichever was there first', async () => {
    for (const order of [
      ['any', 'port'],
      ['port', 'any'],
    ] as const) {
      const bench = await Bench.open();
      const { call } = bench.core;
      const handles = { any: 0, port: 0 };
      for (const name of order) handles[name] = call.listen(name === 'any' ? HERE : 0, name === 'any' ? 0 : 80, 4, 0);
      new Peer(bench, 5001, 80).connect();
      assert.ok(call.accept(handles.port) > 0);
      new Peer(bench, 5002, 81).connect();
      assert.equal(call.accept(handles.port), Fault.AGAIN);
      assert.ok(call.accept(handles.any) > 0);
      call.close(handles.port);
      new Peer(bench, 5003, 80).connect();
      assert.ok(call.accept(handles.any) > 0);
    }
  });

  test('one for another address of ours does not hear, and two that overlap are refused', async () => {
    const bench = await Bench.open('board', { ANY_ADDRESS: 1 });
    const { call } = bench.core;
    assert.ok(call.listen(HERE + 1, 80, 4, 0) > 0);
    assert.equal(new Peer(bench, 5001, 80).give('S'), 'no-connection');
    assert.equal(call.listen(HERE + 1, 80, 4, 0), Fault.IN_USE);
    assert.equal(call.listen(0, 80, 4, 0), Fault.IN_USE, 'any address includes that one');
    assert.ok(call.listen(HERE, 80, 4, 0) > 0);
    assert.equal(new Peer(bench, 5002, 80).give('S'), 'none');
  });

  test('wrong arguments are told apart', async () => {
    const { call, constants } = (await Bench.open()).core;
    assert.equal(call.listen(0, 65536, 1, 0), Fault.INVALID);
    assert.equal(call.listen(0, 80, 0, 0), Fault.INVALID);
    assert.equal(call.listen(THERE, 80, 1, 0), Fault.BAD_ADDRESS);
    assert.ok(call.listen(HERE, 65535, 1, 0) > 0);
    for (let i = 1; i < constants.listeners; i++) assert.ok(call.listen(0, 80 + i, 1, 0) > 0);
    assert.equal(call.listen(0, 90, 1, 0), Fault.NO_RESOURCES);
    assert.equal(call.open(THERE, 0, 0), Fault.INVALID);
    assert.equal(call.open(THERE, 65536, 0), Fault.INVALID);
    assert.equal(call.open(THERE, 80, 65536), Fault.INVALID);
    for (const address of [0, 0x7f000001, 0xe0000001, 0xffffffff])
      assert.equal(call.open(address, 80, 0), Fault.BAD_ADDRESS);
    assert.ok(call.open(THERE, 80, 1234) > 0);
    assert.equal(call.open(THERE, 80, 1234), Fault.IN_USE);
    assert.ok(call.open(THERE, 81, 1234) > 0);
  });

  test('connections are accepted in the order in which they were established', async () => {
    const bench = await Bench.open();
    const listener = bench.listen();
    const peers = [1, 2, 3, 4].map((port) => new Peer(bench, port));
    for (const peer of peers) peer.give('S');
    const answers = bench.outputs();
    for (const peer of peers) peer.hear(answers);
    for (const peer of [...peers].reverse()) assert.equal(peer.give('.'), 'none');
    assert.equal(bench.core.call.changed(), listener);
    assert.equal(bench.core.call.events(listener), Event.ACCEPT);
    const ports = peers.map(() => bench.info(bench.core.call.accept(listener)).remotePort);
    assert.deepEqual(ports, [4, 3, 2, 1]);
    assert.equal(bench.core.call.accept(listener), Fault.AGAIN);
  });

  for (const [gone, left] of [
    [0, [2, 3, 4]],
    [1, [1, 3, 4]],
    [2, [1, 2, 4]],
    [3, [1, 2, 3]],
  ] as const) {
    test(`a connection reset while it waits as number ${gone + 1} leaves the others in order`, async () => {
      const bench = await Bench.open();
      const listener = bench.listen();
      const peers = [1, 2, 3, 4].map((port) => new Peer(bench, port).connect());
      (peers[gone] as Peer).give('R');
      assert.equal(bench.info(listener).acceptable, 3);
      const late = new Peer(bench, 5).connect();
      const ports = [...left, late.port];
      for (const port of ports) assert.equal(bench.info(bench.core.call.accept(listener)).remotePort, port);
      assert.equal(bench.core.call.accept(listener), Fault.AGAIN);
      assert.equal(bench.info(listener).acceptable, 0);
    });
  }

  test('with the accept queue full the last ACK is dropped until somebody accepts', async () => {
    const bench = await Bench.open();
    const listener = bench.listen(80, 1);
    new Peer(bench, 1).connect();
    const second = new Peer(bench, 2);
    second.give('S');
    second.take();
    assert.equal(second.give('.'), 'accept-queue-full');
    assert.ok(bench.core.call.accept(listener) > 0);
    assert.equal(second.give('.'), 'none');
    assert.equal(bench.info(bench.core.call.accept(listener)).remotePort, 2);
  });

  test('with the accept queue and the SYN queue full a SYN is dropped, and why is told', async () => {
    const bench = await Bench.open('board', { SYN_QUEUE: 1 });
    bench.listen(80, 1);
    new Peer(bench, 2001).connect();
    const half = new Peer(bench, 2002);
    assert.equal(half.give('S'), 'none');
    assert.equal(half.take().length, 1);
    const late = new Peer(bench, 2003);
    const counted = bench.counted(() => assert.equal(late.give('S'), 'accept-queue-full'));
    assert.equal(counted['drop accept-queue-full'], 1);
    assert.deepEqual(late.take(), []);
  });

  test('closing a listener resets who waits, forgets who is half open, and leaves who was accepted', async () => {
    const bench = await Bench.open();
    const listener = bench.listen();
    const accepted = new Peer(bench, 1).establish(listener);
    const waiting = new Peer(bench, 2).connect();
    const halfOpen = new Peer(bench, 3);
    halfOpen.give('S');
    halfOpen.take();
    assert.equal(bench.core.call.close(listener), 0);
    assert.deepEqual(
      waiting.take().map(({ flags }) => flags),
      ['R.'],
    );
    assert.equal(halfOpen.give('.'), 'no-connection');
    assert.equal(accepted.give('P.', { text: 'still here' }), 'none');
    assert.equal(bench.read(accepted.handle), 'still here');
    assert.equal(bench.core.call.accept(listener), Fault.BAD_HANDLE);
    assert.equal(bench.core.list().length, 1);
  });

  test('a port whose connections are in TIME-WAIT is taken, unless the address may be reused', async () => {
    const bench = await Bench.open('board', { MSL: 1000 });
    const peer = await established(bench);
    const { call } = bench.core;
    call.close(peer.handle);
    peer.take();
    peer.give('F.');
    peer.take();
    for (const { handle, table } of bench.core.list()) if (table === 'listener') call.close(handle);
    assert.equal(call.listen(0, 80, 1, 0), Fault.IN_USE);
    assert.equal(call.listen(HERE, 80, 1, 0), Fault.IN_USE);
    const other = call.listen(0, 81, 1, 0);
    assert.ok(other > 0);
    const again = call.listen(0, 80, 1, ListenFlag.REUSE_ADDRESS);
    assert.ok(again > 0);
    call.close(again);
    bench.pass(2000);
    assert.ok(call.listen(0, 80, 1, 0) > 0);
  });
});
