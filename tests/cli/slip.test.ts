import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeSlip, SlipDecoder } from '../../host/gateway/slip.js';
import { Random } from '../../host/random.js';
import { unframe } from '../../host/trace/unframe.js';

const END = 0xc0;
const ESC = 0xdb;

test('every octet comes back from a frame, wherever the stream is cut', () => {
  const datagram = Uint8Array.from({ length: 512 }, (_, at) => at & 255);
  const frame = encodeSlip(datagram);
  assert.equal(frame.filter((octet) => octet === END).length, 2, 'END stands only at the ends');
  for (const size of [1, 2, 3, 7, frame.length]) {
    const { decoder, taken } = decode();
    for (let at = 0; at < frame.length; at += size) decoder.push(frame.subarray(at, at + size));
    assert.deepEqual(taken, [[...datagram]], `pieces of ${size}`);
  }
  assert.deepEqual(unframe(frame), datagram);
});

test('random datagrams back to back come out whole and in order', () => {
  const random = new Random(3);
  const { decoder, taken } = decode();
  const sent = Array.from({ length: 200 }, () =>
    Array.from({ length: 1 + random.below(60) }, () => [END, ESC, 0xdc, 0xdd, 1][random.below(5)] ?? 0),
  );
  for (const datagram of sent) decoder.push(encodeSlip(Uint8Array.from(datagram)));
  assert.deepEqual(taken, sent);
});

test('noise before the first END costs no datagram behind it', () => {
  const { decoder, taken } = decode();
  decoder.push(Uint8Array.of(1, 2, 3, ...encodeSlip(Uint8Array.of(0x45, 1))));
  assert.deepEqual(taken, [
    [1, 2, 3],
    [0x45, 1],
  ]);
});

test('a wrong escape, an escape cut by END, a frame too long and log text are dropped, counted, and cost nothing behind them', () => {
  const good = encodeSlip(Uint8Array.of(0x45, 9));
  const cases: [number[], keyof SlipDecoder['counts']][] = [
    [[END, 0x45, ESC, 0x41, 7, END], 'badEscapes'],
    [[END, 0x45, ESC, END], 'badEscapes'],
    [[END, ...new Array<number>(1501).fill(0x45), END], 'oversize'],
    [[END, 0x0a, 0x68, 0x69, ESC, 1, END], 'logFrames'],
  ];
  for (const [octets, count] of cases) {
    const { decoder, taken } = decode();
    decoder.push(Uint8Array.from(octets));
    decoder.push(good);
    assert.deepEqual(taken, [[0x45, 9]], count);
    assert.deepEqual(decoder.counts, { datagrams: 1, oversize: 0, badEscapes: 0, logFrames: 0, [count]: 1 });
  }
});

test('a datagram of exactly the largest size passes', () => {
  const { decoder, taken } = decode();
  decoder.push(encodeSlip(new Uint8Array(1500).fill(END)));
  assert.equal(taken[0]?.length, 1500);
});

function decode(): { decoder: SlipDecoder; taken: number[][] } {
  const taken: number[][] = [];
  return { taken, decoder: new SlipDecoder(1500, (datagram) => taken.push([...datagram])) };
}
