// Peers that are no flood but a burden: they never read, never close, never acknowledge, or come back a thousand times. Each costs
// one entry at most, list() shows it, and the entry comes back: by a timer of the stack, or when its room is wanted.
import assert from 'node:assert/strict';
import { before, beforeEach, describe, test } from 'node:test';
import { Counter, Fault, Flag, State, Table } from '../../assembly/numbers.js';
import { PROFILES, Target } from '../hostile/target.js';
import { Victim } from '../hostile/victim.js';

const { ACK, FIN, PSH } = Flag;
const SECOND = 1000;
const MINUTE = 60 * SECOND;

for (const profile of PROFILES) {
  describe(`tiresome peers (${profile})`, () => {
    let target: Target;
    before(async () => (target = await Target.of(profile)));
    beforeEach(() => target.start());

    /** What list() shows of connections, by state. */
    const shown = (): number[] => target.rows().map(({ state }) => state);

    test('one that never acknowledges is given up behind R2 (100 s), and its user hears ETIMEDOUT', () => {
      const victim = Victim.of(target);
      target.write(victim.handle, Buffer.from('hello?'));
      victim.pass(99 * SECOND);
      assert.deepEqual(shown(), [State.ESTABLISHED]);
      victim.pass(61 * SECOND);
      assert.equal(target.call.error(victim.handle), Fault.TIMED_OUT);
      victim.end();
      target.stillWorks();
    });

    test('one that never acknowledges our FIN is given up, whoever holds the handle', () => {
      for (const isHeld of [true, false]) {
        const victim = Victim.of(target);
        if (isHeld) target.call.shutdown(victim.handle);
        else target.call.close(victim.handle);
        target.pass(SECOND);
        assert.deepEqual(shown(), [State.FIN_WAIT_1]);
        target.pass(3 * MINUTE);
        if (isHeld) victim.end();
        assert.deepEqual(shown(), []);
      }
      target.stillWorks();
    });

    test('one that never closes is seen in FIN-WAIT-2, and waited for no longer than a minute once the user has let go', () => {
      const victim = Victim.of(target);
      target.call.close(victim.handle);
      target.answers();
      victim.ghost.send(ACK, target.now, { ack: victim.ghost.ack + 1 });
      target.answers();
      assert.deepEqual(shown(), [State.FIN_WAIT_2]);
      assert.ok((target.rows()[0]?.lifeLeft ?? 0) > 0, 'the time it has left is told');
      target.pass(59 * SECOND);
      assert.deepEqual(shown(), [State.FIN_WAIT_2]);
      target.pass(2 * SECOND);
      assert.deepEqual(shown(), []);
      target.stillWorks();
    });

    test('one that closes is seen in CLOSE-WAIT for as long as our own user keeps it, and then in LAST-ACK until R2', () => {
      const victim = Victim.of(target);
      victim.hear(ACK | FIN);
      target.pass(10 * MINUTE);
      assert.deepEqual(shown(), [State.CLOSE_WAIT]);
      assert.equal(target.call.receiveReady(victim.handle), 0, 'the user is told that it may close');
      target.call.close(victim.handle);
      target.pass(SECOND);
      assert.deepEqual(shown(), [State.LAST_ACK]);
      target.pass(3 * MINUTE);
      assert.deepEqual(shown(), []);
      target.stillWorks();
    });

    test('one that closes its window together with its stream cannot keep the slot (a FIN sent as a probe)', () => {
      const victim = Victim.of(target);
      victim.hear(ACK | FIN, { window: 0 });
      const { ghost } = victim;
      target.call.close(victim.handle);
      target.pass(5 * SECOND);
      assert.deepEqual(shown(), [State.LAST_ACK]);
      ghost.send(ACK, target.now, { seq: ghost.seq, ack: ghost.ack + 1, window: 0 });
      assert.deepEqual(shown(), []);
      target.stillWorks();
    });

    test('peers that never read take no slot for good: what their users have let go ends when slots run out (RFC 6429)', () => {
      const ghosts = Array.from({ length: target.machine.connections }, () => {
        const victim = Victim.of(target);
        victim.hear(ACK, { window: 0 });
        target.write(victim.handle, Buffer.from('nobody will read this'));
        const row = victim.row;
        const answer = { seq: row.rcvNxt, ack: row.una, window: 0 };
        target.call.close(victim.handle);
        return () => victim.ghost.send(ACK, target.now, answer);
      });
      assert.equal(target.count(Table.CONNECTION), target.machine.connections);
      // They acknowledge every probe, for ever.
      let minutes = 0;
      for (; minutes < 30 && target.count(Table.CONNECTION) === target.machine.connections; minutes++) {
        for (let i = 0; i < 60; i++) {
          target.pass(SECOND);
          for (const answer of ghosts) answer();
        }
      }
      assert.ok(minutes < 10, `after ${minutes} minutes every slot is still taken`);
      target.shakesHands();
    });

    test('one that never reads keeps its connection as long as there is room for others (MUST-37)', () => {
      const victim = Victim.of(target);
      victim.hear(ACK, { window: 0 });
      target.write(victim.handle, Buffer.from('in time'));
      const { rcvNxt, una } = victim.row;
      target.call.close(victim.handle);
      for (let i = 0; i < 20 * 60; i++) {
        target.pass(SECOND);
        victim.ghost.send(ACK, target.now, { seq: rcvNxt, ack: una, window: 0 });
      }
      assert.deepEqual(shown(), [State.FIN_WAIT_1]);
      victim.ghost.send(ACK, target.now, { seq: rcvNxt, ack: una, window: 4096 });
      const [text] = target.answers();
      assert.equal(text?.subarray(40).toString(), 'in time');
    });

    test('connections that nobody accepts fill the backlog and no more, and go with the listener', () => {
      const most = Math.min(4, target.machine.connections);
      for (let i = 0; i < 20; i++) {
        const ghost = target.ghost();
        ghost.open(target.now);
      }
      assert.equal(target.count(Table.CONNECTION), most);
      target.call.close(target.listener);
      target.answers();
      target.pass(MINUTE);
      assert.deepEqual(shown(), []);
    });

    test('half-open connections end behind their time', () => {
      for (let i = 0; i < 2000; i++) target.ghost().send(Flag.SYN, target.now);
      assert.ok(target.count(Table.SYN_QUEUE) > 0 && target.count(Table.SYN_QUEUE) <= target.machine.synQueue);
      target.pass(61 * SECOND);
      assert.deepEqual(shown(), []);
      target.stillWorks();
    });

    test('a thousand connections in a row that we close first: TIME-WAIT never runs the stack out', () => {
      const recycled = target.call.counter(Counter.TIME_WAIT_RECYCLED);
      for (let i = 0; i < 1000; i++) {
        const victim = Victim.of(target);
        victim.hear(ACK | PSH, { text: `visit ${i}` });
        assert.equal(target.read(victim.handle).toString(), `visit ${i}`);
        const { rcvNxt, nxt } = victim.row;
        target.call.close(victim.handle);
        target.answers();
        victim.ghost.send(ACK | FIN, target.now, { seq: rcvNxt, ack: nxt + 1 });
        target.answers();
        target.now += 3;
        assert.equal(target.count(Table.CONNECTION), 0);
        assert.ok(target.count(Table.TIME_WAIT) <= target.machine.timeWaits);
      }
      assert.equal(target.count(Table.TIME_WAIT), Math.min(1000, target.machine.timeWaits), 'the latest are kept');
      const gone = target.call.counter(Counter.TIME_WAIT_RECYCLED) - recycled;
      assert.equal(gone, Math.max(0, 1000 - target.machine.timeWaits), 'those that gave way are counted');
      target.stillWorks();
    });

    test('a thousand connections in a row that the peer closes first leave nothing at all', () => {
      for (let i = 0; i < 1000; i++) {
        const victim = Victim.of(target);
        victim.hear(ACK | FIN);
        const { nxt } = victim.row;
        target.call.close(victim.handle);
        target.answers();
        victim.ghost.send(ACK, target.now, { ack: nxt + 1 });
        assert.deepEqual(shown(), []);
      }
      target.stillWorks();
    });

    test('the same port again and again, SYN upon SYN out of TIME-WAIT', () => {
      for (let i = 0; i < 300; i++) {
        const ghost = target.ghost(41_000);
        ghost.seq = 1_000_000 * (i + 1);
        assert.ok(ghost.open(target.now), `the ${i}-th life`);
        const handle = target.call.accept(target.listener);
        assert.ok(handle > 0);
        target.call.close(handle);
        const fin = ghost.receive(target.now);
        assert.ok(fin?.has(FIN));
        ghost.send(ACK | FIN, target.now);
        target.answers();
        target.now += 100;
        assert.deepEqual(shown(), [State.TIME_WAIT]);
      }
      target.stillWorks();
    });
  });
}
