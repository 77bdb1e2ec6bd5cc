// A gateway (Config.ANY_ADDRESS) stands for every address, in TCP and UDP; docs/abi.md.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DatagramAt, Fault, Protocol, UdpPort } from '../../assembly/numbers.js';
import { encodeDatagram } from '../../host/script/datagram.js';
import { sum } from '../../host/trace/checksum.js';
import { Bench, HERE, THERE } from './bench.js';

const ELSEWHERE = 0x08080808;
const TEXT = Buffer.from('who is it?');

function udpTo(destination: number, destinationPort: number, text = TEXT): Uint8Array {
  const payload = Buffer.alloc(8 + text.length); // a checksum of 0: none (RFC 768)
  payload.writeUInt16BE(5353, 0);
  payload.writeUInt16BE(destinationPort, 2);
  payload.writeUInt16BE(payload.length, 4);
  payload.set(text, 8);
  return encodeDatagram({ source: THERE, destination, protocol: Protocol.UDP, identification: 1 }, payload);
}

async function gateway(): Promise<Bench> {
  return Bench.open('host', { ANY_ADDRESS: 1 });
}

describe('an endpoint with every port', () => {
  test('takes a datagram to anybody, tells to whom it was sent, and answers in that name', async () => {
    const bench = await gateway();
    const { core } = bench;
    const every = core.call.udpOpen(0, UdpPort.EVERY);
    assert.ok(every > 0);
    assert.equal(bench.input(udpTo(ELSEWHERE, 53)), 'none');
    assert.equal(core.call.udpReceive(every), TEXT.length);
    const at = core.constants.datagram;
    assert.equal(core.view.getUint32(at + DatagramAt.LOCAL_ADDRESS, true), ELSEWHERE);
    assert.equal(core.view.getUint16(at + DatagramAt.LOCAL_PORT, true), 53);
    assert.equal(core.view.getUint32(at + DatagramAt.REMOTE_ADDRESS, true), THERE);
    assert.equal(core.view.getUint16(at + DatagramAt.REMOTE_PORT, true), 5353);
    assert.deepEqual(Buffer.from(core.octets.subarray(at + DatagramAt.PAYLOAD).subarray(0, TEXT.length)), TEXT);
    assert.equal(core.call.udpSend(every, THERE, 5353, 4), 0);
    const octets = Buffer.from(bench.output() ?? assert.fail('nothing is sent'));
    assert.deepEqual([octets.readUInt32BE(12), octets.readUInt32BE(16)], [ELSEWHERE, THERE]);
    assert.deepEqual([octets.readUInt16BE(20), octets.readUInt16BE(22)], [53, 5353]);
    assert.equal(octets.subarray(28).toString(), TEXT.toString().slice(0, 4));
    assert.equal(sum(octets.subarray(0, 20)), 0xffff);
    const pseudo = Protocol.UDP + octets.length - 20;
    assert.equal(sum(octets.subarray(12), pseudo), 0xffff);
  });

  test('leaves a port to the endpoint that has it, whichever was opened first', async () => {
    for (const everyFirst of [true, false]) {
      const bench = await gateway();
      const { core } = bench;
      const open = (port: number): number => core.call.udpOpen(0, port);
      const [first, second] = everyFirst ? [open(UdpPort.EVERY), open(53)] : [open(53), open(UdpPort.EVERY)];
      const [every, own] = everyFirst ? [first, second] : [second, first];
      assert.equal(bench.input(udpTo(HERE, 53)), 'none');
      assert.equal(core.call.udpReceive(every), Fault.AGAIN);
      assert.equal(core.call.udpReceive(own), TEXT.length);
    }
  });

  test('two cannot have every port, and the smaller profiles have none that does', async () => {
    const { call } = (await gateway()).core;
    assert.ok(call.udpOpen(0, UdpPort.EVERY) > 0);
    assert.equal(call.udpOpen(0, UdpPort.EVERY), Fault.IN_USE);
    assert.equal(call.udpOpen(0, UdpPort.EVERY + 1), Fault.INVALID);
    assert.equal((await Bench.open('board')).core.call.udpOpen(0, UdpPort.EVERY), Fault.INVALID);
  });
});

test('an echo request to another is not answered: whether that one is there, nobody has asked', async () => {
  const bench = await gateway();
  const echo = Buffer.from([8, 0, 0xf7, 0xfd, 0, 1, 0, 1]);
  const to = (destination: number): Uint8Array =>
    encodeDatagram({ source: THERE, destination, protocol: Protocol.ICMP, identification: 1 }, echo);
  assert.equal(bench.input(to(ELSEWHERE)), 'not-for-us');
  assert.equal(bench.output(), undefined);
  assert.equal(bench.input(to(HERE)), 'none');
  assert.equal(bench.output()?.[20], 0);
});
