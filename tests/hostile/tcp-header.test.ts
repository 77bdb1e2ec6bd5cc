// The TCP header and its options, RFC 9293 sections 3.1 and 3.2: every length, every kind, every combination of flags.
import assert from 'node:assert/strict';
import { before, beforeEach, describe, test } from 'node:test';
import { Drop, Flag } from '../../assembly/numbers.js';
import { Random } from '../../host/random.js';
import { ipv4, tcp, withTcp } from './datagrams.js';
import { PROFILES, segmentsOf, Target } from './target.js';
import { Victim } from './victim.js';

const SYN = tcp({ flags: Flag.SYN });
const NOP = 1;
const MSS_OF_536 = 536;

/** Whole words of options, the rest filled with `filler`. */
function padded(octets: readonly number[], filler = NOP): number[] {
  return [...octets, ...new Array<number>((4 - (octets.length % 4)) % 4).fill(filler)];
}

for (const profile of PROFILES) {
  describe(`a TCP header (${profile})`, () => {
    let target: Target;
    let port = 1024;
    before(async () => (target = await Target.of(profile)));
    beforeEach(() => target.start());

    /** A SYN with these options: the SYN-ACK, and the connection is gone again. */
    const answerTo = (options: readonly number[]) => {
      const fromPort = port++;
      const [answer] = segmentsOf(
        target.hand(tcp({ fromPort, flags: Flag.SYN, options: Uint8Array.from(padded(options)) })),
      );
      assert.ok(answer, `the SYN with ${options.join(' ')} is answered`);
      assert.equal(answer.flags, Flag.SYN | Flag.ACK);
      assert.equal(answer.ack, 1001);
      target.hand(tcp({ fromPort, flags: Flag.RST, seq: 1001 }));
      return answer;
    };

    test('a data offset of less than five words, or beyond the segment, is dropped', () => {
      for (let words = 0; words < 16; words++) {
        if (words === 5) continue;
        const datagram = withTcp(SYN, (header) => (header[12] = words << 4));
        assert.equal(target.verdict(datagram), Drop.BAD_HEADER_LENGTH);
        assert.deepEqual(target.answers(), []);
      }
      target.stillWorks();
    });

    test('a segment of every length below its header is dropped', () => {
      const payload = SYN.subarray(20);
      for (let octets = 0; octets < 20; octets++) {
        assert.equal(target.verdict(ipv4({ payload: payload.subarray(0, octets) })), Drop.TOO_SHORT);
      }
      target.stillWorks();
    });

    test('an option of every kind and of every length ends nowhere but in the header (MUST-6, MUST-7)', () => {
      for (let kind = 2; kind < 256; kind++) {
        for (const length of [0, 1, 2, 3, 4, 5, 9, 10, 11, 18, 34, 39, 40, 41, 127, 128, 255]) {
          for (const octets of [4, 12, 40]) answerTo([kind, length, ...new Array<number>(octets - 2).fill(0xff)]);
        }
      }
      target.stillWorks();
    });

    test('a kind in the last octet has no length, and none is read behind the header', () => {
      for (let kind = 2; kind < 256; kind++) answerTo([NOP, NOP, NOP, kind]);
      target.stillWorks();
    });

    test('forty octets of NOP, of zeros, and of options that are all unknown are a SYN like any other', () => {
      for (const octet of [NOP, 0]) answerTo(new Array<number>(40).fill(octet));
      answerTo(Array.from({ length: 20 }, () => [253, 2]).flat());
      target.stillWorks();
    });

    test('an MSS of every size is bounded below by what a datagram must hold, and above by our own link (MUST-16)', () => {
      const victims = [0, 1, 2, 27, 28, 64, 535, 536, 537, 1459, 1460, 1461, 32767, 32768, 65535];
      for (const mss of victims) {
        const victim = Victim.of(target, [2, 4, mss >> 8, mss & 255]);
        const at = target.call.info(victim.handle);
        const sendMss = target.machine.octets.readUInt16LE(at + 84);
        const most = Math.min(target.machine.mtu - 40, Math.max(28, mss === 0 ? MSS_OF_536 : mss));
        assert.equal(sendMss, most, `MSS ${mss}`);
        target.write(victim.handle, Buffer.alloc(Math.min(200, target.call.sendRoom(victim.handle)), 0x62));
        for (const one of segmentsOf(target.answers())) assert.ok(one.length <= sendMss && one.length > 0);
        victim.end();
        target.stillWorks();
      }
    });

    test('of an option that comes twice, or of a wrong length, nothing but a right one counts', () => {
      answerTo([2, 4, 2, 0, 2, 4, 0, 100]);
      answerTo([2, 3, 2, 2, 4, 5, 180]);
      answerTo([5, 3, 0, 0]);
      answerTo([4, 3, 0, 0]);
      answerTo([3, 4, 200, 0]);
      const { scale } = answerTo([3, 3, 255, NOP]);
      assert.ok(scale <= 14, 'a shift is bounded (RFC 7323 section 2.3)');
      target.stillWorks();
    });

    test('options at random never keep a SYN from its answer', () => {
      const random = new Random(4);
      for (let round = 0; round < 3000; round++) {
        answerTo(Array.from({ length: 4 * (1 + random.below(10)) }, () => random.below(random.below(2) ? 12 : 256)));
      }
      target.stillWorks();
    });

    test('no combination of flags but a bare SYN opens anything', () => {
      for (let flags = 0; flags < 256; flags++) {
        const fromPort = port++;
        const answers = segmentsOf(target.hand(tcp({ fromPort, flags, ack: 77 })));
        const isOpening = (flags & (Flag.SYN | Flag.ACK | Flag.RST)) === Flag.SYN;
        if (isOpening) {
          assert.equal(answers[0]?.flags, Flag.SYN | Flag.ACK, `flags ${flags}`);
          target.hand(tcp({ fromPort, flags: Flag.RST, seq: 1001 }));
        } else if ((flags & (Flag.ACK | Flag.RST)) === Flag.ACK) {
          assert.deepEqual(
            answers.map((one) => [one.flags, one.seq]),
            [[Flag.RST, 77]],
          );
        } else assert.deepEqual(answers, []);
      }
      target.stillWorks();
    });

    test('the same to a port without a listener: a RST at most, and never to a RST', () => {
      for (let flags = 0; flags < 256; flags++) {
        const answers = segmentsOf(target.hand(tcp({ toPort: 999, flags, ack: 77 })));
        assert.equal(answers.length, flags & Flag.RST ? 0 : 1);
        for (const one of answers) assert.ok(one.has(Flag.RST));
      }
      target.stillWorks();
    });

    test('port 0 is nobody’s, of neither end', () => {
      assert.equal(target.verdict(tcp({ flags: Flag.SYN, toPort: 0 })), Drop.BAD_PORT);
      assert.equal(target.verdict(tcp({ flags: Flag.SYN, fromPort: 0 })), Drop.BAD_PORT);
      assert.deepEqual(target.answers(), []);
      target.stillWorks();
    });

    test('a wrong checksum is dropped, 0 and 0xFFFF among them', () => {
      for (const checksum of [0, 0xffff, 0x1234]) {
        const datagram = Buffer.from(SYN);
        datagram.writeUInt16BE(checksum, 36);
        assert.equal(target.verdict(datagram), Drop.BAD_SEGMENT_CHECKSUM);
      }
      assert.deepEqual(target.answers(), []);
      target.stillWorks();
    });

    test('reserved bits and a urgent pointer without URG change nothing', () => {
      for (const bits of [1, 2, 4, 8, 15]) {
        const fromPort = port++;
        const syn = withTcp(tcp({ fromPort, flags: Flag.SYN, urgent: 0xffff }), (header) => {
          header[12] = (header[12] ?? 0) | bits;
        });
        assert.equal(segmentsOf(target.hand(syn))[0]?.flags, Flag.SYN | Flag.ACK);
        target.hand(tcp({ fromPort, flags: Flag.RST, seq: 1001 }));
      }
      target.stillWorks();
    });
  });
}
