// Against a connection in the middle of its life: RST, SYN and ACK from all over the sequence space, urgent pointers, windows
// that open and close, text in pieces, SACK blocks that lie. RFC 9293 section 3.10.7.4, RFC 5961, and those whom it hurt.
import assert from 'node:assert/strict';
import { before, beforeEach, describe, test } from 'node:test';
import { Counter, Drop, Event, Fault, Flag, Option, State } from '../../assembly/numbers.js';
import { PROFILES, Target } from './target.js';
import { Victim } from './victim.js';

const { ACK, FIN, PSH, RST, SYN, URG } = Flag;
const HALF = 2 ** 31;

for (const profile of PROFILES) {
  describe(`an established connection (${profile})`, () => {
    let target: Target;
    let victim: Victim;
    before(async () => (target = await Target.of(profile)));
    beforeEach(() => target.start());

    const begin = (syn?: readonly number[], ack?: readonly number[]): Victim => (victim = Victim.of(target, syn, ack));
    /** Text and the four checks: the attack has changed nothing. */
    const survives = (): void => {
      victim.isWell();
      victim.end();
      target.stillWorks();
    };

    test('X04: a RST at RCV.NXT resets it (RFC 5961 section 3.2)', () => {
      begin();
      assert.deepEqual(victim.hear(RST), []);
      assert.equal(target.call.error(victim.handle), Fault.RESET);
      assert.equal(target.call.receiveReady(victim.handle), Fault.RESET);
      victim.end();
      target.stillWorks();
    });

    test('X06: a RST anywhere else is challenged inside the window and ignored outside', () => {
      begin();
      const { rcvWnd } = victim.row;
      for (const seq of [-1, rcvWnd, rcvWnd + 1, -rcvWnd, HALF, HALF - 1, HALF + 1]) victim.isIgnored(RST, { seq });
      for (const seq of [1, 2, rcvWnd - 1]) victim.isChallenged(RST, { seq });
      for (const seq of [1, rcvWnd - 1]) victim.isChallenged(RST | ACK, { seq });
      survives();
    });

    test('X10: a SYN is challenged wherever it stands (RFC 5961 section 4.2)', () => {
      begin();
      const { rcvWnd } = victim.row;
      for (const seq of [0, 1, 100, rcvWnd - 1]) victim.isChallenged(SYN, { seq });
      // Outside the window the first step answers, in the same way.
      for (const seq of [-1, rcvWnd, HALF]) victim.isChallenged(SYN, { seq });
      victim.isChallenged(SYN | ACK);
      survives();
    });

    test('challenges are bounded in number, and the bound is this connection’s own (RFC 5961 section 10)', () => {
      begin();
      let challenges = 0;
      for (let i = 0; i < 1000; i++) challenges += victim.hear(SYN, { seq: 5 }).length;
      assert.ok(challenges > 0 && challenges <= 20, `${challenges} challenges for 1,000 SYNs`);
      victim.pass(10_000);
      victim.isChallenged(SYN, { seq: 5 });
      survives();
    });

    test('X12: an ACK of what was never sent is answered and dropped, its text too', () => {
      begin();
      for (const ack of [1, 2, 1000, HALF - 1]) {
        const answers = victim.hear(ACK | PSH, { ack, text: 'A' });
        assert.deepEqual(
          answers.map((one) => [one.flags, one.length]),
          [[ACK, 0]],
        );
        assert.equal(target.call.receiveReady(victim.handle), Fault.AGAIN);
      }
      survives();
    });

    test('X14: an old ACK takes nothing from the text that comes with it, as long as it is plausible', () => {
      begin();
      target.write(victim.handle, Buffer.from('x'.repeat(100)));
      target.answers();
      victim.hear(ACK);
      victim.hear(ACK | PSH, { ack: -1, text: 'A' });
      assert.equal(target.read(victim.handle).toString(), 'A');
      // More than a window ago: somebody guesses (RFC 5961 section 5.2).
      const verdict = victim.give(ACK | PSH, { ack: -HALF + 1, text: 'B' });
      assert.equal(verdict, Drop.BAD_ACK);
      target.answers();
      assert.equal(target.call.receiveReady(victim.handle), Fault.AGAIN);
      survives();
    });

    test('a segment without ACK is nobody’s', () => {
      begin();
      for (const flags of [0, FIN, PSH, URG, FIN | PSH | URG]) {
        assert.equal(victim.give(flags, { text: 'A', urgent: 1 }), Drop.NO_ACK);
        assert.deepEqual(target.answers(), []);
      }
      survives();
    });

    test('X02: an urgent pointer far beyond the text is a mark, and the text flows', () => {
      for (const urgent of [0, 1, 2, 255, 32767, 32768, 65535]) {
        begin();
        victim.hear(ACK | PSH | URG, { text: 'A', urgent });
        assert.equal(target.read(victim.handle).toString(), 'A');
        if (urgent > 1) assert.ok(target.call.events(victim.handle) & Event.URGENT);
        victim.hear(ACK | PSH | URG, { text: 'B', urgent: 0 });
        assert.equal(target.read(victim.handle).toString(), 'B');
        survives();
      }
    });

    test('an urgent pointer with no text, with a FIN, outside the window and in a RST', () => {
      begin();
      for (const urgent of [0, 1, 65535]) victim.isIgnored(ACK | URG, { urgent });
      victim.hear(ACK | URG, { urgent: 65535, seq: HALF });
      victim.isChallenged(RST | URG, { urgent: 65535, seq: 1 });
      victim.isWell();
      victim.hear(ACK | FIN | URG, { urgent: 65535 });
      assert.equal(target.call.receiveReady(victim.handle), 0, 'end of stream');
      victim.end();
      target.stillWorks();
    });

    test('X16: a window that shrinks below what is under way, and closes, is probed and opens again', () => {
      begin();
      const text = Buffer.alloc(Math.min(1000, target.machine.sendRing), 0x63);
      victim.hear(ACK, { window: 2000 });
      target.write(victim.handle, text);
      victim.pass(0);
      const { una } = victim.row;
      for (const window of [500, 100, 1, 0]) {
        victim.hear(ACK, { window, ack: una - victim.row.nxt });
        assert.equal(victim.row.una, una);
      }
      const probes = victim.pass(60_000);
      assert.ok(probes.length > 2 && probes.length < 40, `${probes.length} probes in a minute`);
      // A tail probe may repeat what was sent before the window closed (MAY-7); then one octet at SND.UNA asks (MUST-36).
      assert.ok(probes.slice(1).every((one) => one.seq === una && one.length === 1));
      // The window opens: everything arrives.
      const end = victim.row.end;
      for (let i = 0; i < 20 && victim.row.una !== end; i++) {
        victim.hear(ACK, { window: 4096 });
        victim.pass(3000);
      }
      assert.equal(victim.row.una, end);
      survives();
    });

    test('X30: a window that stays closed keeps the connection (MUST-37), and its user can let it go', () => {
      begin();
      victim.hear(ACK, { window: 0 });
      target.write(victim.handle, Buffer.from('text that nobody wants'));
      let probes = 0;
      for (let minutes = 0; minutes < 30; minutes++) {
        const heard = victim.pass(60_000);
        probes += heard.length;
        if (heard.length > 0) victim.hear(ACK, { window: 0, ack: victim.row.una - victim.row.nxt });
      }
      assert.equal(victim.state, State.ESTABLISHED);
      assert.ok(probes >= 20 && probes < 100, `${probes} probes in half an hour`);
      victim.end();
      assert.equal(target.rows().length, 0, 'the slot is free at once');
      target.stillWorks();
    });

    test('one whose probes nobody answers ends by itself', () => {
      begin();
      victim.hear(ACK, { window: 0 });
      target.write(victim.handle, Buffer.from('text'));
      victim.pass(400_000);
      assert.equal(target.call.error(victim.handle), Fault.TIMED_OUT);
      victim.end();
      target.stillWorks();
    });

    test('window 0 in a SYN: the connection waits, and text flows once it opens', () => {
      const { ghost, handle } = target.established();
      victim = new Victim(target, ghost, handle);
      for (const window of [0, 65535, 0, 1, 0]) victim.hear(ACK, { window });
      target.write(handle, Buffer.from('patience'));
      assert.deepEqual(victim.pass(0), []);
      victim.hear(ACK, { window: 65535 });
      victim.hear(ACK);
      survives();
    });

    test('X18: every other octet of the window costs bounded work, fixed memory, and the stream comes out right', () => {
      begin();
      const { rcvWnd } = victim.row;
      const octets = Math.min(rcvWnd, 4096);
      const text = Uint8Array.from({ length: octets }, (_, i) => i & 255);
      let answers = 0;
      for (let at = 1; at < octets; at += 2)
        answers += victim.hear(ACK | PSH, { seq: at, text: text.subarray(at, at + 1) }).length;
      assert.ok(answers <= octets / 2 + 1, 'one ACK for each at most');
      assert.equal(target.call.receiveReady(victim.handle), Fault.AGAIN);
      // What the core has not said to have, the peer sends again, as far as its window goes.
      const first = victim.row.rcvNxt;
      for (let at = 0; at < octets; at = (victim.row.rcvNxt - first) >>> 0) {
        victim.hear(ACK | PSH, { text: text.subarray(at, at + 1) });
      }
      assert.deepEqual(target.read(victim.handle), Buffer.from(text));
      victim.pass(0);
      survives();
    });

    test('overlaps of every kind give each octet once', () => {
      begin();
      const text = Buffer.from('abcdefghijklmnopqrstuvwxyz');
      const pieces: [number, number][] = [
        [4, 8],
        [2, 6],
        [6, 10],
        [3, 9],
        [4, 8],
        [12, 14],
        [10, 16],
        [20, 26],
        [18, 22],
        [-5, 3],
        [0, 3],
        [1, 20],
        [0, 26],
      ];
      const base = victim.row.rcvNxt;
      for (const [from, to] of pieces) {
        const piece =
          from < 0 ? Buffer.concat([Buffer.alloc(-from, 0x21), text.subarray(0, to)]) : text.subarray(from, to);
        victim.hear(ACK | PSH, { seq: base + from - victim.row.rcvNxt, text: piece });
      }
      assert.equal(target.read(victim.handle).toString(), text.toString());
      survives();
    });

    test('text outside the window, before it and half across its edges, leaves what is inside', () => {
      begin();
      const { rcvWnd } = victim.row;
      for (const seq of [rcvWnd, rcvWnd + 1, HALF, -10]) {
        victim.hear(ACK | PSH, { seq, text: 'outside' });
        assert.equal(target.call.receiveReady(victim.handle), Fault.AGAIN);
      }
      victim.hear(ACK | PSH, { seq: rcvWnd - 3, text: 'edge' });
      victim.hear(ACK | PSH, { seq: -3, text: 'oldnew' });
      assert.equal(target.read(victim.handle).toString(), 'new');
      survives();
    });

    test('X20: a FIN beyond a hole ends the stream behind its last octet and not before', () => {
      begin();
      victim.hear(ACK | FIN, { seq: 5 });
      assert.equal(victim.state, State.ESTABLISHED);
      assert.equal(target.call.receiveReady(victim.handle), Fault.AGAIN);
      victim.hear(ACK | PSH, { text: 'abc' });
      assert.equal(target.read(victim.handle).toString(), 'abc');
      assert.equal(target.call.receiveReady(victim.handle), Fault.AGAIN);
      victim.hear(ACK | PSH, { text: 'de' });
      assert.equal(target.read(victim.handle).toString(), 'de');
      assert.equal(target.call.receiveReady(victim.handle), 0);
      assert.equal(victim.state, State.CLOSE_WAIT);
      victim.end();
      target.stillWorks();
    });

    test('FINs that contradict one another, and text behind a FIN, end the stream once', () => {
      begin();
      for (const seq of [9, 3, 7, 3]) victim.hear(ACK | FIN, { seq });
      victim.hear(ACK | PSH, { text: 'abcdefghijk' });
      const text = target.read(victim.handle).toString();
      assert.ok('abcdefghijk'.startsWith(text), text);
      victim.hear(ACK | FIN | PSH, { text: 'lm' });
      victim.hear(ACK | PSH, { text: 'behind' });
      target.read(victim.handle);
      assert.ok(target.call.receiveReady(victim.handle) <= 0);
      victim.end();
      target.stillWorks();
    });

    test('X32: a thousand duplicate ACKs cost one fast retransmission, and the congestion window stays in bounds', () => {
      begin();
      const room = target.call.sendRoom(victim.handle);
      target.write(victim.handle, Buffer.alloc(room, 0x64));
      target.answers();
      const { una } = victim.row;
      const before = target.call.counter(Counter.FAST_RETRANSMISSIONS);
      let octets = 0;
      for (let i = 0; i < 1000; i++) {
        for (const one of victim.hear(ACK, { ack: una - victim.row.nxt })) octets += one.length;
      }
      assert.ok(target.call.counter(Counter.FAST_RETRANSMISSIONS) - before <= 1);
      assert.ok(octets <= 3 * room, `${octets} octets sent again for a ring of ${room}`);
      const cwnd = target.machine.words[(target.call.info(victim.handle) + 68) >> 2] ?? 0;
      assert.ok(cwnd <= 4 * target.machine.sendRing + 1000 * 1460, `a congestion window of ${cwnd}`);
      victim.hear(ACK);
      victim.end();
      target.stillWorks();
    });

    test('SACK blocks that lie: inverted, empty, beyond SND.NXT, before SND.UNA, of all sequence space (SACK Panic)', () => {
      begin([4, 2, 1, 1, 2, 4, 0, 48]);
      const word = (value: number): number[] => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
      target.write(victim.handle, Buffer.alloc(Math.min(400, target.machine.sendRing), 0x65));
      target.answers();
      const { una, nxt } = victim.row;
      const edges = [una - HALF, una - 1, una, una + 1, una + 8, una + 16, nxt - 1, nxt, nxt + 1, nxt + HALF - 1];
      for (const left of edges) {
        for (const right of edges) {
          const options = [1, 1, 5, 34, ...word(left), ...word(right), ...word(right), ...word(left)];
          const more = [...word(una + 3), ...word(una + 5), ...word(una + 1), ...word(una + 2)];
          victim.hear(ACK, { ack: una - victim.row.nxt, options: [...options, ...more] });
        }
      }
      for (const octets of [2, 3, 9, 11, 18, 33, 35, 40]) {
        victim.hear(ACK, {
          ack: una - victim.row.nxt,
          options: [1, 1, 5, octets, ...new Array<number>(36).fill(0xff)],
        });
      }
      assert.equal(victim.row.una, una, 'SACK acknowledges nothing for good');
      victim.pass(5000);
      for (let i = 0; i < 10 && victim.row.una !== victim.row.end; i++) {
        victim.hear(ACK);
        victim.pass(3000);
      }
      assert.equal(victim.row.una, victim.row.end);
      survives();
    });

    test('timestamps that jump, echo what was never sent, or are missing', () => {
      const stamp = (value: number, echo: number): number[] => [
        ...[1, 1, 8, 10],
        ...[24, 16, 8, 0].map((shift) => (value >>> shift) & 255),
        ...[24, 16, 8, 0].map((shift) => (echo >>> shift) & 255),
      ];
      begin(stamp(256, 0), stamp(256, 0));
      for (const echo of [0, 1, 0xffffffff, HALF]) victim.hear(ACK, { options: stamp(256, echo) });
      assert.equal(victim.give(ACK | PSH, { text: 'old', options: stamp(255, 0) }), Drop.PAWS);
      assert.equal(victim.give(ACK | PSH, { text: 'none' }), Drop.PAWS);
      target.answers();
      assert.equal(target.call.receiveReady(victim.handle), Fault.AGAIN);
      victim.hear(ACK | PSH, { text: 'new', options: stamp(257, 0) });
      assert.equal(target.read(victim.handle).toString(), 'new');
      target.write(victim.handle, Buffer.from('back'));
      target.answers();
      for (const echo of [0, 0xffffffff]) victim.hear(ACK, { options: stamp(258, echo) });
      assert.ok(victim.row.rto <= 120_000);
      victim.end();
      target.stillWorks();
    });

    test('every pair of flags and place, one after another, leaves a connection or a reset', () => {
      for (let flags = 0; flags < 64; flags++) {
        begin();
        const { rcvWnd } = victim.row;
        for (const seq of [0, 1, -1, rcvWnd - 1, rcvWnd, HALF]) {
          for (const ack of [0, 1, -1, HALF]) {
            if (victim.state <= State.CLOSED) break;
            const answers = victim.hear(flags, { seq, ack, text: 'z', urgent: 9, window: 77 });
            assert.ok(answers.length <= 2, `${answers.length} answers to one segment`);
          }
        }
        victim.end();
      }
      target.stillWorks();
    });

    test('linger 0 and unread text: the peer hears one RST, and the attack goes on in vain', () => {
      begin();
      victim.hear(ACK | PSH, { text: 'unread' });
      target.call.option(victim.handle, Option.LINGER, 0);
      target.call.close(victim.handle);
      const sent = target.answers();
      assert.equal(sent.length, 1);
      const ghost = victim.ghost;
      for (let i = 0; i < 100; i++) {
        ghost.send(ACK | PSH, target.now, { text: Buffer.from('more') });
        assert.equal(target.answers().length, 1, 'each draws a RST, and nothing is kept');
      }
      target.stillWorks();
    });
  });
}
