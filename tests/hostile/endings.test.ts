// Against connections that are not yet or no longer established: SYN-RECEIVED, SYN-SENT, the closing states, TIME-WAIT.
import assert from 'node:assert/strict';
import { before, beforeEach, describe, test } from 'node:test';
import { Counter, Fault, Flag, State, Table } from '../../assembly/numbers.js';
import type { Ghost } from '../../host/simulator/ghost.js';
import { PEER, tcp } from './datagrams.js';
import { PROFILES, segmentsOf, Target } from './target.js';
import { Victim } from './victim.js';

const { ACK, FIN, PSH, RST, SYN } = Flag;
const HALF = 2 ** 31;

for (const profile of PROFILES) {
  describe(`before and behind ESTABLISHED (${profile})`, () => {
    let target: Target;
    before(async () => (target = await Target.of(profile)));
    beforeEach(() => target.start());

    const halfOpen = (): Ghost => {
      const ghost = target.ghost();
      ghost.send(SYN, target.now);
      assert.equal(ghost.receive(target.now)?.flags, SYN | ACK);
      return ghost;
    };
    /** We closed first, and both FINs are acknowledged. */
    const timeWait = (): { ghost: Ghost; nxt: number; rcvNxt: number } => {
      const victim = Victim.of(target);
      const { rcvNxt, nxt } = victim.row;
      target.call.close(victim.handle);
      target.answers();
      victim.ghost.send(ACK | FIN, target.now, { seq: rcvNxt, ack: nxt + 1 });
      target.answers();
      assert.equal(target.count(Table.TIME_WAIT), 1);
      return { ghost: victim.ghost, nxt: (nxt + 1) >>> 0, rcvNxt: (rcvNxt + 1) >>> 0 };
    };

    test('X08: a RST that is not exact is challenged in SYN-RECEIVED, and the handshake goes on', () => {
      const ghost = halfOpen();
      ghost.send(RST, target.now, { seq: ghost.seq + 1 });
      const [challenge] = segmentsOf(target.answers());
      assert.deepEqual([challenge?.flags, challenge?.ack], [ACK, ghost.seq >>> 0]);
      for (const seq of [ghost.seq - 1, ghost.seq + HALF]) {
        ghost.send(RST, target.now, { seq });
        assert.deepEqual(target.answers(), []);
      }
      assert.equal(ghost.send(ACK, target.now), 0);
      target.call.abort(target.call.accept(target.listener));
      target.stillWorks();
    });

    test('an exact RST in SYN-RECEIVED frees the entry, and a wrong ACK draws a RST and keeps it', () => {
      const ghost = halfOpen();
      for (const off of [1, -1, 1000, HALF]) {
        ghost.send(ACK, target.now, { ack: ghost.ack + off });
        const [reset] = segmentsOf(target.answers());
        assert.deepEqual([reset?.flags, reset?.seq], [RST, (ghost.ack + off) >>> 0]);
      }
      assert.equal(target.count(Table.SYN_QUEUE), 1);
      ghost.send(RST, target.now);
      assert.equal(target.count(Table.SYN_QUEUE), 0);
      target.stillWorks();
    });

    test('SYNs repeated a hundred times are one entry, and each answer has the same number', () => {
      const ghost = target.ghost();
      const numbers = new Set<number>();
      const { seq } = ghost;
      for (let i = 0; i < 100; i++) {
        ghost.send(SYN, target.now, { seq });
        for (const one of segmentsOf(target.answers())) numbers.add(one.seq);
      }
      assert.equal(numbers.size, 1);
      assert.equal(target.count(Table.SYN_QUEUE), 1);
      target.stillWorks();
    });

    test('in SYN-SENT nothing but an answer to our SYN counts', () => {
      const handle = target.call.open(PEER, 77, 3000);
      const [syn] = segmentsOf(target.answers());
      const iss = syn?.seq ?? 0;
      const from = { fromPort: 77, toPort: 3000 };
      for (const flags of [RST, FIN, ACK | FIN, PSH, 0]) target.hand(tcp({ ...from, flags, ack: iss }));
      for (const off of [0, 2, HALF, -1]) {
        const answers = segmentsOf(target.hand(tcp({ ...from, flags: SYN | ACK, ack: iss + off })));
        assert.deepEqual(
          answers.map((one) => [one.flags, one.seq]),
          [[RST, (iss + off) >>> 0]],
        );
        assert.deepEqual(target.hand(tcp({ ...from, flags: RST | ACK, ack: iss + off })), []);
      }
      assert.equal(target.call.status(handle), State.SYN_SENT);
      target.hand(tcp({ ...from, flags: RST | ACK, ack: iss + 1 }));
      assert.equal(target.call.error(handle), Fault.REFUSED);
      target.call.close(handle);
      target.stillWorks();
    });

    test('closed between the peer’s SYN and our own, under a closed window: it is answered, and the slot comes back', () => {
      const handle = target.call.open(PEER, 77, 3000);
      assert.equal(target.verdict(tcp({ fromPort: 77, toPort: 3000, flags: SYN, window: 0 })), 0);
      assert.equal(target.call.status(handle), State.SYN_RECEIVED);
      target.call.close(handle);
      assert.ok(segmentsOf(target.answers()).some((one) => one.has(SYN | ACK)));
      target.pass(400_000);
      assert.deepEqual(target.rows(), []);
      target.stillWorks();
    });

    test('X22: a FIN again in TIME-WAIT is acknowledged and starts the 2 MSL anew', () => {
      const { ghost, nxt, rcvNxt } = timeWait();
      target.pass(200_000);
      const left = target.rows()[0]?.lifeLeft ?? 0;
      ghost.send(ACK | FIN, target.now, { seq: rcvNxt - 1, ack: nxt });
      const [answer] = segmentsOf(target.answers());
      assert.deepEqual([answer?.flags, answer?.seq, answer?.ack], [ACK, nxt, rcvNxt]);
      assert.ok((target.rows()[0]?.lifeLeft ?? 0) > left + 190_000);
      target.stillWorks();
    });

    test('X24: a RST in TIME-WAIT is ignored, exact or not (RFC 1337)', () => {
      const { ghost, rcvNxt } = timeWait();
      for (const seq of [rcvNxt, rcvNxt + 1, rcvNxt - 1, rcvNxt + HALF]) {
        ghost.send(RST, target.now, { seq });
        target.answers();
        assert.equal(target.count(Table.TIME_WAIT), 1);
      }
      target.stillWorks();
    });

    test('TIME-WAIT answers pure ACKs sparingly, so that two ends in it fall silent', () => {
      const { ghost, nxt, rcvNxt } = timeWait();
      let answers = 0;
      for (let i = 0; i < 1000; i++) {
        ghost.send([ACK, ACK | PSH, RST, RST | ACK][i % 4] as number, target.now, { seq: rcvNxt + HALF, ack: nxt });
        answers += target.answers().length;
      }
      assert.ok(answers <= 20, `${answers} answers`);
      assert.equal(target.count(Table.TIME_WAIT), 1);
      target.stillWorks();
    });

    test('in every closing state, every flag at every place: no trap, one answer at most, and all comes back', () => {
      const begin: ((victim: Victim) => void)[] = [
        (victim) => target.call.shutdown(victim.handle), // FIN-WAIT-1
        (victim) => {
          target.call.shutdown(victim.handle);
          target.answers();
          victim.hear(ACK); // FIN-WAIT-2
        },
        (victim) => victim.hear(ACK | FIN), // CLOSE-WAIT
        (victim) => {
          const { nxt } = victim.row;
          target.call.shutdown(victim.handle);
          target.answers();
          victim.hear(ACK | FIN, { ack: nxt - victim.row.nxt }); // CLOSING
        },
        (victim) => {
          victim.hear(ACK | FIN);
          target.call.shutdown(victim.handle); // LAST-ACK
        },
      ];
      const states = new Set<number>();
      for (const enter of begin) {
        for (let flags = 0; flags < 64; flags++) {
          const victim = Victim.of(target);
          enter(victim);
          target.answers();
          states.add(victim.state);
          for (const seq of [1, -1, HALF, 0]) {
            for (const ack of [0, 1, -1]) {
              if (victim.state !== State.CLOSED) assert.ok(victim.hear(flags, { seq, ack, text: 'q' }).length <= 2);
            }
          }
          victim.end();
        }
      }
      assert.deepEqual(
        [...states].sort((a, b) => a - b),
        [State.FIN_WAIT_1, State.FIN_WAIT_2, State.CLOSE_WAIT, State.CLOSING, State.LAST_ACK],
      );
      target.stillWorks();
    });

    test('X26: ten thousand SYNs from ten thousand ports, and then a real client', () => {
      const octets = target.machine.octets.buffer.byteLength;
      for (let i = 0; i < 10_000; i++) {
        target.hand(tcp({ flags: SYN, fromPort: 1 + i, seq: i * 0x9e3779b1 }));
        if (i % 10 === 0) target.now += 1;
      }
      assert.ok(target.call.counter(Counter.COOKIES_SENT) > 9000);
      target.shakesHands();
      assert.equal(target.machine.octets.buffer.byteLength, octets);
      target.stillWorks();
    });
  });
}
