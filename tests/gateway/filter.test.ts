import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Flag, Protocol } from '../../assembly/numbers.js';
import { decode } from '../../host/trace/decode.js';
import type { DatagramEvent, StateEvent } from '../../host/trace/event.js';
import { parseFilter } from '../../host/trace/filter.js';
import { UsageError } from '../../host/usage-error.js';
import { ipv4, segment } from '../cli/datagrams.js';

function event(octets: Uint8Array, fields: Partial<DatagramEvent> = {}): DatagramEvent {
  return {
    ...{ type: 'datagram', number: 1, time: 0, from: 'laptop', octets, datagram: decode(octets), connection: 1 },
    ...{ cause: '', repeat: 0, drop: '', fate: 'taken', states: {} },
    ...fields,
  };
}

const syn = event(segment({ flags: Flag.SYN }), {
  states: { laptop: { before: 'CLOSED', after: 'SYN-SENT', inferred: false } },
});
const text = event(segment({ flags: Flag.ACK, text: 'x' }), { from: 'board', repeat: 1, connection: 2 });
const echo = event(ipv4(Protocol.ICMP, Uint8Array.of(8, 0, 0, 0, 0, 1, 0, 1), 2), {
  fate: 'lost',
  drop: 'no-tcb',
  connection: 0,
});
const state = {
  ...{ type: 'state', time: 0, end: 'laptop', connection: 1, reason: 'timeout', local: '192.168.7.1:49152' },
  ...{ remote: '192.168.7.2:80', states: { laptop: { before: 'TIME-WAIT', after: 'CLOSED', inferred: false } } },
} as StateEvent;
const ALL = { syn, text, echo, state };

const CASES: readonly (readonly [filter: string, lets: string])[] = [
  ['tcp', 'syn text state'],
  ['icmp', 'echo'],
  ['udp', ''],
  ['syn', 'syn'],
  ['ack', 'text'],
  ['not tcp', 'echo'],
  ['text', 'text'],
  ['in', 'text'],
  ['out', 'syn echo'],
  ['state', 'syn state'],
  ['repeat', 'text'],
  ['drop', 'echo'],
  ['lost', 'echo'],
  ['port 80', 'syn text state'],
  ['port 8', ''],
  ['host 192.168.7.2', 'syn text echo state'],
  ['host 192.168.7.3', ''],
  ['connection 2', 'text'],
  ['tcp and in', 'text'],
  ['syn or icmp', 'syn echo'],
  ['SYN OR icmp and lost', 'syn echo'],
  ['(syn or icmp) and lost', 'echo'],
  ['not (syn or icmp)', 'text state'],
  ['not syn and port 80', 'text state'],
];

for (const [filter, lets] of CASES)
  test(`'${filter}' lets through: ${lets || 'nothing'}`, () => {
    const accepts = parseFilter(filter);
    const passed = Object.entries(ALL).filter(([, one]) => accepts(one));
    assert.equal(passed.map(([name]) => name).join(' '), lets);
  });

for (const text of [
  '',
  'and',
  'tcp and',
  'tcp udp',
  'port',
  'port x',
  'port 0',
  'port 65536',
  'host here',
  '(tcp',
  'tcp)',
  'not',
  'flags',
])
  test(`'${text}' is no filter, and the error lists the words`, () => {
    assert.throws(() => parseFilter(text), UsageError);
    assert.throws(() => parseFilter(text), /its words are tcp, udp, .* port N, host A\.B\.C\.D/);
  });
