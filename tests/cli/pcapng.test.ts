// The file format, octet by octet, for where no tshark is at hand to judge it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode } from '../../host/trace/decode.js';
import type { DatagramEvent } from '../../host/trace/event.js';
import { Pcapng } from '../../host/trace/pcapng.js';
import { segment } from './datagrams.js';

const SECTION_HEADER = 0x0a0d0d0a;

test('the file begins with a section and a raw IP interface that counts microseconds', () => {
  const { blocks } = write(() => undefined);
  const [section, description] = blocks();
  assert.equal(section?.type, SECTION_HEADER);
  assert.equal(section?.view.getUint32(0, true), 0x1a2b3c4d);
  assert.equal(section?.view.getBigInt64(8, true), -1n, 'a section of unknown length');
  assert.equal(description?.type, 1);
  assert.equal(description?.view.getUint16(0, true), 101);
  const resolution = optionsOf(description, 8).find(({ code }) => code === 9);
  assert.deepEqual([...(resolution?.value ?? [])], [6]);
});

test('a packet has its octets, its time, its direction and its comments, whatever its length', () => {
  for (const text of ['', 'a', 'ab', 'abc', 'abcd']) {
    const out = packet({ from: 'laptop', time: 1.5, octets: segment({ text }), cause: 'written' });
    const { blocks } = write((pcapng) => pcapng.event(out), 2_000_000_000_000);
    const written = blocks()[2];
    assert.ok(written?.type === 6);
    const { view } = written;
    const micros = (BigInt(view.getUint32(4, true)) << 32n) | BigInt(view.getUint32(8, true));
    assert.equal(micros, 2_000_000_001_500_000n);
    assert.deepEqual([view.getUint32(12, true), view.getUint32(16, true)], [out.octets.length, out.octets.length]);
    assert.deepEqual(octetsOf(written, 20, out.octets.length), [...out.octets]);
    const options = optionsOf(written, 20 + padded(out.octets.length));
    assert.deepEqual([...(options.find(({ code }) => code === 2)?.value ?? [])], [2, 0, 0, 0], 'outbound');
    assert.deepEqual(commentsOf(options), ['Sent: written']);
  }
});

test('what comes in is told as inbound, with everything that happened to it', () => {
  const event = packet({
    from: 'board',
    cause: 'retransmission',
    repeat: 2,
    fate: 'damaged',
    drop: 'bad-segment-checksum',
    states: {
      laptop: { before: 'SYN-SENT', after: 'ESTABLISHED', inferred: false },
      board: { before: 'SYN-RECEIVED', after: 'SYN-RECEIVED', inferred: true },
    },
  });
  const { blocks } = write((pcapng) => pcapng.event(event));
  const options = optionsOf(blocks()[2], 20 + padded(event.octets.length));
  assert.deepEqual([...(options.find(({ code }) => code === 2)?.value ?? [])], [1, 0, 0, 0], 'inbound');
  assert.deepEqual(commentsOf(options), [
    'laptop: SYN-SENT -> ESTABLISHED',
    'board: SYN-RECEIVED (inferred)',
    'Sent: retransmission number 2',
    'Damaged on the link',
    'Dropped: bad segment checksum',
  ]);
});

test('a change without a packet is told by the next packet, or by the trailer', () => {
  const change = {
    type: 'state',
    time: 3,
    end: 'laptop',
    connection: 1,
    reason: 'timeout',
    local: '192.168.7.1:49152',
    remote: '192.168.7.2:80',
    states: { laptop: { before: 'TIME-WAIT', after: 'CLOSED', inferred: false } },
  } as const;
  const said = 'At 3.000 s, by a timeout: laptop: TIME-WAIT -> CLOSED';
  const before = write((pcapng) => {
    pcapng.event(change);
    pcapng.event(packet({}));
    pcapng.end(4);
  });
  const [, , first, trailer] = before.blocks();
  assert.equal(commentsOf(optionsOf(first, 20 + padded(segment({}).length)))[0], said);
  assert.equal(trailer?.type, 5);
  assert.deepEqual(commentsOf(optionsOf(trailer, 12)), []);
  const behind = write((pcapng) => {
    pcapng.event(packet({}));
    pcapng.event(change);
    pcapng.end(4);
  });
  assert.deepEqual(commentsOf(optionsOf(behind.blocks()[3], 12)), [said]);
});

interface Block {
  type: number;
  /** The body, options included. */
  view: DataView;
}

function write(fill: (pcapng: Pcapng) => void, epochMs = 0): { blocks: () => Block[] } {
  const octets: number[] = [];
  fill(new Pcapng((chunk) => octets.push(...chunk), epochMs));
  return { blocks: () => blocksOf(Uint8Array.from(octets)) };
}

/** Reads the file as a reader must: each block says its length twice, and they lie without gaps. */
function blocksOf(file: Uint8Array): Block[] {
  const view = new DataView(file.buffer);
  const blocks: Block[] = [];
  let at = 0;
  while (at < file.length) {
    const length = view.getUint32(at + 4, true);
    assert.equal(length % 4, 0);
    assert.equal(view.getUint32(at + length - 4, true), length);
    blocks.push({ type: view.getUint32(at, true), view: new DataView(file.buffer, at + 8, length - 12) });
    at += length;
  }
  assert.equal(at, file.length);
  return blocks;
}

function optionsOf(block: Block | undefined, start: number): { code: number; value: Uint8Array }[] {
  const options: { code: number; value: Uint8Array }[] = [];
  if (block === undefined) return options;
  let at = start;
  while (at < block.view.byteLength) {
    const [code, length] = [block.view.getUint16(at, true), block.view.getUint16(at + 2, true)];
    if (code === 0) return options;
    options.push({ code, value: Uint8Array.from(octetsOf(block, at + 4, length)) });
    at += 4 + padded(length);
  }
  return options;
}

function commentsOf(options: { code: number; value: Uint8Array }[]): string[] {
  return options.filter(({ code }) => code === 1).map(({ value }) => new TextDecoder().decode(value));
}

function octetsOf({ view }: Block, at: number, length: number): number[] {
  return [...new Uint8Array(view.buffer, view.byteOffset + at, length)];
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}

function packet(fields: Partial<DatagramEvent>): DatagramEvent {
  const octets = fields.octets ?? segment({});
  return {
    type: 'datagram',
    number: 1,
    time: 0,
    from: 'laptop',
    octets,
    datagram: decode(octets),
    connection: 1,
    cause: '',
    repeat: 0,
    drop: '',
    fate: 'taken',
    states: {},
    ...fields,
  };
}
