import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Core } from '../../host/core.js';
import { loadModule } from '../../host/modules.js';
import { decodeDatagram, type Segment } from '../../host/script/datagram.js';

const LOCAL = 0xc0a80001;
const REMOTE = 0xc0000201;
const ORIGIN = 5_000_000;
/** RFC 9293 section 3.4.1: the clock ticks every 4 microseconds. */
const TICKS_PER_MS = 250;

interface Socket {
  address: number;
  port: number;
  localPort: number;
}

const SOCKET: Socket = { address: REMOTE, port: 80, localPort: 4000 };

const core = await Core.load(await loadModule('board'));

/** The SEQ of the SYN that a core sends which was started with this secret, at this time. */
function isn(secret: readonly number[], afterMs: number, socket: Partial<Socket> = {}): number {
  const [a = 0, b = 0, c = 0, d = 0] = secret;
  core.call.start(LOCAL, a, b, c, d, ORIGIN);
  const { address, port, localPort } = { ...SOCKET, ...socket };
  core.call.output(ORIGIN + afterMs);
  core.call.deadline(ORIGIN + afterMs);
  assert.ok(core.call.open(address, port, localPort) > 0);
  return synOf(ORIGIN + afterMs).seq;
}

function synOf(now: number): Segment {
  const length = core.call.output(now);
  assert.ok(length > 0, 'no SYN left');
  const decoded = decodeDatagram(core.octets.slice(core.constants.tx, core.constants.tx + length));
  assert.ok('packet' in decoded && decoded.packet.kind === 'tcp');
  return decoded.packet;
}

const SECRET = [1, 2, 3, 4] as const;

test('3.4.1 (MUST-8, SHLD-1): the initial sequence number follows a clock of 4 microseconds', () => {
  const first = isn(SECRET, 0);
  for (const ms of [1, 2, 10, 1000, 60_000, 3_600_000]) {
    const later = isn(SECRET, ms);
    assert.equal((later - first) >>> 0, (ms * TICKS_PER_MS) >>> 0, `after ${ms} ms`);
  }
});

test('3.4.1 (SHLD-1): each of the four numbers of a connection moves it elsewhere', () => {
  const sockets: Partial<Socket>[] = [{}, { address: REMOTE + 1 }, { port: 81 }, { localPort: 4001 }];
  const numbers = sockets.map((socket) => isn(SECRET, 0, socket));
  assert.equal(new Set(numbers).size, sockets.length);
  // Not by a small step, which an outsider who sees one of them could guess.
  for (const number of numbers.slice(1)) assert.ok(Math.abs((number - (numbers[0] as number)) | 0) > 1000);
});

test('3.4.1 (MUST-9): without the secret the number cannot be told: every bit of the secret counts', () => {
  const first = isn(SECRET, 0);
  const seen = new Set([first]);
  for (let word = 0; word < 4; word += 1) {
    for (let bit = 0; bit < 32; bit += 1) {
      const secret: number[] = [...SECRET];
      secret[word] = ((secret[word] as number) ^ (1 << bit)) >>> 0;
      seen.add(isn(secret, 0));
    }
  }
  assert.equal(seen.size, 1 + 4 * 32);
});

test('3.4.1 (MUST-9): bits of the number are spread evenly over secrets', () => {
  const ones = new Array<number>(32).fill(0);
  const samples = 200;
  for (let sample = 0; sample < samples; sample += 1) {
    const number = isn([sample, 7, 7, 7], 0);
    for (let bit = 0; bit < 32; bit += 1) ones[bit] = (ones[bit] as number) + ((number >>> bit) & 1);
  }
  // Of 200 fair coins, fewer than 60 or more than 140 heads come up once in a hundred million times.
  for (const [bit, count] of ones.entries()) assert.ok(count > 60 && count < 140, `bit ${bit}: ${count} of ${samples}`);
});
