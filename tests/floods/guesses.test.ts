// Who does not see what we send has to guess: cookies, sequence numbers, ports. A hundred thousand guesses win nothing, and what
// one connection is told says nothing of another.
import assert from 'node:assert/strict';
import { before, beforeEach, describe, test } from 'node:test';
import { Config, Counter, Flag, Table } from '../../assembly/numbers.js';
import { Random } from '../../host/random.js';
import { tcp } from '../hostile/datagrams.js';
import { PROFILES, segmentsOf, Target } from '../hostile/target.js';
import { Victim } from '../hostile/victim.js';

const { ACK, FIN, PSH, RST, SYN } = Flag;
const GUESSES = 100_000;

for (const profile of PROFILES) {
  describe(`guesses (${profile})`, () => {
    let target: Target;
    let random: Random;
    before(async () => (target = await Target.of(profile)));
    beforeEach(() => {
      target.start();
      random = new Random(17);
    });

    test('a hundred thousand guessed cookies open nothing', () => {
      target.call.configure(Config.COOKIES, 1);
      const accepted = target.call.counter(Counter.COOKIES_ACCEPTED);
      for (let i = 0; i < GUESSES; i++) {
        // Cookies go out all the while, so that the guesses are looked at.
        if (i % 1000 === 0) target.hand(tcp({ flags: SYN, fromPort: 1 + (i % 60_000) }));
        const fromPort = 1 + random.below(65535);
        const answers = target.hand(tcp({ flags: ACK, fromPort, seq: random.next(), ack: random.next() }));
        assert.ok(answers.length <= 1);
        if (i % 100 === 0) target.now += 1;
      }
      assert.equal(target.call.counter(Counter.COOKIES_ACCEPTED), accepted);
      assert.equal(target.count(Table.CONNECTION), 0);
      target.stillWorks();
    });

    test('X28: a genuine cookie opens once in its time, and never behind it', () => {
      target.call.configure(Config.COOKIES, 1);
      for (const [wait, isGood] of [
        [0, true],
        [30_000, true],
        [200_000, false],
        [10 ** 7, false],
      ] as const) {
        const ghost = target.ghost();
        ghost.send(SYN, target.now);
        const cookie = ghost.receive(target.now);
        assert.equal(cookie?.flags, SYN | ACK);
        target.now += wait;
        ghost.send(ACK, target.now);
        assert.equal(target.count(Table.CONNECTION), isGood ? 1 : 0, `after ${wait} ms`);
        const [reset] = segmentsOf(target.answers());
        if (!isGood) assert.ok(reset?.has(RST));
        const handle = target.call.accept(target.listener);
        if (isGood) target.call.abort(handle);
        target.answers();
      }
      target.call.configure(Config.COOKIES, 0);
      target.stillWorks();
    });

    test('a hundred thousand blind segments to a known connection neither end it nor add an octet', () => {
      const victim = Victim.of(target);
      const { ends } = victim.ghost;
      const { rcvNxt, rcvWnd } = victim.row;
      let hits = 0;
      for (let i = 0; i < GUESSES; i++) {
        const seq = random.next();
        const isInside = (seq - rcvNxt) >>> 0 < rcvWnd;
        // One in 2^32 is the RST that ends it; the others are what is tried.
        if (seq === rcvNxt) continue;
        if (isInside) hits += 1;
        const flags = [RST, SYN, FIN | ACK, ACK | PSH, RST | ACK, SYN | ACK][i % 6] as number;
        const text = flags & PSH ? Buffer.from('evil') : undefined;
        // An ACK that is plausible is one in 2^32 over the window: it is drawn away from there.
        const ack = (victim.row.nxt + 0x10000000 + random.below(0x60000000)) >>> 0;
        const segment = tcp({ fromPort: ends.fromPort, flags, seq, ack, ...(text && { text }) });
        assert.ok(target.hand(segment).length <= 1);
      }
      assert.equal(victim.row.rcvNxt, rcvNxt, `${hits} met the window`);
      victim.pass(10_000);
      victim.isWell();
      victim.end();
      target.stillWorks();
    });

    test('CVE-2016-5696: how many challenges one connection draws does not depend on another', () => {
      /** Of the attacker's own connection: what he counts in a second, the other being provoked so many times. */
      const counted = (provocations: number): number => {
        target.start();
        const victim = Victim.of(target);
        const own = Victim.of(target);
        for (let i = 0; i < provocations; i++) victim.hear(RST, { seq: 1 });
        let challenges = 0;
        for (let i = 0; i < 200; i++) challenges += own.hear(RST, { seq: 1 }).length;
        victim.end();
        own.end();
        return challenges;
      };
      const alone = counted(0);
      assert.ok(alone > 0 && alone < 200, `${alone} challenges`);
      for (const provocations of [1, 5, 99, 100, 101, 1000]) assert.equal(counted(provocations), alone);
    });

    test('nor do the RSTs, echoes and IP identifications that anybody can count', () => {
      const told = (provocations: number): Buffer[] => {
        target.start();
        const victim = Victim.of(target);
        for (let i = 0; i < provocations; i++) victim.hear(SYN, { seq: 3 });
        const answers = target.hand(tcp({ flags: ACK, toPort: 999, ack: 1 }));
        answers.push(...target.hand(tcp({ flags: SYN, toPort: 999, seq: 7 })));
        victim.end();
        return answers;
      };
      const alone = told(0);
      assert.equal(alone.length, 2);
      for (const provocations of [1, 10, 1000]) assert.deepEqual(told(provocations), alone);
    });
  });
}
