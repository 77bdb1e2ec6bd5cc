// Passive opens that are choosy (RFC 9293 section 3.9.1.1) or that ask before they answer (docs/abi.md).

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Event, Fault, ListenFlag, Protocol } from '../../assembly/numbers.js';
import { decodeDatagram } from '../../host/script/datagram.js';
import { Bench, HERE, THERE } from './bench.js';
import { Peer } from './peer.js';

const ELSEWHERE = 0xc0a80709;

describe('a passive open for one remote endpoint', () => {
  test('takes that endpoint and resets all others', async () => {
    const bench = await Bench.open();
    assert.ok(bench.core.call.listen(0, 80, 4, 0, THERE, 5001) > 0);
    for (const stranger of [new Peer(bench, 5002), new Peer(bench, 5001, 80, ELSEWHERE)]) {
      assert.equal(stranger.give('S'), 'no-connection');
      assert.deepEqual(
        stranger.take().map(({ flags }) => flags),
        ['R.'],
      );
    }
    const chosen = new Peer(bench, 5001);
    assert.equal(chosen.give('S'), 'none');
    assert.deepEqual(
      chosen.take().map(({ flags }) => flags),
      ['S.'],
    );
  });

  test('an address without a port takes every port of it; the more particular listener comes first', async () => {
    const bench = await Bench.open();
    const any = bench.listen();
    const one = bench.core.call.listen(0, 80, 4, 0, THERE, 0);
    for (const [listener, address] of [
      [one, THERE],
      [any, ELSEWHERE],
    ] as const) {
      const peer = new Peer(bench, 5001, 80, address);
      peer.give('S');
      peer.take();
      peer.give('.');
      assert.ok(bench.core.call.accept(listener) > 0);
    }
  });

  test('listening twice for the same is refused, for two endpoints it is not', async () => {
    const { call } = (await Bench.open()).core;
    assert.ok(call.listen(0, 80, 4, 0, THERE, 5001) > 0);
    assert.ok(call.listen(0, 80, 4, 0, THERE, 5002) > 0);
    assert.equal(call.listen(0, 80, 4, 0, THERE, 5001), Fault.IN_USE);
  });

  test('an endpoint that cannot be one is refused (MUST-46)', async () => {
    const { call } = (await Bench.open()).core;
    assert.equal(call.listen(0, 80, 4, 0, 0xe0000001, 5001), Fault.BAD_ADDRESS);
    assert.equal(call.listen(0, 80, 4, 0, 0xffffffff, 5001), Fault.BAD_ADDRESS);
    assert.equal(call.listen(0, 80, 4, 0, THERE, 65536), Fault.INVALID);
  });
});

/** A SYN that waits for a decision. */
async function asked(): Promise<{ bench: Bench; listener: number; peer: Peer; ticket: number }> {
  const bench = await Bench.open('host');
  const listener = bench.core.call.listen(0, 80, 4, ListenFlag.DEFER);
  assert.ok(listener > 0);
  const peer = new Peer(bench, 5001);
  assert.equal(peer.give('S'), 'none');
  assert.equal(bench.core.call.events(listener) & Event.REQUEST, Event.REQUEST);
  const ticket = bench.core.request(listener)?.handle ?? assert.fail('nothing waits');
  assert.equal(bench.core.call.request(listener), 0, 'each is told once');
  return { bench, listener, peer, ticket };
}

describe('a listener that defers', () => {
  test('answers no SYN, first or repeated, before it is admitted, and then as ever', async () => {
    const { bench, listener, peer, ticket } = await asked();
    assert.deepEqual(peer.pass(1000), []);
    peer.give('S', { seq: 0 });
    assert.deepEqual(peer.pass(2000), []);
    assert.equal(bench.core.call.request(listener), 0, 'a repeated SYN is no new request');
    assert.equal(bench.core.call.admit(ticket), 0);
    assert.deepEqual(
      peer.take().map(({ flags }) => flags),
      ['S.'],
    );
    peer.give('.');
    assert.ok(bench.core.call.accept(listener) > 0);
    assert.equal(bench.core.call.admit(ticket), Fault.BAD_HANDLE, 'decided is decided');
  });

  test('tells who asks for what', async () => {
    const bench = await Bench.open('host', { ANY_ADDRESS: 1 });
    const listener = bench.core.call.listen(0, 0, 4, ListenFlag.DEFER);
    bench.segment({ source: THERE, destination: ELSEWHERE, sourcePort: 5001, destinationPort: 4443, flags: 2, seq: 7 });
    const half = bench.core.request(listener);
    assert.deepEqual(
      [half?.localAddress, half?.localPort, half?.remoteAddress, half?.remotePort, half?.state],
      ['192.168.7.9', 4443, '192.168.7.1', 5001, 'SYN-RECEIVED'],
    );
  });

  test('refuses by RST', async () => {
    const { bench, peer, ticket } = await asked();
    assert.equal(bench.core.call.refuse(ticket, 0), 0);
    const [reset, ...more] = peer.pass(5000);
    assert.deepEqual([reset?.flags, reset?.ack, more], ['R.', 1, []]);
    assert.equal(bench.core.call.refuse(ticket, 0), Fault.BAD_HANDLE);
    assert.equal(bench.core.list().length, 1);
  });

  test('refuses by ICMP, which quotes the SYN well enough for its sender to find the connection', async () => {
    const { bench, ticket } = await asked();
    assert.equal(bench.core.call.refuse(ticket, 1 + 13), 0);
    const octets = bench.output() ?? assert.fail('nothing is sent');
    const decoded = decodeDatagram(octets);
    assert.ok('packet' in decoded && decoded.packet.kind === 'icmp');
    assert.deepEqual([...octets.subarray(20, 22)], [3, 13]);
    const quoted = Buffer.from(octets.subarray(28));
    assert.equal(quoted[9], Protocol.TCP);
    assert.equal(quoted.readUInt32BE(12), THERE);
    assert.equal(quoted.readUInt32BE(16), HERE);
    assert.deepEqual([quoted.readUInt16BE(20), quoted.readUInt16BE(22)], [5001, 80]);
    assert.equal(quoted.readUInt32BE(24), (0xfffff000 + 5001) >>> 0);
    assert.equal(quoted.length, 28);
    assert.equal(bench.output(), undefined);
  });

  test('a decision about a request is none about the one that came in its place', async () => {
    const { bench, listener, ticket } = await asked();
    const tickets = [ticket];
    for (let round = 0; round < 3; round++) {
      assert.equal(bench.core.call.refuse(tickets.at(-1) ?? 0, 0), 0);
      new Peer(bench, 6001 + round).give('S');
      tickets.push(bench.core.request(listener)?.handle ?? assert.fail('nothing waits'));
      for (const old of tickets.slice(0, -1)) assert.equal(bench.core.call.admit(old), Fault.BAD_HANDLE);
    }
    assert.equal(new Set(tickets).size, 4);
    assert.equal(bench.core.call.admit(tickets.at(-1) ?? 0), 0);
  });

  test('a peer that gives up, or a user that never decides, leaves nothing behind', async () => {
    const first = await asked();
    first.peer.give('R', { seq: 1 });
    assert.equal(first.bench.core.call.admit(first.ticket), Fault.BAD_HANDLE);
    const second = await asked();
    assert.deepEqual(second.peer.pass(120_000), []);
    assert.equal(second.bench.core.call.admit(second.ticket), Fault.BAD_HANDLE);
    assert.equal(second.bench.core.list().length, 1);
  });

  test('sends no cookies: its user could not be asked any more', async () => {
    const bench = await Bench.open('host', { COOKIES: 1 });
    const listener = bench.core.call.listen(0, 80, 4, ListenFlag.DEFER);
    const peer = new Peer(bench, 5001);
    peer.give('S');
    assert.deepEqual(peer.take(), []);
    assert.ok(bench.core.request(listener) !== undefined);
  });

  test('is not built into the smaller profiles, and wrong calls are told so', async () => {
    const board = await Bench.open('board');
    assert.equal(board.core.call.listen(0, 80, 4, ListenFlag.DEFER), Fault.INVALID);
    const { bench, listener, ticket } = await asked();
    assert.equal(bench.core.call.refuse(ticket, -1), Fault.INVALID);
    assert.equal(bench.core.call.refuse(ticket, 99), Fault.INVALID);
    for (const wrong of [0, -1, ticket + 1, ticket + 1024, 0x7fffffff]) {
      assert.equal(bench.core.call.admit(wrong), Fault.BAD_HANDLE);
    }
    assert.equal(bench.core.call.request(listener + 1), Fault.BAD_HANDLE);
    assert.equal(bench.core.call.admit(ticket), 0);
  });
});
