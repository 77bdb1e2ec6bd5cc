// What comes over a serial line that no sender meant: noise, overruns, boot messages, frames that never end.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { Counter } from '../../assembly/numbers.js';
import { Random } from '../../host/random.js';
import { echoRequest, slip } from './datagrams.js';
import { PROFILES, Target } from './target.js';

const END = 0xc0;
const ESC = 0xdb;

for (const profile of PROFILES) {
  describe(`a serial line (${profile})`, () => {
    let target: Target;
    before(async () => (target = await Target.of(profile)));

    /** Noise, and behind it a ping that must be answered. */
    const survives = (noise: Uint8Array | readonly number[]): void => {
      const echoes = target.call.counter(Counter.ECHOES);
      target.handOctets(Uint8Array.from(noise));
      const back = target.handOctets(slip(echoRequest()));
      assert.equal(target.call.counter(Counter.ECHOES), echoes + 1, 'the ping behind it is answered');
      assert.ok(back.length > 28);
    };

    test('frames of no and of one octet are dropped', () => {
      survives([END, END, END, END]);
      for (let octet = 0; octet < 256; octet++) survives([END, octet, END]);
      target.stillWorks();
    });

    test('an escape before anything but its two partners spoils the frame, and only that', () => {
      const frame = slip(echoRequest());
      for (let octet = 0; octet < 256; octet++) {
        if (octet === 0xdc || octet === 0xdd) continue;
        const spoilt = Buffer.concat([frame.subarray(0, 9), Buffer.from([ESC, octet]), frame.subarray(9)]);
        const echoes = target.call.counter(Counter.ECHOES);
        survives(spoilt);
        // An END ends the frame even behind an escape: neither half is a datagram.
        assert.equal(target.call.counter(Counter.ECHOES), echoes + 1);
      }
      assert.ok(target.call.counter(Counter.SLIP_BAD_ESCAPE) > 0);
      target.stillWorks();
    });

    test('a frame longer than the MTU is dropped once, however long it goes on', () => {
      for (const octets of [target.machine.mtu + 1, 2048, 5000, 100_000]) {
        const before = target.call.counter(Counter.SLIP_OVERSIZE);
        survives([END, ...new Array<number>(octets).fill(0x45), END]);
        assert.equal(target.call.counter(Counter.SLIP_OVERSIZE), before + 1);
      }
      survives([END, ...new Array<number>(3 * target.machine.mtu).fill(ESC), END]);
      target.stillWorks();
    });

    test('a frame that lost its tail does not take the next one with it', () => {
      const frame = slip(echoRequest(2, 40));
      for (let cut = 1; cut < frame.length - 1; cut++)
        survives(Buffer.concat([frame.subarray(0, cut), Buffer.of(END)]));
      target.stillWorks();
    });

    test('a frame that lost its head, or any one octet, does not take the next one with it', () => {
      const frame = slip(echoRequest(3, 40));
      for (let gone = 1; gone < frame.length - 1; gone++) {
        // The leading END alone is not missed: what follows it is a whole frame.
        survives(frame.subarray(gone + 1));
        survives(Buffer.concat([frame.subarray(0, gone), frame.subarray(gone + 1)]));
      }
      target.stillWorks();
    });

    test('text of a boot loader is one bad frame', () => {
      survives(Buffer.from('rst:0x1 (POWERON_RESET),boot:0x13\r\nets Jul 29 2019 12:21:46\r\n'));
      survives(Buffer.from('\n[boot] clock 16 MHz\r\n'));
      target.stillWorks();
    });

    test('any noise at all leaves the line as it was', () => {
      const random = new Random(profile.length);
      for (let round = 0; round < 400; round++) {
        const noise = Uint8Array.from({ length: random.below(600) }, () => {
          const kind = random.below(8);
          return kind === 0 ? END : kind === 1 ? ESC : kind === 2 ? 0xdc : random.below(256);
        });
        survives([...noise, END]);
      }
      target.stillWorks();
    });

    test('a frame handed in octet by octet is the same frame', () => {
      const echoes = target.call.counter(Counter.ECHOES);
      for (const octet of slip(echoRequest(4, 60))) target.handOctets(Uint8Array.of(octet));
      assert.equal(target.call.counter(Counter.ECHOES), echoes + 1);
    });
  });
}
