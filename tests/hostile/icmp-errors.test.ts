// ICMP errors about a connection, true ones and lies: RFC 9293 section 3.9.2.2, RFC 5927, RFC 1191.
import assert from 'node:assert/strict';
import { before, beforeEach, describe, test } from 'node:test';
import { Event, Fault, Flag, State } from '../../assembly/numbers.js';
import { icmp, ipv4, OURS, PEER, PORT } from './datagrams.js';
import { PROFILES, Target } from './target.js';
import { Victim } from './victim.js';

const { ACK, SYN } = Flag;
const HALF = 2 ** 31;

interface Lie {
  seq?: number;
  fromPort?: number;
  toPort?: number;
  source?: number;
  destination?: number;
  /** Octets of the quoted segment. */
  octets?: number;
  mtu?: number;
}

for (const profile of PROFILES) {
  describe(`ICMP errors (${profile})`, () => {
    let target: Target;
    let victim: Victim;
    before(async () => (target = await Target.of(profile)));
    beforeEach(() => {
      target.start();
      victim = Victim.of(target);
      target.write(victim.handle, Buffer.alloc(100, 0x66));
      target.answers();
      target.call.events(victim.handle);
    });

    /** An error that quotes the segment at SND.UNA, or says something else. */
    const tell = (type: number, code: number, lie: Lie = {}): void => {
      const payload = Buffer.alloc(lie.octets ?? 8);
      const header = Buffer.alloc(8);
      header.writeUInt16BE(lie.fromPort ?? PORT, 0);
      header.writeUInt16BE(lie.toPort ?? victim.ghost.ends.fromPort, 2);
      header.writeUInt32BE((lie.seq ?? victim.row.una) >>> 0, 4);
      header.copy(payload);
      const quoted = ipv4({
        source: lie.source ?? OURS,
        destination: lie.destination ?? PEER,
        payload,
        totalLength: 140,
      });
      const unused = Buffer.alloc(4);
      unused.writeUInt16BE(lie.mtu ?? 0, 2);
      target.hand(icmp(type, code, Buffer.concat([unused, quoted])));
    };
    const survives = (): void => {
      assert.equal(victim.state, State.ESTABLISHED);
      victim.hear(ACK);
      victim.isWell();
      victim.end();
      target.stillWorks();
    };

    test('C08: source quench is passed over in silence (MUST-55)', () => {
      for (let code = 0; code < 256; code++) tell(4, code);
      assert.equal(target.call.events(victim.handle), 0);
      assert.equal(target.call.error(victim.handle), 0);
      survives();
    });

    test('C10: host unreachable and the like are told and end nothing (MUST-56)', () => {
      for (const [type, code, fault] of [
        [3, 0, Fault.NETWORK_UNREACHABLE],
        [3, 1, Fault.HOST_UNREACHABLE],
        [3, 5, Fault.HOST_UNREACHABLE],
        [11, 0, Fault.HOST_UNREACHABLE],
        [11, 1, Fault.HOST_UNREACHABLE],
        [12, 0, Fault.HOST_UNREACHABLE],
      ] as const) {
        tell(type, code);
        assert.equal(target.call.events(victim.handle), Event.SOFT_ERROR);
        assert.equal(target.call.error(victim.handle), fault);
        assert.equal(target.call.error(victim.handle), 0, 'and then forgotten');
      }
      survives();
    });

    test('hard errors end no synchronised connection either (RFC 5927 section 5)', () => {
      for (const code of [2, 3]) tell(3, code);
      assert.equal(target.call.events(victim.handle), Event.SOFT_ERROR);
      survives();
    });

    test('an error about a segment that is not under way says nothing', () => {
      const { una, nxt } = victim.row;
      for (const seq of [una - 1, nxt, nxt + 1, una + HALF, 0]) tell(3, 1, { seq });
      for (const lie of [{ fromPort: 9 }, { toPort: 9 }, { source: PEER }, { destination: OURS }]) tell(3, 1, lie);
      for (let octets = 0; octets < 8; octets++) tell(3, 1, { octets });
      assert.equal(target.call.events(victim.handle), 0);
      survives();
    });

    test('a path MTU of every size is never taken below 296, nor above what is in force (RFC 1191)', () => {
      const mss = (): number => target.machine.octets.readUInt16LE(target.call.info(victim.handle) + 84);
      const first = mss();
      for (const mtu of [65535, 9000, 1500]) {
        tell(3, 4, { mtu });
        assert.equal(mss(), Math.min(first, mtu - 40));
      }
      for (const mtu of [0, 1, 20, 39, 40, 41, 68, 295]) tell(3, 4, { mtu });
      assert.ok(mss() >= Math.min(first, 256), `an MSS of ${mss()}`);
      survives();
    });

    test('every type and code, with a true quotation, leaves the connection', () => {
      for (let type = 0; type < 48; type++) {
        if (type === 8) continue;
        for (let code = 0; code < 20; code++) tell(type, code, { mtu: 600 });
      }
      survives();
    });

    test('an open that is refused by a port unreachable hears so; a guess about it is nothing', () => {
      const handle = target.call.open(PEER, 77, 3000);
      target.answers();
      const own = new Victim(target, victim.ghost, handle);
      const { una } = own.row;
      tell(3, 3, { fromPort: 3000, toPort: 77, seq: una + 1 });
      assert.equal(target.call.status(handle), State.SYN_SENT);
      tell(3, 3, { fromPort: 3000, toPort: 77, seq: una });
      assert.equal(target.call.error(handle), Fault.REFUSED);
      own.end();
      survives();
    });

    test('errors about half-open connections touch nobody', () => {
      const ghost = target.ghost();
      ghost.send(SYN, target.now);
      const answer = ghost.receive(target.now);
      tell(3, 1, { toPort: ghost.ends.fromPort, seq: answer?.seq ?? 0 });
      tell(3, 3, { toPort: ghost.ends.fromPort, seq: answer?.seq ?? 0 });
      assert.equal(ghost.send(ACK, target.now), 0, 'the handshake goes on');
      target.call.abort(target.call.accept(target.listener));
      survives();
    });
  });
}
