import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Flag, Protocol } from '../../assembly/numbers.js';
import { Random } from '../../host/random.js';
import { decode, textOf } from '../../host/trace/decode.js';
import { flagNames, inWords } from '../../host/trace/names.js';
import { BOARD, ipv4, LAPTOP, segment } from './datagrams.js';

test('every field of a TCP header is read', () => {
  const octets = segment({
    sourcePort: 49152,
    destinationPort: 80,
    seq: 0xfffffff0,
    ack: 0x80000001,
    flags: Flag.ACK | Flag.PSH | Flag.URG,
    window: 65535,
    urgentPointer: 3,
    text: 'GET',
  });
  const datagram = decode(octets);
  const { tcp } = datagram;
  assert.equal(datagram.malformed, undefined);
  assert.deepEqual([datagram.source, datagram.destination, datagram.ttl], [LAPTOP, BOARD, 64]);
  assert.equal(datagram.isHeaderChecksumRight, true);
  assert.ok(tcp);
  assert.deepEqual([tcp.sourcePort, tcp.destinationPort], [49152, 80]);
  assert.deepEqual([tcp.seq, tcp.ack], [0xfffffff0, 0x80000001]);
  assert.deepEqual([tcp.window, tcp.urgentPointer, tcp.length], [65535, 3, 3]);
  assert.deepEqual(flagNames(tcp.flags), ['PSH', 'URG', 'ACK']);
  assert.equal(tcp.isChecksumRight, true);
  assert.equal(new TextDecoder().decode(textOf(octets, datagram)), 'GET');
});

test('all eight control bits are named', () => {
  assert.deepEqual(flagNames(0xff), ['SYN', 'FIN', 'RST', 'PSH', 'URG', 'ACK', 'ECE', 'CWR']);
  assert.deepEqual(flagNames(0), []);
});

test('options are read in the order of the wire', () => {
  const options = [2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 1, 0, 0xff, 0xff, 0xff, 0xff, 1, 3, 3, 7];
  assert.deepEqual(optionsOf(options), [
    { name: 'mss', mss: 1460 },
    { name: 'sackOK' },
    { name: 'timestamps', value: 256, echo: 0xffffffff },
    { name: 'nop' },
    { name: 'wscale', shift: 7 },
  ]);
});

test('SACK blocks are read, and options of no known kind are kept as such', () => {
  const sack = [5, 18, 0, 0, 0, 10, 0, 0, 0, 20, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 5];
  assert.deepEqual(optionsOf([...sack, 254, 4, 1, 2]).slice(0, 2), [
    {
      name: 'sack',
      blocks: [
        { left: 10, right: 20 },
        { left: 0xffffffff, right: 5 },
      ],
    },
    { name: 'unknown', kind: 254, octets: 4 },
  ]);
});

test('a known option of another length than its own is not taken for it', () => {
  assert.deepEqual(optionsOf([2, 3, 5])[0], { name: 'unknown', kind: 2, octets: 3 });
  assert.deepEqual(optionsOf([5, 6, 0, 0, 0, 1])[0], { name: 'unknown', kind: 5, octets: 6 });
});

test('an option whose length leads nowhere ends the list', () => {
  for (const list of [[2], [2, 0], [2, 1], [8, 40, 0, 0], [1, 1, 1, 2]]) {
    const options = decode(segment({ options: padded(list) })).tcp?.options ?? [];
    assert.equal(options.at(-1)?.name, 'malformed', `${list}`);
  }
});

test('what stands behind the end of the list is padding', () => {
  assert.deepEqual(optionsOf([0, 2, 4, 5]), [{ name: 'end' }]);
});

test('a wrong checksum is told and stops nothing', () => {
  const octets = segment({ text: 'x' });
  octets[40] = 0x79;
  const datagram = decode(octets);
  assert.equal(datagram.tcp?.isChecksumRight, false);
  assert.equal(datagram.isHeaderChecksumRight, true);
  octets[8] = 1;
  assert.equal(decode(octets).isHeaderChecksumRight, false);
});

test('UDP and ICMP echo are read', () => {
  const udp = decode(ipv4(Protocol.UDP, Uint8Array.of(0, 7, 0, 9, 0, 10, 0, 0, 1, 2), 6));
  assert.deepEqual(udp.udp, { sourcePort: 7, destinationPort: 9, length: 2, isChecksumRight: true });
  const icmp = decode(ipv4(Protocol.ICMP, Uint8Array.of(8, 0, 0, 0, 1, 2, 3, 4, 9), 2));
  assert.deepEqual(icmp.icmp, { type: 8, code: 0, identifier: 258, sequence: 772, length: 1, isChecksumRight: true });
});

test('UDP without a checksum is right', () => {
  const octets = ipv4(Protocol.UDP, Uint8Array.of(0, 7, 0, 9, 0, 8, 0, 0), 6);
  octets[26] = octets[27] = 0;
  assert.equal(decode(octets).udp?.isChecksumRight, true);
});

test('a fragment is told as such, and its upper layer left alone', () => {
  const octets = segment({});
  octets[6] = 0x20;
  const datagram = decode(octets);
  assert.deepEqual(datagram.fragment, { offset: 0, more: true, dont: false });
  assert.equal(datagram.tcp, undefined);
});

test('lengths that lie are told in words', () => {
  const malformed = (change: (octets: Uint8Array) => Uint8Array | void): string | undefined => {
    const octets = segment({});
    return decode(change(octets) ?? octets).malformed;
  };
  assert.equal(
    malformed((octets) => octets.subarray(0, 19)),
    'shorter than an IPv4 header',
  );
  assert.equal(
    malformed((octets) => void (octets[0] = 0x65)),
    'not IPv4',
  );
  assert.equal(
    malformed((octets) => void (octets[0] = 0x44)),
    'IPv4 header length outside the datagram',
  );
  assert.equal(
    malformed((octets) => void (octets[3] = 41)),
    'IPv4 total length outside the datagram',
  );
  assert.equal(
    malformed((octets) => void (octets[3] = 39)),
    'shorter than a TCP header',
  );
  assert.equal(
    malformed((octets) => void (octets[32] = 0x40)),
    'TCP data offset outside the segment',
  );
  assert.equal(
    malformed((octets) => void (octets[32] = 0x60)),
    'TCP data offset outside the segment',
  );
});

test('no octets make it throw', () => {
  const random = new Random(20);
  for (let round = 0; round < 20_000; round += 1) {
    const octets = Uint8Array.from({ length: random.below(80) }, () => random.below(256));
    // Half of them look like the beginning of something, so that the deeper branches are met.
    if (round % 2 === 0 && octets.length >= 20)
      octets.set([0x45, 0, 0, octets.length, 0, 0, 0, 0, 64, [1, 6, 17][round % 3] ?? 6]);
    const datagram = decode(octets);
    assert.ok(textOf(octets, datagram).length <= octets.length, `seed 20, round ${round}`);
  }
});

test('reasons are spelled as people write them', () => {
  assert.equal(inWords('delayed-ack'), 'delayed ACK');
  assert.equal(inWords('syn-ack'), 'SYN-ACK');
  assert.equal(inWords('no-tcb'), 'no TCB');
  assert.equal(inWords('syn-queue-full'), 'SYN queue full');
  assert.equal(inWords('fast-retransmission'), 'fast retransmission');
});

function optionsOf(options: number[]): unknown[] {
  return (
    decode(segment({ options: padded(options) })).tcp?.options.filter(
      (option, at) => option.name !== 'end' || at === 0,
    ) ?? []
  );
}

function padded(options: number[]): number[] {
  return [...options, ...new Array<number>((4 - (options.length % 4)) % 4).fill(0)];
}
