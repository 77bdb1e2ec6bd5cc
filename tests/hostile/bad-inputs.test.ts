// The exact octets of bad-inputs.json, on every profile, with the four checks behind each: no trap, nothing left behind, a ping
// and a handshake still work. Every cut and every single flipped bit of each is tried as well.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { Counter } from '../../assembly/numbers.js';
import { BAD_INPUTS, octetsOf } from './bad-inputs.js';
import { PROFILES, Target } from './target.js';

for (const profile of PROFILES) {
  describe(`inputs that have broken others (${profile})`, () => {
    let target: Target;
    before(async () => (target = await Target.of(profile)));

    for (const { id, what, origin, line, datagrams = [], answered } of BAD_INPUTS) {
      test(`${id}: ${what} (${origin})`, () => {
        if (line !== undefined) {
          const echoes = target.call.counter(Counter.ECHOES);
          const back = target.handOctets(octetsOf(line));
          assert.equal(target.call.counter(Counter.ECHOES) - echoes, answered, 'the ping behind it is answered');
          assert.equal(back.length > 0, answered > 0);
        } else {
          const answers = datagrams.flatMap((hex) => target.hand(octetsOf(hex)));
          assert.ok(answers.length <= answered, `${answers.length} answers`);
        }
        target.stillWorks();
      });

      test(`${id}, cut short anywhere, and with any one bit flipped`, () => {
        for (const variant of variantsOf(octetsOf(line ?? datagrams[0] ?? ''))) {
          if (line !== undefined) target.handOctets(Buffer.concat([variant, Buffer.of(0xc0)]));
          else target.hand(variant);
          for (const hex of datagrams.slice(1)) target.hand(octetsOf(hex));
        }
        target.pass(400_000);
        for (let handle = target.call.accept(target.listener); handle > 0;) {
          target.call.abort(handle);
          handle = target.call.accept(target.listener);
        }
        target.stillWorks();
      });
    }
  });
}

/** Long ones are tried at their ends. */
function* variantsOf(octets: Buffer): Generator<Buffer> {
  const isFar = (at: number): boolean => at > 128 && at < octets.length - 128;
  for (let length = 0; length < octets.length; length++) {
    if (!isFar(length)) yield octets.subarray(0, length);
  }
  for (let bit = 0; bit < 8 * octets.length; bit++) {
    if (isFar(bit >> 3)) continue;
    const copy = Buffer.from(octets);
    copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    yield copy;
  }
}
