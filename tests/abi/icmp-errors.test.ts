// ICMP errors about a connection (RFC 9293 section 3.9.2.2, RFC 5927): every type and code in every state that has one, what is
// quoted cut short at every octet, and the path's MTU at its bounds.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Fault, Option, Protocol } from '../../assembly/numbers.js';
import { checksum, encodeDatagram } from '../../host/script/datagram.js';
import { Bench, HERE, THERE } from './bench.js';
import { established, MSS, Peer } from './peer.js';

const ROUTER = 0xc0a807fe;
const UNREACHABLE = 3;

interface Complaint {
  type?: number;
  code?: number;
  mtu?: number;
  /** Relative: the quoted sequence number. */
  seq?: number;
  /** Octets that are quoted. */
  octets?: number;
  /** Octets of options in the quoted IPv4 header. */
  options?: number;
  protocol?: number;
  /** The first octet of what is quoted. */
  first?: number;
  ports?: [local: number, remote: number];
}

/** A router complains of one of our segments: why that was not taken, or 'none'. */
function complain(peer: Peer, given: Complaint = {}): string {
  const { type = UNREACHABLE, code = 1, mtu = 0, seq = 1, octets = 28, options = 0, protocol = Protocol.TCP } = given;
  const segment = new DataView(new ArrayBuffer(20));
  const [local, remote] = given.ports ?? [peer.corePort, peer.port];
  segment.setUint16(0, local);
  segment.setUint16(2, remote);
  segment.setUint32(4, (peer.iss + seq) >>> 0);
  const ends = { source: HERE, destination: peer.address, protocol, identification: 1 };
  const filler = Array.from({ length: options }, () => 1);
  const quoted = encodeDatagram({ ...ends, options: filler }, new Uint8Array(segment.buffer));
  if (given.first !== undefined) quoted[0] = given.first;
  const message = new DataView(new ArrayBuffer(8 + octets));
  message.setUint8(0, type);
  message.setUint8(1, code);
  message.setUint16(6, mtu);
  new Uint8Array(message.buffer).set(quoted.subarray(0, octets), 8);
  message.setUint16(2, checksum(new Uint8Array(message.buffer)));
  const outer = { source: ROUTER, destination: HERE, protocol: Protocol.ICMP, identification: 2 };
  return peer.bench.input(encodeDatagram(outer, new Uint8Array(message.buffer)));
}

async function opening(): Promise<Peer> {
  const bench = await Bench.open();
  const peer = new Peer(bench, 80, 5001);
  peer.handle = bench.core.call.open(THERE, 80, 5001);
  peer.take();
  return peer;
}

/** A connection with 1000 octets under way, the first of them number 1. */
async function sending(settings = {}, mss = 1000): Promise<Peer> {
  const bench = await Bench.open('board', { TAIL_PROBE: 0, ...settings });
  const peer = await established(bench, { options: [MSS(mss)] });
  bench.write(peer.handle, 'x'.repeat(1000));
  peer.take();
  return peer;
}

const FAULTS: readonly [type: number, code: number, fault: number][] = [
  [UNREACHABLE, 0, Fault.NETWORK_UNREACHABLE],
  [UNREACHABLE, 1, Fault.HOST_UNREACHABLE],
  [UNREACHABLE, 2, Fault.PROTOCOL_UNREACHABLE],
  [UNREACHABLE, 3, Fault.REFUSED],
  [UNREACHABLE, 5, Fault.HOST_UNREACHABLE],
  [UNREACHABLE, 13, Fault.HOST_UNREACHABLE],
  [11, 0, Fault.HOST_UNREACHABLE],
  [11, 2, Fault.HOST_UNREACHABLE],
  [12, 3, Fault.HOST_UNREACHABLE],
  [12, 4, Fault.HOST_UNREACHABLE],
];

describe('3.9.2.2: what is told', () => {
  for (const [type, code, fault] of FAULTS) {
    const isHard = type === UNREACHABLE && (code === 2 || code === 3);

    test(`type ${type} code ${code} in SYN-SENT ${isHard ? 'ends the open (SHLD-26)' : 'is told, and the open goes on (MUST-56)'}`, async () => {
      const peer = await opening();
      assert.equal(complain(peer, { type, code, seq: 0 }), 'none');
      const { call } = peer.bench.core;
      assert.equal(peer.bench.info(peer.handle).state, isHard ? 'CLOSED' : 'SYN-SENT');
      assert.equal(call.error(peer.handle), fault);
      assert.equal(call.error(peer.handle), isHard ? fault : 0);
    });

    test(`type ${type} code ${code} in ESTABLISHED is told and changes nothing`, async () => {
      const peer = await sending();
      peer.bench.core.call.events(peer.handle);
      assert.equal(complain(peer, { type, code }), 'none');
      assert.deepEqual(peer.take(), []);
      assert.equal(peer.bench.info(peer.handle).state, 'ESTABLISHED');
      assert.equal(peer.bench.core.call.events(peer.handle), 256, 'SOFT_ERROR');
      assert.equal(peer.bench.core.call.error(peer.handle), fault);
    });
  }

  test('nobody is woken who does not want to hear of it', async () => {
    const peer = await sending();
    const { call } = peer.bench.core;
    call.events(peer.handle);
    call.option(peer.handle, Option.SOFT_ERRORS, 0);
    complain(peer);
    assert.equal(call.events(peer.handle), 0);
  });

  test('the error that was told is the one that the connection ends with (SHLD-9)', async () => {
    const peer = await sending({ R2: 2000 });
    complain(peer, { code: 0 });
    peer.pass(20_000);
    assert.equal(peer.bench.info(peer.handle).state, 'CLOSED');
    assert.equal(peer.bench.core.call.error(peer.handle), Fault.NETWORK_UNREACHABLE);
  });
});

describe('5927: what is believed', () => {
  for (const [seq, drop] of [
    [0, 'icmp-ignored'],
    [1, 'none'],
    [1000, 'none'],
    [1001, 'icmp-ignored'],
    [1 + 2 ** 31, 'icmp-ignored'],
  ] as const) {
    test(`section 4: with 1 to 1000 under way, number ${seq}: ${drop}`, async () => {
      assert.equal(complain(await sending(), { seq }), drop);
    });
  }

  test('with nothing under way, nothing', async () => {
    const peer = await sending();
    peer.give('.');
    for (const seq of [0, 1000, 1001, 1002]) assert.equal(complain(peer, { seq }), 'icmp-ignored');
  });

  test('the header and eight octets of the segment are enough, and less is not (RFC 792)', async () => {
    const peer = await sending();
    for (let octets = 0; octets < 28; octets++) assert.equal(complain(peer, { octets }), 'too-short', `${octets}`);
    assert.equal(complain(peer, { octets: 28 }), 'none');
    for (let octets = 28; octets < 32; octets++) {
      assert.equal(complain(peer, { octets, options: 4 }), 'too-short', `${octets} with options`);
    }
    assert.equal(complain(peer, { octets: 32, options: 4 }), 'none');
    for (const words of [0, 4]) assert.equal(complain(peer, { octets: 40, first: 0x40 | words }), 'too-short');
  });

  test('another protocol, other ports and a half-open connection are no connection of ours', async () => {
    const peer = await sending();
    assert.equal(complain(peer, { protocol: Protocol.UDP }), 'icmp-ignored');
    assert.equal(complain(peer, { ports: [peer.corePort, peer.port + 1] }), 'icmp-ignored');
    const halfOpen = new Peer(peer.bench, 6001);
    halfOpen.give('S');
    halfOpen.take();
    assert.equal(complain(halfOpen, { seq: 0 }), 'icmp-ignored');
  });
});

describe('1191: the path takes less', () => {
  for (const [mtu, mss] of [
    [0, 536],
    [68, 256],
    [295, 256],
    [296, 256],
    [297, 257],
    [1039, 999],
    [1040, 1000],
    [1500, 1000],
  ] as const) {
    test(`an MTU of ${mtu} makes segments of ${mss} octets`, async () => {
      const peer = await sending();
      const { cwnd } = peer.bench.info(peer.handle);
      assert.equal(complain(peer, { code: 4, mtu }), 'none');
      assert.equal(peer.bench.info(peer.handle).sendMss, mss);
      assert.equal(peer.bench.info(peer.handle).cwnd, cwnd, 'it is no sign of congestion');
      const sent = peer.take().map(({ seq, text }) => [seq, text.length]);
      if (mss === 1000) assert.deepEqual(sent, []);
      else assert.deepEqual(sent[0], [1, mss]);
      assert.equal(
        sent.reduce((sum, [, length]) => sum + (length ?? 0), 0),
        mss === 1000 ? 0 : 1000,
      );
      assert.equal(peer.bench.core.call.error(peer.handle), 0);
    });
  }

  test('in SYN-SENT it bounds the segments to come, and the SYN stays one', async () => {
    const peer = await opening();
    assert.equal(complain(peer, { code: 4, mtu: 500, seq: 0 }), 'none');
    assert.deepEqual(peer.take(), []);
    assert.equal(peer.give('S.', { options: [MSS(1460)] }), 'none');
    assert.equal(peer.bench.info(peer.handle).sendMss, 460);
  });
});
