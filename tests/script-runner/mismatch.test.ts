import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Flag } from '../../assembly/numbers.js';
import type { SegmentFields } from '../../host/script/datagram.js';
import { sumHeader } from './fake-core.js';
import { CONVERSATION, failsAt, LINE, passes, run } from './run.js';

// One test for each kind of difference: the script is right for the faultless fake, and fails at the line that names
// what the fault has changed.

test('a script that the stack follows passes', async () => {
  const result = await passes(CONVERSATION);
  assert.deepEqual(result, { file: 'test.pkt', result: 'pass', notes: [], relaxations: [] });
});

test('a segment that is missing fails at its line', async () => {
  const result = await failsAt(LINE.ack, /^nothing by 0\.200 s$/, CONVERSATION, { silent: true });
  assert.equal(result.expected, '> . 1:1(0) ack 101 at 0.200 s');
});

test('a segment that was not expected fails at the next statement', async () => {
  await failsAt(LINE.write, /> \. 1:1\(0\) ack 101 win 65535 at 0\.200 s/, CONVERSATION, { twice: true });
});

test('a segment behind the last statement fails', async () => {
  await failsAt(LINE.data + 1, /> F\. 201:201\(0\) ack 101/, `${CONVERSATION}+0 close(4) = 0\n`);
});

test('a segment that nobody spoke of fails as soon as time has passed it', async () => {
  const script = CONVERSATION.replace('+0 > . 1:1(0) ack 101\n', '');
  const result = await failsAt(10, /> \. 1:1\(0\) ack 101 win 65535 at 0\.200 s/, script);
  assert.equal(result.expected, 'no segment before this');
});

test('a late segment fails', async () => {
  await failsAt(LINE.ack, /nothing by/, CONVERSATION, { ackDelay: 50 });
});

test('an early segment fails', async () => {
  const script = CONVERSATION.replace('+0 > . 1:1(0) ack 101', '+.04 > . 1:1(0) ack 101');
  await failsAt(LINE.ack, /early$/, script);
});

test('a segment within the tolerance passes, and --tolerance_usecs widens it', async () => {
  await passes(CONVERSATION, { ackDelay: 3 });
  await failsAt(LINE.ack, /nothing by/, CONVERSATION, { ackDelay: 6 });
  await passes(`--tolerance_usecs=7000\n${CONVERSATION}`, { ackDelay: 6 });
});

test('--tolerance_percent widens it with the time that passes', async () => {
  const later = CONVERSATION.replace('+0 > . 1:1(0) ack 101', '+.04 > . 1:1(0) ack 101');
  await passes(`--tolerance_percent=25\n${later}`, { ackDelay: 50 });
  await passes(`--tolerance_percent=25\n${later}`, { ackDelay: 30 });
  await failsAt(LINE.ack + 1, /nothing by/, `--tolerance_percent=25\n${later}`, { ackDelay: 56 });
  await failsAt(LINE.ack + 1, /early$/, `--tolerance_percent=25\n${later}`, { ackDelay: 24 });
});

test('a range of time holds at both ends', async () => {
  const script = CONVERSATION.replace('+0 > . 1:1(0) ack 101', '+.04~+.06 > . 1:1(0) ack 101');
  await passes(script, { ackDelay: 50 });
  await failsAt(LINE.ack, /early$/, script, { ackDelay: 20 });
  await failsAt(LINE.ack, /nothing by/, script, { ackDelay: 80 });
});

test('a star takes a segment whenever it comes', async () => {
  const script = CONVERSATION.replace('+0 > . 1:1(0) ack 101', '* > . 1:1(0) ack 101');
  await passes(script, { ackDelay: 10_000 });
});

const FIELDS: readonly (readonly [
  name: string,
  segment: number,
  change: (fields: SegmentFields) => unknown,
  line: number,
  got: RegExp,
])[] = [
  ['flags', 2, (f) => (f.flags |= Flag.PSH), LINE.ack, /flags P\., not \.$/],
  ['an ECE bit', 2, (f) => (f.flags |= Flag.ECE), LINE.ack, /flags E\., not \.$/],
  ['SEQ', 2, (f) => (f.seq += 1), LINE.ack, /seq 2, not 1$/],
  [
    'SEQ of a SYN is where the numbers begin, and of what follows it relative',
    1,
    (f) => (f.seq += 1),
    LINE.ack,
    /seq 0, not 1$/,
  ],
  ['ACK', 2, (f) => (f.ack += 1), LINE.ack, /ack 102, not 101$/],
  ['the length', 3, (f) => (f.text = f.text.subarray(1)), LINE.data, /199 octets, not 200$/],
  ['the window', 3, (f) => (f.win = 65534), LINE.data, /win 65534, not 65535$/],
  [
    "an option's value",
    1,
    (f) => (f.options = Uint8Array.from([2, 4, 5, 181])),
    LINE.synAck,
    /options <mss 1461>, not <mss 1460>$/,
  ],
  [
    'an option more',
    2,
    (f) => (f.options = Uint8Array.from([1, 1, 1, 1])),
    LINE.ack,
    /options <nop,nop,nop,nop>, not <>$/,
  ],
  ['an option less', 1, (f) => (f.options = new Uint8Array(0)), LINE.synAck, /options <>, not <mss 1460>$/],
  [
    'the text',
    3,
    (f) => (f.text[7] = (f.text[7] as number) ^ 1),
    LINE.data,
    /the octet \d+ at 8, where \d+ was written$/,
  ],
];

for (const [name, segment, change, line, got] of FIELDS) {
  test(`a difference in ${name} fails`, async () => {
    await failsAt(line, got, CONVERSATION, { alter: { segment, change } });
  });
}

test('a field that the script does not name may have any value', async () => {
  await passes(CONVERSATION, { alter: { segment: 2, change: (fields) => (fields.win = 1) } });
});

const OCTETS: readonly (readonly [name: string, change: (octets: Uint8Array) => void, got: RegExp])[] = [
  ['TCP checksum', (o) => (o[36] = (o[36] as number) ^ 1), /a wrong TCP checksum/],
  ['IPv4 checksum', (o) => (o[10] = (o[10] as number) ^ 1), /a wrong IPv4 header checksum/],
  ['data offset', (o) => (o[32] = 0x40), /a TCP data offset outside it/],
];

for (const [name, change, got] of OCTETS) {
  test(`a wrong ${name} fails though no script names it`, async () => {
    await failsAt(LINE.ack, got, CONVERSATION, { alterOctets: { segment: 2, change } });
  });
}

test('a segment without DF, or a fragment, fails though no script names it', async () => {
  const with6 = (value: number) => (octets: Uint8Array) => {
    octets[6] = value;
    sumHeader(octets);
  };
  await failsAt(LINE.ack, /without DF/, CONVERSATION, { alterOctets: { segment: 2, change: with6(0) } });
  await failsAt(LINE.ack, /a fragment|IPv4 fragment/, CONVERSATION, {
    alterOctets: { segment: 2, change: with6(0x20) },
  });
});

test('tos and ttl are compared where they are named', async () => {
  const change = (octets: Uint8Array): void => {
    octets[1] = 0x28;
    octets[8] = 7;
    sumHeader(octets);
  };
  const faults = { alterOctets: { segment: 2, change } };
  const line = '+0 > . 1:1(0) ack 101';
  await passes(CONVERSATION, faults);
  await passes(CONVERSATION.replace(line, '+0 > [tos 0x28, ttl 7] . 1:1(0) ack 101'), faults);
  await failsAt(LINE.ack, /tos 40, not 32$/, CONVERSATION.replace(line, '+0 > [tos 0x20] . 1:1(0) ack 101'), faults);
  await failsAt(LINE.ack, /ttl 7, not 64$/, CONVERSATION.replace(line, '+0 > [ttl 64] . 1:1(0) ack 101'), faults);
});

test('octets that the application reads are compared with those that the peer sent', async () => {
  await failsAt(LINE.read, /^\d+$/, CONVERSATION, { wrongText: true });
});

test('a call that returns another number fails', async () => {
  await failsAt(LINE.read, /^100$/, CONVERSATION.replace('1000) = 100', '1000) = 99'));
});

test('a call that succeeds where an error is due fails, and the other way round', async () => {
  await failsAt(LINE.read, /^100$/, CONVERSATION.replace('1000) = 100', '1000) = -1 ECONNRESET (Connection reset)'));
  const early = CONVERSATION.replace('+.1 < . 1:1(0) ack 1 win 1000\n', '').replace(
    '+0 listen',
    '+0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n+0 listen',
  );
  await failsAt(LINE.accept, /^-1 EAGAIN$/, early);
});

test('a call that would block fails unless the script says when it returns', async () => {
  await failsAt(LINE.accept - 1, /the call blocks/, CONVERSATION.replace('+.1 < . 1:1(0) ack 1 win 1000\n', ''));
});

test('a state, an option of packetdrill and a note are heard', async () => {
  await passes(`${CONVERSATION}+1 state(4) = ESTABLISHED\n+0 state(4) = "ESTABLISHED"\n`);
  await failsAt(LINE.data + 1, /^ESTABLISHED$/, `${CONVERSATION}+1 state(4) = CLOSE_WAIT\n`);
});

test('a deadline that never lets the board sleep fails', async () => {
  const result = await run(`${CONVERSATION}+10 state(4) = ESTABLISHED\n`, { restless: true });
  assert.equal(result.result, 'fail');
  assert.match(result.got ?? '', /deadline\(\) answers 0 and output\(\) has nothing to send/);
});
