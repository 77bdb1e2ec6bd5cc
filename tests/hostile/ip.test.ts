// IPv4, ICMP and UDP as attackers write them. RFC 1122 sections 3.2 and 4.1, and what other stacks were broken by.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { Config, Drop, Flag, Protocol } from '../../assembly/numbers.js';
import { echoRequest, icmp, ipv4, OURS, PEER, tcp, udp } from './datagrams.js';
import { PROFILES, Target } from './target.js';

const SYN = tcp({ flags: Flag.SYN });
const SYN_PAYLOAD = SYN.subarray(20);
const MORE = 0x2000;
const PING = echoRequest().subarray(20);

for (const profile of PROFILES) {
  describe(`IPv4 (${profile})`, () => {
    let target: Target;
    before(async () => (target = await Target.of(profile)));

    const isDropped = (datagram: Buffer, reason?: number): void => {
      const verdict = target.verdict(datagram);
      if (reason === undefined) assert.notEqual(verdict, Drop.NONE);
      else assert.equal(verdict, reason);
      assert.deepEqual(target.answers(), []);
    };

    test('another version is dropped', () => {
      for (let version = 0; version < 16; version++) {
        if (version !== 4) isDropped(ipv4({ version, payload: SYN_PAYLOAD }), Drop.BAD_VERSION);
      }
      target.stillWorks();
    });

    test('a header of less than five words, or of more than there are, is dropped', () => {
      for (let ihl = 0; ihl < 5; ihl++) isDropped(ipv4({ ihl, payload: SYN_PAYLOAD }), Drop.BAD_HEADER_LENGTH);
      for (let ihl = 6; ihl < 16; ihl++) isDropped(ipv4({ ihl, payload: new Uint8Array(0) }), Drop.BAD_HEADER_LENGTH);
      target.stillWorks();
    });

    test('a total length below the header or beyond the datagram is dropped', () => {
      for (let totalLength = 0; totalLength < 20; totalLength++) {
        isDropped(ipv4({ totalLength, payload: SYN_PAYLOAD }), Drop.BAD_TOTAL_LENGTH);
      }
      for (const totalLength of [41, 60, 1500, 65535]) {
        isDropped(ipv4({ totalLength, payload: SYN_PAYLOAD }), Drop.BAD_TOTAL_LENGTH);
      }
      target.stillWorks();
    });

    test('a datagram of every length below its headers is dropped', () => {
      for (let octets = 0; octets < 40; octets++) isDropped(SYN.subarray(0, octets));
      target.stillWorks();
    });

    test('what follows the total length is padding and no text', () => {
      const [answer] = target.hand(ipv4({ payload: SYN_PAYLOAD, padding: 18 }));
      assert.ok(answer, 'the SYN is answered');
      assert.equal(answer.readUInt32BE(28), 1001, 'by an ACK of the SYN alone');
      target.hand(tcp({ flags: Flag.RST, seq: 1001 }));
      target.stillWorks();
    });

    test('a wrong header checksum is dropped', () => {
      isDropped(ipv4({ payload: SYN_PAYLOAD, checksum: 0 }), Drop.BAD_CHECKSUM);
      isDropped(ipv4({ payload: SYN_PAYLOAD, checksum: 0xffff }), Drop.BAD_CHECKSUM);
      target.stillWorks();
    });

    test('source routes are refused, and nothing goes back along them', () => {
      for (const kind of [131, 137]) {
        isDropped(ipv4({ options: [kind, 3, 39, kind, 3, 39, 0, 0], payload: SYN_PAYLOAD }), Drop.BAD_OPTIONS);
        isDropped(
          ipv4({ options: [kind, 11, 4, 192, 0, 2, 9, 192, 0, 2, 8, 0], payload: SYN_PAYLOAD }),
          Drop.BAD_OPTIONS,
        );
      }
      target.stillWorks();
    });

    test('an option of length 0 or 1, or longer than the header, ends the datagram', () => {
      for (const octets of [0, 1, 5, 40, 255]) {
        isDropped(ipv4({ options: [7, octets, 4, 0], payload: SYN_PAYLOAD }), Drop.BAD_OPTIONS);
        isDropped(ipv4({ options: [1, 1, 1, 7], payload: SYN_PAYLOAD }), Drop.BAD_OPTIONS);
      }
      target.stillWorks();
    });

    test('other options are passed over (MUST-50)', () => {
      for (const options of [
        [1, 1, 1, 1],
        [7, 4, 4, 0],
        [68, 4, 5, 0],
        [0, 255, 255, 255],
        [148, 4, 0, 0],
      ]) {
        const [answer] = target.hand(ipv4({ protocol: Protocol.ICMP, options, payload: PING }));
        assert.equal(answer?.[20], 0, 'the ping is answered');
        assert.equal(answer?.length, 20 + PING.length, 'without the options');
      }
      target.stillWorks();
    });

    test('nothing is answered to an address that is no single host’s (MUST-63), nor to our own', () => {
      const sources = [0xffffffff, 0, 0x7f000001, 0xe0000001, 0xefffffff, 0xf0000001, OURS];
      for (const source of sources) {
        isDropped(ipv4({ source, payload: tcp({ flags: Flag.SYN, from: source }).subarray(20) }), Drop.BAD_SOURCE);
        isDropped(ipv4({ source, protocol: Protocol.ICMP, payload: PING }), Drop.BAD_SOURCE);
        isDropped(ipv4({ source, protocol: 99, payload: PING }), Drop.BAD_SOURCE);
      }
      const land = tcp({ flags: Flag.SYN, from: OURS, to: OURS, fromPort: 7, toPort: 7 });
      isDropped(land, Drop.BAD_SOURCE);
      target.stillWorks();
    });

    test('what is for somebody else is dropped, broadcast and multicast too (MUST-57)', () => {
      for (const destination of [0xffffffff, 0xe0000001, 0xc00002ff, 0x7f000001, 0, PEER]) {
        isDropped(ipv4({ destination, payload: tcp({ flags: Flag.SYN, to: destination }).subarray(20) }));
        isDropped(ipv4({ destination, protocol: Protocol.ICMP, payload: PING }), Drop.NOT_FOR_US);
      }
      target.stillWorks();
    });

    test('an unknown protocol is told to be unreachable, and the error fits its bounds', () => {
      for (const protocol of [0, 2, 4, 41, 47, 50, 132, 255]) {
        const answers = target.hand(ipv4({ protocol, payload: new Uint8Array(60) }));
        for (const answer of answers) {
          assert.equal(answer[9], Protocol.ICMP);
          assert.deepEqual([...answer.subarray(20, 22)], [3, 2]);
          assert.ok(answer.length <= 576, 'RFC 1122 section 3.2.2');
        }
      }
      target.stillWorks();
    });
  });

  describe(`IPv4 on a narrow link (${profile})`, () => {
    test('an error quotes no more than the link carries', async () => {
      const target = await Target.of(profile);
      target.call.configure(Config.MTU, 68);
      const options = new Array<number>(40).fill(1);
      const [answer] = target.hand(ipv4({ protocol: 99, options, payload: new Uint8Array(8) }));
      assert.equal(answer?.length, 68);
      assert.deepEqual([...answer.subarray(20, 22)], [3, 2]);
    });
  });

  describe(`IPv4 fragments (${profile})`, () => {
    let target: Target;
    let identification = 1;
    before(async () => (target = await Target.of(profile)));

    const piece = (offset: number, octets: Uint8Array, more: boolean, id = identification): Buffer =>
      ipv4({
        protocol: Protocol.ICMP,
        identification: id,
        fragment: (offset >> 3) | (more ? MORE : 0),
        payload: octets,
      });
    const ping = echoRequest(9, 120).subarray(20);

    const nothingComes = (pieces: Buffer[]): void => {
      for (const octets of pieces) assert.deepEqual(target.hand(octets), []);
      identification += 1;
      target.pass(60_000);
    };

    test('a datagram in pieces is put together in any order', () => {
      const pieces = [0, 32, 64, 96].map((at) => piece(at, ping.subarray(at, at + 32), at < 96));
      for (const order of [
        [0, 1, 2, 3],
        [3, 2, 1, 0],
        [1, 3, 0, 2],
      ]) {
        const answers = order.flatMap((i) => target.hand(pieces[i] as Buffer));
        assert.equal(answers.length, 1);
        assert.deepEqual(answers[0]?.subarray(24), ping.subarray(4));
      }
      target.stillWorks();
    });

    test('an echo that came in pieces and is too long for the link is not answered', () => {
      target.call.configure(Config.MTU, 100);
      assert.deepEqual(target.hand(piece(0, ping.subarray(0, 64), true)), []);
      assert.deepEqual(target.hand(piece(64, ping.subarray(64), false)), []);
      identification += 1;
      target.call.configure(Config.MTU, target.machine.mtu);
      target.stillWorks();
    });

    test('pieces that overlap throw the whole datagram away (RFC 5722)', () => {
      nothingComes([piece(0, ping.subarray(0, 32), true), piece(16, ping.subarray(16, 128), false)]);
      nothingComes([piece(16, ping.subarray(16, 128), false), piece(0, ping.subarray(0, 32), true)]);
      nothingComes([
        piece(0, ping.subarray(0, 64), true),
        piece(8, ping.subarray(8, 24), true),
        piece(64, ping.subarray(64), false),
      ]);
      nothingComes([
        piece(0, ping.subarray(0, 64), true),
        piece(0, ping.subarray(0, 64), true),
        piece(64, ping.subarray(64), false),
      ]);
      target.stillWorks();
    });

    test('a last piece without octets, or one that is not whole words, is dropped', () => {
      nothingComes([piece(16, new Uint8Array(0), false)]);
      nothingComes([piece(0, new Uint8Array(0), true)]);
      nothingComes([piece(0, ping.subarray(0, 33), true), piece(32, ping.subarray(32), false)]);
      target.stillWorks();
    });

    test('pieces that would reach beyond 65,535 octets are dropped', () => {
      nothingComes([piece(65528, new Uint8Array(64), false), piece(0, ping.subarray(0, 64), true)]);
      nothingComes([piece(65528, new Uint8Array(64), true), piece(65528, new Uint8Array(8), false)]);
      target.stillWorks();
    });

    test('two ends of one datagram that disagree are dropped', () => {
      nothingComes([
        piece(64, ping.subarray(64), false),
        piece(96, ping.subarray(96), false),
        piece(0, ping.subarray(0, 64), true),
      ]);
      nothingComes([
        piece(64, ping.subarray(64, 96), false),
        piece(96, ping.subarray(96, 120), true),
        piece(0, ping.subarray(0, 64), true),
      ]);
      target.stillWorks();
    });

    test('pieces that never become whole block nothing for longer than their time', () => {
      for (let id = 100; id < 1100; id++)
        assert.deepEqual(target.hand(piece(8 * (id & 7), ping.subarray(0, 16), true, id)), []);
      target.pings();
      target.pass(60_000);
      const answers = [piece(0, ping.subarray(0, 64), true), piece(64, ping.subarray(64), false)].flatMap((one) =>
        target.hand(one),
      );
      assert.equal(answers.length, 1, 'then another is put together');
      target.stillWorks();
    });

    test('a datagram inside a datagram, in pieces, is nobody’s', () => {
      const inner = ipv4({ totalLength: 60, protocol: Protocol.ICMP, payload: ping.subarray(0, 36) });
      const first = ipv4({ protocol: 4, identification: 77, fragment: MORE, payload: inner });
      const last = ipv4({ protocol: 4, identification: 77, fragment: inner.length >> 3, payload: new Uint8Array(8) });
      for (const answer of [first, last].flatMap((one) => target.hand(one)))
        assert.deepEqual([...answer.subarray(20, 22)], [3, 2]);
      target.stillWorks();
    });

    test('a TCP header cut in two is read only when it is whole', () => {
      const halves = [
        ipv4({ identification: 88, fragment: MORE, payload: SYN_PAYLOAD.subarray(0, 8) }),
        ipv4({ identification: 88, fragment: 1, payload: SYN_PAYLOAD.subarray(8) }),
      ];
      assert.deepEqual(target.hand(halves[0] as Buffer), []);
      const [answer] = target.hand(halves[1] as Buffer);
      assert.equal(answer?.[33], Flag.SYN | Flag.ACK);
      target.hand(tcp({ flags: Flag.RST, seq: 1001 }));
      target.stillWorks();
    });
  });

  describe(`ICMP and UDP (${profile})`, () => {
    let target: Target;
    before(async () => (target = await Target.of(profile)));

    test('an ICMP message shorter than its header, or with a wrong sum, is dropped', () => {
      for (let octets = 0; octets < 8; octets++) {
        assert.deepEqual(target.hand(ipv4({ protocol: Protocol.ICMP, payload: new Uint8Array(octets) })), []);
      }
      const spoilt = echoRequest();
      spoilt[22] = (spoilt[22] ?? 0) ^ 1;
      assert.deepEqual(target.hand(spoilt), []);
      target.stillWorks();
    });

    test('an ICMP message of any other type draws no answer', () => {
      for (let type = 0; type < 256; type++) {
        if (type !== 8)
          for (const code of [0, 1, 255]) assert.deepEqual(target.hand(icmp(type, code, new Uint8Array(28))), []);
      }
      target.stillWorks();
    });

    test('an error that quotes too little, another error, or what is no datagram is ignored', () => {
      const quoted = ipv4({ source: OURS, destination: PEER, payload: SYN_PAYLOAD });
      for (const type of [3, 4, 5, 11, 12]) {
        for (let octets = 0; octets <= 28; octets++) {
          assert.deepEqual(
            target.hand(icmp(type, 3, Buffer.concat([Buffer.alloc(4), quoted.subarray(0, octets)]))),
            [],
          );
        }
        const inner = icmp(3, 3, new Uint8Array(8), { source: OURS, destination: PEER });
        assert.deepEqual(target.hand(icmp(type, 3, Buffer.concat([Buffer.alloc(4), inner]))), []);
        const liar = ipv4({ ihl: 15, source: OURS, destination: PEER, payload: SYN_PAYLOAD });
        assert.deepEqual(target.hand(icmp(type, 3, Buffer.concat([Buffer.alloc(4), liar]))), []);
      }
      target.stillWorks();
    });

    test('a UDP length below its header or beyond its datagram is dropped', () => {
      for (let length = 0; length < 8; length++) assert.deepEqual(target.hand(udp(Buffer.from('hi'), { length })), []);
      for (const length of [11, 64, 65535]) assert.deepEqual(target.hand(udp(Buffer.from('hi'), { length })), []);
      for (let octets = 0; octets < 8; octets++) {
        assert.deepEqual(target.hand(ipv4({ protocol: Protocol.UDP, payload: new Uint8Array(octets) })), []);
      }
      target.stillWorks();
    });

    test('a wrong UDP checksum is dropped, an absent one is not', () => {
      assert.equal(target.verdict(udp(Buffer.from('hi'), { checksum: 0x1234 })), Drop.BAD_SEGMENT_CHECKSUM);
      assert.equal(target.verdict(udp(Buffer.from('hi'), { checksum: 0 })), Drop.NONE);
      target.stillWorks();
    });

    test('port 0 and ports without an endpoint cost nothing but an error', () => {
      assert.deepEqual(target.hand(udp(Buffer.from('hi'), { toPort: 0 })), []);
      for (let toPort = 100; toPort < 400; toPort++) {
        for (const answer of target.hand(udp(Buffer.from('hi'), { toPort }))) {
          assert.deepEqual([...answer.subarray(20, 22)], [3, 3]);
          assert.ok(answer.length <= udp(Buffer.from('hi')).length + 36, 'no amplifier');
        }
      }
      target.stillWorks();
    });

    test('datagrams that nobody fetches fill their ring and no more', () => {
      for (let i = 0; i < 1000; i++) assert.deepEqual(target.hand(udp(Buffer.alloc(i % 100))), []);
      target.stillWorks();
    });
  });
}
