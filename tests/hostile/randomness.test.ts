// Initial sequence numbers (RFC 6528), ephemeral ports (RFC 6056), cookies (RFC 4987) and timestamps (RFC 7323) over ten thousand
// connections: no constant step, no pattern, and nothing that anybody could foretell without the key (NUMBER:JACK).
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { Config, Flag } from '../../assembly/numbers.js';
import { secretFrom } from '../../host/random.js';
import { PEER, tcp } from './datagrams.js';
import { PROFILES, segmentsOf, Target } from './target.js';

const CONNECTIONS = 10_000;
const SLOT_MS = 65_536;

/** Bits that are one, counted by place. */
function onesByBit(values: readonly number[]): number[] {
  return Array.from({ length: 32 }, (_, bit) => values.reduce((ones, value) => ones + ((value >>> bit) & 1), 0));
}

/** Each bit is one half of the time: six standard deviations, which a fair source passes a billion times before it fails. */
function assertFair(values: readonly number[], bits: readonly number[]): void {
  const margin = 6 * Math.sqrt(values.length / 4);
  const ones = onesByBit(values);
  for (const bit of bits) {
    assert.ok(
      Math.abs((ones[bit] ?? 0) - values.length / 2) < margin,
      `bit ${bit} is one ${ones[bit]} times of ${values.length}`,
    );
  }
}

/** Differences between neighbours, as numbers on the circle. */
function steps(values: readonly number[]): number[] {
  return values.slice(1).map((value, i) => (value - (values[i] ?? 0)) >>> 0);
}

/** No step is common: of so many drawn from 2^32 hardly two are the same. */
function assertNoStep(values: readonly number[]): void {
  const counts = new Map<number, number>();
  for (const step of steps(values)) counts.set(step, (counts.get(step) ?? 0) + 1);
  const most = Math.max(...counts.values());
  assert.ok(most <= 3, `one step comes ${most} times`);
}

/** The first bits fall into 256 boxes evenly: chi-square with 255 degrees of freedom, mean 255, deviation 22.6. */
function chiSquare(values: readonly number[], shift: number): number {
  const boxes = new Array<number>(256).fill(0);
  for (const value of values) boxes[(value >>> shift) & 255]! += 1;
  const expected = values.length / 256;
  return boxes.reduce((sum, box) => sum + (box - expected) ** 2 / expected, 0);
}

const ALL_BITS = Array.from({ length: 32 }, (_, bit) => bit);

for (const profile of PROFILES) {
  describe(`what must not be foretold (${profile})`, () => {
    let target: Target;
    before(async () => (target = await Target.of(profile)));

    /** The SYN of an active open, taken back at once. */
    const opened = (port: number, localPort = 0): { isn: number; port: number } => {
      target.answers(); // tells the time: open() has no clock of its own
      const handle = target.call.open(PEER, port, localPort);
      assert.ok(handle > 0);
      const [syn] = segmentsOf(target.answers());
      target.call.abort(handle);
      target.answers();
      return { isn: syn?.seq ?? 0, port: syn?.sourcePort ?? 0 };
    };
    /** The SYN-ACK of a passive open, ended at once. */
    const answered = (fromPort: number): number => {
      const [answer] = segmentsOf(target.hand(tcp({ flags: Flag.SYN, fromPort })));
      target.hand(tcp({ flags: Flag.RST, fromPort, seq: 1001 }));
      return answer?.seq ?? 0;
    };

    test('X34: ISNs of active opens: no step, every bit fair, every number once', () => {
      const isns = Array.from({ length: CONNECTIONS }, (_, i) => opened(1 + i).isn);
      assert.ok(new Set(isns).size > CONNECTIONS - 100, 'as few are the same as chance makes');
      assertNoStep(isns);
      assertFair(isns, ALL_BITS);
      for (const shift of [0, 8, 16, 24]) assert.ok(chiSquare(isns, shift) < 255 + 8 * 22.6);
    });

    test('ISNs of passive opens likewise', () => {
      const isns = Array.from({ length: CONNECTIONS }, (_, i) => answered(1 + i));
      assertNoStep(isns);
      assertFair(isns, ALL_BITS);
      for (const shift of [0, 8, 16, 24]) assert.ok(chiSquare(isns, shift) < 255 + 8 * 22.6);
    });

    test('ISNs of one 4-tuple grow with the clock, 250 in a millisecond (MUST-8), across its wrap', () => {
      target.now = 0xffffe000;
      let last = opened(80, 5000).isn;
      for (let i = 0; i < CONNECTIONS; i++) {
        target.now = (target.now + 1 + (i % 7)) >>> 0;
        const { isn } = opened(80, 5000);
        assert.equal((isn - last) >>> 0, 250 * (1 + (i % 7)));
        last = isn;
      }
      target.now = 1_000_000;
      target.start();
    });

    test('ISNs of neighbouring 4-tuples tell nothing of one another', () => {
      const differences = Array.from(
        { length: 2000 },
        (_, i) => (opened(1 + i, 5000).isn - opened(1 + i, 5001).isn) >>> 0,
      );
      assertNoStep(differences);
      assertFair(differences, ALL_BITS);
    });

    test('ephemeral ports: all of 49152 to 65535, in no order, each as often as another (RFC 6056)', () => {
      const ports = Array.from({ length: CONNECTIONS }, () => opened(80).port);
      assert.ok(Math.min(...ports) >= 49152);
      assertFair(ports, ALL_BITS.slice(0, 14));
      // Drawing n of m with repeats leaves m (1 - exp(-n/m)) different ones: 7,485 of 16,384.
      const different = new Set(ports).size;
      assert.ok(different > 7200 && different < 7800, `${different} different ports`);
      const neighbours = steps(ports).filter((step) => step === 1 || step === 0xffffffff).length;
      assert.ok(neighbours < 20, `${neighbours} ports beside the last`);
    });

    test('cookies: no step, the hash in 29 bits, another for each of the four numbers and for each ISN', () => {
      target.call.configure(Config.COOKIES, 1);
      const cookies = Array.from({ length: CONNECTIONS }, (_, i) => answered(1 + i));
      assertNoStep(cookies.map((cookie) => cookie >>> 3));
      assertFair(cookies, ALL_BITS.slice(3));
      const bySequence = Array.from(
        { length: 2000 },
        (_, i) => segmentsOf(target.hand(tcp({ flags: Flag.SYN, seq: i })))[0]?.seq ?? 0,
      );
      assertFair(bySequence, ALL_BITS.slice(3));
      const before = answered(77);
      target.now += 2 * SLOT_MS;
      assert.notEqual(answered(77) >>> 3, before >>> 3, 'and another in another slot of time');
      target.start();
    });

    test('the timestamp tells no uptime, and another key gives another', () => {
      const stamp = (secret: number): number => {
        target.call.start(target.address, secret, 1, 2, 3, target.now);
        target.call.open(PEER, 80, 5000);
        const [syn] = segmentsOf(target.answers());
        return ((syn?.hasTimestamps ? syn.timestamp : 0) - target.now) >>> 0;
      };
      const offsets = Array.from({ length: 500 }, (_, i) => stamp(i));
      assert.ok(new Set(offsets).size > 490);
      assertFair(offsets, ALL_BITS);
      target.start();
    });

    test('one bit of the key changes half of every ISN', () => {
      const isn = (secret: readonly [number, number, number, number]): number => {
        target.call.start(target.address, ...secret, target.now);
        return opened(80, 5000).isn;
      };
      const first = isn([1, 2, 3, 4]);
      let changed = 0;
      for (let bit = 0; bit < 128; bit++) {
        const secret: [number, number, number, number] = [1, 2, 3, 4];
        secret[bit >> 5]! ^= 1 << (bit & 31);
        let difference = (isn(secret) ^ first) >>> 0;
        for (; difference !== 0; difference &= difference - 1) changed += 1;
      }
      const average = changed / 128;
      assert.ok(average > 14 && average < 18, `${average} of 32 bits`);
      target.start();
    });
  });
}

describe('the host’s key', () => {
  test('comes from entropy: none is like another, and every bit is fair', () => {
    const secrets = Array.from({ length: 1000 }, () => secretFrom());
    assert.equal(new Set(secrets.map((one) => one.join(' '))).size, 1000);
    assertFair(secrets.flat(), ALL_BITS);
  });
});

describe('a board’s key', () => {
  const boards = new URL('../../boards/', import.meta.url);
  const names = readdirSync(boards).filter((name) => existsSync(new URL(`${name}/board.c`, boards)));

  test('is drawn when it starts, four words of it', () => {
    const main = readFileSync(new URL('common/main.c', boards), 'utf8');
    assert.match(main, /for \(uint32_t i = 0; i < 4; i \+= 1\) secret\[i\] = board_entropy\(\);/);
    assert.match(main, /slipway_start\(\w+, secret\[0\], secret\[1\], secret\[2\], secret\[3\], /);
  });

  for (const name of names) {
    test(`comes from what differs between two starts, and is never a constant (${name})`, () => {
      const source = readFileSync(new URL(`${name}/board.c`, boards), 'utf8');
      const body = /uint32_t board_entropy\(void\) \{\n([^]*?)\n\}/.exec(source)?.[1];
      assert.ok(body, 'the board supplies board_entropy()');
      assert.doesNotMatch(body, /return\s+(0x)?[0-9a-f]+u?l?;/i);
      assert.match(body, /noise_stir\(|getentropy\(/);
    });
  }
});
