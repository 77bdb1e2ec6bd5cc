import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Flag } from '../../assembly/numbers.js';
import { parseScript } from '../../host/script/parser.js';
import type { Statement } from '../../host/script/syntax.js';

// How a statement is read: every form of time, packet, option and ICMP message.

function parseOne(text: string): Statement {
  const { statements } = parseScript(text);
  assert.equal(statements.length, 1);
  return statements[0] as Statement;
}

test('every form of time is read', () => {
  const time = (text: string): Statement['time'] => parseOne(`${text} close(3) = 0`).time;
  assert.deepEqual(time('1.5'), { kind: 'absolute', at: 1_500_000 });
  assert.deepEqual(time('+.2'), { kind: 'relative', at: 200_000 });
  assert.deepEqual(time('+0.000001'), { kind: 'relative', at: 1 });
  assert.deepEqual(time('1~2'), { kind: 'absolute-range', from: 1_000_000, to: 2_000_000 });
  assert.deepEqual(time('+.1~+.2'), { kind: 'relative-range', from: 100_000, to: 200_000 });
  assert.deepEqual(time('+.1~.2'), { kind: 'relative-range', from: 100_000, to: 200_000 });
  assert.deepEqual(time('*'), { kind: 'any' });
});

test('a blocking call has an end', () => {
  const { time, action } = parseOne('+0...0.300 write(4, ..., 61000) = 61000');
  assert.deepEqual(time, { kind: 'relative', at: 0 });
  assert.equal(action.kind === 'call' && action.blocksUntil, 300_000);
});

test('a packet is read with every field', () => {
  const { action } = parseOne(
    '+0 <@2 [tos 0x28, ttl 3] SFRPUEWC. 1:11(10) ack 5 win 1000 urg 7 <mss 1000,nop,wscale 7,sackOK,TS val 1 ecr 2,sack 1:2 3:4,eol>',
  );
  assert.equal(action.kind, 'tcp');
  if (action.kind !== 'tcp') return;
  assert.deepEqual(
    { ...action, options: action.options.length },
    {
      kind: 'tcp',
      direction: 'in',
      isHeld: false,
      peer: 2,
      ip: { tos: 0x28, ttl: 3 },
      flags: 255,
      seq: 1,
      isAtEdge: false,
      length: 10,
      ack: 5,
      win: 1000,
      urg: 7,
      options: 7,
      optionsMode: 'exact',
    },
  );
  assert.deepEqual(action.options[5], {
    kind: 'sack',
    blocks: [
      { left: 1, right: 2 },
      { left: 3, right: 4 },
    ],
  });
});

test('times may count from the begin, in ranges, without a sign, or not at all', () => {
  const time = (text: string): Statement['time'] => parseOne(`${text} close(3) = 0`).time;
  assert.deepEqual(time('0'), { kind: 'absolute', at: 0 });
  assert.deepEqual(time('0.000~0.100'), { kind: 'absolute-range', from: 0, to: 100_000 });
  assert.deepEqual(time('+0~+.04'), { kind: 'relative-range', from: 0, to: 40_000 });
  assert.deepEqual(time(''), { kind: 'relative', at: 0 });
});

test('a blocking call may end by the clock of the script or from its begin', () => {
  const end = (text: string): unknown => {
    const { action } = parseOne(`${text} read(4, ..., 10) = 10`);
    return action.kind === 'call' && action.blocksUntil;
  };
  assert.equal(end('1.0...1.5'), 1_500_000);
  assert.equal(end('+0...+.25'), 250_000);
  assert.equal(end('+.1'), undefined);
});

test('each flag has its letter, and a segment without any has a dash', () => {
  const flags = (letters: string): unknown => {
    const { action } = parseOne(`+0 < ${letters} 1:1(0) ack 1 win 1000`);
    return action.kind === 'tcp' && action.flags;
  };
  const { FIN, SYN, RST, PSH, ACK, URG, ECE, CWR } = Flag;
  assert.deepEqual(['F', 'S', 'R', 'P', '.', 'U', 'E', 'W', 'C'].map(flags), [
    FIN,
    SYN,
    RST,
    PSH,
    ACK,
    URG,
    ECE,
    CWR,
    CWR,
  ]);
  assert.equal(flags('SEW'), SYN | ECE | CWR);
  assert.equal(flags('S.'), SYN | ACK);
  assert.equal(flags('-'), 0);
});

test('options are read one by one, a timestamp also without the value that no script can know', () => {
  const options = (list: string): unknown => {
    const { action } = parseOne(`+0 > . 1:1(0) ack 1 <${list}>`);
    return action.kind === 'tcp' && [action.optionsMode, ...action.options];
  };
  assert.deepEqual(options('nop,nop,TS ecr 7'), [
    'exact',
    { kind: 'nop' },
    { kind: 'nop' },
    { kind: 'TS', val: undefined, ecr: 7 },
  ]);
  assert.deepEqual(options('eol'), ['exact', { kind: 'eol' }]);
  assert.deepEqual(options('...'), ['any']);
  assert.deepEqual(options('hex "0304 05"'), ['exact', { kind: 'hex', octets: [3, 4, 5] }]);
});

test('an ICMP line names type, code, MTU and the segment that it quotes, before or behind', () => {
  const icmp = (text: string): unknown => {
    const { action } = parseOne(`+0 ${text}`);
    return action.kind === 'icmp' && [action.type, action.code, action.mtu, action.quoted];
  };
  const quoted = { seq: 1, length: 1000 };
  assert.deepEqual(icmp('< icmp unreachable host_unreachable'), [3, 1, 0, undefined]);
  assert.deepEqual(icmp('< [1:1001(1000)] icmp unreachable frag_needed mtu 1200'), [3, 4, 1200, quoted]);
  assert.deepEqual(icmp('< icmp unreachable frag_needed mtu 1200 [1:1001(1000)]'), [3, 4, 1200, quoted]);
  assert.deepEqual(icmp('< icmp source_quench'), [4, 0, 0, undefined]);
  assert.deepEqual(icmp('< icmp time_exceeded reassembly_exceeded'), [11, 1, 0, undefined]);
  assert.deepEqual(icmp('< icmp parameter_problem'), [12, 0, 0, undefined]);
});

test('every code of destination unreachable has packetdrill’s name', () => {
  const code = (name: string): unknown => {
    const { action } = parseOne(`+0 < icmp unreachable ${name}`);
    return action.kind === 'icmp' && action.code;
  };
  const names = ['net_unreachable', 'host_unreachable', 'protocol_unreachable', 'port_unreachable', 'frag_needed'];
  assert.deepEqual([...names, 'source_route_failed', 'packet_filtered'].map(code), [0, 1, 2, 3, 4, 5, 13]);
});
